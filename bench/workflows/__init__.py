"""Workflows: 100,000 enrolments through five steps, and what 1,000 of them cost a sync.

PostgreSQL and one worker process, on the same processors. The five steps are a branch, a property that is
set, a static segment, a wait and a note. In the middle of the bulk a single contact is enrolled.
"""

import json
import os
import tempfile
from dataclasses import dataclass, field
from typing import Any

from rich.table import Table

from bench.measuring import measure
from bench.report import Check, Options, Report, empty_table
from bench.services import PostgreSQL, postgresql

TITLE = "Workflows (PostgreSQL, one worker process)"
ENROLMENTS = int(os.environ.get("BENCH_ENROLMENTS", "100000"))
UNDER_FIRE = 5_000
LONGEST_SINGLE = 5.0
MOST_ON_A_SYNC = 0.25


@dataclass(frozen=True, kw_only=True)
class Row:
    what: str
    found: str


@dataclass(kw_only=True)
class WorkflowsReport(Report):
    rows: list[Row] = field(default_factory=list)

    def table(self) -> Table:
        table = empty_table(self.title, "what", "found")
        for row in self.rows:
            table.add_row(row.what, row.found)
        return table


def run(options: Options) -> Report:
    report = WorkflowsReport(name="workflows", title=TITLE)
    with postgresql() as server, tempfile.TemporaryDirectory() as data:
        _enrolments(report, server, data)
        _syncs(report, server, data, options.rounds)
        _deaths(report, server, data)
    return report


def _enrolments(report: WorkflowsReport, server: PostgreSQL, data: str) -> None:
    found = _measured("bench.workflows.enrolling", server, data, ENROLMENTS)
    rate, single = found["enrolments"] / found["seconds"], found["single_seconds"]
    report.rows += [
        Row(what=f"{ENROLMENTS:,} enrolments through five steps", found=f"{found['seconds']:.0f} s"),
        Row(what="enrolments a second", found=f"{rate:.0f}"),
        Row(what="processor time of the worker for each", found=f"{found['cpu_milliseconds']:.1f} ms"),
        Row(what="what followed from them was done after further", found=f"{found['follow_seconds']:.0f} s"),
        Row(what="a single enrolment in the middle of them", found=f"{single:.1f} s"),
        *(Row(what=name, found=f"{milliseconds:.0f} ms") for name, milliseconds in found["pages"].items()),
    ]
    report.checks.append(
        Check(
            hope=f"A single enrolment meanwhile takes less than {LONGEST_SINGLE:.0f} s",
            found=f"{single:.1f} s",
            holds=single < LONGEST_SINGLE,
        )
    )


def _syncs(report: WorkflowsReport, server: PostgreSQL, data: str, rounds: int) -> None:
    found = _measured("bench.workflows.following", server, data, rounds)
    taken: dict[str, float] = found["milliseconds"]
    without = taken.pop("without")
    more = {name: milliseconds / without - 1 for name, milliseconds in taken.items()}
    report.rows += [
        Row(what="writing a sync of 1,000 people, and following it", found=f"{without:.0f} ms"),
        *(Row(what=f"with 1,000 workflows of {name}", found=f"{more[name]:+.0%}") for name in taken),
        Row(
            what="each enrolment, where 100 workflows mean the webinar",
            found=f"{found['enrolment_milliseconds']:.2f} ms",
        ),
    ]
    report.checks.append(
        Check(
            hope="1,000 published workflows cost a sync of 1,000 people less than a quarter more",
            found=f"{max(more.values()):+.0%}",
            holds=max(more.values()) < MOST_ON_A_SYNC,
        )
    )


def _deaths(report: WorkflowsReport, server: PostgreSQL, data: str) -> None:
    """The program fails where an effect is missing, or is there twice."""
    found = _measured("bench.workflows.killing", server, data, UNDER_FIRE)
    words = f"{found['seconds']:.0f} s, each effect once"
    what = f"{UNDER_FIRE:,} enrolments while workers are killed {found['deaths']} times"
    report.rows.append(Row(what=what, found=words))


def _measured(program: str, server: PostgreSQL, data: str, number: int) -> dict[str, Any]:
    environment = {
        "DATABASE_URL": server.fresh("workflows"),
        "DATA_DIR": data,
        "ENV_FILE": os.devnull,
        "LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "zoomsync.settings",
    }
    _measurement, said = measure(["-m", program, str(number)], environment)
    found: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
    return found
