"""How exported rows are written: as lines of JSON, or as CSV. Pure: knows neither datasets nor the database.

In CSV a text that a spreadsheet would run as a formula gets an apostrophe in front; `import_contacts` takes
it off again. `raw` CSV, for programs, has the values as they are. JSON always does.
"""

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from core.formulas import escape_formulas

type Row = Mapping[str, Any]


class JsonList[T](list[T]):
    """A list that is JSON in CSV too. Any other is joined by ";"."""


class Writable(Protocol):
    def write(self, text: str, /) -> object: ...


def write_jsonl(fields: Iterable[str], rows: Iterable[Row], out: Writable) -> None:
    """An object per line. What is unknown is null, lists are lists."""
    names = tuple(fields)
    for row in rows:
        out.write(json.dumps({name: _plain(row[name]) for name in names}, ensure_ascii=False) + "\n")


def write_csv(fields: Iterable[str], rows: Iterable[Row], out: Writable) -> None:
    """A header, then a line per row. What is unknown is blank; texts and lists are as import_contacts reads
    them.
    """
    _write_csv(fields, rows, out, escape_formulas)


def write_raw_csv(fields: Iterable[str], rows: Iterable[Row], out: Writable) -> None:
    """The same for programs: nothing is put in front of a text."""
    _write_csv(fields, rows, out, str)


def _write_csv(fields: Iterable[str], rows: Iterable[Row], out: Writable, text: Callable[[str], str]) -> None:
    names = tuple(fields)
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(names)
    for row in rows:
        cells = (_cell(_plain(row[name])) for name in names)
        writer.writerow([text(cell) if isinstance(cell, str) else cell for cell in cells])


FORMATS: dict[str, Callable[[Iterable[str], Iterable[Row], Writable], None]] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
}


def in_utc(value: datetime) -> str:
    """ "2026-01-31T10:00:00Z"."""
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _plain(value: Any) -> Any:
    return in_utc(value) if isinstance(value, datetime) else value


def _cell(value: Any) -> Any:
    if isinstance(value, JsonList):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ";".join(value) if isinstance(value, list) else value
