"""The background work on contacts: importing files. The rows say what is to be done; a task only does it."""

from celery import shared_task

from contacts.importing import runner
from contacts.outbox import forget_followed
from contacts.segments.tracking import follow_clock


# runner.SECONDS ends a task after five minutes; these catch one that hangs.
@shared_task(name="contacts.tasks.work", soft_time_limit=600, time_limit=660)
def work() -> None:
    runner.work()


# A minute for the segments whose dates passed; a day that nobody looked at may take longer.
@shared_task(name="contacts.tasks.follow_segments", soft_time_limit=600, time_limit=660)
def follow_segments() -> None:
    follow_clock()


@shared_task(name="contacts.tasks.forget_changes", soft_time_limit=300, time_limit=330)
def forget_changes() -> None:
    forget_followed()
