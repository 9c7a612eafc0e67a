"""Asking for a callback, and telling those who asked. Call both inside the transaction of the change."""

import json
import secrets
from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.utils import timezone

from core.jobs import JobState, wake
from core.retention import register_retention
from integrations.webhooks.post import check_address
from zoomsync.api.models import ApiToken
from zoomsync.callbacks.models import Callback, CallbackDelivery


def ask_for_callback(subject: str, url: str, token: ApiToken | None) -> Callback | None:
    """Have the address called when the subject ends; None if that was asked for before.

    Raises `BadAddressError`.
    """
    callback, is_new = Callback.objects.get_or_create(subject=subject, url=check_address(url), token=token)
    return callback if is_new else None


def notify_all(subjects: Collection[str], content_of: Callable[[str], dict[str, Any]]) -> int:
    """Send each subject's content to all who asked; how many they are. One query where no one did."""
    asked: dict[str, list[Callback]] = {}
    for callback in Callback.objects.filter(subject__in=subjects).order_by("pk"):
        asked.setdefault(callback.subject, []).append(callback)
    return sum(notify(callbacks, content_of(subject)) for subject, callbacks in asked.items())


def notify(callbacks: Iterable[Callback], content: dict[str, Any]) -> int:
    body = json.dumps(content, ensure_ascii=False)
    deliveries = [
        CallbackDelivery(callback=callback, message_id=f"msg_{secrets.token_urlsafe(18)}", body=body)
        for callback in callbacks
    ]
    CallbackDelivery.objects.bulk_create(deliveries)
    if deliveries:
        wake()
    return len(deliveries)


def send_again(delivery: CallbackDelivery) -> bool:
    """Send the same message anew, with all its tries before it. False while a worker is sending it."""
    idle = CallbackDelivery.objects.filter(pk=delivery.pk).exclude(state=JobState.RUNNING)
    again = idle.update(
        state=JobState.QUEUED, not_before=timezone.now(), attempts=0, crashes=0, error="", finished_at=None
    )
    wake()
    return bool(again)


def forget(subjects: Iterable[str]) -> None:
    """All that was and was to be sent about them."""
    Callback.objects.filter(subject__in=list(subjects)).delete()


register_retention(
    "callbacks", "KEEP_CALLBACKS_DAYS", lambda cutoff: Callback.objects.filter(created_at__lte=cutoff)
)
