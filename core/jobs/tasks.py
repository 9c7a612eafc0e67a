"""The one Celery task of all queues: it passes a wake-up on to the worker in this process."""

from celery import shared_task

from core.jobs.wakeup import TASK, look_here


# It sets an event and is done.
@shared_task(name=TASK, soft_time_limit=5, time_limit=10)
def look() -> None:
    look_here()
