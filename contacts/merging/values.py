"""Which values the surviving contact has after a merge: its own, filled from the other where it has none."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from contacts.history import PROPERTY, FieldChange, changes_between, fields_of
from contacts.models import Contact
from contacts.properties.definitions import custom_specs
from contacts.properties.kinds import PropertySpec
from contacts.properties.values import in_words


@dataclass(frozen=True)
class FieldChoice:
    """A field in which the two differ. `takes_merged` is what is chosen at first."""

    name: str
    label: str
    kept: str  # in words
    merged: str
    takes_merged: bool


def choices_between(survivor: Contact, merged: Contact) -> list[FieldChoice]:
    """At most one query, for the labels of the properties."""
    own, other = fields_of(survivor), fields_of(merged)
    differing = [change.field for change in changes_between(own, other)]
    names = [name.removeprefix(PROPERTY) for name in differing if name.startswith(PROPERTY)]
    specs = custom_specs(names) if names else {}
    defaults = default_choices(survivor, merged)
    labels = {"first_name": _("First name"), "last_name": _("Last name")}
    zone = get_current_timezone()
    choices = []
    for name in differing:
        bare = name.removeprefix(PROPERTY)
        spec = specs.get(bare) or PropertySpec(bare, labels.get(name, bare))
        words = (in_words(own.get(name), spec, zone), in_words(other.get(name), spec, zone))
        choices.append(FieldChoice(name, spec.label, *words, name in defaults))
    return choices


def default_choices(survivor: Contact, merged: Contact) -> set[str]:
    """The fields that are filled from the merged contact."""
    own, other = fields_of(survivor), fields_of(merged)
    return {name for name, value in other.items() if _is_blank(own.get(name)) and not _is_blank(value)}


def take_values(survivor: Contact, merged: Contact, chosen: Collection[str]) -> list[FieldChange]:
    """Give the survivor the merged contact's values of these fields; not saved."""
    before, other = fields_of(survivor), fields_of(merged)
    was_nameless = not survivor.name
    properties = dict(survivor.properties)
    for name in other.keys() & set(chosen) | {name for name in chosen if name.startswith(PROPERTY)}:
        if name.startswith(PROPERTY):
            _take_property(properties, name.removeprefix(PROPERTY), other.get(name))
        else:
            setattr(survivor, name, other[name])
    survivor.properties = properties
    if (survivor.first_name, survivor.last_name) != (before["first_name"], before["last_name"]):
        survivor.name_source = merged.name_source if was_nameless else Contact.NameSource.PERSON
    survivor.zoom_webinar_joinlink = survivor.zoom_webinar_joinlink or merged.zoom_webinar_joinlink
    return changes_between(before, fields_of(survivor))


def _take_property(properties: dict[str, Any], name: str, value: Any) -> None:
    if _is_blank(value):
        properties.pop(name, None)
    else:
        properties[name] = value


def _is_blank(value: Any) -> bool:
    return value is None or value == "" or value == []
