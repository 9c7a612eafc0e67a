"""The periodic work on contacts."""

from celery import shared_task

from contacts.properties.indexing import index_properties as bring_indexes_up_to_date
from contacts.segments.tracking import follow_clock


# A minute for the segments whose dates passed; a day that no one looked at may take longer.
@shared_task(name="contacts.tasks.follow_segments", soft_time_limit=600, time_limit=660)
def follow_segments() -> None:
    follow_clock()


# Some seconds for an index of a million contacts. A build that is cut off is done again.
@shared_task(name="contacts.tasks.index_properties", soft_time_limit=3_600, time_limit=3_660)
def index_properties() -> None:
    bring_indexes_up_to_date()
