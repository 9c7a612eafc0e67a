"""Ends waits early: what a step waits for has changed, so it is performed again."""

from collections.abc import Collection, Sequence
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from core.jobs import wake
from workflows.models import Enrolment, EnrolmentState, RegistrationJob
from workflows.registrations.signals import registrations_ended

# The reason of an enrolment that was woken by a change, and not by the clock.
WOKEN = "woken"


def wake_waiting(keys: Collection[str]) -> int:
    """`keys` as in `Enrolment.waits_for`. Call it inside the transaction of the change."""
    waiting = Enrolment.objects.filter(state=EnrolmentState.WAITING, waits_for__in=keys)
    woken = waiting.update(state=EnrolmentState.QUEUED, not_before=timezone.now(), reason_code=WOKEN)
    if woken:
        wake()
    return woken


@receiver(registrations_ended, dispatch_uid="workflows.wake_waiting")
def wake_for_registrations(jobs: Sequence[RegistrationJob], **_: Any) -> None:
    wake_waiting([f"registration:{job.pk}" for job in jobs])
