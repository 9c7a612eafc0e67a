"""Sends the messages: signed as in Standard Webhooks, and retried with growing pauses for a day."""

import time
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from standardwebhooks import Webhook

from core.jobs import JobFailedError, JobQueue, Lease, RetryLater, register
from core.messages import Message
from integrations.webhooks.post import BadAddressError, NoAnswerError, post
from zoomsync.callbacks import wording  # noqa: F401  registers the words
from zoomsync.callbacks.models import CallbackDelivery, CallbackTry

GONE = 410  # Standard Webhooks: the receiver wants no more of them


class CallbackQueue(JobQueue[CallbackDelivery]):
    name = "callbacks"
    model = CallbackDelivery
    at_once = 8
    longest = timedelta(minutes=2)
    # 24 hours together.
    pauses = tuple(
        timedelta(seconds=seconds) for seconds in (5, 60, 300, 900, 3600, 7200, 14_400, 28_800, 31_135)
    )
    max_attempts = len(pauses) + 1

    def jobs(self) -> QuerySet[CallbackDelivery]:
        return CallbackDelivery.objects.select_related("callback__token")

    def perform(self, job: CallbackDelivery, lease: Lease) -> None:
        begun = time.monotonic()
        status, problem = _send(job)
        lasted = round((time.monotonic() - begun) * 1000)
        with lease.writing():
            CallbackTry.objects.create(delivery=job, status=status, problem=problem, milliseconds=lasted)
        if status is not None and 200 <= status < 300:
            return
        reason = problem or Message("callback.answered", status=status)
        if status == GONE:
            raise JobFailedError(reason)
        raise RetryLater(reason)


register(CallbackQueue())


def _send(job: CallbackDelivery) -> tuple[int | None, Message | None]:
    """The status of the answer, or why there was none."""
    body = job.body.encode()
    try:
        return post(job.callback.url, body, signed_headers(job)), None
    except (BadAddressError, NoAnswerError) as error:
        return None, error.reason


def signed_headers(job: CallbackDelivery) -> dict[str, str]:
    token, now = job.callback.token, timezone.now()
    secret = token.callback_secret if token else settings.CALLBACK_SECRET
    return {
        "Content-Type": "application/json",
        "webhook-id": job.message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(job.message_id, now, job.body),
    }
