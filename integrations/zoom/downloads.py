"""Fetches a file from an address that Zoom gave us, as if the address came from an attacker.

Decides where a download may go: it begins at Zoom, only Zoom ever sees the token, and a redirect leaves Zoom
over https only and never into our own network. Decides how much is read, and for how long. The host and port
of `ZOOM_API_URL` count as Zoom, also over http. Does not know what is in the file.

Neither exceptions nor logs from here carry an address: Zoom signs them, so they are secrets.
"""

import logging
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from django.conf import settings
from django.utils.translation import gettext as _
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from integrations.zoom.deadline import DeadlineAdapter, TimedConnection, TimedSecureConnection, total_time
from integrations.zoom.errors import NeedsPerson, NotFound, Said, TokenRejected, Unavailable, ZoomError
from integrations.zoom.transport import USER_AGENT, Timeouts, bearer

LARGEST_FILE = 20 * 1024 * 1024  # a transcript of a day is some 3 MB
MOST_REDIRECTS = 5
_CALL = "download"
_CHUNK = 64 * 1024
_PORTS = {"http": 80, "https": 443}

# At DEBUG it writes down each address that it asks for.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)


class DownloadRefused(NeedsPerson):
    """We refused: the address or the answer is not one that a transcript of Zoom may have."""


class NotTheFile(DownloadRefused):
    """Something else came instead: a page that says to sign in or to wait. Often gone the next time."""


@dataclass(frozen=True, slots=True)
class Origin:
    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> "Origin":
        try:
            parts = urlsplit(url)
            port = parts.port or _PORTS[parts.scheme]
        except (ValueError, KeyError):
            raise DownloadRefused(_("The download's address is none.")) from None
        if not parts.hostname or _has_credentials(parts):
            raise DownloadRefused(_("The download's address is none."))
        return cls(parts.scheme, parts.hostname.rstrip("."), port)

    @property
    def is_zoom(self) -> bool:
        """Whether this is a host that may see Zoom's tokens."""
        of_zoom = self.host == "zoom.us" or self.host.endswith(".zoom.us")
        return (of_zoom and self.scheme == "https") or self == Origin.of(settings.ZOOM_API_URL)


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
        if not Origin.of(url).is_zoom:
            raise DownloadRefused(_("The download's address is not one of Zoom's."))
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
        except _InsideError:
            problem = DownloadRefused(_("The download leads to an address inside the own network."))
        except (requests.RequestException, OSError):
            problem = Unavailable(_("The file could not be downloaded."), said=Said(_CALL))
        # Raised out here so that the library's exception, which holds the address, is not chained to it.
        raise problem

    def _follow(self, url: str, token: str) -> bytes:
        for _redirect in range(MOST_REDIRECTS + 1):
            with self._get(url, token) as response:
                if not response.is_redirect:
                    return self._content(response)
                url = urljoin(url, response.headers["Location"])
        raise DownloadRefused(_("The download is redirected without end."))

    def _get(self, url: str, token: str) -> requests.Response:
        origin = Origin.of(url)
        if not origin.is_zoom and origin.scheme != "https":
            raise DownloadRefused(_("The download is redirected to an address without https."))
        session = self._zoom if origin.is_zoom else self._elsewhere
        return session.get(
            url,
            auth=bearer(token if origin.is_zoom else ""),
            timeout=(self.timeouts.connect, self.timeouts.read),
            allow_redirects=False,
            stream=True,
        )

    def _content(self, response: requests.Response) -> bytes:
        _raise_for_status(response)
        if response.headers.get("Content-Type", "").lower().startswith("text/html"):
            raise NotTheFile(_("Zoom answered with a web page instead of the file."))
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
        return DownloadRefused(_("The file is larger than %(size)s MB.") % {"size": megabytes})


def _raise_for_status(response: requests.Response) -> None:
    said = Said(_CALL, response.status_code)
    if response.status_code in {401, 403}:
        raise TokenRejected(_("Zoom does not hand the file out (yet)."), said=said)
    if response.status_code in {404, 410}:
        raise NotFound(_("Zoom does not have the file any more."), said=said)
    if response.status_code != requests.codes.ok:
        raise Unavailable(_("The file could not be downloaded."), said=said)


def _has_credentials(parts: SplitResult) -> bool:
    return parts.username is not None or parts.password is not None


def _session(adapter: DeadlineAdapter) -> requests.Session:
    session = requests.Session()
    session.headers["User-Agent"] = USER_AGENT
    session.headers["Accept-Encoding"] = "identity"  # the size that is announced is the size that is read
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter)
    return session


class _InsideError(Exception):
    """A name resolved to an address that is not public."""


def _public(connected: socket.socket) -> socket.socket:
    """Looks at the address that was connected to, not at the name: a name may change its mind in between."""
    address = ip_address(connected.getpeername()[0].partition("%")[0])
    if (getattr(address, "ipv4_mapped", None) or address).is_global:
        return connected
    connected.close()
    raise _InsideError


class _PublicConnection(TimedConnection):
    def _new_conn(self) -> socket.socket:
        return _public(super()._new_conn())


class _PublicSecureConnection(TimedSecureConnection):
    def _new_conn(self) -> socket.socket:
        return _public(super()._new_conn())


class _PublicPool(HTTPConnectionPool):
    ConnectionCls = _PublicConnection


class _PublicSecurePool(HTTPSConnectionPool):
    ConnectionCls = _PublicSecureConnection


class PublicOnlyAdapter(DeadlineAdapter):
    """Connects to public addresses only. Through a proxy it is the proxy that decides."""

    direct_pools = {"http": _PublicPool, "https": _PublicSecurePool}
