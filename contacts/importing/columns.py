"""What the columns of a file mean, and each record as a person, or as a line refused with the reason.

Pure: looks at the line alone. Whose an address is already, only the database knows (`batches`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from contacts.addresses import clean_address, clean_name, clean_secondaries
from contacts.errors import ContactError
from contacts.importing.errors import UnreadableFileError
from contacts.importing.table import BrokenRecord, Record, fold
from contacts.properties import MAX_NAME_LENGTH, ZOOM_PROPERTIES, property_name

# Names as `fold` leaves them.
_KNOWN = {
    "email": "email",
    "firstname": "first_name",
    "lastname": "last_name",
    "secondaryemails": "secondary_emails",
}


@dataclass(frozen=True, slots=True)
class Person:
    line: int
    email: str
    first_name: str = ""
    last_name: str = ""
    secondary_emails: tuple[str, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)

    @property
    def addresses(self) -> tuple[str, ...]:
        return (self.email, *self.secondary_emails)


@dataclass(frozen=True, slots=True)
class Refusal:
    line: int
    email: str  # as in the file, cut to what a column holds
    reason: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Positions in the line, by what they hold."""

    width: int
    known: dict[str, int]
    properties: dict[str, int]
    labels: dict[str, str]  # of the properties, as the header has them
    notes: tuple[str, ...]


def read_header(header: Record) -> Columns:
    """Raises `UnreadableFileError`: no email column, or one that is named twice."""
    columns = Columns(len(header.cells), {}, {}, {}, tuple(_notes(header.cells)))
    for position, cell in enumerate(header.cells):
        label = cell.strip()
        if name := _KNOWN.get(fold(label)):
            _put(columns.known, name, position, label)
        elif (name := property_name(label)) and name not in ZOOM_PROPERTIES:
            _put(columns.properties, name, position, label)
            columns.labels[name] = label[:MAX_NAME_LENGTH]
    if "email" not in columns.known:
        found = ", ".join(cell.strip() for cell in header.cells if cell.strip())
        raise UnreadableFileError(
            _('The file has no column "email". Its first line names these columns: %s') % found[:300]
        )
    return columns


def read_record(columns: Columns, record: Record | BrokenRecord) -> Person | Refusal:
    if isinstance(record, BrokenRecord):
        return Refusal(record.line, "", record.reason)
    cells = [cell.strip() for cell in record.cells]
    if any(cells[columns.width :]):
        reason = _("The line has %(found)d values, but the first line names %(named)d columns.")
        return _refuse(columns, record, reason % {"found": len(cells), "named": columns.width})
    cells += [""] * (columns.width - len(cells))
    try:
        return _person(columns, record.line, cells)
    except ContactError as error:
        return _refuse(columns, record, str(error))


def _person(columns: Columns, line: int, cells: list[str]) -> Person:
    """Raises `ContactError`."""

    def cell(name: str) -> str:
        position = columns.known.get(name)
        return "" if position is None else cells[position]

    email = clean_address(cell("email"))
    return Person(
        line=line,
        email=email,
        first_name=clean_name(cell("first_name"), "first_name"),
        last_name=clean_name(cell("last_name"), "last_name"),
        secondary_emails=clean_secondaries(cell("secondary_emails").replace(",", ";").split(";"), email),
        properties={name: cells[at] for name, at in columns.properties.items() if cells[at]},
    )


def _refuse(columns: Columns, record: Record, reason: str) -> Refusal:
    position = columns.known["email"]
    email = record.cells[position].strip() if position < len(record.cells) else ""
    return Refusal(record.line, email[:320], reason)


def _put(positions: dict[str, int], name: str, position: int, label: str) -> None:
    if name in positions:
        raise UnreadableFileError(_('Two columns are named "%s". Rename or remove one of them.') % label)
    positions[name] = position


def _notes(cells: list[str]) -> Iterator[str]:
    """What of the file is left out without a line being refused."""
    for number, cell in enumerate(cells, start=1):
        name = property_name(cell)
        if name in ZOOM_PROPERTIES:
            yield _('The column "%s" was left out: the sync computes it.') % cell.strip()
        elif not name and cell.strip():
            yield _('The column "%s" was left out: its name has neither letters nor digits.') % cell.strip()
        elif not name and any(later.strip() for later in cells[number:]):
            yield _("Column %d was left out: it has no name.") % number
