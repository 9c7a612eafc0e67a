"""What one worker makes of a backlog, with 200 ms for each answer and Zoom's limits enforced.

120 webinars that were held, of 300 people each, half of whom were in the one before: what an account has that
was just connected. Calls of the label that there are most of (Medium) are counted from the third second on,
as a share of what Zoom allows. Beside it one webinar of 10,000 people, against downloading the same pages
with all listings side by side.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import psycopg2
from rich.table import Table

from bench.measuring import ROOT, BenchmarkError, manage, measure
from bench.report import Check, Options, Report, empty_table
from bench.services import PostgreSQL, Zoom, postgresql, zoom
from tests.support.services import stop

TITLE = (
    "One worker, 200 ms an answer, Zoom's limits enforced (Medium calls a second from the third second on)"
)
WEBINARS, PEOPLE, MANY = 120, 300, 10_000
LATENCY = 200.0
ALLOWED = {"pro": 20, "business": 60}  # Medium calls a second
LEAST_SHARE = 0.85  # on Pro
BEFORE = 4.0  # calls a second on Business, before syncs shared a process
MOST_RATIO = 1.15
BRAND = "Benchmark"
LONGEST = 400.0  # seconds, on a machine that is busy with other things


@dataclass(frozen=True, kw_only=True)
class Row:
    what: str
    seconds: float
    per_second: float
    allowed: int
    too_many: int
    """How often Zoom answered 429."""

    @property
    def share(self) -> float:
        return self.per_second / self.allowed


@dataclass(kw_only=True)
class BacklogReport(Report):
    rows: list[Row] = field(default_factory=list)

    def table(self) -> Table:
        table = empty_table(self.title, "", "seconds", "calls a second", "allowed", "share", "429")
        for row in self.rows:
            rate = (f"{row.per_second:.1f}", str(row.allowed), f"{row.share:.0%}", str(row.too_many))
            table.add_row(row.what, f"{row.seconds:.1f}", *rate)
        return table


def run(options: Options) -> Report:
    """Once, whatever `options` says of rounds: a backlog is hundreds of calls."""
    report = BacklogReport(name="backlog", title=TITLE)
    with postgresql() as server:
        for plan in ALLOWED:
            report.rows.append(_backlog(server, plan))
        report.checks += _checks(*report.rows)
        with zoom(MANY, LATENCY, limits="business") as account:
            row, ratio = _one_large(server, account)
        report.rows.append(row)
        hope = f"{MANY:,} people: within {MOST_RATIO} of downloading the same pages side by side"
        report.checks.append(Check(hope=hope, found=f"{ratio:.2f}", holds=ratio <= MOST_RATIO))
    return report


def _checks(pro: Row, business: Row) -> list[Check]:
    return [
        Check(
            hope=f"Pro: at least {LEAST_SHARE:.0%} of the allowed rate",
            found=f"{pro.share:.0%}",
            holds=pro.share >= LEAST_SHARE,
        ),
        Check(
            hope=f"Business: at least five times the {BEFORE:g} calls a second of before",
            found=f"{business.per_second / BEFORE:.1f} times",
            holds=business.per_second >= 5 * BEFORE,
        ),
        *(
            Check(hope=f"{row.what}: no 429", found=str(row.too_many), holds=row.too_many == 0)
            for row in (pro, business)
        ),
    ]


def _backlog(server: PostgreSQL, plan: str) -> Row:
    with zoom(PEOPLE, LATENCY, "backlog", plan) as account, _prepared(server, account) as environment:
        seconds = _work_off(environment)
        _expect_attendances(environment, WEBINARS * PEOPLE)
        return _row(f"{WEBINARS} webinars of {PEOPLE} people, {plan.title()}", account, seconds)


def _one_large(server: PostgreSQL, account: Zoom) -> tuple[Row, float]:
    """The sync of one large webinar, and how its time compares with that of the download."""
    webinar_id, uuid = account.the_webinar()
    command = ["-m", "bench.backlog.side_by_side", str(webinar_id), uuid]
    _measurement, output = measure(command, account.environment)
    with _prepared(server, account) as environment:
        _work_off(environment)
        _expect_attendances(environment, MANY)
        seconds = _seconds_of_run(environment)
        row = _row(f"one webinar of {MANY:,} people, Business", account, seconds)
        return row, seconds / float(output.split()[-1])


@contextmanager
def _prepared(server: PostgreSQL, account: Zoom) -> Iterator[dict[str, str]]:
    """A connected brand whose webinars are listed and wait."""
    with tempfile.TemporaryDirectory(prefix="zoomsync-bench-") as data:
        environment = {
            **account.environment,
            "DATABASE_URL": server.fresh("backlog"),
            "DATA_DIR": data,
            "ENV_FILE": os.devnull,
            "LOG_LEVEL": "WARNING",
            "SYNC_THREADS": "16",  # as in docker compose
        }
        access = ["--account-id", account.account_id, "--client-id", account.client_id]
        manage(environment, "migrate", "-v0")
        manage(environment, "connect_zoom", "--brand", BRAND, "--primary", *access)
        rules = ["--exclude-contacts", "own.example", "--sync-webinars", "on"]
        manage(environment, "zoom_settings", "--brand", BRAND, *rules)
        account.forget_calls()
        yield environment


def _work_off(environment: dict[str, str]) -> float:
    """One worker process, until nothing waits. Seconds from its first claim on."""
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "worker", "--no-schedule"],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + LONGEST
        while _query(environment, "SELECT count(*) FROM integrations_syncrun WHERE finished_at IS NULL"):
            if time.monotonic() > deadline or worker.poll() is not None:
                raise BenchmarkError("The worker did not work the backlog off.")
            time.sleep(0.25)
    finally:
        stop(worker)
    return _query(environment, f"SELECT extract(epoch FROM max(finished_at) - min(started_at)) {_SYNCS}")


_SYNCS = "FROM integrations_syncrun WHERE kind = 'webinar' AND state = 'complete'"


def _seconds_of_run(environment: dict[str, str]) -> float:
    return _query(environment, f"SELECT extract(epoch FROM finished_at - started_at) {_SYNCS}")


def _expect_attendances(environment: dict[str, str], expected: int) -> None:
    attended = "SELECT count(*) FROM marketing_events_participation WHERE state = 'attended'"
    if (found := _query(environment, attended)) != expected:
        raise BenchmarkError(f"{found:g} attendances instead of {expected}.")


def _query(environment: dict[str, str], query: str) -> float:
    connection = psycopg2.connect(environment["DATABASE_URL"])
    try:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return float(cursor.fetchone()[0])
    finally:
        connection.close()


def _row(what: str, account: Zoom, seconds: float) -> Row:
    """The rate until the last tenth of the calls, which are those of the last few webinars."""
    calls = account.calls()
    times = sorted(_time(call) for call in calls if call["label"] == "MEDIUM")
    times = times[: max(2, len(times) * 9 // 10)]
    counted = [moment for moment in times if moment >= times[0] + 2]
    return Row(
        what=what,
        seconds=seconds,
        per_second=(len(counted) - 1) / (counted[-1] - counted[0]),
        allowed=ALLOWED[account.environment["ZOOM_PLAN"]],
        too_many=sum(call["status"] == 429 for call in calls),
    )


def _time(call: dict[str, object]) -> float:
    return datetime.fromisoformat(str(call["at"])).timestamp()
