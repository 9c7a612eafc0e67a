"""Who is measured: how each is prepared, started, and checked to have really done it."""

import json
import os
import re
import shutil
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from bench.measuring import BenchmarkError, manage
from bench.services import PostgreSQL, Zoom

FLOOR = "floor: download, decode, COPY"
DLT = "plain dlt"
OURS = "zoomsync on PostgreSQL"
UNPACED = "the same without Zoom's limits"
ON_SQLITE = "zoomsync on SQLite"
BRAND = "Benchmark"
OWN_DOMAIN = "own.example"  # of the simulated host, who is in each session


@dataclass(frozen=True, kw_only=True)
class Job:
    people: int
    webinar_id: int
    uuid: str
    zoom: Zoom
    server: PostgreSQL


class Contender(ABC):
    name: str

    def prepare(self, job: Job) -> None:  # noqa: B027 - nothing, for most
        """Once before all rounds, unmeasured."""

    @abstractmethod
    def fresh(self, job: Job) -> dict[str, str]:
        """A place in which nothing of an earlier round is, as the program's environment; unmeasured."""

    @abstractmethod
    def command(self, job: Job) -> list[str]:
        """What is measured, for the Python interpreter."""

    @abstractmethod
    def verify(self, job: Job, environment: Mapping[str, str], said: str) -> None:
        """Raises BenchmarkError where not everything arrived."""


class Loader(Contender):
    """A program that loads the raw pages and says how many rows it loaded."""

    def __init__(self, name: str, module: str) -> None:
        self.name, self.module = name, module
        self.directory = TemporaryDirectory(prefix="zoomsync-bench-")

    def fresh(self, job: Job) -> dict[str, str]:
        dlt = {"DLT_DATA_DIR": mkdtemp(dir=self.directory.name), "RUNTIME__DLTHUB_TELEMETRY": "false"}
        return {**job.zoom.environment, **dlt, "DATABASE_URL": job.server.fresh("loader")}

    def command(self, job: Job) -> list[str]:
        return ["-m", self.module, str(job.webinar_id), job.uuid]

    def verify(self, job: Job, environment: Mapping[str, str], said: str) -> None:
        found = json.loads(said.strip().splitlines()[-1])
        _expect(self.name, found, {"registrants": job.people, "participants": 2 * job.people + 1})


class Ours(Contender):
    """`manage.py sync_zoom`, into a database that holds a connected brand and no contact."""

    def __init__(self, name: str, *program: str) -> None:
        self.name = name
        self.program = program or ("manage.py", "sync_zoom")
        self.temporary = TemporaryDirectory(prefix="zoomsync-bench-")
        self.directory = Path(self.temporary.name)

    def prepare(self, job: Job) -> None:
        environment = self.environment(job) | {"DATABASE_URL": self.prepared(job)}
        for command in self.preparations(job):
            manage(environment, *command)

    def preparations(self, job: Job) -> list[list[str]]:
        account, client = job.zoom.account_id, job.zoom.client_id
        return [
            ["migrate", "-v0"],
            ["connect_zoom", "--brand", BRAND, "--primary", "--account-id", account, "--client-id", client],
            ["zoom_settings", "--brand", BRAND, "--exclude-contacts", OWN_DOMAIN, "--sync-webinars", "on"],
        ]

    def environment(self, job: Job) -> dict[str, str]:
        """One directory, so that the key which encrypted the credentials stays the same."""
        ours = {"DATA_DIR": str(self.directory), "DJANGO_SETTINGS_MODULE": "zoomsync.settings"}
        return {**job.zoom.environment, **ours, "ENV_FILE": os.devnull}

    def command(self, job: Job) -> list[str]:
        return [*self.program, "--brand", BRAND, "--webinar", str(job.webinar_id)]

    def verify(self, job: Job, environment: Mapping[str, str], said: str) -> None:
        exported = manage(environment, "export", "participations", "--format", "jsonl").splitlines()
        attended = sum(json.loads(line)["state"] == "attended" for line in exported)
        _expect(self.name, {"attended": attended}, {"attended": job.people})

    @abstractmethod
    def prepared(self, job: Job) -> str:
        """The address of the database to be copied for each round."""


class OnPostgreSQL(Ours):
    @property
    def template(self) -> str:
        """Of each one's own: what is in it was encrypted with a key that is in its directory."""
        return "prepared_for_" + re.sub(r"\W", "_", self.name)

    def prepared(self, job: Job) -> str:
        return job.server.fresh(self.template)

    def fresh(self, job: Job) -> dict[str, str]:
        return self.environment(job) | {"DATABASE_URL": job.server.fresh("ours", template=self.template)}


class OnSQLite(Ours):
    def prepared(self, job: Job) -> str:
        for old in self.directory.glob("*.sqlite3*"):
            old.unlink()
        return f"sqlite:///{self.directory}/prepared.sqlite3"

    def fresh(self, job: Job) -> dict[str, str]:
        for old in self.directory.glob("ours.sqlite3*"):
            old.unlink()
        for part in self.directory.glob("prepared.sqlite3*"):
            shutil.copy(part, self.directory / part.name.replace("prepared", "ours"))
        return self.environment(job) | {"DATABASE_URL": f"sqlite:///{self.directory}/ours.sqlite3"}


CONTENDERS: tuple[Contender, ...] = (
    Loader(FLOOR, "bench.whole_sync.floor"),
    Loader(DLT, "bench.whole_sync.plain_dlt"),
    OnPostgreSQL(OURS),
    OnPostgreSQL(UNPACED, "-m", "bench.whole_sync.unpaced"),
    OnSQLite(ON_SQLITE),
)


def _expect(name: str, found: object, expected: object) -> None:
    if found != expected:
        raise BenchmarkError(f"{name} was to bring {expected}, and brought {found}.")
