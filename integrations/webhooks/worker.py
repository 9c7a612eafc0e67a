"""Acts upon stored messages, oldest first, a batch at a time, until none is left.

Decides who handles a message (a lease, so that a dead worker's messages are taken over), when one that fails
is tried again, and how long messages are kept. What is done about one is `handlers`'s.
"""

from datetime import timedelta
from itertools import islice
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.suppression import suppressed_among
from integrations.models import WebhookDelivery
from integrations.webhooks.handlers import MOST_TEXTS, Outcome, PendingRequests, handle, texts_in

State = WebhookDelivery.State

BATCH = 100
# A message takes milliseconds; a batch of the slowest of them (an app that is removed) still fits.
LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 5
# They hold names and addresses of people, and after some weeks nobody asks about them any more.
KEPT = timedelta(days=14)

log = structlog.get_logger(__name__)


def work() -> int:
    """Handle whatever waits. Returns how many messages it was."""
    handled = 0
    while batch := _claim():
        asked = PendingRequests()
        for delivery in batch:
            if not _handle(delivery, asked):
                asked = PendingRequests()  # what it asked for was rolled back with it
        handled += len(batch)
    return handled


def purge() -> int:
    """Forget messages that are done with."""
    done = WebhookDelivery.objects.exclude(state=State.RECEIVED)
    deleted, _by_model = done.filter(received_at__lt=timezone.now() - KEPT).delete()
    return deleted


def _claim() -> list[WebhookDelivery]:
    now = timezone.now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    with transaction.atomic():
        waiting = WebhookDelivery.objects.filter(free, state=State.RECEIVED).order_by("received_at", "pk")
        keys = list(waiting.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
        claimed = WebhookDelivery.objects.filter(pk__in=keys)
        claimed.update(lease_until=now + LEASE, attempts=F("attempts") + 1)
    batch = list(claimed.select_related("connection__brand"))
    return sorted(batch, key=lambda one: (one.event_at or one.received_at, one.pk))


def _handle(delivery: WebhookDelivery, asked: PendingRequests) -> bool:
    """Whether it went well. One that fails costs no other: it is tried again, and given up in the end."""
    try:
        with transaction.atomic():
            outcome = handle(delivery, asked)
            _close(delivery, outcome)
    except Exception as error:
        log.exception("delivery_failed", delivery=delivery.pk, zoom_event=delivery.event)
        _fail(delivery, error)
        return False
    return True


def _close(delivery: WebhookDelivery, outcome: Outcome) -> None:
    """A message that names a deleted contact is not kept (D22)."""
    kept: dict[str, Any] = {"payload": {}} if _names_deleted(delivery.payload) else {}
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        state=outcome.state, outcome=outcome.text, lease_until=None, **kept
    )


def _names_deleted(payload: object) -> bool:
    return bool(suppressed_among({text for text in islice(texts_in(payload), MOST_TEXTS) if "@" in text}))


def _fail(delivery: WebhookDelivery, error: Exception) -> None:
    text = _("Failed (%(kind)s).") % {"kind": type(error).__name__}
    if delivery.attempts >= MOST_ATTEMPTS:
        _close(delivery, Outcome(State.FAILED, text))
        return
    pause = timedelta(seconds=15 * 2**delivery.attempts)
    WebhookDelivery.objects.filter(pk=delivery.pk).update(outcome=text, lease_until=timezone.now() + pause)
