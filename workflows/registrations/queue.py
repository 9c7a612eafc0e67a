"""The queue of registrations: many at once, since each of them mostly waits for Zoom."""

import random
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from core.jobs import JobQueue, JobState, Lease, register
from core.messages import Message
from workflows.models import RegistrationJob
from workflows.registrations.attempt import attempt
from workflows.registrations.record import fail_unexpectedly, record


class RegistrationQueue(JobQueue[RegistrationJob]):
    """A single registration goes before those of a bulk (`priority`), and soon finds one of these threads."""

    name = "registrations"
    model = RegistrationJob
    # Pro allows 30 additions a second: with answers after 0.2 s that is six at a time, after 0.5 s fifteen.
    at_once = 16
    longest = timedelta(minutes=10)

    def jobs(self) -> QuerySet[RegistrationJob]:
        return RegistrationJob.objects.select_related("contact")

    def perform(self, job: RegistrationJob, lease: Lease) -> None:
        if is_another_running(job):
            lease.put_off(timezone.now() + timedelta(seconds=random.uniform(0.5, 2)), None)  # noqa: S311
        else:
            record(job, lease, attempt(job, lease))

    def fail(self, lease: Lease, reason: Message) -> None:
        job = RegistrationJob.objects.get(pk=lease.key)
        fail_unexpectedly(job, lease, reason)


def is_another_running(job: RegistrationJob) -> bool:
    """Whether Zoom is being called about the same person and webinar: the later answer must be written last.

    Where two see each other, both wait, for times that differ.
    """
    same = RegistrationJob.objects.filter(contact=job.contact, zoom_webinar_id=job.zoom_webinar_id)
    running = same.filter(state=JobState.RUNNING, lease_until__gt=timezone.now())
    return job.contact is not None and running.exclude(pk=job.pk).exists()


queue = register(RegistrationQueue())
