"""A list as a CSV file, sent while it is read: memory does not grow with the number of rows.

Made for spreadsheets: a text that one of them would take for a formula gets an apostrophe in front, because
names and addresses were typed by strangers.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone

from core.formulas import escape_formulas

ROWS_AT_ONCE = 500


class _Echo:
    """csv.writer writes into a file; this one hands back what it is given."""

    def write(self, text: str) -> str:
        return text


def csv_download(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """The answer for a download called `name`-date.csv. `rows` is read as the browser takes them."""
    response = StreamingHttpResponse(_lines(header, rows), content_type="text/csv; charset=utf-8")
    day = timezone.localdate().isoformat()
    response["Content-Disposition"] = f'attachment; filename="{name}-{day}.csv"'
    return response


def _lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    waiting = [writer.writerow(header)]
    for row in rows:
        waiting.append(writer.writerow([cell(value) for value in row]))
        if len(waiting) >= ROWS_AT_ONCE:
            yield "".join(waiting)
            waiting.clear()
    yield "".join(waiting)


def cell(value: Any) -> Any:
    """A time in UTC, a text that no spreadsheet runs; anything else as it is."""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    return escape_formulas(value) if isinstance(value, str) else value
