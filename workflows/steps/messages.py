"""What a step sends outside: one message for it, written once, and what came of it."""

import secrets
from typing import Any

from django.utils import timezone

from core.jobs import JobState, wake
from workflows.models import OutgoingMessage
from workflows.registry import Done, StepContext, StepError, StepResult, Wait


def message_result(step: StepContext, **content: Any) -> StepResult:
    """Queues the message the first time; afterwards says how it stands."""
    if step.enrolment is None:
        raise StepError("no_enrolment")
    message, is_new = OutgoingMessage.objects.get_or_create(
        key=step.key,
        defaults={
            "enrolment": step.enrolment,
            "priority": step.enrolment.priority,
            "message_id": f"msg_{secrets.token_urlsafe(18)}",
            **content,
        },
    )
    if step.is_retry and message.state == JobState.FAILED:
        _send_again(message)
    if is_new or step.is_retry:
        wake()
    if not is_new:  # under its lock it can't end unseen before our wait for its end is written
        message = OutgoingMessage.objects.select_for_update(of=("self",)).get(pk=message.pk)
    values: dict[str, Any] = {"message": message.pk}
    if message.is_active:
        return Wait("sending", waits_for=f"message:{message.pk}", values=values)
    if message.status:
        values |= {"status": message.status}
    if message.state == JobState.FAILED:
        return Done("not_sent", values | {"problem": str(message.error or "")})
    return Done("sent", values | ({"answer": message.answer} if message.answer else {}))


def _send_again(message: OutgoingMessage) -> None:
    OutgoingMessage.objects.filter(pk=message.pk, state=JobState.FAILED).update(
        state=JobState.QUEUED, attempts=0, crashes=0, error=None, finished_at=None, not_before=timezone.now()
    )
    message.refresh_from_db()
