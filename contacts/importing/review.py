"""What a file is about to do, looked at before anything is written: its first rows, and what columns hold.

A target says what a column is: a field of the contact, "property:NAME", "new:KIND" or "ignore".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from django.utils.translation import gettext as _

from contacts.importing.errors import UnreadableFileError
from contacts.importing.header import FIELDS, REPORT_COLUMNS, fields_named
from contacts.importing.table import Record, open_table
from contacts.models import ContactImport
from contacts.properties.definitions import custom_specs
from contacts.properties.guessing import guess_kind
from contacts.properties.kinds import WITH_CHOICES, PropertyKind, PropertySpec
from contacts.properties.names import OWN_FIELDS, ZOOM_PROPERTIES, property_name
from core.emails import trimmed
from core.formulas import unescape_formulas
from core.messages import Message

IGNORE = "ignore"
SAMPLE = 200  # rows that kinds are guessed by
SHOWN = 5
MOST_SHOWN = 80  # characters of a cell
NEW_KINDS = [kind for kind in PropertyKind if kind not in WITH_CHOICES]


@dataclass(frozen=True)
class Beginning:
    """The header and the first rows of a file."""

    header: list[str]
    rows: list[list[str]]


def read_beginning(file: BinaryIO) -> Beginning:
    """Raises `UnreadableFileError`."""
    table = open_table(file)
    header = [trimmed(cell) for cell in table.header.cells]
    records = (record for record in islice(table.records, SAMPLE) if isinstance(record, Record))
    width = len(header)
    rows = [
        [unescape_formulas(trimmed(cell)) for cell in [*record.cells, *[""] * width][:width]]
        for record in records
    ]
    return Beginning(header, rows)


def suggest(beginning: Beginning, specs: Mapping[str, PropertySpec]) -> dict[str, str]:
    """What each column most likely is, by its position: as last time, else by its name and values."""
    if remembered := remembered_mapping(beginning.header):
        return remembered
    named = fields_named(beginning.header)
    first_of_each = {
        field: places if field == "secondary_emails" else places[:1] for field, places in named.items()
    }
    targets = {str(at): field for field, places in first_of_each.items() for at in places}
    if "email" not in targets.values() and (at := _column_of_addresses(beginning)) is not None:
        targets[str(at)] = "email"
    for at, label in enumerate(beginning.header):
        targets.setdefault(str(at), _target(label, [row[at] for row in beginning.rows], specs))
    return targets


def _column_of_addresses(beginning: Beginning) -> int | None:
    """The first column of which more than half of the values look like addresses."""
    for at in range(len(beginning.header)):
        values = [row[at] for row in beginning.rows if row[at]]
        if sum("@" in value for value in values) * 2 > len(values):
            return at
    return None


def _target(label: str, values: list[str], specs: Mapping[str, PropertySpec]) -> str:
    name = property_name(label)
    if not name or name in (*ZOOM_PROPERTIES, *OWN_FIELDS, *REPORT_COLUMNS):
        return IGNORE
    spec = specs.get(name)
    if spec:
        return IGNORE if spec.is_archived else f"property:{name}"
    return f"new:{guess_kind(values)}"


@dataclass(frozen=True)
class ReviewedColumn:
    """A column as the review shows it: its name, the first values, and what it is taken for."""

    position: int
    label: str
    target: str
    values: list[str]


def columns_of(job: ContactImport) -> list[ReviewedColumn]:
    return [
        ReviewedColumn(
            at,
            label or _("Column %d") % (at + 1),
            job.mapping.get(str(at), IGNORE),
            [row[at] for row in job.preview if at < len(row)],
        )
        for at, label in enumerate(job.columns)
    ]


def targets() -> list[tuple[str, str]]:
    """Everything that a column can be. One query."""
    fields = {
        "email": _("Email"),
        "first_name": _("First name"),
        "last_name": _("Last name"),
        "secondary_emails": _("Secondary emails"),
    }
    known = [
        (f"property:{spec.name}", spec.label) for spec in custom_specs().values() if not spec.is_archived
    ]
    new = [(f"new:{kind}", _("New property: %s") % kind.label) for kind in NEW_KINDS]
    return [(IGNORE, _("Ignore")), *fields.items(), *known, *new]


def remembered_mapping(header: list[str]) -> dict[str, str]:
    """What someone last chose for a file with these columns."""
    last = ContactImport.objects.filter(columns=header).exclude(mapping={}).order_by("-pk").first()
    return dict(last.mapping) if last else {}


def check_mapping(header: Sequence[str], mapping: Mapping[str, str]) -> None:
    """Raises `UnreadableFileError` for what cannot be imported by."""
    targets = [target for target in mapping.values() if target != IGNORE]
    if targets.count("email") != 1:
        raise UnreadableFileError(Message("import.choose_email_column"))
    single = [target for target in targets if target != "secondary_emails" and not target.startswith("new:")]
    names = [property_name(header[int(at)]) for at, to in mapping.items() if to.startswith("new:")]
    taken = {target.removeprefix("property:") for target in single}
    if len(set(single)) < len(single) or len(set(names)) < len(names) or taken & set(names):
        raise UnreadableFileError(Message("import.column_chosen_twice"))
    if not all(names) or {*OWN_FIELDS, *ZOOM_PROPERTIES} & set(names):
        raise UnreadableFileError(Message("import.column_not_nameable"))


def fields_of_mapping(mapping: Mapping[str, str]) -> dict[str, list[int]]:
    positions: dict[str, list[int]] = {field: [] for field in FIELDS}
    for at, target in sorted(mapping.items(), key=lambda pair: int(pair[0])):
        if target in positions:
            positions[target].append(int(at))
    return positions
