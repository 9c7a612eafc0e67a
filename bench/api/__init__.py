"""The API under load: registrations a second, and a walk over a million contacts, on PostgreSQL.

As docker compose serves it: two web processes of eight threads. Who asks shares the processors with them.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

import requests
from rich.table import Table

from bench.api.client import Answers, alternate, register_all, walk
from bench.measuring import ROOT, measure
from bench.report import Check, Options, Report, empty_table
from bench.services import postgresql
from tests.support.services import free_port, stop

TITLE = "The API (milliseconds as the caller sees them)"
# The first requests of each thread open its connection to the database; they aren't counted.
WARM_UP, REGISTRATIONS = 320, 4_000
CONTACTS = 1_000_000
PAGES_COMPARED = 100
AT_LEAST_A_SECOND, P99_BELOW = 200, 150
SERVER = (
    "zoomsync.wsgi",
    "--worker-class=zoomsync.web_worker.Worker",
    "--workers=2",
    "--threads=8",
    "--no-control-socket",
)


@dataclass(frozen=True, kw_only=True)
class Row:
    operation: str
    requests: int
    a_second: float
    median: float
    p99: float


@dataclass(kw_only=True)
class ApiReport(Report):
    rows: list[Row] = field(default_factory=list)

    def table(self) -> Table:
        table = empty_table(self.title, "operation", "requests", "a second", "median", "p99")
        for row in self.rows:
            numbers = (f"{row.a_second:.0f}", f"{row.median:.1f}", f"{row.p99:.1f}")
            table.add_row(row.operation, f"{row.requests:,}", *numbers)
        return table


def run(options: Options) -> Report:
    """Once, whatever `options` says of rounds: each part is thousands of requests."""
    with postgresql() as server, tempfile.TemporaryDirectory() as data:
        environment = {
            "DATABASE_URL": server.fresh("api"),
            "DATA_DIR": data,
            "DJANGO_SETTINGS_MODULE": "zoomsync.settings",
        }
        _measurement, output = measure(["-m", "bench.api.seeding", str(CONTACTS)], environment)
        tokens = [line for line in output.split() if line.startswith("zst_")]
        with _web_server(environment) as address:
            register_all(address, tokens, range(1, WARM_UP + 1))
            registered = register_all(address, tokens, range(WARM_UP + 1, WARM_UP + REGISTRATIONS + 1))
            walked = walk(address, tokens)
            ends = walked.cursors[:PAGES_COMPARED], walked.cursors[-PAGES_COMPARED:]
            first, last = alternate(address, tokens, *ends)
    return _report(registered, walked, first, last)


def _report(registered: Answers, walked: Answers, first: Answers, last: Answers) -> ApiReport:
    registrations = _row("POST /webinar-registrations, 16 callers", registered)
    rows = [
        registrations,
        _row("GET /contacts?limit=200, the whole walk", walked),
        _row("… its first 100 pages once more", first),
        _row("… in turn with its last 100", last),
    ]
    ratio = median(last.milliseconds) / median(first.milliseconds)
    checks = [
        Check(
            hope=f"At least {AT_LEAST_A_SECOND} registrations a second, p99 below {P99_BELOW} ms",
            found=f"{registrations.a_second:.0f} a second, p99 {registrations.p99:.0f} ms",
            holds=registrations.a_second >= AT_LEAST_A_SECOND and registrations.p99 < P99_BELOW,
        ),
        Check(
            hope=f"A walk over {CONTACTS:,} contacts takes a constant time a page",
            found=f"the last pages take {ratio:.2f} times as long as the first",
            holds=ratio < 1.5 and walked.rows == CONTACTS,
        ),
    ]
    return ApiReport(name="api", title=TITLE, rows=rows, checks=checks)


def _row(operation: str, answers: Answers) -> Row:
    return Row(
        operation=operation,
        requests=len(answers.milliseconds),
        a_second=len(answers.milliseconds) / answers.seconds,
        median=median(answers.milliseconds),
        p99=quantiles(answers.milliseconds, n=100)[98],
    )


@contextmanager
def _web_server(environment: dict[str, str]) -> Iterator[str]:
    port = free_port()
    gunicorn = Path(sys.executable).with_name("gunicorn")
    process = subprocess.Popen(
        [gunicorn, *SERVER, f"--bind=127.0.0.1:{port}", "--log-level=warning"],
        cwd=ROOT,
        env=os.environ | environment | {"LOG_LEVEL": "WARNING"},
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address)
        yield address
    finally:
        stop(process)


def _wait_for(address: str) -> None:
    for _attempt in range(300):
        try:
            requests.get(f"{address}/healthz", timeout=5).raise_for_status()
        except requests.RequestException:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("The web server did not start.")
