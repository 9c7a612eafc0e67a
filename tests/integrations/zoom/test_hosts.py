"""Where tokens may go. The check and the library that connects must agree about each address."""

import socket
from typing import Any

import hypothesis
import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from integrations.zoom.hosts import Origin, is_zoom, prepared
from integrations.zoom.http.downloads import Downloader, DownloadRefused
from tests.support.examples import examples

COMMERCIAL = "https://api.zoom.us/v2"
GOVERNMENT = "https://api.zoomgov.com/v2"

ZOOMS = [
    "https://zoom.us/rec/1",
    "https://us02web.zoom.us/rec/download/1",
    "https://ZOOM.us./rec/1",
    "https://file.zoom.com/rec/1",
    "https://zoom.us:443/rec/1?a=b#c",
    "https://zoom.us/rec/\\x",
    "https:\\\\zoom.us/1",
]
NOT_ZOOMS = [
    "https://evil.example\\.zoom.us/",
    "https://evil.example\\@zoom.us/",
    "https://evil.example/.zoom.us/",
    "https://evil.example#.zoom.us/",
    "https://evil.example?.zoom.us/",
    "https://evil.example%2f.zoom.us/",
    "https://evil.example%00.zoom.us/",
    "https://evil.example\t.zoom.us/",
    "https://evil.example\n.zoom.us/",
    "https://evil.example:443\\.zoom.us/",
    "https://[::1].zoom.us/",
    "https://zoom.us@evil.example/1",
    "https://user:password@zoom.us/1",
    "https://a@evil.example@zoom.us/1",
    "https://zoom.us.evil.example/1",
    "https://notzoom.us/1",
    "https://zoomgov.com/1",
    "https://zoom\uff0eus.evil.example/",
    "http://zoom.us/rec/download/1",  # no https
    "//zoom.us/1",
    "ftp://zoom.us/1",
    "file:///etc/passwd",
    "https:///zoom.us",
    "https://zoom.us:port/1",
    "http://169.254.169.254/latest",
    "",
]


def judged(url: str, api_url: str = COMMERCIAL) -> bool:
    try:
        return is_zoom(Origin.of(prepared(url)), api_url)
    except ValueError:
        return False


def connected_to(url: str) -> str | None:
    """The host that requests connects to, as its adapter says; None where it does not send anything."""
    session = requests.Session()
    try:
        request = session.prepare_request(requests.Request("GET", url))
        pool = session.get_adapter(request.url or "").get_connection_with_tls_context(  # type: ignore[attr-defined]
            request, verify=True
        )
    except ValueError:
        return None
    return str(pool.host).lower().rstrip(".")


@pytest.mark.parametrize("url", ZOOMS[:5])
def test_zooms_own_addresses_may_see_the_token(url: str) -> None:
    assert judged(url)


@pytest.mark.parametrize("url", NOT_ZOOMS)
def test_no_other_address_may_see_the_token(url: str) -> None:
    assert not judged(url)


@pytest.mark.parametrize("url", ZOOMS + NOT_ZOOMS)
def test_what_is_judged_to_be_zoom_connects_to_zoom(url: str) -> None:
    host = connected_to(url)
    if judged(url):
        assert host is not None
        assert host == "zoom.us" or host.endswith((".zoom.us", ".zoom.com"))


ODD = st.text("\\/@#?%:.[]\t\n\r\0 ;&=0a\u3002\uff0e\u2044", max_size=4)
HOSTS = st.sampled_from(["zoom.us", ".zoom.us", "evil.example", "user", "443", "zoom.com", "\u2100"])


@given(st.lists(st.one_of(ODD, HOSTS), max_size=7).map("".join))
@hypothesis.settings(max_examples=examples(4))
def test_no_mixture_of_odd_characters_parts_the_check_from_the_connection(rest: str) -> None:
    url = f"https://{rest}"
    if judged(url):
        host = connected_to(url)
        assert host is not None
        assert host.endswith(("zoom.us", "zoom.com"))
        assert "evil" not in host or host.endswith((".zoom.us", ".zoom.com"))


def test_the_configured_api_is_zoom_with_its_port_and_scheme_only() -> None:
    local = "http://127.0.0.1:8001/v2"
    assert judged("http://127.0.0.1:8001/rec/1", local)
    assert not judged("http://127.0.0.1:8002/rec/1", local)
    assert not judged("https://127.0.0.1:8001/rec/1", local)


@pytest.mark.parametrize("host", ["agency.zoomgov.com", "zoomgov.com", "web.zoom.com", "zoom.us"])
def test_zoomgov_is_zoom_where_its_api_is_configured(host: str) -> None:
    assert judged(f"https://{host}/rec/download/abc", GOVERNMENT)
    assert judged(f"https://{host}/rec/download/abc", COMMERCIAL) is ("zoomgov" not in host)
    assert not judged(f"https://{host}.evil.example/rec", GOVERNMENT)
    assert not judged(f"https://evil.example/{host}", GOVERNMENT)


@pytest.mark.parametrize("host", ["evilzoomgov.com", "evil-zoom.com", "evilzoom.us", "zoom.us.evil.example"])
def test_a_lookalike_is_not_zoom(host: str) -> None:
    assert not judged(f"https://{host}/rec", GOVERNMENT)


@pytest.fixture
def contacted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hosts whose addresses are looked up, that is, those that would be connected to."""
    hosts: list[str] = []

    def look_up(host: str, *_args: Any, **_kwargs: Any) -> list[Any]:
        hosts.append(host)
        raise socket.gaierror("no network in this test")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return hosts


@pytest.mark.parametrize("url", NOT_ZOOMS)
def test_a_download_from_elsewhere_contacts_nobody(url: str, contacted: list[str]) -> None:
    with pytest.raises(DownloadRefused):
        Downloader().fetch(url, ["secret-token"])
    assert contacted == []


def test_a_transcript_of_zoomgov_is_asked_for(settings: Any, contacted: list[str]) -> None:
    settings.ZOOM_API_URL = GOVERNMENT
    url = "https://agency.zoomgov.com/rec/download/abc"
    with pytest.raises(Exception, match="couldn't be downloaded"):
        Downloader().fetch(url, ["token"])
    assert contacted == ["agency.zoomgov.com"]
