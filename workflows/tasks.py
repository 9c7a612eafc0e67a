"""Registrations by Celery, for another workflow engine inside the deployment."""

from typing import Any

import structlog
from celery import Task, shared_task

from integrations.rules.registration_checks import normalise_webinar_id
from integrations.rules.registration_reasons import RefusalReason
from workflows.registrations.daily_limit import forget_old_counts
from workflows.registrations.forms import forget_old_forms
from workflows.registrations.jobs import ContactRef, Options, Source, enqueue, find_contact
from workflows.registrations.representation import as_dict

log = structlog.get_logger(__name__)


# It queues a job, which is a few statements; the job's worker calls Zoom.
@shared_task(bind=True, name="workflows.tasks.add_contact_to_webinar", soft_time_limit=20, time_limit=30)
def add_contact_to_webinar(
    self: Task[..., Any],
    *,
    email: str = "",
    contact_id: int | None = None,
    webinar_id: int | str,
    occurrence_id: str = "",
    key: str = "",
    callback_url: str = "",
) -> dict[str, Any]:
    """The job, or why there is none. A message that is delivered twice leads to one job."""
    contact = find_contact(ContactRef(id=contact_id, email=email))
    zoom_webinar_id = normalise_webinar_id(str(webinar_id))
    if contact is None or zoom_webinar_id is None:
        code = RefusalReason.CONTACT_NOT_FOUND if contact is None else RefusalReason.WEBINAR_NOT_FOUND
        log.warning("registration_not_queued", reason=code.value, webinar=str(webinar_id))
        return {"state": "refused", "reason": {"code": code.value}}
    options = Options(
        occurrence_id=occurrence_id, key=key or f"task:{self.request.id}", callback_url=callback_url
    )
    return as_dict(enqueue(contact, zoom_webinar_id, Source.TASK, options))


# Two statements; they are long only when this has not run for weeks.
@shared_task(name="workflows.tasks.forget_old", soft_time_limit=240, time_limit=300)
def forget_old() -> None:
    forget_old_counts()
    forget_old_forms()
