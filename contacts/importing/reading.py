"""A file as batches of people to write, one after the other, in memory that does not grow with the file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import batched
from typing import BinaryIO

from contacts.errors import ContactError
from contacts.importing.columns import Columns, Person, Refusal, read_header, read_mapping, read_record
from contacts.importing.errors import UnreadableFileError
from contacts.importing.seen import SeenAddresses
from contacts.importing.table import Table, open_table
from contacts.models import PropertyDefinition
from contacts.properties.kinds import PropertyKind, PropertySpec
from contacts.properties.names import MAX_PROPERTIES
from core.emails import trimmed
from core.messages import Message

BATCH_SIZE = 500
# Then the file is another one than was meant: the person who uploaded it would rather know than wait.
MAX_REJECTED_IN_A_ROW = 1_000


@dataclass(slots=True)
class Batch:
    last_line: int
    people: list[Person] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def add(self, entry: Person | Refusal) -> None:
        if isinstance(entry, Person):
            self.people.append(entry)
        else:
            self.refusals.append(entry)

    def rejected_at_its_end(self, refusals: list[Refusal], before: int) -> int:
        """How many of the last lines were rejected in a row, with `before` in front of the batch."""
        rejected = {refusal.line for refusal in refusals}
        good = [person.line for person in self.people if person.line not in rejected]
        if not good:
            return before + len(rejected)
        return sum(line > good[-1] for line in rejected)


class ContactFile:
    """A CSV file of contacts. Raises `UnreadableFileError` when nothing of it could be imported."""

    def __init__(
        self,
        file: BinaryIO,
        chosen: Mapping[str, int] | None = None,
        mapping: Mapping[str, str] | None = None,
    ) -> None:
        self._table: Table = open_table(file)
        header = self._table.header
        self._columns: Columns = read_mapping(header, mapping) if mapping else read_header(header, chosen)

    @property
    def header(self) -> list[str]:
        return [trimmed(cell) for cell in self._table.header.cells]

    @property
    def lines(self) -> int:
        """How many lines there are, with the header."""
        return self._table.lines

    @property
    def notes(self) -> tuple[Message, ...]:
        return self._table.notes + self._columns.notes

    def new_specs(self) -> dict[str, PropertySpec]:
        """The properties that rows of the file make, by its columns that are none yet.

        Raises `UnreadableFileError` where contacts would have too many properties.
        """
        labels = self._columns.labels
        custom = PropertyDefinition.objects.custom()
        known = set(custom.filter(name__in=labels).values_list("name", flat=True))
        if custom.count() + len(labels.keys() - known) > MAX_PROPERTIES:
            raise UnreadableFileError(Message("import.too_many_properties", most=MAX_PROPERTIES))
        return {
            name: PropertySpec(name, label, PropertyKind(self._columns.kinds.get(name, PropertyKind.TEXT)))
            for name, label in labels.items()
            if name not in known
        }

    def batches(self, after_line: int = 0) -> Iterator[Batch]:
        """Once: the lines after `after_line`. Those before it count as duplicates, but are not repeated."""
        with SeenAddresses() as seen:
            for records in batched(self._table.records, BATCH_SIZE):
                batch = Batch(last_line=records[-1].last_line)
                for record in records:
                    entry = _checked_for_repetition(read_record(self._columns, record), seen)
                    if record.line > after_line:
                        batch.add(entry)
                if batch.last_line > after_line:
                    yield batch


def _checked_for_repetition(entry: Person | Refusal, seen: SeenAddresses) -> Person | Refusal:
    """A row that is wrong does not make its repetition one too."""
    if isinstance(entry, Refusal):
        return entry
    if earlier := seen.earlier_line(entry.email):
        error = ContactError(Message("import.same_email", line=earlier), "email")
        return replace(entry, errors=(*entry.errors, error))
    if not entry.errors:
        seen.add(entry.email, entry.line)
    return entry
