"""Which ends are reported, and to whom: registrations, to the callers of the API and of the Celery task."""

from collections.abc import Sequence
from typing import Any

import structlog
from django.dispatch import receiver

from contacts.models import Contact
from contacts.signals import contact_deleting
from core.api.access import Caller
from core.api.callbacks import provide_callbacks
from integrations.webhooks.post import BadAddressError
from workflows.models import RegistrationJob
from workflows.registrations.representation import as_dict
from workflows.registrations.signals import registrations_ended
from zoomsync.api.models import ApiToken
from zoomsync.callbacks import subscriptions

log = structlog.get_logger(__name__)


def ask(subject: str, url: str, caller: Caller, content: dict[str, Any] | None) -> None:
    token = ApiToken.objects.get(pk=caller.pk)
    callback = subscriptions.ask_for_callback(subject, url, token)
    if callback and content:
        subscriptions.notify([callback], content)


provide_callbacks(ask)


@receiver(registrations_ended, dispatch_uid="zoomsync.notify_of_registrations")
def notify_of_registrations(jobs: Sequence[RegistrationJob], **_: Any) -> None:
    ended = {subject_of(job.pk): job for job in jobs if job.action == RegistrationJob.Action.REGISTER}
    for subject, job in ended.items():
        if job.callback_url:
            _ask(subject, job)
    subscriptions.notify_all(ended, lambda subject: as_dict(ended[subject]))


def _ask(subject: str, job: RegistrationJob) -> None:
    try:
        subscriptions.ask_for_callback(subject, job.callback_url, None)
    except BadAddressError as error:
        log.warning("callback_not_possible", job=job.pk, reason=str(error))


@receiver(contact_deleting, dispatch_uid="zoomsync.forget_callbacks")
def forget_contact(contact: Contact, **_: Any) -> None:
    """The messages name the contact (D22)."""
    jobs = RegistrationJob.objects.filter(contact=contact)
    subscriptions.forget(subject_of(key) for key in jobs.values_list("pk", flat=True))


def subject_of(job_id: int) -> str:
    return f"registration:{job_id}"
