"""The periodic work on contacts."""

from celery import shared_task

from contacts.segments.tracking import follow_clock


# A minute for the segments whose dates passed; a day that no one looked at may take longer.
@shared_task(name="contacts.tasks.follow_segments", soft_time_limit=600, time_limit=660)
def follow_segments() -> None:
    follow_clock()
