"""Fetches a file from an address that Zoom gave us, as if the address came from an attacker.

A download begins in Zoom, and only Zoom ever sees the token. A redirect leaves Zoom over https only, and
never leads into our own network. Size and time are limited.

Neither exceptions nor logs from here carry an address: Zoom signs them, so they are secrets.
"""

import logging
from collections.abc import Sequence
from urllib.parse import urljoin

import requests
from django.conf import settings

from core.messages import Message
from integrations.zoom.errors import (
    ErrorDetails,
    NeedsPerson,
    NotFound,
    TokenRejected,
    Unavailable,
    ZoomError,
)
from integrations.zoom.hosts import Origin, is_zoom, prepared
from integrations.zoom.http.deadline import DeadlineAdapter, total_time
from integrations.zoom.http.public_only import InsideNetworkError, PublicOnlyAdapter
from integrations.zoom.http.transport import USER_AGENT, Timeouts, bearer

LARGEST_FILE = 20 * 1024 * 1024  # a transcript of a day is some 3 MB
MOST_REDIRECTS = 5
_CALL = "download"
_CHUNK = 64 * 1024

# At DEBUG it writes down each address that it asks for.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)


class DownloadRefused(NeedsPerson):
    """We refused: the address or the answer is not one that a transcript of Zoom may have."""


class NotTheFile(DownloadRefused):
    """Something else came instead: a page that says to sign in or to wait. Often gone the next time."""


class Downloader:
    """One download after another, for one worker."""

    def __init__(self, timeouts: Timeouts | None = None, largest: int = LARGEST_FILE) -> None:
        self.timeouts = timeouts or Timeouts()
        self.largest = largest
        self._zoom = _session(DeadlineAdapter())
        self._elsewhere = _session(PublicOnlyAdapter())

    def fetch(self, url: str, tokens: Sequence[str]) -> bytes:
        """The file. Of several tokens the next is tried when Zoom rejects one.

        Raises DownloadRefused, NotTheFile among them; NotFound (404, 410); TokenRejected when Zoom accepts no
        token; Unavailable for what may be better later.
        """
        url = _connectable(url)
        if not _is_zoom(url):
            raise DownloadRefused(Message("zoom.download_not_zooms"))
        for token in tokens[:-1]:
            try:
                return self._timed(url, token)
            except TokenRejected:
                continue
        return self._timed(url, tokens[-1])

    def close(self) -> None:
        self._zoom.close()
        self._elsewhere.close()

    def _timed(self, url: str, token: str) -> bytes:
        problem: ZoomError
        try:
            with total_time(self.timeouts.total):
                return self._follow(url, token)
        except ZoomError:
            raise
        except InsideNetworkError:
            problem = DownloadRefused(Message("zoom.download_inside_network"))
        except (requests.RequestException, OSError):
            problem = Unavailable(Message("zoom.download_failed"), details=ErrorDetails(_CALL))
        # Raised out here so that the library's exception, which holds the address, is not chained to it.
        raise problem

    def _follow(self, url: str, token: str) -> bytes:
        for _redirect in range(MOST_REDIRECTS + 1):
            with self._get(url, token) as response:
                if not response.is_redirect:
                    return self._content(response)
                url = _connectable(response.headers["Location"], base=url)
        raise DownloadRefused(Message("zoom.download_redirects_endlessly"))

    def _get(self, url: str, token: str) -> requests.Response:
        is_zoom = _is_zoom(url)
        if not is_zoom and Origin.of(url).scheme != "https":
            raise DownloadRefused(Message("zoom.download_without_https"))
        session = self._zoom if is_zoom else self._elsewhere
        return session.get(
            url,
            auth=bearer(token if is_zoom else ""),
            timeout=(self.timeouts.connect, self.timeouts.read),
            allow_redirects=False,
            stream=True,
        )

    def _content(self, response: requests.Response) -> bytes:
        _raise_for_status(response)
        if response.headers.get("Content-Type", "").lower().startswith("text/html"):
            raise NotTheFile(Message("zoom.download_is_a_page"))
        announced = response.headers.get("Content-Length", "")
        if announced.isdecimal() and int(announced) > self.largest:
            raise self._too_large()
        body = bytearray()
        for chunk in response.iter_content(_CHUNK):
            body += chunk
            if len(body) > self.largest:
                raise self._too_large()
        return bytes(body)

    def _too_large(self) -> DownloadRefused:
        megabytes = self.largest // 1024**2
        return DownloadRefused(Message("zoom.download_too_large", size=megabytes))


def _raise_for_status(response: requests.Response) -> None:
    details = ErrorDetails(_CALL, response.status_code)
    if response.status_code in {401, 403}:
        raise TokenRejected(Message("zoom.download_not_ready"), details=details)
    if response.status_code in {404, 410}:
        raise NotFound(Message("zoom.download_gone"), details=details)
    if response.status_code != requests.codes.ok:
        raise Unavailable(Message("zoom.download_failed"), details=details)


def _connectable(url: str, base: str = "") -> str:
    """The address as it will be connected to, so that what is judged is what gets the request."""
    try:
        url = prepared(urljoin(base, url))
        Origin.of(url)
    except ValueError:  # requests' InvalidURL and MissingSchema, urllib3's LocationParseError
        raise DownloadRefused(Message("zoom.download_bad_address")) from None
    return url


def _is_zoom(url: str) -> bool:
    return is_zoom(Origin.of(url), settings.ZOOM_API_URL)


def _session(adapter: DeadlineAdapter) -> requests.Session:
    session = requests.Session()
    session.headers["User-Agent"] = USER_AGENT
    session.headers["Accept-Encoding"] = "identity"  # the size that is announced is the size that is read
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter)
    return session
