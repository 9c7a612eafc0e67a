"""The background work of the project itself."""

from celery import shared_task

from zoomsync.api import idempotency


# One statement; it is long only when it has not run for weeks.
@shared_task(name="zoomsync.tasks.forget_api_answers", soft_time_limit=240, time_limit=300)
def forget_api_answers() -> None:
    idempotency.forget_old_answers()
