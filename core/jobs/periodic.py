"""Periodic tasks in threads of the worker, for an installation without Redis and Celery's beat."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog
from django.db import connection

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PeriodicTask:
    name: str
    run: Callable[[], object]
    seconds: float


class Schedule:
    """Each task has a thread of its own, so that one that takes long keeps no other waiting."""

    def __init__(self, tasks: Iterable[PeriodicTask]) -> None:
        self._tasks = list(tasks)
        self._stop = threading.Event()

    def start(self) -> None:
        for task in self._tasks:
            threading.Thread(target=self._repeat, args=(task,), name=task.name, daemon=True).start()

    def stop(self) -> None:
        self._stop.set()

    def _repeat(self, task: PeriodicTask) -> None:
        """At once, and then each time that it is due."""
        while not self._stop.is_set():
            due = time.monotonic() + task.seconds
            _run(task)
            self._stop.wait(max(0.0, due - time.monotonic()))


def _run(task: PeriodicTask) -> None:
    """One that fails is tried again when it is due the next time."""
    try:
        task.run()
    except Exception:
        log.exception("periodic_task_failed", task=task.name)
    finally:
        connection.close()
