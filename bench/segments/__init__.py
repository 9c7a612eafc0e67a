"""Segments of a million contacts: counting, the first page, and following a sync.

The hopes are those of a person who builds a segment and watches the count: under a second. Mautic's users
wait minutes at 700,000 contacts.
"""

import json
import tempfile
from dataclasses import dataclass, field

from rich.table import Table

from bench.measuring import measure
from bench.report import Check, Options, Report, empty_table
from bench.services import postgresql

TITLE = "Segments of 1,000,000 contacts with 5,000,000 participations (milliseconds)"


@dataclass(frozen=True, kw_only=True)
class Asked:
    segment: str
    members: int
    count: float
    first_page: float


@dataclass(frozen=True, kw_only=True)
class Visited:
    page: str
    first: float
    milliseconds: float
    """Of server time, as in `bench.pages`."""
    queries: int


@dataclass(kw_only=True)
class SegmentsReport(Report):
    rows: list[Asked] = field(default_factory=list)
    pages: list[Visited] = field(default_factory=list)

    def table(self) -> Table:
        table = empty_table(self.title, "segment or page", "members", "count", "first page", "queries")
        for row in self.rows:
            table.add_row(row.segment, f"{row.members:,}", f"{row.count:.0f}", f"{row.first_page:.0f}", "")
        for page in self.pages:
            table.add_row(page.page, "", "", f"{page.milliseconds:.0f}", str(page.queries))
        return table


def run(options: Options) -> Report:
    """The median of `rounds` after one visit that warms the caches."""
    with postgresql() as server, tempfile.TemporaryDirectory() as data:
        environment = {
            "DATABASE_URL": server.fresh("segments"),
            "DATA_DIR": data,
            "DJANGO_SETTINGS_MODULE": "zoomsync.settings",
        }
        _measurement, output = measure(["-m", "bench.segments.asking", str(options.rounds)], environment)
    lines = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    rows = [Asked(**line) for line in lines if "segment" in line]
    pages = [Visited(**line) for line in lines if "page" in line]
    nested = next(row for row in rows if row.segment.startswith("five"))
    followed = next(line["followed"] for line in lines if "followed" in line)
    counted = [page for page in pages if page.page.endswith("how many")]
    searches = [page for page in pages if "search" in page.page and page not in counted]
    others = [page for page in pages if page not in counted]
    checks = [
        _check("Five nested conditions counted in under 1 s", nested.count, 1_000),
        _check("Their first page in under 1 s", nested.first_page, 1_000),
        _check("100 segments after a sync of 1,000 people in under 5 s", followed, 5_000),
        _check_all("Every page in under 200 ms", others, 200),
        _check_all("Every search in under 100 ms", searches, 100),
        _check_all("What a page counts afterwards in under 1 s", counted, 1_000),
    ]
    return SegmentsReport(name="segments", title=TITLE, rows=rows, pages=pages, checks=checks)


def _check(hope: str, milliseconds: float, most: float) -> Check:
    return Check(hope=hope, found=f"{milliseconds:,.0f} ms", holds=milliseconds < most)


def _check_all(hope: str, pages: list[Visited], most: float) -> Check:
    slowest = max(pages, key=lambda page: page.milliseconds)
    return _check(f"{hope} ({slowest.page})", slowest.milliseconds, most)
