"""An installation that syncs the simulated demo account, and what can be seen of it from outside."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg2
import requests
from django.urls import reverse

from bench.faults.services import PostgreSQL, Redis, Service, eventually
from bench.measuring import ROOT, BenchmarkError, manage
from bench.services import PostgreSQL as Databases
from tests.oracle import differences, truth
from tests.support.http_client import Visitor
from tests.support.services import free_port
from zoom_simulator.simulator import Simulator

BRAND, OPERATOR, PASSWORD = "brightline", "operator@brightline.example", "demo"
WEB = ("gunicorn", "zoomsync.wsgi", "--no-control-socket", "--worker-class=zoomsync.web_worker.Worker")
CELERY = ("celery", "--app=zoomsync")


class Site:
    """What both kinds of installation have in common."""

    worker: Service
    web: Service

    def __init__(self, zoom: Simulator, directory: Path, environment: Mapping[str, str]) -> None:
        self.zoom, self.directory = zoom, directory
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.stack = ExitStack()
        self.environment = {
            **environment,
            "DATA_DIR": str(directory),
            "ENV_FILE": os.devnull,
            "LOG_LEVEL": "WARNING",
            "PORT": str(self.port),
            "ZOOM_API_URL": zoom.api_url,
            "ZOOM_OAUTH_URL": zoom.oauth_url,
            "ZOOM_CLIENT_ID": zoom.client_id,
            "ZOOM_CLIENT_SECRET": zoom.client_secret,
            "ZOOM_PLAN": "business",
            "DJANGO_SETTINGS_MODULE": "zoomsync.settings",
        }

    def prepare(self) -> None:
        """The demo's company, whose first listing waits."""
        manage(self.environment, "migrate", "-v0")
        manage(self.environment, "collectstatic", "--noinput", "-v0")
        manage(self.environment, "demo", "--brands=1")

    def run(self, name: str, *command: str, end: int = signal.SIGKILL) -> Service:
        service = Service(self.directory / f"{name}.log", list(command), self.environment, end)
        self.stack.callback(service.close)
        return service

    def close(self) -> None:
        self.stack.close()

    # What can be seen

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        raise NotImplementedError

    def count(self, condition: str) -> int:
        return int(self.query(f"SELECT count(*) FROM integrations_syncrun WHERE {condition}")[0][0])

    def is_busy(self) -> bool:
        return self.count("kind = 'webinar' AND state = 'running'") > 0

    def is_idle(self) -> bool:
        done = self.count("kind = 'webinar' AND state = 'complete'")
        return done > 0 and not self.count("state IN ('queued', 'running')")

    def answers(self) -> bool:
        return requests.get(f"{self.address}/healthz", timeout=10).ok

    def is_ready(self) -> bool:
        return requests.get(f"{self.address}/readyz", timeout=10).status_code == 200

    def heard_of(self, schedule: bool, since: datetime) -> bool:
        """Whether a worker, or the schedule, gave a sign of life since then."""
        rows = self.query("SELECT name, seen_at FROM integrations_workerheartbeat")
        seen = [_moment(seen_at) for name, seen_at in rows if (name == "schedule") is schedule]
        return max(seen, default=since) > since

    def differences(self) -> list[str]:
        """Between what the app exports and what a right sync arrives at."""
        done = subprocess.run(
            [sys.executable, "-m", "bench.faults.exporting"],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            check=True,
        )
        exported, expected = json.loads(done.stdout), truth(self.zoom.account, self.zoom.scenario.policy)
        return [
            problem
            for dataset, rows in exported.items()
            for problem in differences(dataset, expected[dataset], rows)
        ]

    # What a person does

    def upcoming_webinar(self) -> int:
        """The number of one that the app knows."""
        known = {int(row[0]) for row in self.query("SELECT zoom_webinar_id FROM integrations_webinar")}
        webinars = [webinar for webinar in self.zoom.account.webinars.values() if webinar.id in known]
        now = self.zoom.clock.now()
        return next(
            webinar.id
            for webinar in webinars
            if webinar.start and webinar.start > now and not webinar.occurrences
        )

    def register_somebody(self, zoom_webinar_id: int) -> None:
        """Someone registers in Zoom."""
        self.zoom.account.register(zoom_webinar_id, "late@customer.example", "Late", "Lindgren")

    def press_sync_now(self, zoom_webinar_id: int) -> bool:
        """As a person would, until the page takes it."""
        return eventually(lambda: self._sync_now(zoom_webinar_id), seconds=120, pause=1)

    def _sync_now(self, zoom_webinar_id: int) -> bool:
        with Visitor(self.address) as visitor:
            visitor.sign_in(OPERATOR, PASSWORD)
            return visitor.submit(reverse("zoom:sync_now", args=[BRAND, zoom_webinar_id])).ok


class Composed(Site):
    """As docker compose runs it."""

    def __init__(self, zoom: Simulator, directory: Path) -> None:
        self.database, self.redis = PostgreSQL(), Redis(free_port())
        self.url = self.database.url.replace("/postgres?", "/faults?")
        super().__init__(zoom, directory, {"DATABASE_URL": self.url, "REDIS_URL": self.redis.url})
        self.stack.callback(self.database.close)
        self.stack.callback(self.redis.close)
        Databases(self.database.url).fresh("faults")
        self.prepare()
        self.web = self.run("web", *WEB, f"--bind=127.0.0.1:{self.port}", "--workers=2", "--threads=8")
        self.worker = self.run("worker", *CELERY, "worker")
        self.beat = self.run("beat", *CELERY, "beat")

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        with (
            closing(psycopg2.connect(self.url, connect_timeout=5)) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute("SET statement_timeout = '5s'")
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []


class Embedded(Site):
    """As `make run` runs it, whose supervisor restarts what dies."""

    def __init__(self, zoom: Simulator, directory: Path) -> None:
        super().__init__(zoom, directory, {})
        self.prepare()
        self.web = self.worker = self.run("run", "manage", "start", end=signal.SIGTERM)

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.directory / "zoomsync.sqlite3", timeout=5)) as connection:
            return connection.execute(statement).fetchall()

    def kill_worker(self) -> None:
        output = (self.directory / "run.log").read_text()
        started = re.findall(r"worker\S* started \(pid=(\d+)\)", output)
        if not started:
            raise BenchmarkError("`make run` did not say which process its worker is.")
        os.killpg(int(started[-1]), signal.SIGKILL)


def new_directory() -> Path:
    return Path(tempfile.mkdtemp(prefix="zoomsync-faults-"))


def forget(directory: Path) -> None:
    shutil.rmtree(directory, ignore_errors=True)


def _moment(value: object) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
