"""The columns that a list of contacts can have: the contact's own, and one for each custom property."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from contacts.models import Contact
from contacts.properties.kinds import PropertyKind, PropertySpec
from contacts.properties.values import in_words

PREFIX = "p:"  # before the name of a property
DEFAULT = ("name", "email", "registered", "attended", "average", "source", "updated")
OF_MEMBERS = ("name", "email", "registered", "attended", "average")  # of a segment, beside other things
MOST = 30


@dataclass(frozen=True)
class ColumnChoice:
    key: str
    label: str
    is_numeric: bool = False
    fields: tuple[str, ...] = ()
    """What the list is sorted by; of a property, its own expression."""
    spec: PropertySpec | None = None

    @property
    def starts_descending(self) -> bool:
        return self.is_numeric or self.key in ("updated", "created")


@dataclass(frozen=True)
class Cell:
    """`time` is drawn as the other times of the app."""

    column: ColumnChoice
    text: str
    time: datetime | None = None
    url: str = ""


def all_columns(specs: Mapping[str, PropertySpec]) -> dict[str, ColumnChoice]:
    own = [
        ColumnChoice("name", _("Name"), fields=("last_name", "first_name")),
        ColumnChoice("email", _("Email"), fields=("email",)),
        ColumnChoice("first_name", _("First name"), fields=("first_name",)),
        ColumnChoice("last_name", _("Last name"), fields=("last_name",)),
        ColumnChoice("registered", _("Registered"), True, ("zoom_webinar_registration_count",)),
        ColumnChoice("attended", _("Attended"), True, ("zoom_webinar_attendance_count",)),
        ColumnChoice("average", _("Average"), True, ("zoom_webinar_attendance_average_duration",)),
        ColumnChoice("source", _("Source"), fields=("source",)),
        ColumnChoice("created", _("Created"), fields=("created_at",)),
        ColumnChoice("updated", _("Updated"), fields=("updated_at",)),
    ]
    custom = [
        ColumnChoice(f"{PREFIX}{name}", spec.label, spec.kind == PropertyKind.NUMBER, spec=spec)
        for name, spec in specs.items()
        if not spec.is_archived
    ]
    return {column.key: column for column in [*own, *custom]}


def chosen_columns(
    query_value: str, known: Mapping[str, ColumnChoice], default: Sequence[str] = DEFAULT
) -> list[ColumnChoice]:
    """The columns that an address names, in its order; the default ones where it names none."""
    keys = [key for key in dict.fromkeys(query_value.split(",")) if key in known] or list(default)
    return [known[key] for key in keys[:MOST]]


def cells(contact: Contact, columns: Sequence[ColumnChoice]) -> list[Cell]:
    return [_cell(contact, column) for column in columns]


def _cell(contact: Contact, column: ColumnChoice) -> Cell:
    if column.spec:
        value = contact.properties.get(column.spec.name)
        text = "" if value is None else in_words(value, column.spec, get_current_timezone())
        is_link = column.spec.kind == PropertyKind.LINK and text.startswith(("https://", "http://"))
        return Cell(column, text, url=text if is_link else "")
    value = _OWN[column.key](contact)
    return Cell(column, "", value) if isinstance(value, datetime) else Cell(column, str(value))


def _average(contact: Contact) -> str:
    average = contact.zoom_webinar_attendance_average_duration
    return "" if average is None else f"{average:.1f} %"


_OWN: dict[str, Callable[[Contact], Any]] = {
    "name": str,
    "email": lambda contact: contact.email,
    "first_name": lambda contact: contact.first_name,
    "last_name": lambda contact: contact.last_name,
    "registered": lambda contact: f"{contact.zoom_webinar_registration_count:,}",
    "attended": lambda contact: f"{contact.zoom_webinar_attendance_count:,}",
    "average": _average,
    "source": lambda contact: contact.get_source_display(),
    "created": lambda contact: contact.created_at,
    "updated": lambda contact: contact.updated_at,
}
