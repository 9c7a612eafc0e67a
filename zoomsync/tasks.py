"""The background work of the project itself."""

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore

from core.retention import prune_all
from zoomsync.api import idempotency

PRUNE_SECONDS = 1500  # what a day leaves takes seconds; what years left may take some nights


# One statement; it is long only when it has not run for weeks.
@shared_task(name="zoomsync.tasks.forget_old_answers", soft_time_limit=240, time_limit=300)
def forget_old_answers() -> None:
    idempotency.forget_old_answers()


# Ends by itself between two batches of rows; the next day continues.
@shared_task(name="zoomsync.tasks.prune", soft_time_limit=1740, time_limit=1800)
def prune() -> None:
    prune_all(PRUNE_SECONDS)
    SessionStore.clear_expired()
