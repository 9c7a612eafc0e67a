"""The queues of registrations: single ones one by one, those of a bulk in groups."""

import random
from collections.abc import Collection, Sequence
from datetime import timedelta

import structlog
from django.db.models import Q, QuerySet
from django.utils import timezone

from core.jobs import JobQueue, JobState, Lease, LeaseLostError, StoppedError, register
from core.jobs.run import CONNECTION_ERRORS
from core.messages import Message
from workflows.models import RegistrationJob
from workflows.registrations.attempt import attempt, register_together
from workflows.registrations.record import fail_unexpectedly, record, record_together
from workflows.registrations.results import Answer, Result, Work

log = structlog.get_logger(__name__)

Action = RegistrationJob.Action
Priority = RegistrationJob.Priority


class RegistrationQueue(JobQueue[RegistrationJob]):
    """Those that someone waits for, first (`priority`), and of a bulk those that are done alone."""

    name = "registrations"
    model = RegistrationJob
    # Pro allows 30 additions a second: with answers after 0.2 s that is six at a time, after 0.5 s fifteen.
    at_once = 16
    longest = timedelta(minutes=10)

    def jobs(self) -> QuerySet[RegistrationJob]:
        return RegistrationJob.objects.select_related("contact")

    def share(self) -> Q:
        return Q(priority__lt=Priority.BULK)

    def perform(self, job: RegistrationJob, lease: Lease) -> None:
        if job.contact_id in busy_contacts([job]):
            lease.put_off(timezone.now() + timedelta(seconds=random.uniform(0.5, 2)), None)  # noqa: S311
        else:
            record(job, lease, attempt(job, lease))

    def fail(self, lease: Lease, reason: Message) -> None:
        job = RegistrationJob.objects.get(pk=lease.key)
        fail_unexpectedly(job, lease, reason)


class BulkRegistrationQueue(RegistrationQueue):
    """A group reads together what its jobs share, calls Zoom side by side, and is written together.

    While one group is written, the next ones keep Zoom busy. The calls of all of them have their slots within
    Zoom's limits: so long, about a second, is what a single registration waits behind them.
    """

    name = "bulk-registrations"
    at_once = 3
    batch = 12

    def share(self) -> Q:
        return Q(priority__gte=Priority.BULK)

    def perform_together(self, work: Sequence[Work]) -> None:
        """What has no result then is done alone, where it ends as any single job does."""
        for answers in register_together(_groupable(work)):
            _record_each(answers)


def busy_contacts(jobs: Collection[RegistrationJob]) -> set[int | None]:
    """Those about whom Zoom is being called for the same webinar: the later answer must be written last.

    Where two see each other, both wait, for times that differ.
    """
    running = RegistrationJob.objects.filter(state=JobState.RUNNING, lease_until__gt=timezone.now())
    same = running.filter(contact__in={job.contact_id for job in jobs} - {None})
    others = same.exclude(pk__in=[job.pk for job in jobs]).values_list("contact_id", "zoom_webinar_id")
    wanted = {(job.contact_id, job.zoom_webinar_id) for job in jobs}
    return {contact for contact, webinar in others if (contact, webinar) in wanted}


def _groupable(work: Sequence[Work]) -> list[Work]:
    """Each contact once. What must ask Zoom first, or has cost workers, would keep the others waiting."""
    slow = {job.contact_id for job, _lease in work if not _is_quick(job)}
    taken = busy_contacts([job for job, _lease in work]) | slow | {None}
    chosen = []
    for job, lease in work:
        if job.contact_id not in taken:
            taken.add(job.contact_id)
            chosen.append((job, lease))
    return chosen


def _is_quick(job: RegistrationJob) -> bool:
    return job.action == Action.REGISTER and not (job.sent_at or job.lifts_denial or job.crashes)


def _record_each(answers: Sequence[Answer]) -> None:
    """Together; one by one where one of them is in the way of the others."""
    try:
        record_together(answers)
    except (StoppedError, *CONNECTION_ERRORS):
        raise
    except Exception as error:  # noqa: BLE001 - it comes again, for the job that it is about
        log.info("registrations_not_written_together", error=type(error).__name__)
        for job, lease, result in answers:
            _record_one(job, lease, result)


def _record_one(job: RegistrationJob, lease: Lease, result: Result) -> None:
    try:
        record(job, lease, result)
    except LeaseLostError:
        lease.lost.set()
    except (StoppedError, *CONNECTION_ERRORS):
        raise
    except Exception:
        log.exception("registration_not_written", job=job.pk)


queue = register(RegistrationQueue())
bulk_queue = register(BulkRegistrationQueue())
