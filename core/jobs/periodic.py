"""Periodic tasks in a thread of the worker, for an installation without Redis and Celery's beat."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import structlog
from django.db import connection

log = structlog.get_logger(__name__)


@dataclass
class PeriodicTask:
    name: str
    run: Callable[[], object]
    seconds: float
    due: float = field(default=0.0)  # at once, when the process starts


class Schedule:
    def __init__(self, tasks: Iterable[PeriodicTask]) -> None:
        self._tasks = list(tasks)
        self._stop = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self.run, name="schedule", daemon=True).start()

    def stop(self) -> None:
        self._stop.set()

    def run(self) -> None:
        """Until `stop` is called. A task that fails is tried again when it is due the next time."""
        while not self._stop.is_set():
            for task in self._tasks:
                if time.monotonic() >= task.due:
                    _run(task)
            soonest = min((task.due for task in self._tasks), default=time.monotonic() + 60)
            self._stop.wait(max(0.0, soonest - time.monotonic()))


def _run(task: PeriodicTask) -> None:
    task.due = time.monotonic() + task.seconds
    try:
        task.run()
    except Exception:
        log.exception("periodic_task_failed", task=task.name)
    finally:
        connection.close()
