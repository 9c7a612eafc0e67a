"""One POST to an address that a program outside has chosen, as if an attacker had chosen it.

It goes over https, to a public address, is not redirected, and ends after some seconds. What comes back is a
status, and where it is asked for the beginning of the answer.
"""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address

import requests
from django.conf import settings

from core.messages import Message
from integrations.webhooks import wording  # noqa: F401  registers the words
from integrations.zoom.hosts import Origin, prepared
from integrations.zoom.http.deadline import DeadlineAdapter, total_time
from integrations.zoom.http.public_only import InsideNetworkError, PublicOnlyAdapter, is_public
from integrations.zoom.http.transport import USER_AGENT, Timeouts, bearer

TIMEOUTS = Timeouts(connect=5, read=15, total=20)
LONGEST_ADDRESS = 2000
_THIS_MACHINE = {"localhost", "127.0.0.1", "[::1]"}


class BadAddressError(ValueError):
    """A callback may not go there. `reason` is a sentence for the person who named the address."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


class NoAnswerError(Exception):
    """No one answered, or not in time."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Target:
    url: str
    is_this_machine: bool

    @property
    def adapter(self) -> DeadlineAdapter:
        may_be_inside = self.is_this_machine or settings.CALLBACKS_INSIDE_NETWORK
        return DeadlineAdapter() if may_be_inside else PublicOnlyAdapter()


def check_address(url: str) -> str:
    """The address as it will be connected to. Raises `BadAddressError`."""
    return _target(url).url


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = b""


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """The status of the answer. Raises `BadAddressError` and `NoAnswerError`."""
    return exchange(url, body, headers).status


def exchange(url: str, body: bytes, headers: Mapping[str, str], *, longest: int = 0) -> Answer:
    """The answer with up to `longest` bytes of its body; none of one that is longer.

    Raises `BadAddressError` and `NoAnswerError`.
    """
    target = _target(url)
    problem: Exception
    try:
        with total_time(TIMEOUTS.total), requests.Session() as session:
            session.mount("https://", target.adapter)
            session.mount("http://", target.adapter)
            return _send(session, target.url, body, headers, longest)
    except InsideNetworkError:
        problem = BadAddressError(Message("callback.inside_network"))
    except (requests.Timeout, TimeoutError):
        problem = NoAnswerError(Message("callback.no_answer_in_time"))
    except (requests.RequestException, OSError):
        problem = NoAnswerError(Message("callback.connection_failed"))
    # Raised out here so that the library's exception, which holds the whole address, is not chained to it.
    raise problem


def _send(
    session: requests.Session, url: str, body: bytes, headers: Mapping[str, str], longest: int
) -> Answer:
    response = session.post(
        url,
        data=body,
        headers={"User-Agent": USER_AGENT, **headers},
        auth=bearer(""),  # none, whatever ~/.netrc says
        timeout=(TIMEOUTS.connect, TIMEOUTS.read),
        allow_redirects=False,
        stream=True,
    )
    try:
        return Answer(response.status_code, _start_of(response, longest) if longest else b"")
    finally:
        response.close()


def _start_of(response: requests.Response, longest: int) -> bytes:
    beginning = b""
    for chunk in response.iter_content(8_192):
        beginning += chunk
        if len(beginning) > longest:
            return b""
    return beginning


def _target(url: str) -> _Target:
    if len(url) > LONGEST_ADDRESS:
        raise BadAddressError(Message("callback.address_too_long", count=LONGEST_ADDRESS))
    try:
        connected_to = prepared(url)
        origin = Origin.of(connected_to)
    except ValueError:
        raise BadAddressError(Message("callback.bad_address")) from None
    is_this_machine = settings.DEBUG and origin.host in _THIS_MACHINE
    if origin.scheme != "https" and not is_this_machine:
        raise BadAddressError(Message("callback.not_https"))
    if not (is_this_machine or settings.CALLBACKS_INSIDE_NETWORK) and _is_inside(origin.host):
        raise BadAddressError(Message("callback.inside_network"))
    return _Target(connected_to, is_this_machine)


def _is_inside(host: str) -> bool:
    """Plain to see without asking DNS; a name is judged by what it resolves to, when it is connected to."""
    if host in _THIS_MACHINE:
        return True
    try:
        return not is_public(str(ip_address(host.strip("[]"))))
    except ValueError:
        return _is_short_ip(host)


def _is_short_ip(host: str) -> bool:
    """Such as 127.1 or 2130706433, which libraries read as IP addresses."""
    try:
        return not is_public(socket.inet_ntoa(socket.inet_aton(host)))
    except OSError:
        return False
