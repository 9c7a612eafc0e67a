"""What follows from the deletion of a contact: its jobs keep nothing that names it (D22)."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from contacts.models import Contact
from contacts.signals import contact_deleting
from core.jobs import JobState
from workflows.models import RegistrationJob, RegistrationStatus


@receiver(contact_deleting, dispatch_uid="workflows.forget_registrations")
def forget(contact: Contact, **_: Any) -> None:
    """What waits is cancelled; Zoom's words may hold the address."""
    jobs = RegistrationJob.objects.filter(contact=contact)
    cancelled = RegistrationStatus.CANCELLED
    jobs.filter(state=JobState.QUEUED).update(
        state=JobState.COMPLETE, outcome=cancelled, finished_at=timezone.now()
    )
    jobs.update(reason_values={}, registrant_id="", key="", error=None)
