"""What admins do with property definitions. Each raises `PropertyError`, and then wrote nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import Contact, PropertyDefinition
from contacts.properties.kinds import WITH_CHOICES, PropertyKind
from contacts.properties.names import (
    CUSTOM_GROUP,
    MAX_PROPERTIES,
    OWN_FIELDS,
    ZOOM_GROUP,
    ZOOM_PROPERTIES,
    property_name,
)
from contacts.properties.usage import contacts_with, property_usages
from contacts.properties.values import SEPARATOR
from contacts.segments.json_values import HoldsValue

MAX_LABEL = 200
MAX_CHOICES = 500
MAX_CHOICE_LENGTH = 200


class PropertyError(ValueError):
    """`field` names the input that is at fault."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class GivenChoice:
    """`value` is "" for a new one. A blank label takes the choice away."""

    label: str
    value: str = ""
    is_archived: bool = False


@dataclass(frozen=True, kw_only=True)
class GivenProperty:
    label: str
    kind: str = PropertyKind.TEXT
    group: str = CUSTOM_GROUP
    description: str = ""
    choices: Sequence[GivenChoice] = ()


@transaction.atomic
def create_property(data: GivenProperty, user_id: int | None = None) -> PropertyDefinition:
    if PropertyDefinition.objects.custom().count() >= MAX_PROPERTIES:
        raise PropertyError(_("Contacts can have %d properties.") % MAX_PROPERTIES)
    name = property_name(data.label)
    if not name:
        raise PropertyError(_("Use at least one letter or digit."), "label")
    if name in OWN_FIELDS or name in ZOOM_PROPERTIES:
        raise PropertyError(_("Contacts have “%s” already.") % data.label.strip(), "label")
    row = PropertyDefinition(name=name, created_by_id=user_id, kind=_kind(data.kind))
    _fill(row, data)
    row.position = _next_position(row.group)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        taken = PropertyDefinition.objects.get(name=name)
        message = (
            _("“%s” is archived. Restore it instead.") if taken.archived_at else _("There is “%s” already.")
        )
        raise PropertyError(message % taken.label, "label") from error
    return row


@transaction.atomic
def edit_property(name: str, data: GivenProperty) -> PropertyDefinition:
    """The kind changes only while no contact has a value and nothing else asks for it."""
    row = _locked(name)
    kind = _kind(data.kind)
    if kind != row.kind and is_used(name):
        raise PropertyError(_("The kind can't be changed while the property is in use."), "kind")
    former_group = row.group
    row.kind = kind
    _fill(row, data)
    if row.group != former_group:
        row.position = _next_position(row.group)
    row.save()
    return row


@transaction.atomic
def move_property(name: str, step: int) -> None:
    """One place up (-1) or down (1) within its group."""
    row = _locked(name)
    same_group = PropertyDefinition.objects.custom().filter(group=row.group, archived_at=None)
    rows = list(same_group.select_for_update().in_order())
    at = rows.index(row) if row in rows else -1
    if at < 0 or not 0 <= at + step < len(rows):
        return
    rows.insert(at + step, rows.pop(at))
    for position, other in enumerate(rows):
        other.position = position
    PropertyDefinition.objects.bulk_update(rows, ["position"])


@transaction.atomic
def archive_property(name: str) -> PropertyDefinition:
    """Values stay, and segments go on asking for them; forms, lists and imports offer it no more."""
    row = _locked(name)
    row.archived_at = row.archived_at or timezone.now()
    row.save(update_fields=["archived_at"])
    return row


@transaction.atomic
def restore_property(name: str) -> PropertyDefinition:
    row = _locked(name)
    row.archived_at = None
    row.save(update_fields=["archived_at"])
    return row


@transaction.atomic
def delete_property(name: str) -> None:
    row = _locked(name)
    if is_used(name):
        raise PropertyError(_("“%s” is in use. Archive it instead.") % row.label)
    row.delete()


def is_used(name: str) -> bool:
    return contacts_with(name).exists() or bool(property_usages(name))


def _locked(name: str) -> PropertyDefinition:
    row = PropertyDefinition.objects.custom().select_for_update().filter(name=name).first()
    if row is None:
        raise PropertyError(_("The property was deleted."))
    return row


def _kind(key: str) -> PropertyKind:
    try:
        return PropertyKind(key)
    except ValueError:
        raise PropertyError(_("Choose a kind."), "kind") from None


def _fill(row: PropertyDefinition, data: GivenProperty) -> None:
    row.label = _one_line(data.label)
    row.group = _one_line(data.group) or CUSTOM_GROUP
    row.description = data.description.replace("\0", "").strip()
    if not row.label:
        raise PropertyError(_("Give the property a name."), "label")
    if len(row.label) > MAX_LABEL:
        raise PropertyError(_("The name is longer than %d characters.") % MAX_LABEL, "label")
    if row.group.casefold() == ZOOM_GROUP.casefold():
        raise PropertyError(_("The group “%s” is for what the sync computes.") % ZOOM_GROUP, "group")
    row.group = row.group[:100]
    row.choices = _choices(row, data.choices) if row.kind in WITH_CHOICES else []


def _choices(row: PropertyDefinition, choices: Sequence[GivenChoice]) -> list[dict[str, str | bool]]:
    known = {choice.value for choice in row.spec.choices}
    by_value: dict[str, dict[str, str | bool]] = {}
    labels: set[str] = set()
    for choice in choices:
        label = _one_line(choice.label)
        if not label:
            continue
        if SEPARATOR in label or len(label) > MAX_CHOICE_LENGTH:
            message = _("A choice can't contain “%(mark)s” or be longer than %(most)d characters.")
            raise PropertyError(message % {"mark": SEPARATOR, "most": MAX_CHOICE_LENGTH}, "choices")
        value = choice.value if choice.value in known else label
        if value in by_value or label.casefold() in labels:
            raise PropertyError(_("There are two choices “%s”.") % label, "choices")
        labels.add(label.casefold())
        by_value[value] = {"value": value, "label": label, "archived": choice.is_archived}
    if not by_value:
        raise PropertyError(_("Add at least one choice."), "choices")
    if len(by_value) > MAX_CHOICES:
        raise PropertyError(_("At most %d choices are allowed.") % MAX_CHOICES, "choices")
    _refuse_removed(row, known - by_value.keys())
    return list(by_value.values())


def _refuse_removed(row: PropertyDefinition, removed: set[str]) -> None:
    is_list = row.kind == PropertyKind.CHOICES
    for value in sorted(removed):
        holding = HoldsValue("properties", row.name, [value], is_list=is_list)
        if Contact.objects.filter(holding).exists():
            message = _("Contacts have the choice “%s”. Archive it instead of removing it.")
            raise PropertyError(message % row.spec.labels.get(value, value), "choices")


def _next_position(group: str) -> int:
    last = PropertyDefinition.objects.filter(group=group).order_by("-position").first()
    return last.position + 1 if last else 0


def _one_line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())
