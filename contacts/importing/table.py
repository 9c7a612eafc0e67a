"""A CSV file as records with their line numbers, even when some of them are broken.

Finds the delimiter and where each record begins and ends. A quote that is never closed costs its own line,
not the rest of the file.
"""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO

from contacts.importing.encoding import MAX_LINE, UNREADABLE, lines_of, survey
from contacts.importing.errors import UnreadableFileError
from contacts.importing.header import header_score
from core.messages import Message

DELIMITERS = ",;\t"
HEADER_WITHIN = 20  # records
MAX_LINES_PER_RECORD = 100  # a value with more line breaks than that is taken for a quote never closed


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one record. `line` is where it begins, `last_line` where it ends; the first line is 1."""

    line: int
    last_line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class BrokenRecord:
    line: int
    last_line: int
    reason: Message


@dataclass(frozen=True, slots=True)
class Table:
    header: Record
    records: Iterator[Record | BrokenRecord]
    delimiter: str
    lines: int
    notes: tuple[Message, ...]


def open_table(file: BinaryIO) -> Table:
    """Raises `UnreadableFileError` where there is no header. The file stays open while records are read.

    Reports begin with lines about themselves: the header is then the line below them that names most fields.
    """
    layout = survey(file)
    lines = _Lines(lines_of(file, layout.encoding))
    try:
        delimiter = _find_delimiter(lines)
    except csv.Error as error:
        raise UnreadableFileError(Message("import.no_header")) from error
    header, records = _find_header(_records(lines, delimiter))
    notes = [layout.note] if layout.note else []
    if header.line > 1 and header_score(header.cells):
        notes.append(Message("import.starts_at_line", line=header.line))
    return Table(header, records, delimiter, layout.lines, tuple(notes))


def _find_header(
    records: Iterator[Record | BrokenRecord],
) -> tuple[Record, Iterator[Record | BrokenRecord]]:
    """The header, and the records below it."""
    first = next(records, None)
    if first is None:
        raise UnreadableFileError(Message("import.empty"))
    if isinstance(first, BrokenRecord):
        raise UnreadableFileError(Message("import.bad_header", reason=first.reason))
    if header_score(first.cells):
        return first, records
    beginning = [first, *islice(records, HEADER_WITHIN)]
    headers = [record for record in beginning if isinstance(record, Record)]
    header = max(headers, key=lambda record: header_score(record.cells))  # the first of several
    below = beginning[beginning.index(header) + 1 :]
    return header, chain(below, records)


class _Lines:
    """Lines that can be taken back, for a reader that went too far."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._ahead: deque[str] = deque()
        self._taken: list[str] = []
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self._taken) >= MAX_LINES_PER_RECORD:
            raise csv.Error("unexpected end of data")
        line = self._ahead.popleft() if self._ahead else next(self._lines)
        self._taken.append(line)
        self.number += 1
        if len(line) == MAX_LINE:
            raise csv.Error("field larger than field limit")
        return line

    def begin(self) -> int:
        """A record begins with the next line, of which this is the number."""
        self._taken.clear()
        return self.number + 1

    def take_back(self, keep: int) -> None:
        """The lines since `begin`, but for the first `keep`, come again."""
        back = self._taken[keep:]
        self._ahead.extendleft(reversed(back))
        self.number -= len(back)


def _records(lines: _Lines, delimiter: str) -> Iterator[Record | BrokenRecord]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)
    while True:
        line = lines.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            lines.take_back(keep=1)
            yield BrokenRecord(line, lines.number, _reason_of(str(error)))
            continue
        if any(cell.strip() for cell in cells):
            yield _checked(Record(line, lines.number, cells))


def _checked(record: Record) -> Record | BrokenRecord:
    """Text that the database could not store or that was not readable in the first place is no record."""
    if any("\0" in cell for cell in record.cells):
        return BrokenRecord(record.line, record.last_line, Message("import.row_with_nul"))
    if any(UNREADABLE in cell for cell in record.cells):
        reason = Message("import.row_unreadable")
        return BrokenRecord(record.line, record.last_line, reason)
    return record


def _reason_of(error: str) -> Message:
    if "unexpected end" in error:
        return Message("import.quote_never_closed")
    if "larger than" in error:
        return Message("import.row_too_long")
    return Message("import.text_after_quote")


def _find_delimiter(lines: _Lines) -> str:
    """The delimiter by which a line names most fields, else the one that the first line holds most of.

    Excel's "sep=;" in front is read, and skipped.
    """
    lines.begin()
    beginning = _beginning(lines)
    at, first = next(((at, line) for at, line in enumerate(beginning) if line.strip()), (0, ""))
    declared = first.strip().strip('"')
    if declared.lower().startswith("sep=") and declared[4:5] in DELIMITERS:
        lines.take_back(keep=at + 1)
        return declared[4:5] or "\t"  # strip() took the tab
    lines.take_back(keep=0)
    return max(DELIMITERS, key=lambda delimiter: _fits(beginning, first, delimiter))


def _beginning(lines: _Lines) -> list[str]:
    """The first lines, up to one that is too long. Raises `csv.Error` when that is the first one."""
    beginning: list[str] = []
    while len(beginning) < HEADER_WITHIN:
        try:
            beginning.append(next(lines))
        except StopIteration:
            break
        except csv.Error:
            if not any(line.strip() for line in beginning):
                raise
            break
    return beginning


def _fits(beginning: list[str], first: str, delimiter: str) -> tuple[int, int]:
    best = max((header_score(line.split(delimiter)) for line in beginning), default=0)
    return best, len(first.split(delimiter))
