"""How exported rows are written: as lines of JSON, or as CSV. Pure: knows neither datasets nor the database.

Values are written as they are. Nothing is put in front of a text that a spreadsheet would take for a formula
("=1+1"): the export is read by programs, and would no longer be what the CRM holds.
"""

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

JOINED = {"secondary_emails"}  # by ";", as import_contacts reads them

type Row = Mapping[str, Any]


class Writable(Protocol):
    def write(self, text: str, /) -> object: ...


def write_jsonl(fields: Iterable[str], rows: Iterable[Row], out: Writable) -> None:
    """An object per line. What is unknown is null, lists are lists."""
    names = tuple(fields)
    for row in rows:
        out.write(json.dumps({name: _plain(row[name]) for name in names}, ensure_ascii=False) + "\n")


def write_csv(fields: Iterable[str], rows: Iterable[Row], out: Writable) -> None:
    """A header, then a line per row. What is unknown is blank, lists are JSON but for those in JOINED."""
    names = tuple(fields)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow(_cell(name, _plain(row[name])) for name in names)


FORMATS: dict[str, Callable[[Iterable[str], Iterable[Row], Writable], None]] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
}


def in_utc(value: datetime) -> str:
    """ "2026-01-31T10:00:00Z"."""
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _plain(value: Any) -> Any:
    return in_utc(value) if isinstance(value, datetime) else value


def _cell(name: str, value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return ";".join(value) if name in JOINED else json.dumps(value, ensure_ascii=False)
