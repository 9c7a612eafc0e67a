"""10,000 registrations at Pro's limits, which the simulated Zoom enforces, with 200 ms for each answer.

The floor is what Zoom allows: 30 additions a second. Ours checks each contact, counts the day's additions,
registers, and writes participation, timeline and join link; half-way, someone registers a single contact.
"""

import json
import os
import tempfile
from dataclasses import dataclass, field

import requests
from rich.table import Table

from bench.measuring import measure
from bench.report import Check, Options, Report, empty_table
from bench.services import PostgreSQL, Zoom, postgresql, zoom

TITLE = "Registrations in Zoom (per second; share of the 30 a second that Zoom's Pro plan allows)"
ALLOWED = 30
LEAST_SHARE = 0.85
LATENCY = 200.0
LONGEST_SINGLE = 5.0


@dataclass(frozen=True, kw_only=True)
class Row:
    database: str
    registrations: int
    seconds: float
    """From the first job queued to the last one ended."""
    too_many: int
    """How often Zoom answered 429."""
    single_seconds: float
    """How long a single registration took in the middle of the bulk."""

    @property
    def per_second(self) -> float:
        return self.registrations / self.seconds

    @property
    def share(self) -> float:
        return self.per_second / ALLOWED


@dataclass(kw_only=True)
class RegistrationsReport(Report):
    rows: list[Row] = field(default_factory=list)

    def table(self) -> Table:
        table = empty_table(
            self.title, "database", "registrations", "seconds", "per second", "share", "429s", "single, s"
        )
        for row in self.rows:
            numbers = (
                f"{row.registrations:,}",
                f"{row.seconds:.1f}",
                f"{row.per_second:.1f}",
                f"{row.share:.0%}",
                str(row.too_many),
                f"{row.single_seconds:.1f}",
            )
            table.add_row(row.database, *numbers)
        return table


def run(options: Options) -> Report:
    """Once, with the smallest of the sizes: it is Zoom's limit that takes the time.

    SQLite, which one person tries the app with, gets a tenth of it, and need not keep up with Zoom.
    """
    report = RegistrationsReport(name="registrations", title=TITLE)
    size = min(options.sizes)
    with postgresql() as server:
        for database, registrations in (("PostgreSQL", size), ("SQLite", size // 10)):
            row = _measured(database, registrations, server)
            report.rows.append(row)
            report.checks += _checks(row)
    return report


def _checks(row: Row) -> list[Check]:
    rate = Check(
        hope=f"{row.database}: at least {LEAST_SHARE:.0%} of the rate that Zoom allows",
        found=f"{row.share:.1%}",
        holds=row.share >= LEAST_SHARE,
    )
    return [
        *([rate] if row.database == "PostgreSQL" else []),
        Check(hope=f"{row.database}: no 429", found=str(row.too_many), holds=row.too_many == 0),
        Check(
            hope=f"{row.database}: a single registration meanwhile takes less than {LONGEST_SINGLE:.0f} s",
            found=f"{row.single_seconds:.1f} s",
            holds=row.single_seconds < LONGEST_SINGLE,
        ),
    ]


def _measured(database: str, size: int, server: PostgreSQL) -> Row:
    with zoom(1, LATENCY) as account, tempfile.TemporaryDirectory() as data:
        _control(account, "limits", {"plan": "pro"})
        in_postgresql = database == "PostgreSQL"
        url = server.fresh("registrations") if in_postgresql else f"sqlite:///{data}/ours.sqlite3"
        environment = {
            **account.environment,
            "ZOOM_PLAN": "pro",
            "DATABASE_URL": url,
            "DATA_DIR": data,
            "ENV_FILE": os.devnull,
            "LOG_LEVEL": "WARNING",
            "DJANGO_SETTINGS_MODULE": "zoomsync.settings",
        }
        _measurement, output = measure(["-m", "bench.registrations.registering", str(size)], environment)
        found = json.loads(output.strip().splitlines()[-1])
        return Row(database=database, registrations=size, too_many=_too_many(account), **found)


def _too_many(account: Zoom) -> int:
    calls = requests.get(f"{account.url}/simulator/calls", timeout=60).json()["calls"]
    return sum(call["status"] == 429 for call in calls)


def _control(account: Zoom, name: str, body: dict[str, object]) -> None:
    requests.post(f"{account.url}/simulator/{name}", json=body, timeout=60).raise_for_status()
