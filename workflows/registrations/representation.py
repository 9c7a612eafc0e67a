"""A job as the API, its callbacks and `export registrations` give it to programs."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.models import Case, CharField, F, Value, When

from core.jobs import JobState
from workflows.models import RegistrationJob, RegistrationStatus
from workflows.registrations.wording import detail_of

API_PATH = "/api/v1/webinar-registrations"
EXPORT_FIELDS = (
    "id",
    "email",
    "webinar_id",
    "occurrence_id",
    "state",
    "reason",
    "source",
    "created_at",
    "finished_at",
)
_CHUNK = 2_000


def as_dict(job: RegistrationJob) -> dict[str, Any]:
    """Reads the job's contact: select it along where there are many. Never holds a join link."""
    is_waiting = job.status == RegistrationStatus.WAITING
    return {
        "id": job.pk,
        "url": f"{API_PATH}/{job.pk}",
        "state": str(job.status),
        "contact": {"id": job.contact.pk, "email": job.contact.email} if job.contact else None,
        "webinar_id": str(job.zoom_webinar_id),
        "occurrence_id": job.occurrence_id,
        "reason": _reason(job),
        "source": job.source,
        "attempts": job.attempts,
        "next_attempt_at": _in_utc(job.not_before) if is_waiting else None,
        "created_at": _in_utc(job.created_at),
        "finished_at": _in_utc(job.finished_at),
        "registrant_id": job.registrant_id,
    }


def exported_rows() -> Iterator[dict[str, Any]]:
    """The registrations, without removals, in the order in which they were queued."""
    jobs = RegistrationJob.objects.registering().order_by("pk")
    columns = (
        "pk",
        "contact__email",
        "zoom_webinar_id",
        "occurrence_id",
        "status_shown",
        "reason_code",
        "source",
        "created_at",
        "finished_at",
    )
    rows = jobs.annotate(status_shown=_status()).values_list(*columns)
    for values in rows.iterator(chunk_size=_CHUNK):
        row = dict(zip(EXPORT_FIELDS, values, strict=True))
        yield row | {"email": row["email"] or ""}


def _status() -> Case:
    """As `RegistrationJob.status`, for many rows at once."""
    return Case(
        When(state=JobState.COMPLETE, then=F("outcome")),
        When(state=JobState.QUEUED, reason_code="", then=Value(RegistrationStatus.QUEUED.value)),
        When(state=JobState.QUEUED, then=Value(RegistrationStatus.WAITING.value)),
        default=F("state"),
        output_field=CharField(),
    )


def _reason(job: RegistrationJob) -> dict[str, Any] | None:
    if not job.reason_code:
        return None
    fields = job.reason_values.get("fields", [])
    return {"code": job.reason_code, "detail": detail_of(job), "fields": fields}


def _in_utc(moment: datetime | None) -> str | None:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moment else None
