"""The Celery app. What is scheduled, and how often, is in the settings."""

import os

from celery import Celery
from celery.signals import setup_logging, worker_init
from django_structlog.celery.steps import DjangoStructLogInitStep

from core import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zoomsync.settings")

app = Celery("zoomsync")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["core.jobs"])

setup_logging.connect(logs.of_celery)
# Each line of a task has the task's ID and what the sender's lines had; the last task's context is forgotten.
app.steps["worker"].add(DjangoStructLogInitStep)


@worker_init.connect
def _do_jobs(**_signal: object) -> None:
    """A Celery worker does the jobs, too."""
    from zoomsync import worker  # noqa: F401, PLC0415 - it listens to Celery's signals; needs Django set up


@worker_init.connect
def _put_nothing_back(**_signal: object) -> None:
    """Keeps a Redis that dies from ending the worker.

    When a connection ends, kombu puts back what the worker has not begun. With Redis gone this may raise an
    AttributeError that nobody catches. Nothing needs it: a wake-up is a hint, and the schedule asks again.
    """
    from kombu.transport.redis import QoS  # noqa: PLC0415 - it loads the client, which a worker alone needs

    QoS.restore_at_shutdown = False
