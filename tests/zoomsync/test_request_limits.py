"""Requests as no browser sends them: too large, in other charsets, with NUL. None of them is a 500."""

import json
import os
import socket
import time
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
from django.conf import settings as django_settings
from django.test import Client

from contacts.models import Brand
from integrations.models import WebhookDelivery
from integrations.zoom.webhooks import sign
from tests.support.installation import Installation
from zoomsync.chunked_bodies import BYTES_BEFORE_SIGN_IN, BufferedChunks

MEGABYTE = 1024**2


class Unread(BytesIO):
    """A body that says whether anybody read of it."""

    def read(self, *size: int | None) -> bytes:  # type: ignore[override]
        raise AssertionError("the body was read")

    readline = readlines = read  # type: ignore[assignment]


def send(client: Client, path: str, length: int, content_type: str) -> int:
    """Announces a body of so many bytes, and says what was answered without reading it."""
    environ = {"wsgi.input": Unread(), "CONTENT_LENGTH": str(length), "CONTENT_TYPE": content_type}
    return client.generic("POST", path, **environ).status_code


FORMS = [
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json",
    "text/plain",
]


@pytest.mark.parametrize("content_type", FORMS)
@pytest.mark.parametrize(
    "path", ["/login/", "/logout/", "/contacts/import/", "/account/theme/", "/webhooks/zoom/"]
)
@pytest.mark.parametrize("length", [BYTES_BEFORE_SIGN_IN + 1, 300 * MEGABYTE, 10**17])
def test_nothing_large_is_read_from_somebody_who_is_not_signed_in(
    db: None, path: str, length: int, content_type: str
) -> None:
    for client in (Client(), Client(enforce_csrf_checks=True)):
        assert send(client, path, length, content_type) == 413


@pytest.mark.parametrize("path", ["/login/", "/contacts/new/", "/account/theme/"])
def test_a_form_is_never_as_large_as_a_file(alice_client: Client, path: str) -> None:
    assert send(alice_client, path, django_settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1, FORMS[0]) == 413


def test_a_file_to_import_may_be_large_and_not_endless(alice_client: Client) -> None:
    with pytest.raises(AssertionError, match="was read"):
        send(alice_client, "/contacts/import/", 90 * MEGABYTE, FORMS[1])
    assert send(alice_client, "/contacts/import/", 300 * MEGABYTE, FORMS[1]) == 413


def test_what_is_too_large_is_said_in_words(alice_client: Client) -> None:
    response = alice_client.generic("POST", "/contacts/new/", CONTENT_LENGTH=str(300 * MEGABYTE))
    assert b"larger than this page accepts" in response.content


PATHS = [
    "/contacts/%00/",
    "/%00",
    "/static/%00.css",
    "/static/..%00/x",
    "/settings/integrations/connected-apps/zoom/%00/",
    "/account/set-password/%00/%00/",
]
QUERIES = [
    "/login/?next=%00",
    "/contacts/?q=%00",
    "/contacts/?q=%2500",
    "/contacts/?q=an%%0000na",
    "/audit/?brand=a%00b&q=%00",
    "/marketing-events/?page=%00",
    "/explain/?q=a%00b@c.test",
    "/settings/integrations/connected-apps/zoom/callback/?state=%00&code=%00",
]


@pytest.mark.parametrize("path", PATHS)
def test_nul_in_an_address_is_refused_whoever_asks(alice_client: Client, path: str) -> None:
    for client in (Client(), alice_client):
        assert client.get(path).status_code == 400
        assert client.post(path).status_code == 400


@pytest.mark.parametrize("path", QUERIES)
def test_nul_in_a_query_is_left_out(alice_client: Client, path: str) -> None:
    for client in (Client(), alice_client):
        assert client.get(path).status_code in (200, 302)


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/contacts/new/", "first_name"),
        ("/contacts/new/", "email"),
        ("/settings/team/add/", "name"),
        ("/account/theme/", "theme"),
        ("/settings/integrations/connected-apps/zoom/brands/", "name"),
    ],
)
def test_nul_in_a_form_is_refused(alice_client: Client, path: str, field: str) -> None:
    assert alice_client.post(path, {field: "a\0b"}).status_code == 400
    assert alice_client.post(path, {"x\0": "a"}).status_code == 400


@pytest.mark.parametrize(
    "value", [r'"\000"', r'"abcdefgh\000ijkl"', r'"\000\000\000\000\000\000\000\000\000"']
)
def test_nul_in_a_cookie_is_a_visitor_without_it(db: None, value: str) -> None:
    for name in ("sessionid", "csrftoken", "tz", "messages", "theme"):
        assert Client(headers={"cookie": f"{name}={value}"}).get("/login/").status_code == 200
        assert Client(headers={"cookie": f"{name}={value}"}).get("/contacts/").status_code == 302


@pytest.mark.parametrize(
    "charset", ["utf-7", "utf-16", "rot13", "undefined", "idna", "base64", "no such", "0"]
)
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_form_in_another_charset_is_refused(db: None, kind: str, charset: str) -> None:
    response = Client().generic("POST", "/login/", b"username=a", f"{kind}; charset={charset}")
    assert response.status_code == 415


def chunked(*pieces: bytes, most: int | None = None) -> tuple[str, bytes]:
    """What an application behind BufferedChunks gets of a body in chunks, and the status."""
    got: dict[str, Any] = {"body": b"", "status": ""}

    def application(environ: Any, start_response: Any) -> list[bytes]:
        got["body"] = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        start_response("200 OK", [])
        return []

    def start(status: str, _headers: Any) -> Any:
        got["status"] = status

    environ = {"HTTP_TRANSFER_ENCODING": "Chunked", "wsgi.input": BytesIO(b"".join(pieces))}
    BufferedChunks(application)(environ, start)  # type: ignore[arg-type]
    return got["status"], got["body"]


@pytest.mark.parametrize("size", [0, 1, 70_000, BYTES_BEFORE_SIGN_IN])
def test_a_chunked_body_has_its_length_for_django(size: int) -> None:
    body = os.urandom(size)
    assert chunked(body) == ("200 OK", body)


def test_a_chunked_body_is_not_read_without_end() -> None:
    status, body = chunked(b"x" * (BYTES_BEFORE_SIGN_IN + 1))
    assert (status[:3], body) == ("413", b"")


def pieces(body: bytes, size: int) -> Any:
    yield from (body[at : at + size] for at in range(0, len(body), size))


@pytest.fixture
def web(transactional_db: None) -> Any:
    installation = Installation(ZOOM_WEBHOOK_SECRET_TOKEN="secret")
    yield installation.start_web()
    installation.close()


def test_case_22_a_webhook_in_chunks_is_taken(web: str, brand: Brand) -> None:
    for size, name in ((7, "Zoë"), (50, "Anna"), (1_000_000, "🌹")):
        payload = {"account_id": "A", "object": {"id": 5001, "topic": name}}
        body = json.dumps(
            {"event": "webinar.updated", "event_ts": 1, "payload": payload}, ensure_ascii=False
        ).encode()
        timestamp = str(int(time.time()))
        headers = {"x-zm-request-timestamp": timestamp, "x-zm-signature": sign(body, timestamp, "secret")}
        answer = requests.post(f"{web}/webhooks/zoom/", data=pieces(body, size), headers=headers, timeout=30)
        assert answer.status_code == 200
    assert WebhookDelivery.objects.count() == 3
    tampered = requests.post(
        f"{web}/webhooks/zoom/", data=pieces(body + b" ", 9), headers=headers, timeout=30
    )
    assert tampered.status_code == 401
    with suppress(
        requests.ConnectionError
    ):  # it is cut off, and may or may not have heard the answer by then
        endless = requests.post(f"{web}/webhooks/zoom/", data=pieces(b"x" * 3_000_000, 9_999), timeout=30)
        assert endless.status_code == 413


def test_300_megabytes_to_the_sign_in_page_reach_no_disk(web: str) -> None:
    """Answered after the headers alone; a client that goes on sending is cut off."""
    host, port = web.removeprefix("http://").split(":")
    before = set(Path("/tmp").iterdir())
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(
            b"POST /login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 314572800\r\n"
            b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
            b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 413")
    assert not [path for path in set(Path("/tmp").iterdir()) - before if path.suffix == ".upload.gz"]
