"""A worker: looks for jobs each second, or as soon as it is woken, and does them in threads.

A job spends most of its time waiting for Zoom, so one process holds many at once in threads. They are the
same whether the process is `manage.py worker` or Celery's. Each queue has threads of its own: a backlog of
long syncs does not keep a webhook event waiting.
"""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from queue import SimpleQueue
from typing import Any

import structlog
from django.db import Error, connection

from core.jobs import wakeup
from core.jobs.errors import LeaseLostError
from core.jobs.lease import Lease
from core.jobs.queue import JobQueue
from core.jobs.run import drop_stale_connection, run_jobs

LOOK_EVERY = timedelta(seconds=1)
ALIVE_EVERY = timedelta(seconds=15)
# A page of people is written within this time; what takes longer is taken away from its thread.
GRACE = timedelta(seconds=2)

log = structlog.get_logger(__name__)


class Worker:
    def __init__(
        self,
        queues: Sequence[JobQueue[Any]],
        *,
        alive: Callable[[], None] = lambda: None,
        look_every: timedelta = LOOK_EVERY,
    ) -> None:
        """`alive` is called each 15 seconds, each time after the worker was able to look for jobs."""
        self._look = threading.Event()
        self._stop = threading.Event()
        self._threads = [_Threads(queue, self._look) for queue in queues]
        self._look_every = look_every.total_seconds()
        self._alive = alive
        self._alive_due = 0.0

    def run(self) -> None:
        """Work until `stop` is called. Jobs that do not end within the grace go back to the queue."""
        forget = wakeup.on_wake(self._look.set)
        try:
            while not self._stop.is_set():
                self._look_for_jobs()
                self._look.wait(self._look_every)
                self._look.clear()
        finally:
            forget()
            self._hand_back()
            connection.close()

    def stop(self) -> None:
        """From any thread, or from a signal handler."""
        self._stop.set()
        self._look.set()

    def _look_for_jobs(self) -> None:
        try:
            drop_stale_connection()
            for threads in self._threads:
                threads.take_jobs(self._stop)
            if time.monotonic() >= self._alive_due:
                self._alive()
                self._alive_due = time.monotonic() + ALIVE_EVERY.total_seconds()
        except Error as error:  # the database is away, and will be back
            log.warning("jobs_not_looked_for", error=type(error).__name__)
            connection.close()

    def _hand_back(self) -> None:
        until = time.monotonic() + GRACE.total_seconds()
        while any(threads.leases for threads in self._threads) and time.monotonic() < until:
            time.sleep(0.05)
        for threads in self._threads:
            threads.hand_back()


class _Threads:
    """The threads of one queue, started when they are first needed.

    They are daemons, so that a call that hangs does not keep the process from ending.
    """

    def __init__(self, queue: JobQueue[Any], free: threading.Event) -> None:
        self._queue = queue
        self._free = free
        self._batches: SimpleQueue[list[Lease]] = SimpleQueue()
        self._started = 0
        self._busy = 0
        self._lock = threading.Lock()
        self.leases: dict[Lease, None] = {}

    def take_jobs(self, stop: threading.Event) -> None:
        """Claim as many jobs as there are idle threads for. If more are left, wake another worker."""
        has_taken = False
        while (idle := self._queue.at_once - self._busy) > 0 and not stop.is_set():
            if not self._claim(idle, stop):
                return
            has_taken = True
        if has_taken and self._queue.claimable().exists():
            wakeup.wake_others()

    def _claim(self, idle: int, stop: threading.Event) -> list[Lease]:
        is_single = self._queue.batch == 1
        leases = self._queue.claim(idle if is_single else None, stop=stop)
        for batch in [[lease] for lease in leases] if is_single else [leases] if leases else []:
            self._begin(batch)
        return leases

    def _begin(self, leases: list[Lease]) -> None:
        with self._lock:
            self._busy += 1
            self.leases |= dict.fromkeys(leases)
            if self._busy > self._started:
                self._started += 1
                name = f"{self._queue.name}-{self._started}"
                threading.Thread(target=self._run, name=name, daemon=True).start()
        self._batches.put(leases)

    def _run(self) -> None:
        while True:
            leases = self._batches.get()
            try:
                run_jobs(self._queue, leases)
            except Exception:
                log.exception("worker_thread_broke", queue=self._queue.name)
            finally:
                self._end(leases)

    def _end(self, leases: list[Lease]) -> None:
        drop_stale_connection()
        with self._lock:
            self._busy -= 1
            for lease in leases:
                del self.leases[lease]
        self._free.set()

    def hand_back(self) -> None:
        """Take the jobs away from threads that are still busy: whatever these write now is void."""
        with self._lock:
            leases = list(self.leases)
        for lease in leases:
            with suppress(LeaseLostError, Error):
                lease.hand_back()
