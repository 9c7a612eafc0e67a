"""A whole sync of one webinar, from an empty CRM: everyone registered, everyone attended in two stays.

Ours applies the rules and writes registrants, contacts, participations, intervals, timeline, counters and
audit. Beside it, what comes closest to doing nothing but moving the same pages: the floor (download, decode,
COPY of the raw rows into PostgreSQL), and a plain dlt pipeline. Those two ask as quickly as they can. Ours
keeps to the calls per second that Zoom allows, so it is measured without that as well.
"""

from bench.measuring import Measurement, measure, middle
from bench.report import Check, Options, ProcessReport, Report, Row
from bench.services import PostgreSQL, Zoom, postgresql, zoom
from bench.whole_sync.contenders import CONTENDERS, FLOOR, ON_SQLITE, OURS, UNPACED, Contender, Job

TITLE = "Whole sync of one webinar (seconds and peak memory of the whole process; ratio to the floor)"


def run(options: Options) -> Report:
    report = ProcessReport(name="whole-sync", title=TITLE, unit="people")
    with postgresql() as server:
        for size in options.sizes:
            with zoom(size, options.latency) as account:
                report.rows += _rows(size, _measured(size, options.rounds, server, account))
    report.checks = [*_against_floor(report.rows), *_growth(report.rows)]
    return report


def _measured(size: int, rounds: int, server: PostgreSQL, account: Zoom) -> dict[str, Measurement]:
    """Round by round and not contender by contender: a moment in which the machine is busy hits all."""
    webinar_id, uuid = account.the_webinar()
    job = Job(people=size, webinar_id=webinar_id, uuid=uuid, zoom=account, server=server)
    for contender in CONTENDERS:
        contender.prepare(job)
    found: dict[str, list[Measurement]] = {contender.name: [] for contender in CONTENDERS}
    for _round in range(rounds):
        for contender in CONTENDERS:
            found[contender.name].append(_one_round(contender, job))
    return {name: middle(measurements) for name, measurements in found.items()}


def _one_round(contender: Contender, job: Job) -> Measurement:
    environment = contender.fresh(job)
    measurement, output = measure(contender.command(job), environment)
    contender.verify(job, environment, output)
    return measurement


def _rows(size: int, measured: dict[str, Measurement]) -> list[Row]:
    floor = measured[FLOOR].seconds
    return [
        Row(contender=name, size=size, measurement=one, ratio=one.seconds / floor)
        for name, one in measured.items()
    ]


def _against_floor(rows: list[Row]) -> list[Check]:
    """At each size, ours on PostgreSQL without the limits: these alone may take longer than that."""
    return [
        Check(
            hope=f"{row.size:,} people: at most 4 times the floor, Zoom's limits aside",
            found=f"{row.ratio:.2f} times",
            holds=row.ratio <= 4,
        )
        for row in rows
        if row.contender == UNPACED
    ]


def _growth(rows: list[Row]) -> list[Check]:
    """From the smallest to the largest size: time in proportion (a fifth more is noise), memory flat."""
    smallest, largest = min(row.size for row in rows), max(row.size for row in rows)
    if smallest == largest:
        return []
    checks, factor = [], largest / smallest
    for name in (OURS, ON_SQLITE):
        small, large = (
            next(row.measurement for row in rows if (row.contender, row.size) == (name, size))
            for size in (smallest, largest)
        )
        time, memory = large.seconds / small.seconds, large.peak_mib / small.peak_mib
        checks += [
            Check(
                hope=f"{name}: {factor:g} times the people take at most {factor:g} times the time",
                found=f"{time:.2f} times",
                holds=time <= 1.2 * factor,
            ),
            Check(hope=f"{name}: in the same memory", found=f"{memory:.2f} times", holds=memory <= 1.25),
        ]
    return checks
