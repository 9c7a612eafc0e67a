"""The background work on contacts: importing files. The rows say what is to be done; a task only does it."""

from celery import shared_task

from contacts.importing import runner


# runner.SECONDS ends a task after five minutes; these catch one that hangs.
@shared_task(name="contacts.tasks.work", soft_time_limit=600, time_limit=660)
def work() -> None:
    runner.work()
