"""Webhook events that failed in the field, sent to the endpoint."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pytest
from django.core.signals import request_started
from django.db import close_old_connections
from django.test import RequestFactory

from integrations.models import Registrant, SyncRun, WebhookDelivery, Webinar, ZoomConnection
from integrations.webhooks.worker import deliveries
from integrations.zoom.webhooks import sign
from tests.integrations.make import make_webinar
from tests.integrations.webhooks.sending import SECRET, URL, body_of, post
from tests.support.jobs import work_off
from zoomsync.wsgi import application

pytestmark = pytest.mark.django_db

PERSON = {"first_name": "Zoë", "last_name": "Ünï", "email": "w3@x.example.com", "status": "approved"}


@pytest.fixture
def webinar(connection: ZoomConnection, syncing_brand: Any, settings: Any) -> Webinar:
    settings.ZOOM_WEBHOOK_SECRET_TOKEN = SECRET
    return make_webinar(connection, zoom_webinar_id=5001)


def event(name: str, **about: Any) -> bytes:
    told = {"id": 5001, "uuid": "hook1==", "type": 5, **about}
    return body_of(name, {"account_id": "acme-account", "object": told})


def test_case_22_a_chunked_body_is_read_whole_and_its_signature_is_right(webinar: Webinar) -> None:
    """As gunicorn hands it over: chunks decoded, and no Content-Length."""
    body, timestamp = event("webinar.updated"), str(int(time.time()))
    environ = RequestFactory().generic("POST", URL, content_type="application/json").environ | {
        "HTTP_TRANSFER_ENCODING": "chunked",
        "HTTP_X_ZM_REQUEST_TIMESTAMP": timestamp,
        "HTTP_X_ZM_SIGNATURE": sign(body, timestamp, SECRET),
        "HTTP_HOST": "testserver",
        "wsgi.input": BytesIO(body),
    }
    environ.pop("CONTENT_LENGTH", None)
    answers: list[str] = []
    with _connection_kept():
        application(environ, lambda status, _headers, *_rest: answers.append(status))  # type: ignore[arg-type,func-returns-value]
    assert answers == ["200 OK"]
    work_off(deliveries)
    assert WebhookDelivery.objects.get().result == "handled"
    assert SyncRun.objects.get().webinar == webinar


@contextmanager
def _connection_kept() -> Iterator[None]:
    """The end of a request closes the database's connection, in which the test's transaction is."""
    request_started.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)


@pytest.mark.parametrize(
    ("name", "about"),
    [
        ("webinar.registration_created", {"registrant": PERSON}),  # without its ID
        ("webinar.updated", {"start_time": "Nov 28, 2026 10:00 AM"}),
    ],
)
def test_case_23_one_unreadable_field_still_queues_the_webinars_sync(
    webinar: Webinar, name: str, about: dict[str, Any]
) -> None:
    assert post(event(name, **about)).status_code == 200
    work_off(deliveries)
    assert WebhookDelivery.objects.get().result == "handled"
    assert SyncRun.objects.get().webinar == webinar
    assert not Registrant.objects.exists()
