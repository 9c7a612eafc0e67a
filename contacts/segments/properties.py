"""The properties that a condition can name: columns of the contact, and custom ones by their kind."""

from collections.abc import Mapping
from functools import partial

from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, StrIndex
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext as _

from contacts.models import Contact, PropertyDefinition
from contacts.properties.kinds import PropertyKind, PropertySpec
from contacts.properties.names import ZOOM_GROUP
from contacts.segments.catalogue import Property
from contacts.segments.json_values import HoldsValue, StoredTime, stored_number
from contacts.segments.sql import Column
from contacts.segments.value_tests import ValueKind
from core.folded_text import Folded

COLUMNS = {
    "email": ValueKind.TEXT,
    "first_name": ValueKind.TEXT,
    "last_name": ValueKind.TEXT,
    "source": ValueKind.CHOICE,
    "created_at": ValueKind.TIME,
    "zoom_webinar_registration_count": ValueKind.NUMBER,
    "zoom_webinar_attendance_count": ValueKind.NUMBER,
    "zoom_webinar_attendance_average_duration": ValueKind.NUMBER,
    "zoom_webinar_joinlink": ValueKind.TEXT,
}
KINDS = {
    PropertyKind.TEXT: ValueKind.TEXT,
    PropertyKind.LONG_TEXT: ValueKind.TEXT,
    PropertyKind.LINK: ValueKind.TEXT,
    PropertyKind.NUMBER: ValueKind.NUMBER,
    PropertyKind.DATE: ValueKind.TIME,
    PropertyKind.DATE_TIME: ValueKind.TIME,
    PropertyKind.YES_NO: ValueKind.BOOLEAN,
    PropertyKind.CHOICE: ValueKind.CHOICE,
    PropertyKind.CHOICES: ValueKind.CHOICES,
}


def load_properties() -> Mapping[str, Property]:
    """All of them by name, the contact's own first. One query."""
    rows = PropertyDefinition.objects.exclude(name__in=COLUMNS).in_order()
    custom = {row.name: _custom(row.spec) for row in rows}
    return {name: _own(name, kind) for name, kind in COLUMNS.items()} | custom


def _custom(spec: PropertySpec) -> Property:
    choices = tuple((choice.value, choice.label) for choice in spec.choices)
    group = _("%s (archived)") % spec.group if spec.is_archived else spec.group
    return Property(spec.name, spec.label, KINDS[spec.kind], group=group, choices=choices)


def _own(name: str, kind: ValueKind) -> Property:
    field = next(field for field in Contact._meta.concrete_fields if field.name == name)
    label = str(field.verbose_name)
    group = ZOOM_GROUP if name.startswith("zoom_") else ""
    choices = tuple((str(value), str(text)) for value, text in field.choices or ())
    return Property(name, label[:1].upper() + label[1:], kind, is_custom=False, group=group, choices=choices)


def column_of(row: Property) -> Column:
    if not row.is_custom:
        return Column(F(row.name), row.kind, is_folded=row.name == "email")
    stored = KeyTextTransform(row.name, "properties")
    if row.kind == ValueKind.NUMBER:
        return Column(stored_number(stored), row.kind)
    if row.kind == ValueKind.TIME:
        return Column(StoredTime(stored), row.kind)
    if row.kind in (ValueKind.CHOICE, ValueKind.CHOICES, ValueKind.BOOLEAN):
        is_list = row.kind == ValueKind.CHOICES
        holding = partial(HoldsValue, "properties", row.name, is_list=is_list)
        return Column(Cast(stored, TextField()), row.kind, holding=holding)
    return Column(Cast(stored, TextField()), row.kind)


MOST_VALUES = 20
LOOKED_AT = 20_000  # of the newest contacts: a suggestion is no census


def occurring_values(contacts: QuerySet[Contact], row: Property, text: str) -> list[str]:
    """Values of a text property that newer contacts have, those with `text` in them."""
    newest = contacts.order_by("-pk").values("pk")[:LOOKED_AT]
    column = column_of(row)
    occurring = contacts.filter(pk__in=newest).annotate(occurring=column.expression).filter(column.known())
    matching = occurring.filter(Q(GreaterThan(StrIndex(Folded(F("occurring")), Folded(Value(text))), 0)))
    return list(matching.order_by("occurring").values_list("occurring", flat=True).distinct()[:MOST_VALUES])
