import json
import time
from threading import Event
from typing import Any

import pytest
from django.test import Client

from integrations.models import WebhookDelivery, ZoomConnection
from integrations.zoom.webhooks import sign
from tests.integrations.webhooks.sending import SECRET, URL, body_of, post
from tests.support.at_once import at_once
from tests.support.waiting import eventually

PAYLOAD = {"account_id": "acme-account", "object": {"id": "1234567890", "topic": "Rosen 🌹"}}
BODY = body_of("webinar.updated", PAYLOAD)


@pytest.fixture(autouse=True)
def secret(settings: Any) -> None:
    settings.ZOOM_WEBHOOK_SECRET_TOKEN = SECRET


def test_a_signed_message_is_stored_before_anything_is_done_about_it(connection: ZoomConnection) -> None:
    response = post(BODY)
    assert (response.status_code, response.content) == (200, b"")
    delivery = WebhookDelivery.objects.get()
    assert (delivery.event, delivery.state, delivery.connection) == (
        "webinar.updated",
        "queued",
        connection,
    )
    assert delivery.payload == PAYLOAD
    assert delivery.event_at is not None


@pytest.mark.parametrize(
    "headers",
    [
        {"signature": ""},
        {"signature": "v0=0000"},
        {"signature": sign(BODY, "1", SECRET)},
        {"timestamp": "", "signature": "v0="},
        {"timestamp": str(int(time.time()) - 3600)},
        {"timestamp": "x"},
    ],
)
def test_without_a_valid_signature_of_now_nothing_is_stored(db: None, headers: dict[str, str]) -> None:
    response = post(BODY, **headers)
    assert (response.status_code, response.content) == (401, b"")
    assert not WebhookDelivery.objects.exists()


def test_a_signature_made_with_another_secret_is_refused(db: None) -> None:
    assert post(BODY, "another").status_code == 401


@pytest.mark.parametrize("nothing", ["", " ", ",", " , "])
def test_without_a_secret_of_ours_everything_is_refused(db: None, settings: Any, nothing: str) -> None:
    settings.ZOOM_WEBHOOK_SECRET_TOKEN = nothing
    assert post(BODY, "").status_code == 401
    assert post(BODY, nothing).status_code == 401


def test_the_environment_may_hold_an_old_and_a_new_secret(db: None, settings: Any) -> None:
    settings.ZOOM_WEBHOOK_SECRET_TOKEN = "first, second"
    assert post(BODY, "second").status_code == 200
    assert post(body_of("webinar.updated", {}), "first").status_code == 200


def test_d12_a_repeated_delivery_is_one_row_and_answered_alike(db: None) -> None:
    for later in (0, 1, 2):
        assert post(BODY, timestamp=str(int(time.time()) + later)).status_code == 200
    assert WebhookDelivery.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_d12_the_same_delivery_several_times_at_once_is_one_row() -> None:
    answers, problems = at_once(6, lambda _number: post(BODY).status_code)
    assert (answers, problems) == ([200] * 6, [])
    assert WebhookDelivery.objects.count() == 1


def test_an_account_that_nobody_connected_is_stored_all_the_same(db: None) -> None:
    assert post(BODY).status_code == 200
    assert WebhookDelivery.objects.get().connection is None


def test_the_brand_that_has_the_account_now_gets_the_message(
    connection: ZoomConnection, other_brand: Any
) -> None:
    ZoomConnection.objects.update(state="disconnected")
    now = ZoomConnection.objects.create(
        brand=other_brand, auth_kind="oauth", account_id=connection.account_id
    )
    post(BODY)
    assert WebhookDelivery.objects.get().connection == now


def test_no_secret_of_a_message_is_stored(db: None) -> None:
    registrant = {"email": "jill@example.com", "join_url": "https://zoom.us/w/1?tk=personal"}
    payload = {"object": {"id": 1, "password": "pass-word", "registrant": registrant}}
    post(body_of("webinar.registration_created", payload, download_token="download-secret"))
    stored = json.dumps(WebhookDelivery.objects.get().payload)
    assert "jill@example.com" in stored
    assert not any(secret in stored for secret in ("personal", "pass-word", "download-secret"))


def test_zooms_check_of_the_address_is_answered_and_not_stored(db: None) -> None:
    response = post(body_of("endpoint.url_validation", {"plainToken": "qgg8vlvZRS6UYooatFL8Aw"}))
    assert response.status_code == 200
    assert set(response.json()) == {"plainToken", "encryptedToken"}
    assert not WebhookDelivery.objects.exists()


def test_zooms_check_is_not_answered_for_somebody_else(db: None) -> None:
    body = body_of("endpoint.url_validation", {"plainToken": "x"})
    response = post(body, "another")
    assert (response.status_code, response.content) == (401, b"")


@pytest.mark.parametrize(
    "body", [b"", b"no json", b"[]", b"{}", b'{"event": "x"}', b'{"event": 5, "payload": {}}']
)
def test_a_signed_body_that_is_no_message_is_refused(db: None, body: bytes) -> None:
    assert post(body).status_code == 400
    assert not WebhookDelivery.objects.exists()


@pytest.mark.parametrize("depth", [200, 1_500, 100_000])
@pytest.mark.parametrize("brackets", [(b"[", b"]"), (b'{"a":', b"}")])
def test_a_signed_body_that_is_nested_without_end_is_refused(
    db: None, depth: int, brackets: tuple[bytes, bytes]
) -> None:
    opening, closing = brackets
    nested = opening * depth + b"1" + closing * depth
    assert post(b'{"event": "webinar.updated", "payload": {"object": ' + nested + b"}}").status_code == 400
    assert not WebhookDelivery.objects.exists()


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "rot13", "undefined", "idna", "latin-1", "no such"])
def test_a_body_in_another_charset_is_refused(db: None, charset: str) -> None:
    response = Client().generic("POST", URL, BODY, f"application/json; charset={charset}")
    assert response.status_code == 415


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", '"utf-8"', "us-ascii"])
def test_zooms_charset_is_taken(db: None, charset: str) -> None:
    timestamp = str(int(time.time()))
    headers = {"x-zm-request-timestamp": timestamp, "x-zm-signature": sign(BODY, timestamp, SECRET)}
    content_type = f"application/json; charset={charset}"
    response = Client().generic("POST", URL, BODY, content_type, headers=headers)
    assert response.status_code == 200


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""])
def test_a_form_is_no_webhook(db: None, kind: str) -> None:
    assert Client().generic("POST", URL, b"a=b", kind).status_code == 401


def test_a_body_that_is_too_large_is_not_read(db: None) -> None:
    assert post(b" " * 1_000_001).status_code == 413


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_only_posts_are_taken(db: None, method: str) -> None:
    assert getattr(Client(), method)(URL).status_code == 405


def test_a_message_is_stored_in_few_statements(
    connection: ZoomConnection, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(6):  # two of them are the savepoint of the insert
        post(BODY)


def test_d13_a_broker_that_hangs_does_not_keep_zoom_waiting(
    connection: ZoomConnection,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    sent: list[str] = []
    answered = Event()

    def hang(task: str, **_options: Any) -> None:
        sent.append(task)
        answered.wait(30)

    monkeypatch.setattr("celery.current_app.send_task", hang)
    for number in range(20):
        with django_capture_on_commit_callbacks(execute=True):
            post(body_of("webinar.updated", {**PAYLOAD, "number": number}))
    assert WebhookDelivery.objects.count() == 20
    assert eventually(lambda: sent) == ["core.jobs.look"]
    answered.set()
