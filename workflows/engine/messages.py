"""Sends what steps send outside: emails to the team, and webhooks signed as in Standard Webhooks."""

import json
from datetime import timedelta
from math import isfinite
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.utils import timezone
from standardwebhooks import Webhook

from core.jobs import JobFailedError, JobQueue, Lease, RetryLater, register
from core.messages import Message
from integrations.webhooks.post import Answer, BadAddressError, NoAnswerError, exchange
from workflows.engine.waking import wake_waiting
from workflows.models import OutgoingMessage

GONE = 410  # Standard Webhooks: the receiver wants no more of them
LONGEST_ANSWER = 64 * 1024


class MessageQueue(JobQueue[OutgoingMessage]):
    name = "workflow-messages"
    model = OutgoingMessage
    at_once = 8
    longest = timedelta(minutes=2)
    # Nearly a day together: what is down in the evening is up in the morning.
    pauses = tuple(timedelta(seconds=seconds) for seconds in (5, 60, 300, 900, 3600, 7200, 14_400, 28_800))
    max_attempts = len(pauses) + 1

    def jobs(self) -> QuerySet[OutgoingMessage]:
        return OutgoingMessage.objects.select_related("enrolment")

    def perform(self, job: OutgoingMessage, lease: Lease) -> None:
        lease.check()
        if not job.enrolment.is_inside:
            raise JobFailedError(Message("workflow.left"))
        is_email = job.kind == OutgoingMessage.Kind.EMAIL
        facts = _send_email(job) if is_email else _call(job)
        with lease.writing():
            lease.complete(**facts)
            wake_waiting([f"message:{job.pk}"])

    def fail(self, lease: Lease, reason: Message) -> None:
        lease.fail(reason)
        wake_waiting([f"message:{lease.key}"])


register(MessageQueue())


def _send_email(job: OutgoingMessage) -> dict[str, Any]:
    """The Message-ID is the same at each try: mail servers show a message that comes twice once."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    headers = {"Message-ID": f"<{job.message_id}@{domain}>"}
    try:
        EmailMessage(job.subject, job.body, to=job.recipients, headers=headers).send()
    except OSError as error:  # smtplib's errors are OSErrors
        raise RetryLater(Message("workflow.mail_not_taken", error=type(error).__name__)) from error
    return {}


def _call(job: OutgoingMessage) -> dict[str, Any]:
    try:
        answer = exchange(job.recipients[0], job.body.encode(), _headers(job), longest=LONGEST_ANSWER)
    except BadAddressError as error:
        raise JobFailedError(error.reason) from error
    except NoAnswerError as error:
        raise RetryLater(error.reason) from error
    if 200 <= answer.status < 300:
        return {"status": answer.status, "answer": _json(answer)}
    OutgoingMessage.objects.filter(pk=job.pk).update(status=answer.status)
    reason = Message("workflow.receiver_answered", status=answer.status)
    if answer.status == GONE:
        raise JobFailedError(reason)
    raise RetryLater(reason)


def _headers(job: OutgoingMessage) -> dict[str, str]:
    now = timezone.now()
    return {
        "Content-Type": "application/json",
        "webhook-id": job.message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(settings.CALLBACK_SECRET).sign(job.message_id, now, job.body),
    }


def _json(answer: Answer) -> Any:
    """Nothing where the answer is no JSON, or none that every database can hold: the call has succeeded."""
    try:
        value = json.loads(answer.body, parse_constant=_refuse, parse_float=_finite)
        text = json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError):
        return {}
    is_storable = "\\u0000" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
    return value if isinstance(value, dict | list) and is_storable else {}


def _refuse(name: str) -> Any:
    """NaN and Infinity, which Python reads and JSON doesn't know."""
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(text)
    return number
