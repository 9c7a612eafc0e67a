"""Has one fault happen, and measures how long it takes until all is well."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from bench.faults.catalogue import Fault
from bench.faults.services import eventually
from bench.faults.site import Composed, Embedded, Site, forget, new_directory
from bench.measuring import BenchmarkError
from zoom_simulator.server import running_simulator

WITHIN = 120.0  # seconds
LATENCY = 200.0  # milliseconds for each of Zoom's answers, so that syncs last a while


@dataclass(frozen=True, kw_only=True)
class Row:
    name: str
    words: str
    seconds: float | None
    """From the beginning of the fault; None: not healed in time."""
    rows_equal: bool
    problem: str = ""

    @property
    def is_healed(self) -> bool:
        return self.seconds is not None and self.rows_equal


def suffer(name: str, fault: Fault) -> Row:
    with _site(fault) as site:
        is_there = site.is_busy if fault.when_busy else site.is_idle
        if not eventually(lambda: site.answers() and is_there(), seconds=120, pause=0.1):
            raise BenchmarkError(f"{name}: the installation in {site.directory} did not start to work.")
        webinar = site.upcoming_webinar()
        since, began = datetime.now(UTC), time.monotonic()
        _happen(site, fault)
        site.register_somebody(webinar)
        site.press_sync_now(webinar)
        left = WITHIN - (time.monotonic() - began)
        is_well = eventually(lambda: _is_well(site, fault, since), seconds=left)
        seconds = time.monotonic() - began
        found = site.differences()
        problem = "; ".join(found[:3]) if is_well else _what_is_wrong(site, fault, since)
        return Row(
            name=name,
            words=fault.words,
            seconds=seconds if is_well else None,
            rows_equal=not found,
            problem=problem,
        )


@contextmanager
def _site(fault: Fault) -> Iterator[Site]:
    directory = new_directory()
    with running_simulator("demo", latency=LATENCY) as zoom:
        kind = Composed if fault.happen else Embedded
        with closing(kind(zoom, directory)) as site:
            yield site
    forget(directory)


def _happen(site: Site, fault: Fault) -> None:
    if fault.happen and isinstance(site, Composed):
        fault.happen(site)
    if fault.happen_embedded and isinstance(site, Embedded):
        fault.happen_embedded(site)


def _is_well(site: Site, fault: Fault, since: datetime) -> bool:
    return not _what_is_wrong(site, fault, since)


def _what_is_wrong(site: Site, fault: Fault, since: datetime) -> str:
    if not site.is_idle():
        return "syncs wait or are under way"
    if not site.heard_of(schedule=False, since=since):
        return "no worker was heard of"
    if fault.hits_schedule and not site.heard_of(schedule=True, since=since):
        return "the schedule was not heard of"
    return "" if site.is_ready() else "/readyz is not 200"
