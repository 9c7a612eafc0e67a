"""The worker of this process. `manage.py worker` runs it alone, Celery's worker beside its own tasks."""

import os
import socket
import threading
from functools import partial

from celery import current_app
from celery.signals import worker_ready, worker_shutdown, worker_shutting_down
from django.conf import settings

from core.jobs import registered
from core.jobs.periodic import PeriodicTask, Schedule
from core.jobs.worker import GRACE, Worker
from integrations.models import WorkerHeartbeat
from integrations.sync.runs.heartbeat import beat
from zoomsync.warm_up import warm_up_worker


def build_worker() -> Worker:
    name = f"{socket.gethostname()}:{os.getpid()}"
    return Worker(registered(), alive=partial(beat, name))


def is_alive() -> bool:
    """Whether a worker of this machine, or container, was able to look for jobs within the last minute."""
    return WorkerHeartbeat.objects.alive().filter(name__startswith=f"{socket.gethostname()}:").exists()


def build_schedule() -> Schedule:
    """What Celery's beat would send, done here: for an installation without Redis."""
    current_app.loader.import_default_modules()
    tasks = current_app.tasks
    return Schedule(
        PeriodicTask(name, tasks[str(entry["task"])], float(str(entry["schedule"])))
        for name, entry in settings.CELERY_BEAT_SCHEDULE.items()
    )


class _InCelery:
    """Starts and stops the worker with the Celery worker that it lives in."""

    def __init__(self) -> None:
        self._worker: Worker | None = None
        self._thread: threading.Thread | None = None

    def start(self, **_signal: object) -> None:
        self._worker = build_worker()
        warm_up_worker()
        self._thread = threading.Thread(target=self._worker.run, name="worker", daemon=True)
        self._thread.start()

    def stop(self, **_signal: object) -> None:
        """Called in a signal handler."""
        if self._worker:
            self._worker.stop()

    def join(self, **_signal: object) -> None:
        self.stop()
        if self._thread:
            self._thread.join(GRACE.total_seconds() + 2)


_in_celery = _InCelery()
worker_ready.connect(_in_celery.start)
worker_shutting_down.connect(_in_celery.stop)
worker_shutdown.connect(_in_celery.join)
