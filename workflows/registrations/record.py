"""Writes how attempts ended: the jobs' rows, and what it means for the contacts. One transaction."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime

from django.db import OperationalError, connection
from django.utils import timezone

from contacts.models import Contact
from contacts.outbox import one_change_set, record_contacts
from core.bulk import bulk_update
from core.jobs import Ending, Lease, RunResult
from core.jobs.backoff import retry_at
from core.jobs.bulk import in_bulk
from core.jobs.together import end_together, writing_together
from core.messages import Message
from integrations.models import SyncRun, Webinar, ZoomConnection
from integrations.rules.registration_reasons import Failure, Refusal, Wait, WaitReason
from integrations.sync.registered_here import RegisteredHere, note_registrations, note_removal
from integrations.sync.runs.queue import enqueue_discovery
from workflows.models import RegistrationJob, RegistrationStatus
from workflows.registrations.connections import primary_connection
from workflows.registrations.locking import lock_contacts
from workflows.registrations.results import Answer, FailureReason, Registered, Removed, Result
from workflows.registrations.signals import registrations_ended

Priority = RegistrationJob.Priority
# With the growing pauses this is more than a day.
MOST_ATTEMPTS = 30
_LONGEST_LINK = 2000


def record(job: RegistrationJob, lease: Lease, result: Result) -> None:
    """Raises `LeaseLostError` where another worker has the job by now; nothing is written then."""
    record_together([(job, lease, result)])


def record_together(answers: Sequence[Answer]) -> None:
    """All or nothing. Raises `LeaseLostError` where another worker has one of the jobs by now.

    Zoom's answers are known only here. Where the database gave this transaction up, as PostgreSQL does with
    one of two that wait for each other, they are written once more.
    """
    try:
        _write_together(answers)
    except OperationalError:
        if connection.in_atomic_block or not connection.is_usable():
            raise
        _write_together(answers)


def _write_together(answers: Sequence[Answer]) -> None:
    """Contacts are locked before jobs, as whoever deletes them does. The jobs are running, so that no contact
    is merged meanwhile.
    """

    def lock() -> None:
        contacts.update(lock_contacts([job.contact_id for job, _lease, _result in answers if job.contact_id]))

    contacts: dict[int, Contact] = {}
    is_bulk = all(job.priority > Priority.SINGLE for job, _lease, _result in answers)
    leases = [lease for _job, lease, _result in answers]
    with in_bulk(is_bulk), _writing(leases, lock), one_change_set():
        _note_in_crm(answers, contacts)
        now = timezone.now()
        endings = [(job, lease, _ending(job, result, now, contacts)) for job, lease, result in answers]
        end_together([(lease, ending) for _job, lease, ending in endings])
        _keep_registrants([answer for answer in answers if answer[0].contact_id in contacts])
        _tell([job.pk for job, _lease, ending in endings if ending.result is not RunResult.RETRY])


def _writing(leases: Sequence[Lease], lock: Callable[[], None]) -> AbstractContextManager[None]:
    """Zoom's answers are known: a worker that stops would leave jobs about which Zoom must be asked."""
    return writing_together(leases, lock, also_when_stopped=True)


def _ending(job: RegistrationJob, result: Result, now: datetime, contacts: Collection[int]) -> Ending:
    """Of a contact who was deleted meanwhile nothing comes back: Zoom's words may hold the address (D22)."""
    ending = _ending_with_words(job, result, now)
    if job.contact_id in contacts:
        return ending
    return replace(ending, changes=ending.changes | {"reason_values": {}})


def _ending_with_words(job: RegistrationJob, result: Result, now: datetime) -> Ending:
    match result:
        case Registered():
            return _complete(_status_of(result), now)
        case Removed():
            values = {"was_registered": result.was_registered}
            return _complete(RegistrationStatus.REMOVED, now, reason_values=values)
        case Refusal():
            reason = {"reason_code": result.reason, "reason_values": _values(result)}
            return _complete(RegistrationStatus.REFUSED, now, **reason)
        case Failure():
            return _failed(FailureReason.UNKNOWN_REFUSAL, {"zoom": result.zoom}, now)
        case Wait() if _lasts_too_long(job, result):
            return _failed(result.reason, {"zoom": result.zoom}, now)
        case Wait():
            return _put_off(job, result)


def fail_unexpectedly(job: RegistrationJob, lease: Lease, error: Message) -> None:
    """For what is a bug, or has cost several workers. Must run inside a transaction."""
    lease.end(_failed(FailureReason.INTERNAL_ERROR, {}, timezone.now(), error))
    _tell([job.pk])


def _status_of(result: Registered) -> RegistrationStatus:
    if result.is_pending:
        return RegistrationStatus.PENDING_APPROVAL
    return RegistrationStatus.ALREADY_REGISTERED if result.was_registered else RegistrationStatus.REGISTERED


def _values(refusal: Refusal) -> dict[str, object]:
    values = {"fields": list(refusal.fields), "scopes": list(refusal.scopes), "zoom": refusal.zoom}
    return {name: value for name, value in values.items() if value}


def _complete(status: RegistrationStatus, now: datetime, **changes: object) -> Ending:
    over: dict[str, object] = {
        "outcome": status,
        "reason_code": "",
        "reason_values": {},
        "sent_at": None,
        "finished_at": now,
    }
    return Ending.complete(**over | changes)


def _failed(reason: str, values: Mapping[str, object], now: datetime, error: Message | None = None) -> Ending:
    named = {name: value for name, value in values.items() if value}
    return Ending.failed(error, reason_code=reason, reason_values=named, finished_at=now)


def _put_off(job: RegistrationJob, wait: Wait) -> Ending:
    """Where Zoom must be asked before the next call, that takes longer, and the job is done alone."""
    is_planned = wait.reason is WaitReason.DAILY_LIMIT
    until = wait.until if is_planned and wait.until else retry_at(job.attempts, wait.until)
    values = {"zoom": wait.zoom} if wait.zoom else {}
    priority = min(job.priority, Priority.BULK_ALONE) if job.sent_at else job.priority
    return Ending.put_off(
        until, None, reason_code=wait.reason, reason_values=values, sent_at=job.sent_at, priority=priority
    )


def _lasts_too_long(job: RegistrationJob, wait: Wait) -> bool:
    return job.attempts >= MOST_ATTEMPTS and wait.reason is not WaitReason.DAILY_LIMIT


def _keep_registrants(answers: Sequence[Answer]) -> None:
    """The ID differs from job to job, so it is no part of how they end."""
    rows = [
        (job.pk, result.registrant_id) for job, _lease, result in answers if isinstance(result, Registered)
    ]
    bulk_update(RegistrationJob, ("registrant_id",), rows)


def _tell(keys: Collection[int]) -> None:
    if keys:
        jobs = RegistrationJob.objects.select_related("contact").filter(pk__in=keys).order_by("pk")
        registrations_ended.send(RegistrationJob, jobs=list(jobs))


def _note_in_crm(answers: Sequence[Answer], contacts: Mapping[int, Contact]) -> None:
    """Those whose contact was deleted while Zoom was called leave nothing.

    The webinars in order: their events and runs are rows that other groups write as well.
    """
    registered: dict[int, list[tuple[Contact, Registered]]] = defaultdict(list)
    for job, _lease, result in sorted(answers, key=lambda answer: answer[0].zoom_webinar_id):
        contact = contacts.get(job.contact_id or 0)
        match result:
            case Registered() if contact:
                registered[job.zoom_webinar_id].append((contact, result))
            case Removed() if contact and (webinar := _webinar(job.zoom_webinar_id)):
                note_removal(webinar, contact, result.occurrence_id, is_deleted=result.is_deleted)
    for results in registered.values():
        _keep_links(results)
    are_listed = [_note_registered(*entry) for entry in registered.items()]
    if not all(are_listed):  # last: all webinars share the one run
        _discover()


def _keep_links(results: Sequence[tuple[Contact, Registered]]) -> None:
    now = timezone.now()
    rows = [
        (contact.pk, result.join_url, now)
        for contact, result in results
        if result.join_url and len(result.join_url) <= _LONGEST_LINK
    ]
    bulk_update(Contact, ("zoom_webinar_joinlink", "updated_at"), rows, touch=("updated_at",))
    if rows:
        record_contacts(changed=[key for key, *_link in rows])


def _note_registered(zoom_webinar_id: int, results: Sequence[tuple[Contact, Registered]]) -> bool:
    """Whether the webinar is known here."""
    webinar = _webinar(zoom_webinar_id)
    new = [(contact, _as_row(result)) for contact, result in results if not result.was_registered]
    if webinar and new:
        note_registrations(webinar, new)
    return webinar is not None


def _as_row(result: Registered) -> RegisteredHere:
    return RegisteredHere(
        registrant_id=result.registrant_id,
        occurrence_id=result.occurrence_id,
        is_pending=result.is_pending,
    )


def _webinar(zoom_webinar_id: int) -> Webinar | None:
    rows = Webinar.objects.select_related("connection__brand", "host")
    return rows.filter(connection__brand__is_primary=True, zoom_webinar_id=zoom_webinar_id).first()


def _discover() -> None:
    """A webinar that no listing has shown yet: the next one will, and its sync brings the registration."""
    connection = primary_connection()
    if connection and connection.state != ZoomConnection.State.DISCONNECTED:
        enqueue_discovery(connection, SyncRun.Trigger.WEBHOOK)
