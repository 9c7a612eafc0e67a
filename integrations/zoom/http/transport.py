"""The only place that speaks HTTP to Zoom: sends a request and returns the answer unread.

Sets the time-outs, the largest answer, and how network failures are named; follows no redirects. No exception
from here carries a URL, a header or a parameter: those of the libraries do, so they end here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
from requests.auth import AuthBase

from core.messages import Message
from integrations.zoom.errors import BadAnswer, ErrorDetails, Unavailable, WrongAddress, ZoomError
from integrations.zoom.http.deadline import DeadlineAdapter, total_time
from integrations.zoom.http.limits import Label
from integrations.zoom.http.responses import Reply

USER_AGENT = "zoomsync/0.1"
# A page of 2,000 users is some 3 MB; whatever is larger than this is no answer of Zoom's API.
LARGEST_ANSWER = 32 * 1024 * 1024
_CHUNK = 64 * 1024
_CONNECTIONS = 20  # kept open: as many as calls may be under way at once


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: to connect, between two reads, and for the whole call."""

    connect: float = 5
    read: float = 30
    total: float = 60


@dataclass(frozen=True, slots=True)
class Request:
    """`call` names it in errors and logs; `authorization` and `secrets` stay out of both."""

    call: str
    method: str
    url: str
    authorization: str = field(repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    json: Mapping[str, Any] | None = field(default=None, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    label: Label = Label.LIGHT


class _Authorization(AuthBase):
    """Set as `auth`, so that a ~/.netrc entry for the host cannot replace the header."""

    def __init__(self, value: str) -> None:
        self.value = value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self.value:
            request.headers["Authorization"] = self.value
        return request


def bearer(token: str) -> AuthBase:
    """The token as a header, or for the empty token explicitly none."""
    return _Authorization(f"Bearer {token}" if token else "")


class Transport:
    """Pooled connections, proxies as the environment says. May be used from several threads at once."""

    def __init__(self, timeouts: Timeouts | None = None) -> None:
        self.timeouts = timeouts or Timeouts()
        self._session = requests.Session()
        self._session.headers["User-Agent"] = USER_AGENT
        self._session.headers["Accept"] = "application/json"
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, DeadlineAdapter(pool_maxsize=_CONNECTIONS))

    def send(self, request: Request) -> Reply:
        """The answer, whatever its status. Raises Unavailable, BadAnswer (too large) or WrongAddress."""
        problem: ZoomError
        try:
            with total_time(self.timeouts.total):
                return self._exchange(request)
        except _TooLargeError:
            problem = BadAnswer(Message("zoom.response_too_large"), details=ErrorDetails(request.call))
        except (requests.RequestException, OSError) as error:
            problem = _named(error, request)
        # Raised out here so that the library's exception, with its URL and headers, is not chained to it.
        raise problem

    def close(self) -> None:
        self._session.close()

    def _exchange(self, request: Request) -> Reply:
        with self._session.request(
            request.method,
            request.url,
            params=dict(request.params),
            data=request.form,
            json=request.json,
            auth=_Authorization(request.authorization),
            timeout=(self.timeouts.connect, self.timeouts.read),
            allow_redirects=False,
            stream=True,
        ) as response:
            body = _read(response)
        return Reply(
            request.call, response.status_code, response.headers, body, request.secrets, request.label
        )


class _TooLargeError(Exception):
    pass


def _read(response: requests.Response) -> bytes:
    body = bytearray()
    for chunk in response.iter_content(_CHUNK):
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise _TooLargeError
    return bytes(body)


_MISADDRESSED = (
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidProxyURL,
)
# The first that fits; each is narrower than those below it.
_NAMES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (requests.exceptions.SSLError, "the certificate cannot be verified"),
    (requests.exceptions.ProxyError, "the proxy cannot be reached"),
    (requests.exceptions.ConnectTimeout, "no connection in time"),
    ((requests.exceptions.Timeout, TimeoutError), "no complete answer in time"),
    (requests.exceptions.ContentDecodingError, "the answer is not compressed as it says"),
    (requests.exceptions.ChunkedEncodingError, "the answer broke off"),
    (Exception, "the connection failed or was cut"),
)


def _named(error: Exception, request: Request) -> ZoomError:
    if isinstance(error, _MISADDRESSED):
        return WrongAddress(details=ErrorDetails(request.call))
    text = next(text for kinds, text in _NAMES if isinstance(error, kinds))
    if "Read timed out" in str(error):  # while streaming, requests calls a time-out a ConnectionError
        text = "no complete answer in time"
    return Unavailable(details=ErrorDetails(request.call, text=text))
