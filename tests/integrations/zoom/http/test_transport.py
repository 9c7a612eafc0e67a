import ipaddress
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from integrations.zoom.errors import BadAnswer, Unavailable, WrongAddress
from integrations.zoom.http.transport import LARGEST_ANSWER, Request, Timeouts, Transport
from tests.integrations.zoom.fakes import SECRET

QUICK = Timeouts(connect=1, read=0.5, total=1)
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

type Behaviour = Callable[[socket.socket, bytes], None]


@contextmanager
def server(behave: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Reads each request, then does to its connection whatever the test wants. Yields its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)
    stopping = threading.Event()

    def serve() -> None:
        while not stopping.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            threading.Thread(target=_handle, args=(connection, behave, tls), daemon=True).start()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stopping.set()
        thread.join()
        listener.close()


def _handle(connection: socket.socket, behave: Behaviour, tls: ssl.SSLContext | None) -> None:
    with connection:
        try:
            connection = tls.wrap_socket(connection, server_side=True) if tls else connection
            behave(connection, connection.recv(65_536))
        except OSError:
            return  # the client has gone


@pytest.fixture
def tls(tmp_path: Path) -> tuple[ssl.SSLContext, str]:
    """A server's side of TLS, and the file of the certificate that the client has to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(alternative, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, own = tmp_path / "trusted.pem", tmp_path / "own.pem"
    trusted.write_bytes(certificate.public_bytes(Encoding.PEM))
    own.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + trusted.read_bytes()
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own)
    return context, str(trusted)


def send(base: str, timeouts: Timeouts = QUICK, **fields: Any) -> Any:
    transport = Transport(timeouts)
    try:
        return transport.send(
            Request(
                **{
                    "call": "GET /users",
                    "method": "GET",
                    "url": f"{base}/v2/users",
                    "authorization": f"Bearer {SECRET}",
                    "params": {"next_page_token": SECRET},
                    "secrets": (SECRET,),
                    **fields,
                }
            )
        )
    finally:
        transport.close()


def whole(body: bytes) -> bytes:
    return OK + f"Content-Length: {len(body)}\r\n\r\n".encode() + body


def drip(connection: socket.socket, data: bytes) -> None:
    """Byte by byte, each quickly enough for a read, all of it far too slowly."""
    for byte in data:
        connection.sendall(bytes([byte]))
        time.sleep(0.2)


def reset(connection: socket.socket, _request: bytes) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    connection.close()


def test_an_answer_comes_back_as_it_is():
    with server(lambda connection, _: connection.sendall(whole(b'{"a": 1}'))) as base:
        reply = send(base)
    assert (reply.status, reply.body, reply.call) == (200, b'{"a": 1}', "GET /users")


def test_the_request_says_who_we_are_and_what_is_asked():
    seen: list[bytes] = []

    def answer(connection: socket.socket, request: bytes) -> None:
        seen.append(request)
        connection.sendall(whole(b"{}"))

    with server(answer) as base:
        send(base, params={"page_size": "300"})
    assert b"GET /v2/users?page_size=300 HTTP/1.1" in seen[0]
    assert f"Authorization: Bearer {SECRET}".encode() in seen[0]
    assert b"User-Agent: zoomsync" in seen[0]


def test_an_encoded_uuid_reaches_the_server_as_it_is():
    seen: list[bytes] = []

    def answer(connection: socket.socket, request: bytes) -> None:
        seen.append(request.split(b" ")[1])
        connection.sendall(whole(b"{}"))

    path = "/v2/past_webinars/%252FUdag%253D%253D/participants"
    with server(answer) as base:
        send(base, url=f"{base}{path}", params={})
    assert seen == [path.encode()]


def test_a_netrc_entry_does_not_replace_the_token(tmp_path: Any, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login eve password x\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    seen: list[bytes] = []

    def answer(connection: socket.socket, request: bytes) -> None:
        seen.append(request)
        connection.sendall(whole(b"{}"))

    with server(answer) as base:
        send(base)
    assert f"Authorization: Bearer {SECRET}".encode() in seen[0]


def test_a_redirect_is_not_followed():
    elsewhere = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with server(lambda connection, _: connection.sendall(elsewhere)) as base:
        assert send(base).status == 302


@pytest.mark.parametrize(
    "behave",
    [
        lambda connection, _: time.sleep(3),
        lambda connection, _: drip(connection, OK + b"X-Slow: " + b"x" * 100),
        lambda connection, _: drip(connection, whole(b" " * 100)),
        lambda connection, _: (
            connection.sendall(OK + b"Content-Length: 99\r\n\r\n"),
            drip(connection, b" " * 99),
        ),
        lambda connection, _: (
            connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n"),
            drip(connection, b"1\r\n \r\n" * 20),
        ),
    ],
    ids=["no answer", "dripping headers", "dripping all", "dripping body", "dripping chunks"],
)
def test_an_answer_that_takes_too_long_in_all_is_given_up(behave: Behaviour):
    started = time.monotonic()
    with server(behave) as base, pytest.raises(Unavailable, match="no complete answer in time"):
        send(base)
    assert time.monotonic() - started < 2.5


def test_over_tls_too_an_answer_that_takes_too_long_in_all_is_given_up(
    tls: tuple[ssl.SSLContext, str], monkeypatch: pytest.MonkeyPatch
):
    context, trusted = tls
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", trusted)
    with server(lambda connection, _: connection.sendall(whole(b"{}")), context) as base:
        assert send(base).body == b"{}"
    with (
        server(lambda connection, _: drip(connection, whole(b" " * 100)), context) as base,
        pytest.raises(Unavailable, match="no complete answer in time"),
    ):
        send(base)


def test_a_certificate_that_nobody_vouches_for_is_refused(tls: tuple[ssl.SSLContext, str]):
    with (
        server(lambda connection, _: connection.sendall(whole(b"{}")), tls[0]) as base,
        pytest.raises(Unavailable, match="certificate"),
    ):
        send(base)


def test_the_next_call_has_its_own_time():
    slow_once = iter([lambda connection: time.sleep(2), lambda connection: connection.sendall(whole(b"{}"))])
    with server(lambda connection, _: next(slow_once)(connection)) as base:
        with pytest.raises(Unavailable):
            send(base)
        assert send(base).status == 200


@pytest.mark.parametrize(
    ("behave", "words"),
    [
        (reset, "the connection failed or was cut"),
        (lambda connection, _: connection.sendall(OK + b"Content-Length: 99\r\n\r\n{}"), "broke off|was cut"),
        (
            lambda connection, _: connection.sendall(b"SSH-2.0-OpenSSH\r\n\r\n"),
            "the connection failed or was cut",
        ),
        (
            lambda connection, _: connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
            "broke off",
        ),
        (
            lambda connection, _: connection.sendall(
                OK + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"
            ),
            "not compressed as it says",
        ),
    ],
    ids=["reset", "truncated", "no HTTP", "bad chunks", "no gzip"],
)
def test_a_broken_connection_is_tried_later(behave: Behaviour, words: str):
    with server(behave) as base, pytest.raises(Unavailable, match=words):
        send(base)


def test_nobody_listening_is_tried_later():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(Unavailable, match="the connection failed"):
        send(f"http://127.0.0.1:{port}")


def test_an_endless_answer_is_cut(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("integrations.zoom.http.transport.LARGEST_ANSWER", 200_000)

    def endless(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(OK + b"\r\n")
        while True:
            connection.sendall(b" " * 65_536)

    with server(endless) as base, pytest.raises(BadAnswer, match="too large"):
        send(base)
    assert LARGEST_ANSWER > 10_000_000


@pytest.mark.parametrize("url", ["api.zoom.us/v2/users", "zoom://x/users", "http:///users", ""])
def test_an_address_that_is_none_names_the_setting(url: str):
    with pytest.raises(WrongAddress, match="ZOOM_API_URL"):
        send("", url=url)


def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch):
    seen: list[bytes] = []

    def proxy(connection: socket.socket, request: bytes) -> None:
        seen.append(request.split(b"\r\n")[0])
        connection.sendall(whole(b"{}"))

    with server(proxy) as base:
        monkeypatch.setenv("http_proxy", base)
        monkeypatch.setenv("no_proxy", "")
        assert send("http://api.zoom.example").status == 200
    assert seen[0].startswith(b"GET http://api.zoom.example/v2/users")


@pytest.mark.parametrize("behave", [reset, lambda connection, _: time.sleep(3)], ids=["reset", "slow"])
def test_no_secret_leaves_with_an_error_or_a_log_line(behave: Behaviour, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    with server(behave) as base, pytest.raises(Unavailable) as caught:
        send(base, params={}, form={"refresh_token": SECRET}, method="POST")
    problem: BaseException | None = caught.value
    while problem:
        assert SECRET not in f"{problem} {problem!r} {vars(problem)}"
        problem = problem.__cause__ or problem.__context__
    assert SECRET not in caplog.text


def test_a_request_does_not_show_its_secrets():
    request = Request(
        "GET /x", "GET", "http://x", f"Bearer {SECRET}", {"t": SECRET}, {"f": SECRET}, (SECRET,)
    )
    assert SECRET not in repr(request)
