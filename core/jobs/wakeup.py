"""Tells workers that a job is waiting. A hint, never the work itself: that is a row.

Workers look at the rows each second anyway. With Redis one of them is told at once, by a thread of its own,
so that no page and no webhook waits for a broker that hangs. What gets lost there costs that second.
"""

import threading
from collections.abc import Callable

import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction

TASK = "core.jobs.look"

log = structlog.get_logger(__name__)


def wake() -> None:
    """Have a worker look for jobs once the transaction commits, once however often it is asked for."""
    hooks = [hook for _savepoints, hook, _robust in transaction.get_connection().run_on_commit]
    if _wake_now not in hooks:
        transaction.on_commit(_wake_now, robust=True)


def _wake_now() -> None:
    look_here()
    wake_others()


def wake_others() -> None:
    """Send a wake-up at once, to whichever worker gets it."""
    if settings.REDIS_URL:
        _sender.send()


def look_here() -> None:
    """A wake-up has reached this process: its workers look for jobs."""
    for look in _lookers:
        look()


_lookers: list[Callable[[], None]] = []


def on_wake(look: Callable[[], None]) -> Callable[[], None]:
    """Have `look` called for each wake-up that reaches this process. Returns what ends that."""
    _lookers.append(look)
    return lambda: _lookers.remove(look)


class _Sender:
    """Sends wake-ups from a thread. A burst of them sends one or two."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def send(self) -> None:
        """Returns at once. Safe after a fork: the new process starts a thread of its own."""
        self._asked.set()
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="job-waker", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._asked.wait()
            self._asked.clear()
            try:
                current_app.send_task(TASK, expires=60)
            except Exception as error:  # noqa: BLE001 - each transport has its own; none may end the thread
                log.warning("worker_not_woken", error=type(error).__name__)


_sender = _Sender()
