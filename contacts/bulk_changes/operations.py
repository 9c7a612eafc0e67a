"""What can be done to many contacts: a registry, so that apps above add theirs."""

from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.actions import delete_contact, write_properties
from contacts.errors import ContactGoneError
from contacts.history import changes_between, fields_of
from contacts.models import BulkChange, Contact, Segment, SegmentMembership
from contacts.properties.definitions import clean_properties, custom_specs, demand_known_properties
from contacts.properties.values import in_words
from contacts.segments.actions import add_people, remove_people
from core.messages import Message
from core.roles import Right


@dataclass(frozen=True)
class Applied:
    """Which contacts changed, and which could not. All others are as they were."""

    changed: AbstractSet[int] = frozenset()
    refused: Mapping[int, Message] = field(default_factory=dict)


type Apply = Callable[[Sequence[int], BulkChange], Applied]


_CHANGED = gettext_lazy("Changed")


@dataclass(frozen=True)
class Operation:
    """`apply` runs in a transaction; it raises `ContactError` or `SegmentError` where no one can be changed.

    `words` describes the operation with its values, and `changed` says what its contacts then are.
    `at_once` contacts make a transaction, and `while_waiting` so many that a person waits for it less than
    a second. One that `only_queues` jobs is soon done with any list, and never waits behind another one.
    """

    name: str
    right: Right
    words: Callable[[Mapping[str, Any]], str]
    apply: Apply
    at_once: int = 500
    while_waiting: int = 200
    changed: str | Promise = _CHANGED
    only_queues: bool = False


_operations: dict[str, Operation] = {}


def register_operation(operation: Operation) -> None:
    _operations[operation.name] = operation


def operation_of(name: str) -> Operation:
    """Raises `KeyError`."""
    return _operations[name]


def queueing_operations() -> list[str]:
    """The names of those that only queue jobs."""
    return [operation.name for operation in _operations.values() if operation.only_queues]


def words_of(change: BulkChange) -> str:
    operation = _operations.get(change.operation)
    return operation.words(change.values) if operation else change.operation


# Set a property


def property_values(name: str, value: Any) -> dict[str, Any]:
    """The values of the operation "property", as they are stored. Raises `ContactError`."""
    demand_known_properties([name])
    stored = clean_properties({name: value}, zone=timezone.get_current_timezone())
    return {"property": name, "value": stored.get(name)}


def _property_words(values: Mapping[str, Any]) -> str:
    name = values["property"]
    spec = custom_specs([name]).get(name)
    label = spec.label if spec else name
    if values["value"] is None or spec is None:
        return _("Take away “%s”") % label
    shown = in_words(values["value"], spec, timezone.get_current_timezone())
    return _("Set “%(property)s” to “%(value)s”") % {"property": label, "value": shown}


def _set_property(ids: Sequence[int], change: BulkChange) -> Applied:
    name = change.values["property"]
    demand_known_properties([name])
    specs, now = custom_specs([name]), timezone.now()
    given, zone = {name: change.values["value"]}, ZoneInfo(change.time_zone)
    edits = {}
    for contact in Contact.objects.select_for_update().filter(pk__in=ids).order_by("pk"):
        before = fields_of(contact)
        contact.properties = clean_properties(given, current=contact.properties, specs=specs, zone=zone)
        if changes := changes_between(before, fields_of(contact)):
            contact.updated_at = now
            edits[contact] = changes
    write_properties(edits, who_of(change))
    return Applied({contact.pk for contact in edits})


def who_of(change: BulkChange) -> str:
    return str(change.requested_by or "")


# Static lists


def _list_name(values: Mapping[str, Any]) -> str:
    name = Segment.objects.filter(pk=values["segment"]).values_list("name", flat=True).first()
    return name or _("a deleted list")


def _members(segment_id: int, ids: Collection[int]) -> set[int]:
    rows = SegmentMembership.objects.filter(segment=segment_id, contact__in=ids)
    return set(rows.values_list("contact_id", flat=True))


def _add_to_list(ids: Sequence[int], change: BulkChange) -> Applied:
    segment = change.values["segment"]
    before = _members(segment, ids)
    add_people(segment, ids, who=who_of(change))
    return Applied(set(ids) - before)


def _remove_from_list(ids: Sequence[int], change: BulkChange) -> Applied:
    segment = change.values["segment"]
    before = _members(segment, ids)
    remove_people(segment, ids, who=who_of(change))
    return Applied(before)


# Delete


def _delete(ids: Sequence[int], change: BulkChange) -> Applied:
    """Each as on its own page."""
    refused = {}
    for contact_id in ids:
        try:
            delete_contact(contact_id, actor=change.requested_by)
        except ContactGoneError as error:
            refused[contact_id] = error.reason
    return Applied(set(ids) - set(refused), refused)


for _operation in (
    Operation("property", Right.EDIT_CONTACTS, _property_words, _set_property),
    Operation(
        "add_to_list", Right.EDIT_SEGMENTS, lambda values: _("Add to “%s”") % _list_name(values), _add_to_list
    ),
    Operation(
        "remove_from_list",
        Right.EDIT_SEGMENTS,
        lambda values: _("Remove from “%s”") % _list_name(values),
        _remove_from_list,
    ),
    Operation(
        "delete",
        Right.DELETE_CONTACTS,
        lambda _values: _("Delete"),
        _delete,
        at_once=50,
        while_waiting=20,
        changed=gettext_lazy("Deleted"),
    ),
):
    register_operation(_operation)
