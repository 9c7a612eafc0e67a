"""Queue, retry and cancel registrations: what pages, commands, tasks, workflows and the API call."""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import batched
from typing import Any, Protocol

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from contacts.bulk_changes import queue as bulk_changes
from contacts.models import Contact, EmailAddress
from core.emails import normalise
from core.jobs import JobState, wake
from integrations.rules.registration_reasons import RefusalReason
from workflows.models import RegistrationBatch, RegistrationJob, RegistrationStatus
from workflows.registrations.signals import registrations_ended

Action = RegistrationJob.Action
Priority = RegistrationJob.Priority
Source = RegistrationJob.Source

# A job is joined only while it is active: after so many that ended in between, something is wrong.
_ROUNDS = 10
_AT_ONCE = 1_000


class NotPossibleNowError(Exception):
    """The job is in a state in which it can be neither retried nor cancelled."""


class Requester(Protocol):
    """A user, as far as a job is concerned."""

    pk: Any


@dataclass(frozen=True, slots=True)
class ContactRef:
    """A contact as a caller names one: by id, or by any of its addresses."""

    id: int | None = None
    email: str = ""


@dataclass(frozen=True, slots=True)
class UnknownContact:
    """`index` is the place in what the caller gave."""

    index: int
    contact: ContactRef
    reason: RefusalReason = RefusalReason.CONTACT_NOT_FOUND


@dataclass(frozen=True, slots=True)
class QueuedBatch:
    batch: RegistrationBatch
    accepted: int
    refused: list[UnknownContact]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a job is given beside the contact and the webinar."""

    occurrence_id: str = ""
    starts_after: datetime | None = None
    """Of a series, only a date that begins later counts."""
    key: str = ""
    callback_url: str = ""
    action: Action = Action.REGISTER
    lifts_denial: bool = False
    may_register_again: bool = False
    requested_by: Requester | None = None
    batch: RegistrationBatch | None = None
    priority: Priority = Priority.SINGLE
    extra: dict[str, Any] = field(default_factory=dict)
    """Further columns, set by who adds them (workflows, the API)."""


def enqueue(
    contact: Contact, zoom_webinar_id: int, source: Source, options: Options | None = None
) -> RegistrationJob:
    """A job for this wish, or the one that there is: with the same key, or not over yet.

    Mostly there is none, so it is looked for only where the constraints say that there is.
    """
    options = options or Options()
    for _round in range(_ROUNDS):
        try:
            with _one_statement():
                job = _new(contact.pk, zoom_webinar_id, source, options)
                job.save(force_insert=True)
        except IntegrityError:
            if known := _known(contact, zoom_webinar_id, options):
                return _hurry(known, options.priority)
        else:
            wake()
            return job
    raise RuntimeError(f"The jobs of contact {contact.pk} came and went too fast to join.")


def enqueue_batch(
    contacts: Sequence[ContactRef], zoom_webinar_id: int, source: Source, options: Options | None = None
) -> QueuedBatch:
    """Jobs for many contacts, behind those that someone waits for. Contacts who are unknown are named."""
    chosen = options or Options()
    keys, unknown = resolve(contacts)
    with transaction.atomic():
        batch = create_batch(zoom_webinar_id, chosen)
        add_to_batch(batch, keys, source, chosen)
    return QueuedBatch(batch, len(keys), unknown)


def create_batch(zoom_webinar_id: int, options: Options) -> RegistrationBatch:
    return RegistrationBatch.objects.create(
        zoom_webinar_id=zoom_webinar_id,
        occurrence_id=options.occurrence_id,
        requested_by_id=options.requested_by.pk if options.requested_by else None,
    )


def add_to_batch(batch: RegistrationBatch, keys: Sequence[int], source: Source, options: Options) -> None:
    """Jobs for these contacts. Who has one for the same wish, not over yet, keeps that one."""
    in_batch = replace(options, batch=batch, occurrence_id=batch.occurrence_id, priority=Priority.BULK)
    jobs = (_new(contact, batch.zoom_webinar_id, source, in_batch) for contact in keys)
    RegistrationJob.objects.bulk_create(jobs, batch_size=_AT_ONCE, ignore_conflicts=True)
    wake()


def retry(job: RegistrationJob, *, lifts_denial: bool = False) -> RegistrationJob:
    """Have a job done again that was refused, failed or cancelled. Raises `NotPossibleNowError`.

    With `lifts_denial`, someone who was denied or cancelled in Zoom is approved there. Returns the job to
    look at: another one for the same wish may be under way.
    """
    job.refresh_from_db()
    if not job.can_retry or job.contact is None:
        raise NotPossibleNowError
    ended = RegistrationJob.objects.filter(pk=job.pk, state=job.state, outcome=job.outcome)
    try:
        with transaction.atomic():
            again = ended.update(
                state=JobState.QUEUED, outcome="", reason_code="", reason_values={}, error=None, attempts=0,
                crashes=0, not_before=timezone.now(), finished_at=None, priority=Priority.SINGLE,
                lifts_denial=lifts_denial or job.lifts_denial,
            )  # fmt: skip
    except IntegrityError:
        options = Options(
            occurrence_id=job.occurrence_id, starts_after=job.starts_after, action=Action(job.action)
        )
        return enqueue(job.contact, job.zoom_webinar_id, Source(job.source), options)
    if not again:
        raise NotPossibleNowError
    job.refresh_from_db()
    wake()
    return job


def cancel(job: RegistrationJob) -> RegistrationJob:
    """Take a job that waits out of the queue. Raises `NotPossibleNowError` once Zoom is being called."""
    with transaction.atomic():
        waiting = RegistrationJob.objects.filter(pk=job.pk, state=JobState.QUEUED)
        outcome = RegistrationStatus.CANCELLED
        if not waiting.update(state=JobState.COMPLETE, outcome=outcome, finished_at=timezone.now()):
            raise NotPossibleNowError
        job.refresh_from_db()
        registrations_ended.send(RegistrationJob, jobs=[job])
    return job


def cancel_batch(batch: RegistrationBatch) -> int:
    """Cancel what of a batch still waits; how many jobs that were. No more are queued."""
    if batch.bulk_change:
        bulk_changes.cancel(batch.bulk_change)
    waiting = RegistrationJob.objects.filter(batch=batch, state=JobState.QUEUED).order_by("pk")
    cancelled = 0
    for job in waiting.iterator():
        try:
            cancel(job)
        except NotPossibleNowError:
            continue
        cancelled += 1
    return cancelled


def resolve(contacts: Sequence[ContactRef]) -> tuple[list[int], list[UnknownContact]]:
    """The contacts' keys, each once and in order, and those whom the CRM does not know."""
    by_email = _by_email({ref.email for ref in contacts if ref.id is None})
    known = _existing({ref.id for ref in contacts if ref.id is not None})
    keys = [ref.id if ref.id in known else by_email.get(normalise(ref.email)) for ref in contacts]
    unknown = [
        UnknownContact(index, ref)
        for index, (ref, key) in enumerate(zip(contacts, keys, strict=True))
        if key is None
    ]
    return list(dict.fromkeys(key for key in keys if key is not None)), unknown


def find_contact(ref: ContactRef) -> Contact | None:
    keys, _unknown = resolve([ref])
    return Contact.objects.filter(pk__in=keys).first()


def _existing(keys: Collection[int]) -> set[int]:
    existing: set[int] = set()
    for some in batched(keys, _AT_ONCE):
        existing |= set(Contact.objects.filter(pk__in=some).values_list("pk", flat=True))
    return existing


def _by_email(emails: Collection[str]) -> dict[str, int]:
    by_email: dict[str, int] = {}
    for some in batched({normalise(email) for email in emails}, _AT_ONCE):
        rows = EmailAddress.objects.filter(email__in=some)
        by_email |= dict(rows.values_list("email", "contact_id"))
    return by_email


def _one_statement() -> AbstractContextManager[object]:
    """If it fails, a transaction around it goes on. Where there is none, it doesn't need the round trips that
    begin and commit one: the API takes hundreds of jobs a second.
    """
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def _known(contact: Contact, zoom_webinar_id: int, options: Options) -> RegistrationJob | None:
    same = RegistrationJob.objects.filter(
        contact=contact,
        zoom_webinar_id=zoom_webinar_id,
        occurrence_id=options.occurrence_id,
        action=options.action,
    )
    same = same.filter(key=options.key) if options.key else same.active()
    return same.order_by("-pk").first()


def _hurry(job: RegistrationJob, priority: Priority) -> RegistrationJob:
    """Someone waits now for what was part of a bulk."""
    if priority < job.priority and job.state == JobState.QUEUED:
        RegistrationJob.objects.filter(pk=job.pk, state=JobState.QUEUED).update(priority=priority)
        wake()
    return job


def _new(contact_id: int, zoom_webinar_id: int, source: Source, options: Options) -> RegistrationJob:
    return RegistrationJob(
        contact_id=contact_id,
        zoom_webinar_id=zoom_webinar_id,
        occurrence_id=options.occurrence_id,
        starts_after=options.starts_after,
        key=options.key,
        action=options.action,
        source=source,
        batch=options.batch,
        priority=_priority(options),
        callback_url=options.callback_url,
        lifts_denial=options.lifts_denial,
        may_register_again=options.may_register_again,
        requested_by_id=options.requested_by.pk if options.requested_by else None,
        **options.extra,
    )


def _priority(options: Options) -> Priority:
    is_alone = options.action == Action.REMOVE or options.lifts_denial
    return Priority.BULK_ALONE if is_alone and options.priority == Priority.BULK else options.priority
