"""Who brings the call in: the floor, and zoomsync on each database."""

import json
from collections.abc import Mapping

from bench.calls.talk import CUES
from bench.measuring import BenchmarkError
from bench.whole_sync.contenders import BRAND, Contender, Job, Loader, OnPostgreSQL, OnSQLite, Ours


class Floor(Loader):
    def command(self, job: Job) -> list[str]:
        return ["-m", self.module, job.uuid]

    def verify(self, job: Job, environment: Mapping[str, str], said: str) -> None:
        _expect(self.name, said, cues=CUES)


class Recorded(Ours):
    """A look at the recording, where everyone's attendance is in already."""

    def preparations(self, job: Job) -> list[list[str]]:
        return [
            *super().preparations(job),
            ["zoom_settings", "--brand", BRAND, "--recordings", "all"],
            ["sync_zoom", "--brand", BRAND, "--webinar", str(job.webinar_id)],
        ]

    def environment(self, job: Job) -> dict[str, str]:
        return super().environment(job) | {"DJANGO_SETTINGS_MODULE": "zoomsync.settings"}

    def command(self, job: Job) -> list[str]:
        return ["-m", "bench.calls.bringing_in"]

    def verify(self, job: Job, environment: Mapping[str, str], said: str) -> None:
        _expect(self.name, said, cues=CUES, attendees=job.people, end="complete")


class RecordedOnPostgreSQL(Recorded, OnPostgreSQL):
    def of_the_last_round(self, job: Job) -> dict[str, str]:
        """The environment in which the last round has left everything."""
        return self.environment(job) | {"DATABASE_URL": job.server.url.replace("/postgres?", "/ours?")}


class RecordedOnSQLite(Recorded, OnSQLite):
    pass


FLOOR = Floor("floor: download, parse, COPY", "bench.calls.floor")
ON_POSTGRESQL = RecordedOnPostgreSQL("zoomsync on PostgreSQL")
CONTENDERS: tuple[Contender, ...] = (FLOOR, ON_POSTGRESQL, RecordedOnSQLite("zoomsync on SQLite"))


def _expect(name: str, said: str, **expected: object) -> None:
    found = json.loads(said.strip().splitlines()[-1])
    if any(found.get(key) != value for key, value in expected.items()):
        raise BenchmarkError(f"{name} was to bring {expected}, and brought {found}.")
