"""Callbacks: signed, sent once when all goes well, retried for a day when not, never inside the network."""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from core.jobs import JobState, RunResult, run_job
from core.retention import prune_all
from core.roles import Role
from integrations.webhooks.post import BadAddressError, check_address
from tests.zoomsync.callbacks.make import make_delivery
from zoomsync.api.tokens import create_token
from zoomsync.callbacks import subscriptions
from zoomsync.callbacks.models import Callback, CallbackDelivery
from zoomsync.callbacks.queue import CallbackQueue

pytestmark = pytest.mark.django_db


class Receiver:
    """A program on this machine that answers callbacks with `status`."""

    def __init__(self) -> None:
        self.status = 204
        self.requests: list[tuple[dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.requests.append((dict(self.headers), body))
                self.send_response(receiver.status)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?key=hidden"


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    settings.DEBUG = True
    receiver = Receiver()
    Thread(target=receiver.server.serve_forever, daemon=True).start()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


def send() -> RunResult:
    """One try of the message that is due."""
    queue = CallbackQueue()
    (lease,) = queue.claim(1)
    return run_job(queue, lease)


def test_a_message_is_signed_with_the_secret_of_the_token(receiver):
    token = create_token("n8n", Role.ADMIN).token
    delivery = make_delivery(receiver.url, token, body='{"id": 7, "name": "Ä"}')
    assert send() is RunResult.COMPLETE
    ((headers, body),) = receiver.requests
    assert Webhook(token.callback_secret).verify(body, headers) == {"id": 7, "name": "Ä"}
    assert headers["webhook-id"] == delivery.message_id
    assert headers["Content-Type"] == "application/json"
    other = create_token("other", Role.ADMIN).token
    with pytest.raises(WebhookVerificationError):
        Webhook(other.callback_secret).verify(body, headers)


def test_without_a_token_the_installations_secret_signs(receiver, settings):
    make_delivery(receiver.url)
    send()
    ((headers, body),) = receiver.requests
    Webhook(settings.CALLBACK_SECRET).verify(body, headers)


@pytest.mark.parametrize("status", [301, 400, 404, 500, 503])
def test_whatever_is_no_success_is_tried_again_with_the_same_id(receiver, status):
    receiver.status = status
    delivery = make_delivery(receiver.url)
    assert send() is RunResult.RETRY
    delivery.refresh_from_db()
    assert delivery.state == JobState.QUEUED
    assert delivery.not_before > timezone.now()
    assert str(status) in str(delivery.error)
    CallbackDelivery.objects.update(not_before=timezone.now())
    receiver.status = 200
    assert send() is RunResult.COMPLETE
    assert [headers["webhook-id"] for headers, _body in receiver.requests] == [delivery.message_id] * 2
    assert list(delivery.tries.order_by("pk").values_list("status", flat=True)) == [status, 200]


def test_a_receiver_that_is_gone_gets_no_more(receiver):
    receiver.status = 410
    make_delivery(receiver.url)
    assert send() is RunResult.FAILED


def test_tries_end_after_a_day():
    assert sum(CallbackQueue.pauses, timedelta()) == timedelta(days=1)
    assert list(CallbackQueue.pauses) == sorted(CallbackQueue.pauses)
    assert CallbackQueue.max_attempts == len(CallbackQueue.pauses) + 1


def test_nobody_there_is_a_try_too(receiver):
    receiver.server.server_close()
    delivery = make_delivery(receiver.url)
    assert send() is RunResult.RETRY
    (tried,) = delivery.tries.all()
    assert (tried.status, str(tried.problem)) == (None, "The connection failed.")


def test_no_address_with_its_query_is_logged_or_kept_as_an_error(receiver, caplog):
    receiver.server.server_close()
    delivery = make_delivery(receiver.url)
    with caplog.at_level(logging.DEBUG):
        send()
    delivery.refresh_from_db()
    assert "hidden" not in caplog.text + str(delivery.error) + str(delivery.callback)


# Where they may go


@pytest.mark.parametrize(
    "url",
    [
        "http://n8n.example/hook",
        "ftp://n8n.example/",
        "https://",
        "n8n.example",
        "",
        "https://user:secret@n8n.example/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/",
        "https://localhost./",
        "https://n8n.example:99999/",
        "https://n8n.example/" + "x" * 2000,
        "http://127.0.0.1/",
    ],
)
def test_an_address_that_may_not_be_called_is_refused_before_anything_is_written(url):
    with pytest.raises(BadAddressError):
        subscriptions.ask_for_callback("registration:1", url, None)
    assert not Callback.objects.exists()


def test_https_to_a_public_host_is_accepted():
    assert check_address("https://n8n.example/hook?key=1") == "https://n8n.example/hook?key=1"


def test_a_name_that_leads_inside_is_not_connected_to(receiver, settings, monkeypatch):
    """Judged by the address that is connected to, so that a name cannot change its mind in between."""
    port = receiver.server.server_port
    settings.DEBUG = False
    monkeypatch.setattr(
        "urllib3.util.connection.socket.getaddrinfo",
        lambda *_args, **_options: [(2, 1, 6, "", ("127.0.0.1", port))],
    )
    delivery = make_delivery(f"https://n8n.example:{port}/")
    assert send() is RunResult.RETRY
    assert str(delivery.tries.get().problem) == "The address leads inside the network."
    assert receiver.requests == []


def test_the_settings_may_allow_addresses_inside(settings):
    settings.CALLBACKS_INSIDE_NETWORK = True
    assert check_address("https://10.0.0.1/hook")


# Asking, telling, sending again


def test_all_who_asked_are_told_once_each():
    first, second = (create_token(name, Role.ADMIN).token for name in ("first", "second"))
    for token in (first, second, None, first, None):
        subscriptions.ask_for_callback("registration:1", "https://n8n.example/", token)
    subscriptions.ask_for_callback("registration:2", "https://n8n.example/", first)
    assert subscriptions.notify_all(["registration:1"], lambda _subject: {"id": 1}) == 3
    assert json.loads(CallbackDelivery.objects.first().body) == {"id": 1}
    assert subscriptions.notify_all(["registration:3"], lambda _subject: {"id": 3}) == 0


def test_what_is_forgotten_is_not_sent(receiver):
    delivery = make_delivery(receiver.url)
    subscriptions.forget([delivery.callback.subject])
    assert not CallbackQueue().claim(1)


def test_old_callbacks_are_forgotten():
    make_delivery()
    Callback.objects.update(created_at=timezone.now() - timedelta(days=30, seconds=1))
    kept = make_delivery()
    prune_all()
    assert CallbackDelivery.objects.get() == kept


# The page


def test_the_page_shows_each_try_and_not_the_query_of_the_address(alice_client, receiver):
    receiver.status = 500
    delivery = make_delivery(receiver.url)
    send()
    page = alice_client.get("/settings/callbacks/").text
    assert "HTTP 500" in page
    assert f"/automation/registrations/progress/?job={delivery.callback.job_id}" in page
    assert "/hook?…" in page
    assert "key=hidden" not in page


def test_an_admin_sends_a_message_again(alice_client, receiver):
    receiver.status = 410
    delivery = make_delivery(receiver.url)
    send()
    receiver.status = 200
    answer = alice_client.post(f"/settings/callbacks/{delivery.pk}/send-again/", follow=True)
    assert "is being sent again" in answer.text
    assert send() is RunResult.COMPLETE
    assert len(receiver.requests) == 2


def test_deliveries_are_filtered_by_state(alice_client):
    make_delivery("https://waits.example/")
    done = make_delivery("https://done.example/", state=JobState.COMPLETE)
    page = alice_client.get("/settings/callbacks/?state=complete").text
    assert done.callback.url in page
    assert "waits.example" not in page
    assert "/send-again/?state=complete" in page  # which leaves the list as it is filtered
    assert "No delivery is in this state" in alice_client.get("/settings/callbacks/?state=failed").text
