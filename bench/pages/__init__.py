"""Server time of the pages, with a CRM as large as a big company's (`bench.pages.seeding` has the sizes).

Beside each, its ratio to a page that reads nothing but who is signed in: the least that any page costs.
"""

import json
import tempfile
from dataclasses import dataclass, field

from rich.table import Table

from bench.measuring import measure
from bench.report import Check, Options, Report, empty_table
from bench.services import postgresql

TITLE = "Server time of pages (milliseconds; ratio to a page that only knows who is signed in)"
MOST_MILLISECONDS = 200


@dataclass(frozen=True, kw_only=True)
class Page:
    page: str
    path: str
    first: float
    """Milliseconds of the first visit, with nothing warm but the database's files."""
    milliseconds: float
    """The middle one of the visits after it."""
    queries: int
    ratio: float
    """Its milliseconds to those of the first page."""


@dataclass(kw_only=True)
class PagesReport(Report):
    rows: list[Page] = field(default_factory=list)

    def table(self) -> Table:
        table = empty_table(self.title, "page", "first", "median", "queries", "ratio")
        for row in self.rows:
            numbers = (f"{row.first:.0f}", f"{row.milliseconds:.0f}", str(row.queries), f"{row.ratio:.1f}")
            table.add_row(row.page, *numbers)
        return table


def run(options: Options) -> Report:
    """Each page once and five times more, whatever `options` says of rounds: the seeding takes the time."""
    pages = _visited()
    slowest = max(pages, key=lambda page: page.milliseconds)
    hope = Check(
        hope=f"Every page in less than {MOST_MILLISECONDS} ms",
        found=f"{slowest.page} in {slowest.milliseconds:.0f} ms",
        holds=slowest.milliseconds < MOST_MILLISECONDS,
    )
    return PagesReport(name="pages", title=TITLE, rows=pages, checks=[hope])


def _visited() -> list[Page]:
    with postgresql() as server, tempfile.TemporaryDirectory() as data:
        environment = {
            "DATABASE_URL": server.fresh("pages"),
            "DATA_DIR": data,
            "DJANGO_SETTINGS_MODULE": "zoomsync.settings",
        }
        _measurement, output = measure(["-m", "bench.pages.visiting"], environment)
    found = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    baseline = found[0]["milliseconds"]
    return [Page(**row, ratio=row["milliseconds"] / baseline) for row in found]
