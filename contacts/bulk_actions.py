"""What can be done to the contacts that are ticked in a list: a registry, so that apps above add theirs."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.roles import Right

type Words = str | Promise


@dataclass(frozen=True)
class BulkAction:
    """`url_name` is a page that opens in the panel, with `contact` (IDs) and `matching` (a list's address).

    With `everyone=on` all contacts that match are meant, not those that are ticked.
    """

    name: str
    label: Words
    icon: str
    right: Right
    url_name: str


_ACTIONS: dict[str, BulkAction] = {}


def register(action: BulkAction) -> None:
    if _ACTIONS.get(action.name, action) != action:
        raise ValueError(f"A bulk action {action.name!r} is registered already.")
    _ACTIONS[action.name] = action


def bulk_actions() -> list[BulkAction]:
    return list(_ACTIONS.values())


for _action in (
    BulkAction("property", _("Set a property"), "pencil", Right.EDIT_CONTACTS, "contacts:bulk_property"),
    BulkAction("segment", _("Add to a list"), "list-plus", Right.EDIT_SEGMENTS, "contacts:bulk_segment"),
    BulkAction("delete", _("Delete"), "trash-2", Right.DELETE_CONTACTS, "contacts:bulk_delete"),
):
    register(_action)
