"""The queue of stored webhook events: handled oldest first, a batch at a time.

One that fails costs no other: it is tried again, and given up in the end. What is done about one is for
`handlers` to say.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice
from threading import Event
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from contacts.suppression import suppressed_among
from core.jobs import JobFailedError, JobQueue, Lease, LeaseLostError, RetryLater, StoppedError, register
from core.jobs.run import CONNECTION_ERRORS
from core.messages import Message
from core.retention import register_retention
from integrations.models import WebhookDelivery
from integrations.webhooks.handlers import MOST_TEXTS, PendingRequests, handle, texts_in

log = structlog.get_logger(__name__)


class Deliveries(JobQueue[WebhookDelivery]):
    name = "webhooks"
    model = WebhookDelivery
    batch = 100
    longest = timedelta(minutes=10)  # an event takes milliseconds
    max_attempts = 5
    pauses = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 120, 240))

    def jobs(self) -> QuerySet[WebhookDelivery]:
        return WebhookDelivery.objects.select_related("connection__brand")

    def claim(
        self, limit: int | None = None, *, among: Q | None = None, stop: Event | None = None
    ) -> list[Lease]:
        """Claims a batch, in the order in which its events happened."""
        leases = {lease.key: lease for lease in super().claim(limit, among=among, stop=stop)}
        if len(leases) < 2:
            return list(leases.values())
        batch = WebhookDelivery.objects.filter(pk__in=leases)
        order = batch.order_by(Coalesce("event_at", "received_at"), "pk")
        return [leases[key] for key in order.values_list("pk", flat=True)]

    def fail(self, lease: Lease, reason: Message) -> None:
        lease.fail(reason, **_kept(self.jobs().get(pk=lease.key)))

    def performer(self) -> Callable[[WebhookDelivery, Lease], None]:
        return _Batch().perform


class _Batch:
    """What the events of a batch share: a burst about one webinar asks for one sync."""

    def __init__(self) -> None:
        self._requests = PendingRequests()

    def perform(self, job: WebhookDelivery, lease: Lease) -> None:
        try:
            with transaction.atomic():
                outcome = handle(job, self._requests)
                lease.complete(result=outcome.result, outcome=outcome.message, **_kept(job))
        except (JobFailedError, LeaseLostError, StoppedError, *CONNECTION_ERRORS):
            self._requests = PendingRequests()  # what it asked for was rolled back with it
            raise
        except Exception as error:
            self._requests = PendingRequests()
            log.exception("delivery_failed", zoom_event=job.event)
            raise RetryLater(Message("webhook.failed", error=type(error).__name__)) from error


deliveries = register(Deliveries())


def _old(cutoff: datetime) -> QuerySet[WebhookDelivery]:
    """They hold names and addresses of people, and after some weeks no one asks about them any more."""
    done = WebhookDelivery.objects.exclude(state__in=WebhookDelivery.ACTIVE)
    return done.filter(received_at__lte=cutoff)


register_retention("webhook events", "KEEP_WEBHOOK_EVENTS_DAYS", _old)


def _kept(delivery: WebhookDelivery) -> dict[str, Any]:
    """An event that names a deleted contact is not kept (D22)."""
    texts = {text for text in islice(texts_in(delivery.payload), MOST_TEXTS) if "@" in text}
    return {"payload": {}} if suppressed_among(texts) else {}
