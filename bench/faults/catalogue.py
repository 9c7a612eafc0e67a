"""The faults, each a function of the installation that it befalls."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.faults.site import Composed, Embedded

PAUSED, DOWN = 15.0, 3.0  # seconds


@dataclass(frozen=True, kw_only=True)
class Fault:
    words: str
    happen: Callable[[Composed], None] | None = None
    happen_embedded: Callable[[Embedded], None] | None = None
    when_busy: bool = True
    hits_schedule: bool = False
    """Then it has healed only when the schedule has ticked since."""


def stop_postgresql(mode: str) -> Callable[[Composed], None]:
    def happen(site: Composed) -> None:
        site.database.stop(mode)
        time.sleep(DOWN)
        site.database.start()

    return happen


def terminate(condition: str) -> Callable[[Composed], None]:
    def happen(site: Composed) -> None:
        site.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            f"AND pid <> pg_backend_pid() AND {condition}"
        )

    return happen


def pause_postgresql(site: Composed) -> None:
    site.database.signal(signal.SIGSTOP)
    time.sleep(PAUSED)
    site.database.signal(signal.SIGCONT)


def empty_redis(site: Composed) -> None:
    site.redis.kill()
    time.sleep(DOWN)
    site.redis.start()


def pause_redis(site: Composed) -> None:
    site.redis.signal(signal.SIGSTOP)
    time.sleep(PAUSED)
    site.redis.signal(signal.SIGCONT)


def kill_worker_twice(site: Composed) -> None:
    site.worker.signal(signal.SIGKILL)
    time.sleep(10)
    site.worker.signal(signal.SIGKILL)


def stop_worker_in_haste(site: Composed) -> None:
    site.worker.terminate()
    time.sleep(0.5)
    site.worker.signal(signal.SIGKILL)


def everything(site: Composed) -> None:
    for service in (site.web, site.worker, site.beat):
        service.signal(signal.SIGKILL)
    site.redis.kill()
    stop_postgresql("immediate")(site)
    site.redis.start()


FAULTS = {
    "postgresql-immediate": Fault(
        words="PostgreSQL stops at once, and comes back",
        happen=stop_postgresql("immediate"),
        hits_schedule=True,
    ),
    "postgresql-fast": Fault(
        words="PostgreSQL is shut down, and comes back", happen=stop_postgresql("fast"), hits_schedule=True
    ),
    "terminate-all": Fault(words="All its connections are cut", happen=terminate("true"), hits_schedule=True),
    "terminate-some": Fault(words="Every second one is cut", happen=terminate("pid % 2 = 0")),
    "postgresql-paused": Fault(
        words=f"PostgreSQL is paused for {PAUSED:g} s", happen=pause_postgresql, hits_schedule=True
    ),
    "redis-emptied": Fault(
        words="Redis is killed, and comes back empty", happen=empty_redis, hits_schedule=True
    ),
    "redis-paused": Fault(words=f"Redis is paused for {PAUSED:g} s", happen=pause_redis, hits_schedule=True),
    "worker-killed": Fault(
        words="The worker is killed", happen=lambda site: site.worker.signal(signal.SIGKILL)
    ),
    "worker-killed-twice": Fault(
        words="The worker is killed, and once more when it is back", happen=kill_worker_twice
    ),
    "worker-stopped": Fault(
        words="The worker is told to stop, and killed half a second later", happen=stop_worker_in_haste
    ),
    "beat-killed": Fault(
        words="The schedule is killed",
        happen=lambda site: site.beat.signal(signal.SIGKILL),
        hits_schedule=True,
    ),
    "web-killed": Fault(
        words="The web server is killed", happen=lambda site: site.web.signal(signal.SIGKILL)
    ),
    "everything": Fault(words="All of them at once", happen=everything, hits_schedule=True),
    "embedded-idle": Fault(
        words="make run: the idle worker is killed",
        happen_embedded=Embedded.kill_worker,
        when_busy=False,
        hits_schedule=True,
    ),
    "embedded-busy": Fault(
        words="make run: the busy worker is killed", happen_embedded=Embedded.kill_worker, hits_schedule=True
    ),
}
