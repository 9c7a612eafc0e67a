"""Which hosts are Zoom's: only they may see its tokens. Pure, but for the addresses in the settings.

The host is taken from the address as the HTTP library will connect to it. Two parsers that disagree about an
address (a backslash, a control character) would let one check a host and the other connect to another.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from urllib3.util import Url, parse_url

# developers.zoom.us/docs/api/ and /docs/government: commercial accounts, and those of ZoomGov.
ZOOM_DOMAINS = ("zoom.us", "zoom.com")
GOVERNMENT_DOMAIN = "zoomgov.com"
API_URLS = {"https://api.zoom.us/v2": "zoom.us", "https://api.zoomgov.com/v2": GOVERNMENT_DOMAIN}

_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(?:[a-z0-9_-]+\.)*[a-z0-9_-]+\.?|\[[0-9a-f:.]+\]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port of an address. `url` is the address as it is connected to, `http(s)` only."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> "Origin":
        """Raises ValueError for an address that no request can be sent to, or that names a user."""
        parts = parse_url(url)
        _require_agreement(url, parts)
        host = (parts.host or "").lower()
        if not _HOST.fullmatch(host) or parts.auth is not None or parts.scheme not in _PORTS:
            raise ValueError("not an address")
        return cls(parts.scheme, host.rstrip("."), parts.port or _PORTS[parts.scheme])


def prepared(url: str) -> str:
    """The address as `requests` sends it: quoted, in ASCII. Raises ValueError for what is none."""
    once = requests.Request("GET", url).prepare().url or ""
    if requests.Request("GET", once).prepare().url != once:
        raise ValueError("the address changes when it is read again")
    return once


def is_zoom(origin: Origin, api_url: str) -> bool:
    """Whether tokens may go there: Zoom's domains over https, and the configured API itself."""
    api = Origin.of(prepared(api_url))
    domains = (*ZOOM_DOMAINS, GOVERNMENT_DOMAIN) if is_within(api.host, GOVERNMENT_DOMAIN) else ZOOM_DOMAINS
    of_zoom = any(is_within(origin.host, domain) for domain in domains)
    return (of_zoom and origin.scheme == "https") or origin == api


def is_within(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _require_agreement(url: str, parts: Url) -> None:
    """requests' adapter reads the host with the standard library's parser, urllib3 with its own."""
    standard = urlsplit(url)
    if (standard.hostname or "", standard.port) != ((parts.host or "").strip("[]").lower(), parts.port):
        raise ValueError("the address is read differently by different parsers")
