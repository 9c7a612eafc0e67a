"""Stores a message that was found to be Zoom's. Two statements, so that Zoom has its answer at once.

A repeated delivery is the same row: Zoom sends a message again when it did not hear our answer.
"""

from core.jobs import wake
from integrations.models import WebhookDelivery, ZoomConnection
from integrations.zoom.webhooks import Message


def store(message: Message, digest: str, connection: ZoomConnection | None) -> WebhookDelivery:
    """The row of the message, new or from before. `digest` is of the raw body."""
    delivery, is_new = WebhookDelivery.objects.get_or_create(
        body_hash=digest,
        defaults={
            "event": message.event,
            "event_at": message.happened_at,
            "account_id": message.account_id,
            "connection": connection,
            "payload": message.without_secrets(),
        },
    )
    if is_new:
        wake()
    return delivery
