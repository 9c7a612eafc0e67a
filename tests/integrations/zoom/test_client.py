"""The client upon answers that are written down here: paging, retries, tokens, and Zoom's errors."""

import re
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import requests
import responses
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from integrations.models import ZoomConnection
from integrations.zoom.client import ZoomClient
from integrations.zoom.endpoints import RegistrantStatus
from integrations.zoom.errors import (
    BadAnswer,
    MissingScope,
    NotFound,
    NoWebinarPlan,
    PageTokenExpired,
    TokenRejected,
    TooOld,
    Unavailable,
    ZoomError,
)
from integrations.zoom.http.pacing import Unpaced
from integrations.zoom.http.page_prefetcher import Fetcher, RetryPolicy
from tests.integrations.zoom.fakes import CountedTokens
from tests.support.waiting import eventually

API = "https://api.zoom.us/v2"
APPROVED = RegistrantStatus.APPROVED
WEBINAR = 91234567890
REGISTRANTS = f"{API}/webinars/{WEBINAR}/registrants"
EXPIRED = {"code": 300, "message": "The next page token is invalid or expired."}


@pytest.fixture
def api() -> Iterator[responses.RequestsMock]:
    """Zoom's API. An address that a test didn't write an answer for can't be reached."""
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture
def zoom() -> Iterator[ZoomClient]:
    """A client that doesn't wait between its tries, nor for its turn, and needs no database."""
    with ZoomClient(Fetcher(CountedTokens(), Unpaced(), patience=RetryPolicy(first_pause=0))) as client:
        yield client


def people(first: int, last: int) -> list[dict[str, str]]:
    return [{"id": f"r{number}", "email": f"{number}@customer.example"} for number in range(first, last)]


def page(api: responses.RequestsMock, first: int, last: int, after: str = "", following: str = "") -> None:
    """The page of registrants that is asked for with the token `after`, and names the token `following`."""
    api.get(
        REGISTRANTS,
        json={"total_records": 700, "next_page_token": following, "registrants": people(first, last)},
        match=[responses.matchers.query_param_matcher(asked_with(after))],
    )


def asked_with(token: str) -> dict[str, str]:
    return {"status": "approved", "page_size": "300"} | ({"next_page_token": token} if token else {})


def expired(api: responses.RequestsMock, token: str) -> None:
    api.get(
        REGISTRANTS,
        json=EXPIRED,
        status=400,
        match=[responses.matchers.query_param_matcher(asked_with(token))],
    )


def three_pages(api: responses.RequestsMock) -> None:
    page(api, 0, 300, following="two")
    page(api, 300, 600, after="two", following="three")
    page(api, 600, 700, after="three")


def helpers() -> list[threading.Thread]:
    return [row for row in threading.enumerate() if row.name.startswith("zoom-ahead")]


def ids(pages: Iterator[Any]) -> list[str]:
    return [item.id for page in pages for item in page.items]


# Paging


def test_r1_a_long_list_is_read_to_its_end_with_as_many_calls_as_pages(
    zoom: ZoomClient, api: responses.RequestsMock
):
    three_pages(api)
    pages = list(zoom.registrants(WEBINAR, APPROVED))
    assert [len(page.items) for page in pages] == [300, 300, 100]
    assert {page.total for page in pages} == {700}
    assert ids(iter(pages)) == [f"r{number}" for number in range(700)]
    assert zoom.calls == 3
    assert helpers() == []


def test_the_next_page_is_fetched_while_this_one_is_worked_on(zoom: ZoomClient, api: responses.RequestsMock):
    three_pages(api)
    pages = zoom.registrants(WEBINAR, APPROVED)
    next(pages)
    eventually(lambda: len(api.calls) == 2)
    pages.close()  # type: ignore[attr-defined]
    assert helpers() == []
    assert len(api.calls) == 2  # never more than one page ahead
    ids(zoom.registrants(WEBINAR, APPROVED))  # reads the last page as well


def test_a_listing_that_is_left_early_leaves_no_thread_behind(zoom: ZoomClient, api: responses.RequestsMock):
    api.assert_all_requests_are_fired = False
    three_pages(api)

    def read_and_fail() -> None:
        for _page in zoom.registrants(WEBINAR, APPROVED):
            raise ValueError("the caller's own trouble")

    with pytest.raises(ValueError, match="own trouble"):
        read_and_fail()
    assert helpers() == []


def test_an_expired_page_token_starts_the_list_again_and_says_so(
    zoom: ZoomClient, api: responses.RequestsMock
):
    page(api, 0, 300, following="two")
    page(api, 300, 600, after="two", following="three")
    expired(api, "three")
    page(api, 0, 300, following="four")
    page(api, 300, 600, after="four", following="five")
    page(api, 600, 700, after="five")
    pages = list(zoom.registrants(WEBINAR, APPROVED))
    assert [(len(page.items), page.restarts) for page in pages] == [
        (300, 0),
        (300, 0),
        (300, 1),
        (300, 1),
        (100, 1),
    ]
    assert set(ids(iter(pages))) == {f"r{number}" for number in range(700)}


def test_a_page_token_that_expires_again_and_again_ends_in_an_error(
    zoom: ZoomClient, api: responses.RequestsMock
):
    page(api, 0, 300, following="two")
    expired(api, "two")
    with pytest.raises(PageTokenExpired):
        ids(zoom.registrants(WEBINAR, APPROVED))


def test_a_repeated_page_token_ends_in_an_error(zoom: ZoomClient, api: responses.RequestsMock):
    page(api, 0, 300, following="two")
    page(api, 300, 600, after="two", following="two")
    with pytest.raises(BadAnswer, match="repeats itself"):
        ids(zoom.registrants(WEBINAR, APPROVED))
    assert helpers() == []


def test_d15_a_page_costs_one_query_and_the_helper_thread_none(
    connection: ZoomConnection, api: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
):
    three_pages(api)
    connection.access_token = "a-token"
    connection.token_expires_at = timezone.now() + timedelta(hours=1)
    connection.save()
    connected: list[object] = []
    really = Fetcher.perform

    def perform(self: Fetcher, *args: Any) -> Any:
        reply = really(self, *args)
        if threading.current_thread().name.startswith("zoom-ahead"):
            connected.append(database.connection)  # of this thread
        return reply

    monkeypatch.setattr(Fetcher, "perform", perform)
    with ZoomClient.of(connection) as zoom:
        pages = zoom.registrants(WEBINAR, APPROVED)
        next(pages)
        with CaptureQueriesContext(database) as queries:
            list(pages)
    assert len(queries) == 1  # for the third page; the slot of the second one was taken before
    assert connected == [None, None]


def test_recordings_of_two_months_are_asked_for_month_by_month(zoom: ZoomClient, api: responses.RequestsMock):
    today = date(2026, 11, 23)
    api.get(f"{API}/users/u/recordings", json={"meetings": []})
    api.get(f"{API}/report/history_meetings", json={"history_meetings": []})
    list(zoom.user_recordings("u", today - timedelta(days=59), today))
    list(zoom.history(today - timedelta(days=59), today))
    spans = [(call.request.params["from"], call.request.params["to"]) for call in api.calls]
    assert len(spans) == 4
    for first, second in (spans[:2], spans[2:]):
        assert (min(first + second), max(first + second)) == ("2026-09-25", "2026-11-23")


# Retries


@pytest.mark.parametrize(
    "trouble",
    [
        {"status": 500, "json": {"code": 500, "message": "Internal error."}},
        {"status": 502, "body": "<html>502</html>"},
        {"status": 200, "body": "<html>sign in</html>"},
        {"status": 200, "body": '{"users": ['},
        {"status": 429, "json": {"code": 429, "message": "Slow down."}, "headers": {"Retry-After": "0"}},
        {"body": requests.ConnectionError("reset by peer")},
        {"body": requests.ReadTimeout("slow")},
    ],
    ids=["500", "502", "html", "half", "429", "reset", "slow"],
)
def test_what_is_temporary_is_asked_again(zoom: ZoomClient, api: responses.RequestsMock, trouble: Any):
    api.get(f"{API}/users/me", **trouble)
    api.get(f"{API}/users/me", **trouble)
    api.get(f"{API}/users/me", json={"id": "u", "account_id": "acme"})
    assert zoom.account().account_id == "acme"
    assert zoom.calls == 3


def test_in_the_end_the_error_is_the_callers(zoom: ZoomClient, api: responses.RequestsMock):
    api.get(f"{API}/users/me", status=503)
    with pytest.raises(Unavailable):
        zoom.account()
    assert len(api.calls) == 5


# Tokens


def refused(api: responses.RequestsMock) -> None:
    api.get(f"{API}/users", json={"code": 124, "message": "Access token is expired."}, status=401)


def test_d2_a_revoked_token_is_replaced_within_the_call(zoom: ZoomClient, api: responses.RequestsMock):
    refused(api)
    api.get(f"{API}/users", json={"users": [{"id": "u"}]})
    assert ids(zoom.users()) == ["u"]
    assert [call.request.headers["Authorization"] for call in api.calls] == [
        "Bearer token-1",
        "Bearer token-2",
    ]


def test_d2_a_token_that_is_rejected_twice_needs_a_person(zoom: ZoomClient, api: responses.RequestsMock):
    refused(api)
    with pytest.raises(TokenRejected):
        ids(zoom.users())
    assert len(api.calls) == 2


# Errors


@pytest.mark.parametrize(
    ("call", "status", "code", "words", "error"),
    [
        (lambda zoom: zoom.webinar(1), 404, 3001, "Webinar does not exist: 1.", NotFound),
        (lambda zoom: ids(zoom.registrants(1, APPROVED)), 404, 3001, "Webinar does not exist: 1.", NotFound),
        (lambda zoom: zoom.instances(1), 404, 3001, "Webinar does not exist: 1.", NotFound),
        (lambda zoom: zoom.recording("u=="), 404, 3301, "There is no recording for this meeting.", NotFound),
        (lambda zoom: zoom.transcript("u=="), 404, 3322, "This meeting transcript does not exist.", NotFound),
        (lambda zoom: list(zoom.participants("no==")), 404, 3001, "Webinar does not exist: no==.", NotFound),
        (lambda zoom: list(zoom.webinars("nobody")), 404, 1001, "User does not exist: nobody.", NotFound),
        (lambda zoom: list(zoom.webinars("basic")), 400, 200, "Webinar plan is missing.", NoWebinarPlan),
        (lambda zoom: zoom.session_report("u=="), 400, 12702, "Can not access a webinar a year ago.", TooOld),
    ],
)
def test_each_of_zooms_errors_is_told_apart_and_not_asked_again(
    zoom: ZoomClient,
    api: responses.RequestsMock,
    call: Any,
    status: int,
    code: int,
    words: str,
    error: type[ZoomError],
):
    api.get(re.compile(f"{API}/.*"), json={"code": code, "message": words}, status=status)
    with pytest.raises(error):
        call(zoom)
    assert len(api.calls) == 1


LACKING = "user:read:list_users:admin"


@pytest.mark.parametrize("named", [LACKING, f'"{LACKING}"'], ids=["JSON", "quotes that are not escaped"])
def test_a_scope_that_lacks_is_named(zoom: ZoomClient, api: responses.RequestsMock, named: str):
    words = f"Invalid access token, does not contain scopes:[{named}]."
    api.get(f"{API}/users", body=f'{{"code":4711,"message":"{words}"}}', status=400)
    with pytest.raises(MissingScope, match=LACKING) as caught:
        ids(zoom.users())
    assert caught.value.scopes == (LACKING,)
