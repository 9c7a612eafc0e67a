"""The periodic work of the integrations. What it finds to do it queues; workers do it (`core.jobs`)."""

from celery import shared_task

from integrations.sync.runs import heartbeat, schedule
from integrations.webhooks import worker as webhooks


# Some queries for each account; the next one comes a minute later.
@shared_task(name="integrations.tasks.tick", soft_time_limit=50, time_limit=55)
def tick() -> None:
    schedule.tick()
    heartbeat.beat(heartbeat.SCHEDULE)


# One statement; it is long only when it has not run for weeks.
@shared_task(name="integrations.tasks.forget_deliveries", soft_time_limit=240, time_limit=300)
def forget_deliveries() -> None:
    webhooks.purge()
