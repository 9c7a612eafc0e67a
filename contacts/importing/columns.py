"""What the columns of a file mean, and each record as a person, or as a line refused with the reasons.

Pure: looks at the line alone. Whose an address is already, only the database knows (`batches`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from contacts.addresses import clean_address, clean_name, clean_secondaries
from contacts.errors import ContactError, collecting
from contacts.importing.errors import NoEmailColumnError, UnreadableFileError
from contacts.importing.header import FIELDS, REPORT_COLUMNS, fields_named, fold
from contacts.importing.review import check_mapping, fields_of_mapping
from contacts.importing.table import BrokenRecord, Record
from contacts.properties.names import MAX_NAME_LENGTH, OWN_FIELDS, ZOOM_PROPERTIES, property_name
from contacts.properties.values import MAX_VALUE_LENGTH
from core.emails import trimmed
from core.formulas import unescape_formulas
from core.messages import Message

MAX_COLUMNS = 500  # of a file; a contact has as many properties in the end, and each has to be edited
_FIXED_FIELDS = {*OWN_FIELDS} - {*FIELDS}
MAX_EMAIL_LENGTH = 320  # of what a report keeps
SEVERAL = " ::: "  # Google's mark between several values in one cell


@dataclass(frozen=True, slots=True)
class Person:
    line: int
    email: str
    first_name: str = ""
    last_name: str = ""
    secondary_emails: tuple[str, ...] = ()
    properties: dict[str, Any] = field(default_factory=dict)  # as given
    cells: tuple[str, ...] = ()  # the row as it is in the file
    errors: tuple[ContactError, ...] = ()  # what the row alone shows to be wrong

    @property
    def addresses(self) -> tuple[str, ...]:
        return (self.email, *self.secondary_emails)


@dataclass(frozen=True, slots=True)
class Refusal:
    line: int
    email: str  # as in the file, cut to what a column holds
    reasons: tuple[Message, ...]  # all that is wrong with it
    cells: tuple[str, ...] = ()  # the row as it is in the file

    @property
    def reason(self) -> Message:
        """All reasons as one message."""
        *others, text = self.reasons
        for reason in reversed(others):
            text = Message("import.reasons", reason=reason, more=text)
        return text


@dataclass(frozen=True, slots=True)
class Columns:
    """Positions in the line, by what they hold."""

    width: int
    known: dict[str, list[int]]
    properties: dict[str, int]
    labels: dict[str, str]  # of the properties, as the header has them
    notes: tuple[Message, ...]
    kinds: dict[str, str] = field(default_factory=dict)  # of properties to be made, where someone chose


def read_header(header: Record, chosen: Mapping[str, int] | None = None) -> Columns:
    """What each column holds. `chosen` are the columns that someone chose for a field.

    Raises `UnreadableFileError`: too many columns, no email column, or one that is named twice.
    """
    if len(header.cells) > MAX_COLUMNS:
        raise UnreadableFileError(
            Message("import.too_many_columns", found=len(header.cells), most=MAX_COLUMNS)
        )
    known = _known_columns(header, chosen or {})
    columns = Columns(len(header.cells), known, {}, {}, tuple(_notes(header.cells)))
    taken = {position for positions in known.values() for position in positions}
    for position, cell in enumerate(header.cells):
        name = property_name(trimmed(cell))
        if position not in taken and name and name not in (*ZOOM_PROPERTIES, *OWN_FIELDS, *REPORT_COLUMNS):
            _put(columns, name, position, trimmed(cell))
    return columns


def read_mapping(header: Record, mapping: Mapping[str, str]) -> Columns:
    """What each column holds, as someone said (`contacts.importing.review`).

    Raises `UnreadableFileError` where the file has other columns than those.
    """
    check_mapping([trimmed(cell) for cell in header.cells], mapping)
    columns = Columns(len(header.cells), fields_of_mapping(mapping), {}, {}, ())
    for place, target in mapping.items():
        label = trimmed(header.cells[int(place)])
        if target.startswith("property:"):
            columns.properties[target.removeprefix("property:")] = int(place)
            columns.labels[target.removeprefix("property:")] = label[:MAX_NAME_LENGTH]
        elif target.startswith("new:"):
            _put(columns, property_name(label), int(place), label)
            columns.kinds[property_name(label)] = target.removeprefix("new:")
    return columns


def _known_columns(header: Record, chosen: Mapping[str, int]) -> dict[str, list[int]]:
    known = {
        name: [position for position in positions if position not in chosen.values()]
        for name, positions in fields_named(header.cells).items()
    }
    known |= {name: [position] for name, position in chosen.items() if position < len(header.cells)}
    for name in ("email", "first_name", "last_name"):
        _refuse_doubled(header, known.get(name, []))
        known[name] = known.get(name, [])[:1]
    if not known["email"]:
        raise NoEmailColumnError([trimmed(cell) for cell in header.cells])
    return known


def _refuse_doubled(header: Record, positions: list[int]) -> None:
    """Two columns with the same name: it isn't clear which one is meant."""
    labels = [fold(header.cells[position]) for position in positions]
    if labels[1:2] == labels[:1] != []:
        raise _named_twice(header.cells[positions[1]])


def read_record(columns: Columns, record: Record | BrokenRecord) -> Person | Refusal:
    """The person, with the errors of the row; a refusal where it can't be told which value is which."""
    if isinstance(record, BrokenRecord):
        return Refusal(record.line, "", (record.reason,))
    cells = [trimmed(unescape_formulas(trimmed(cell))) for cell in record.cells]
    if any(cells[columns.width :]):
        reason = Message("import.too_many_values", found=len(cells), named=columns.width)
        (position,) = columns.known["email"]
        email = cells[position][:MAX_EMAIL_LENGTH]
        return Refusal(record.line, email, (reason,), tuple(record.cells))
    return _person(columns, record, cells + [""] * (columns.width - len(cells)))


def _person(columns: Columns, record: Record, cells: list[str]) -> Person:
    def values(name: str) -> list[str]:
        return [cells[position] for position in columns.known.get(name, [])]

    primary, *others = "".join(values("email")).split(SEVERAL)
    secondaries = ";".join([*others, *values("secondary_emails")]).replace(SEVERAL, ";").replace(",", ";")
    person = clean_person(
        record.line,
        primary,
        {name: "".join(values(name)) for name in ("first_name", "last_name")},
        secondaries.split(";"),
    )
    errors: list[ContactError] = list(person.errors)
    properties: dict[str, Any] = {}
    for name, at in columns.properties.items():
        with collecting(errors):
            if cells[at]:
                properties[name] = _checked(cells[at], columns.labels[name])
    return replace(person, properties=properties, cells=tuple(record.cells), errors=tuple(errors))


def clean_person(line: int, email: str, names: Mapping[str, str], secondaries: Iterable[str]) -> Person:
    """The person as they are written, with an error for each text that can't be."""
    errors: list[ContactError] = []
    primary = email[:MAX_EMAIL_LENGTH]
    with collecting(errors):
        primary = clean_address(email)
    others: list[str] = []
    for address in secondaries:
        with collecting(errors):
            others += clean_secondaries([address], primary)
    cleaned: dict[str, Any] = {}
    for field_name, text in names.items():
        with collecting(errors):
            cleaned[field_name] = clean_name(text, field_name)
    unique = tuple(dict.fromkeys(others))
    return Person(line, primary, secondary_emails=unique, errors=tuple(errors), **cleaned)


def _checked(value: str, label: str) -> str:
    """What is of the right kind is found out when it is written. Raises `ContactError`."""
    if len(value) > MAX_VALUE_LENGTH:
        raise ContactError(Message("contact.value_too_long", label=label, max=MAX_VALUE_LENGTH))
    return value


def _put(columns: Columns, name: str, position: int, label: str) -> None:
    if name in columns.properties:
        raise _named_twice(label)
    columns.properties[name] = position
    columns.labels[name] = label[:MAX_NAME_LENGTH]


def _named_twice(label: str) -> UnreadableFileError:
    return UnreadableFileError(Message("import.column_twice", column=trimmed(label)))


def _notes(cells: list[str]) -> Iterator[Message]:
    """What of the file is left out without a line being refused."""
    for number, cell in enumerate(cells, start=1):
        name = property_name(cell)
        if name in ZOOM_PROPERTIES:
            yield Message("import.column_calculated", column=cell.strip())
        elif name in _FIXED_FIELDS:
            yield Message("import.column_fixed", column=cell.strip())
        elif not name and cell.strip():
            yield Message("import.column_unnameable", column=cell.strip())
        elif not name and any(later.strip() for later in cells[number:]):
            yield Message("import.column_nameless", number=number)
