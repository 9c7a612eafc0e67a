"""The background work: syncs and messages from Zoom. The rows say what is to be done; a task has it done."""

from celery import shared_task

from integrations.sync.runs import heartbeat, schedule  # noqa: F401 - the heartbeat listens to Celery's signals
from integrations.sync.runs.worker import work as do_next_run
from integrations.webhooks import worker as deliveries


# A webinar with 100,000 people takes some minutes of Zoom's rate limit; an hour is a hanging one. The soft
# limit puts the run back into the queue, the hard one leaves it to the sweep.
@shared_task(name="integrations.tasks.work", soft_time_limit=3600, time_limit=3660)
def work() -> None:
    do_next_run()


# Some queries for each account; the next one comes a minute later.
@shared_task(name="integrations.tasks.tick", soft_time_limit=50, time_limit=55)
def tick() -> None:
    schedule.tick()


# A message takes milliseconds. Whatever a burst leaves when the time is up, the next wake-up takes on.
@shared_task(name="integrations.tasks.handle_deliveries", soft_time_limit=240, time_limit=300)
def handle_deliveries() -> None:
    deliveries.work()


# One statement; it is long only when it has not run for weeks.
@shared_task(name="integrations.tasks.forget_deliveries", soft_time_limit=240, time_limit=300)
def forget_deliveries() -> None:
    deliveries.purge()
