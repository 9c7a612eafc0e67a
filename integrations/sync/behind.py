"""Writes in a thread of its own, so that the next page is read and the next people are judged meanwhile.

One write at a time, in the order in which they were asked for. On SQLite, where readers would wait for the
writer, and within a transaction, which another connection cannot see, there is no thread: a write is done
when it is asked for.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from django.db import connection

from zoomsync.lib.database import flushed_later


class Behind:
    def __init__(self) -> None:
        has_thread = connection.vendor == "postgresql" and not connection.in_atomic_block
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sync-writer") if has_thread else None
        self._under_way: Future[None] | None = None

    def write(self, work: Callable[[], None]) -> None:
        """Raises what the write before it raised. When this returns, `work` has begun or is done."""
        self.wait()
        if self._thread:
            self._under_way = self._thread.submit(_relaxed, work)
        else:
            work()

    def wait(self) -> None:
        """Until all is written. Raises what went wrong with it."""
        under_way, self._under_way = self._under_way, None
        if under_way:
            under_way.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self.wait()
        finally:
            if self._thread:
                self._thread.submit(_close_connection)
                self._thread.shutdown()


def _close_connection() -> None:
    """The thread's own one."""
    connection.close()


def _relaxed(work: Callable[[], None]) -> None:
    with flushed_later():
        work()
