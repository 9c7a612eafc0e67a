"""Messages as Zoom sends them, for the tests: signed with the secret token of the test's settings."""

import json
import time
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.test import Client

from integrations.models import WebhookDelivery, Webinar, ZoomConnection
from integrations.zoom.webhooks import sign

URL = "/webhooks/zoom/"
SECRET = "the-secret-token"


def body_of(event: str, payload: dict[str, Any], at: datetime | None = None, **top: Any) -> bytes:
    moment = at.timestamp() if at else time.time()
    return json.dumps({"event": event, "event_ts": int(moment * 1000), "payload": payload, **top}).encode()


def post(body: bytes, secret: str = SECRET, *, client: Client | None = None, **headers: str) -> HttpResponse:
    """Sends the bytes as they are. `headers` replace those that Zoom would send."""
    timestamp = headers.pop("timestamp", str(int(time.time())))
    signed = {
        "x-zm-request-timestamp": timestamp,
        "x-zm-signature": headers.pop("signature", sign(body, timestamp, secret)),
    }
    sender = client or Client(enforce_csrf_checks=True)
    return sender.post(URL, body, content_type="application/json", headers=signed)


def about(webinar: Webinar, **fields: Any) -> dict[str, Any]:
    """The payload of an event about a webinar of a connected account."""
    told = {
        "id": str(webinar.zoom_webinar_id),
        "uuid": "session-uuid==",
        "topic": webinar.topic,
        "type": 5,
        **fields,
    }
    return {"account_id": webinar.connection.account_id, "object": told}


def delivered(
    connection: ZoomConnection, event: str, payload: dict[str, Any], at: datetime | None = None
) -> WebhookDelivery:
    """A message that came and waits for a worker."""
    assert post(body_of(event, payload, at)).status_code == 200
    return WebhookDelivery.objects.latest("pk")
