"""Writes how an attempt ended: the job's row, and what it means for the contact. One transaction."""

from django.utils import timezone

from contacts.models import Contact
from contacts.outbox import one_change_set, record_contacts
from core.jobs import Lease
from core.jobs.backoff import retry_at
from core.messages import Message
from integrations.models import SyncRun, Webinar, ZoomConnection
from integrations.rules.registration_reasons import Failure, Refusal, Wait, WaitReason
from integrations.sync.registered_here import RegisteredHere, note_registration, note_removal
from integrations.sync.runs.queue import enqueue_discovery
from workflows.models import RegistrationJob, RegistrationStatus
from workflows.registrations.connections import primary_connection
from workflows.registrations.results import FailureReason, Registered, Removed, Result
from workflows.registrations.signals import registration_ended

# With the growing pauses this is more than a day.
MOST_ATTEMPTS = 30
_LONGEST_LINK = 2000


def record(job: RegistrationJob, lease: Lease, result: Result) -> None:
    """Raises `LeaseLostError` where another worker has the job by now; nothing is written then."""
    with lease.writing(), one_change_set():
        match result:
            case Registered():
                _note_in_crm(job, result)
                _end(job, lease, _status_of(result), registrant_id=result.registrant_id)
            case Removed():
                webinar = _webinar(job)
                if webinar and job.contact:
                    note_removal(webinar, job.contact, result.occurrence_id, is_deleted=result.is_deleted)
                _end(
                    job,
                    lease,
                    RegistrationStatus.REMOVED,
                    reason_values={"was_registered": result.was_registered},
                )
            case Refusal():
                _end(
                    job,
                    lease,
                    RegistrationStatus.REFUSED,
                    reason_code=result.reason,
                    reason_values=_values(result),
                )
            case Failure():
                _fail(job, lease, FailureReason.UNKNOWN_REFUSAL, {"zoom": result.zoom})
            case Wait() if _lasts_too_long(job, result):
                _fail(job, lease, result.reason, {"zoom": result.zoom})
            case Wait():
                _put_off(job, lease, result)


def fail_unexpectedly(job: RegistrationJob, lease: Lease, error: Message) -> None:
    """For what is a bug, or has cost several workers. Must run inside a transaction."""
    _fail(job, lease, FailureReason.INTERNAL_ERROR, {}, error)


def _status_of(result: Registered) -> RegistrationStatus:
    if result.is_pending:
        return RegistrationStatus.PENDING_APPROVAL
    return RegistrationStatus.ALREADY_REGISTERED if result.was_registered else RegistrationStatus.REGISTERED


def _values(refusal: Refusal) -> dict[str, object]:
    values = {"fields": list(refusal.fields), "scopes": list(refusal.scopes), "zoom": refusal.zoom}
    return {name: value for name, value in values.items() if value}


def _end(job: RegistrationJob, lease: Lease, status: RegistrationStatus, **changes: object) -> None:
    lease.complete(**{"outcome": status, "reason_code": "", "reason_values": {}, "sent_at": None, **changes})
    _tell(job)


def _fail(
    job: RegistrationJob, lease: Lease, reason: str, values: dict[str, object], error: Message | None = None
) -> None:
    lease.fail(
        error, reason_code=reason, reason_values={name: value for name, value in values.items() if value}
    )
    _tell(job)


def _put_off(job: RegistrationJob, lease: Lease, wait: Wait) -> None:
    is_planned = wait.reason is WaitReason.DAILY_LIMIT
    until = wait.until if is_planned and wait.until else retry_at(job.attempts, wait.until)
    values = {"zoom": wait.zoom} if wait.zoom else {}
    lease.put_off(until, None, reason_code=wait.reason, reason_values=values, sent_at=job.sent_at)


def _lasts_too_long(job: RegistrationJob, wait: Wait) -> bool:
    return job.attempts >= MOST_ATTEMPTS and wait.reason is not WaitReason.DAILY_LIMIT


def _tell(job: RegistrationJob) -> None:
    if registration_ended.has_listeners(RegistrationJob):
        job.refresh_from_db(from_queryset=RegistrationJob.objects.select_related("contact"))
        registration_ended.send(RegistrationJob, job=job)


def _note_in_crm(job: RegistrationJob, result: Registered) -> None:
    contact = job.contact
    if contact is None:  # deleted while Zoom was called
        return
    if result.join_url and len(result.join_url) <= _LONGEST_LINK:
        Contact.objects.filter(pk=contact.pk).update(
            zoom_webinar_joinlink=result.join_url, updated_at=timezone.now()
        )
        record_contacts(changed=[contact.pk])
    webinar = _webinar(job)
    if webinar is None:
        _discover()
    elif not result.was_registered:
        registered = RegisteredHere(
            registrant_id=result.registrant_id,
            occurrence_id=result.occurrence_id,
            is_pending=result.is_pending,
        )
        note_registration(webinar, contact, registered)


def _webinar(job: RegistrationJob) -> Webinar | None:
    rows = Webinar.objects.select_related("connection__brand", "host")
    return rows.filter(connection__brand__is_primary=True, zoom_webinar_id=job.zoom_webinar_id).first()


def _discover() -> None:
    """A webinar that no listing has shown yet: the next one will, and its sync brings the registration."""
    connection = primary_connection()
    if connection and connection.state != ZoomConnection.State.DISCONNECTED:
        enqueue_discovery(connection, SyncRun.Trigger.WEBHOOK)
