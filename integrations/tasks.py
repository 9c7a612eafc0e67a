"""The periodic work of the integrations. What it finds to do it queues; workers do it (`core.jobs`)."""

from celery import shared_task

from integrations.sync.runs import heartbeat, schedule


# Some queries for each account; the next one comes a minute later.
@shared_task(name="integrations.tasks.tick", soft_time_limit=50, time_limit=55)
def tick() -> None:
    schedule.tick()
    heartbeat.beat(heartbeat.SCHEDULE)
