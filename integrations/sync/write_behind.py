"""Writes in threads, while the next page is fetched and the next people are judged.

Pages are written one at a time, in the order in which they came. Batches hold different people, so two are
written at once: the database is busy while one of them prepares its rows. On SQLite, where readers would wait
for the writer, and inside a transaction, which another connection cannot see, writes happen in place.
"""

from collections.abc import Callable
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import Self

from django.db import connection

from core.database import flushed_later

LANES = 2


class WriteBehind:
    def __init__(self) -> None:
        has_threads = connection.vendor == "postgresql" and not connection.in_atomic_block
        # A thread each, because a thread has a connection of its own, which it has to close in the end.
        self._lanes = [ThreadPoolExecutor(1, "sync-writer") for _lane in range(LANES)] if has_threads else []
        self._under_way: dict[Future[None], ThreadPoolExecutor] = {}

    def write(self, work: Callable[[], None]) -> None:
        """After all that was asked for before. Raises what went wrong with that.

        When this returns, `work` has begun or is done.
        """
        self.wait()
        self._begin(work)

    def submit(self, work: Callable[[], None]) -> None:
        """At the same time as others of these, of which none may wait for another. Raises what went wrong."""
        if self._lanes and len(self._under_way) == len(self._lanes):
            self._collect(FIRST_COMPLETED)
        self._begin(work)

    def wait(self) -> None:
        """Waits until everything is written. Raises what went wrong."""
        self._collect(ALL_COMPLETED)

    def _begin(self, work: Callable[[], None]) -> None:
        if not self._lanes:
            work()
            return
        lane = next(lane for lane in self._lanes if lane not in self._under_way.values())
        self._under_way[lane.submit(_relaxed, work)] = lane

    def _collect(self, until: str) -> None:
        """Take note of those that are done. What went wrong with one is raised when the others are over."""
        done, going_on = wait(self._under_way, return_when=until)
        if any(future.exception() for future in done):
            done |= wait(going_on).done
        for future in done:
            del self._under_way[future]
        for future in done:
            future.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self.wait()
        finally:
            for lane in self._lanes:
                lane.submit(_close_connection)
                lane.shutdown()


def _close_connection() -> None:
    """The thread's own one."""
    connection.close()


def _relaxed(work: Callable[[], None]) -> None:
    with flushed_later():
        work()
