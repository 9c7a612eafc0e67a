"""The background work of the project itself."""

from celery import shared_task

from zoomsync.api import idempotency
from zoomsync.callbacks import subscriptions


# Two statements; they are long only when it has not run for weeks.
@shared_task(name="zoomsync.tasks.forget_old_messages", soft_time_limit=240, time_limit=300)
def forget_old_messages() -> None:
    idempotency.forget_old_answers()
    subscriptions.forget_old_callbacks()
