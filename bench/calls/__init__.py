"""A recorded call of three hours, 5,000 cues and 1,000 attendees: bringing it in, and showing it.

The sync of the recording alone stands beside a floor that does the least: it downloads the same transcript,
parses it with the same library, and copies the rows into PostgreSQL. The pages stand beside one that reads
nothing but who is signed in. Times are those within the programs: their start is the same for any change.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from rich.table import Table

from bench.calls.contenders import CONTENDERS, ON_POSTGRESQL, Contender, Job
from bench.calls.talk import CUES, as_vtt
from bench.measuring import measure
from bench.report import Check, Options, Report, empty_table
from bench.services import PostgreSQL, Zoom, postgresql, zoom

TITLE = f"A call of three hours, {CUES:,} cues, 1,000 attendees (ratio to the floor, or to the plainest page)"
PEOPLE = 1_000
MOST_MILLISECONDS = 200
MOST_TIMES_THE_FLOOR = 4


@dataclass(frozen=True, kw_only=True)
class Part:
    what: str
    milliseconds: float
    ratio: float
    queries: int


@dataclass(kw_only=True)
class CallsReport(Report):
    parts: list[Part] = field(default_factory=list)

    def table(self) -> Table:
        table = empty_table(self.title, "what", "milliseconds", "ratio", "queries")
        for part in self.parts:
            numbers = (f"{part.milliseconds:.0f}", f"{part.ratio:.2f}", str(part.queries or "-"))
            table.add_row(part.what, *numbers)
        return table


def run(options: Options) -> Report:
    with postgresql() as server, zoom(PEOPLE, options.latency) as account:
        job = _prepared(server, account)
        syncs = _beside_the_first(_synced(job, options.rounds))
        pages = _beside_the_first(_visited(job))
    return CallsReport(
        name="calls", title=TITLE, parts=[*syncs, *pages], checks=[*_of_syncs(syncs), *_of_pages(pages[1:])]
    )


def _prepared(server: PostgreSQL, account: Zoom) -> Job:
    """Everyone's attendance is in; only then the recording gets ready."""
    webinar_id, uuid = account.the_webinar()
    job = Job(people=PEOPLE, webinar_id=webinar_id, uuid=uuid, zoom=account, server=server)
    for contender in CONTENDERS:
        contender.prepare(job)
    account.happens("recording_ready", uuid=uuid)
    account.happens("transcript_ready", uuid=uuid, content=as_vtt())
    return job


def _synced(job: Job, rounds: int) -> list[Part]:
    """Round by round, so that a moment in which the machine is busy hits all."""
    found: dict[str, list[dict[str, float]]] = {contender.name: [] for contender in CONTENDERS}
    for _round in range(rounds):
        for contender in CONTENDERS:
            found[contender.name].append(_one_round(contender, job))
    return [
        Part(
            what=name,
            milliseconds=median(row["milliseconds"] for row in measured),
            ratio=0,
            queries=int(measured[0]["queries"]),
        )
        for name, measured in found.items()
    ]


def _one_round(contender: Contender, job: Job) -> dict[str, float]:
    environment = contender.fresh(job)
    _measurement, output = measure(contender.command(job), environment)
    contender.verify(job, environment, output)
    measured: dict[str, float] = json.loads(output.strip().splitlines()[-1])
    return measured


def _visited(job: Job) -> list[Part]:
    """On the PostgreSQL that the last round has left."""
    _measurement, output = measure(["-m", "bench.calls.showing"], ON_POSTGRESQL.of_the_last_round(job))
    lines = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    return [
        Part(what=line["page"], milliseconds=line["milliseconds"], ratio=0, queries=line["queries"])
        for line in lines
    ]


def _beside_the_first(parts: Iterable[Part]) -> list[Part]:
    listed = list(parts)
    least = listed[0].milliseconds
    return [
        Part(
            what=row.what,
            milliseconds=row.milliseconds,
            ratio=row.milliseconds / least,
            queries=row.queries,
        )
        for row in listed
    ]


def _of_syncs(parts: list[Part]) -> list[Check]:
    ours = next(part for part in parts if part.what == ON_POSTGRESQL.name)
    return [
        Check(
            hope=f"Bringing it in takes at most {MOST_TIMES_THE_FLOOR} times the floor",
            found=f"{ours.ratio:.2f} times",
            holds=ours.ratio <= MOST_TIMES_THE_FLOOR,
        )
    ]


def _of_pages(parts: list[Part]) -> list[Check]:
    slowest = max(parts, key=lambda part: part.milliseconds)
    return [
        Check(
            hope=f"Each page in less than {MOST_MILLISECONDS} ms",
            found=f"{slowest.what} in {slowest.milliseconds:.0f} ms",
            holds=slowest.milliseconds < MOST_MILLISECONDS,
        )
    ]
