import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from integrations.zoom import endpoints
from integrations.zoom.errors import (
    BadAnswer,
    LimitKind,
    NotFound,
    PageTokenExpired,
    RateLimited,
    TokenRejected,
    Unavailable,
    ZoomError,
)
from integrations.zoom.http.limits import Label
from integrations.zoom.http.page_prefetcher import Fetcher, PagePrefetcher, RetryPolicy
from integrations.zoom.http.responses import Reply, raise_for_error, read_object
from tests.integrations.zoom.fakes import CountedTokens, NotedPacer, ScriptedTransport, fetcher, reply

CALL = endpoints.me()
OK = reply({"id": "u"})
REJECTED = reply({"code": 124, "message": "Access token is expired."}, 401)
PER_SECOND = "You have reached the maximum per-second rate limit for this API. Try again later."
DAILY = "You have reached the maximum daily rate limit for this API."
FOR_REGISTRANT = "You have exceeded the daily rate limit of (3) for the registrant (a@example.com)."


def read(answer: Reply, now: datetime) -> dict[str, Any]:
    raise_for_error(answer, now)
    return read_object(answer, now)


def limited(words: str = PER_SECOND, wait: str = "0") -> Reply:
    return reply({"code": 429, "message": words}, 429, {"Retry-After": wait} if wait else {})


@pytest.mark.parametrize(
    "problem",
    [
        Unavailable(),
        reply({"code": 500, "message": "Internal error."}, 500),
        reply(b"<html>502</html>", 502),
        reply(b"<html>sign in</html>", 200),
        reply(b'{"users": [', 200),
        limited(),
    ],
)
def test_what_is_temporary_is_tried_again(problem: Any):
    client = fetcher(problem, problem, problem, problem, OK)
    assert client.fetch(CALL, read) == {"id": "u"}
    assert client.calls == 5


@pytest.mark.parametrize("problem", [Unavailable(), limited(), reply(b"<html></html>", 200)])
def test_in_the_end_the_error_is_the_callers(problem: Any):
    client = fetcher(*[problem] * 5)
    with pytest.raises((Unavailable, RateLimited, BadAnswer)):
        client.fetch(CALL, read)
    assert client.calls == 5


@pytest.mark.parametrize(
    "answer",
    [
        reply({"code": 3001, "message": "Webinar does not exist."}, 404),
        reply({"code": 4711, "message": "does not contain scopes:[a:b]."}, 400),
        reply({"code": 300, "message": "The next page token is invalid or expired."}, 400),
    ],
)
def test_what_no_repetition_helps_is_raised_at_once(answer: Reply):
    client = fetcher(answer)
    with pytest.raises(ZoomError):
        client.fetch(CALL, read)
    assert client.calls == 1


def test_d15_a_rate_limit_is_told_to_all_workers_and_waited_for():
    pacer = NotedPacer()
    client = fetcher(limited(wait="0"), OK, pacer=pacer)
    client.fetch(CALL, read)
    assert [label for label, _ in pacer.blocked] == [Label.LIGHT]
    assert pacer.reserved == [Label.LIGHT, Label.LIGHT]


def test_d15_a_long_limit_puts_the_work_off_until_it_ends():
    pacer = NotedPacer()
    client = fetcher(limited(DAILY, wait="7200"), pacer=pacer)
    with pytest.raises(RateLimited) as caught:
        client.fetch(CALL, read)
    assert caught.value.kind is LimitKind.DAILY
    assert caught.value.not_before is not None
    assert caught.value.not_before - datetime.now(UTC) > timedelta(minutes=119)
    assert pacer.blocked == [(Label.LIGHT, caught.value.not_before)]


def test_d15_a_registrants_limit_stops_nobody_else():
    pacer = NotedPacer()
    client = fetcher(limited(FOR_REGISTRANT, wait=""), pacer=pacer)
    with pytest.raises(RateLimited) as caught:
        client.fetch(CALL, read)
    assert caught.value.kind is LimitKind.PER_REGISTRANT
    assert pacer.blocked == []


def test_d2_a_rejected_token_is_replaced_once_and_the_call_made_again():
    transport = ScriptedTransport([REJECTED, OK])
    client = Fetcher(CountedTokens(), NotedPacer(), transport, RetryPolicy(first_pause=0))
    assert client.fetch(CALL, read) == {"id": "u"}
    assert transport.tokens_used == ["token-1", "token-2"]


def test_d2_a_token_that_is_rejected_twice_needs_a_person():
    client = fetcher(REJECTED, REJECTED)
    with pytest.raises(TokenRejected):
        client.fetch(CALL, read)


def test_a_rejected_token_does_not_hide_the_error_behind_it():
    client = fetcher(REJECTED, reply({"code": 3001, "message": "gone"}, 404))
    with pytest.raises(NotFound):
        client.fetch(CALL, read)


def test_pauses_grow_and_differ():
    patience = RetryPolicy(first_pause=1.0)
    assert [0.5 * 2**n <= patience.pause(n + 1) <= 2**n for n in range(4)] == [True] * 4
    assert len({patience.pause(1) for _ in range(10)}) > 1


def test_the_next_call_is_made_in_another_thread_with_a_slot_taken_in_this_one():
    threads: dict[str, list[str]] = {"slot": [], "http": []}

    class Pacer(NotedPacer):
        def reserve(self, label: Label) -> float:
            threads["slot"].append(threading.current_thread().name)
            return super().reserve(label)

    def answer(_request: object) -> Reply:
        threads["http"].append(threading.current_thread().name)
        return OK

    client = fetcher(answer, pacer=Pacer())
    with PagePrefetcher(client) as ahead:
        begun = ahead.begin(CALL)
        assert begun is not None
        assert client.fetch(CALL, read, begun) == {"id": "u"}
    assert threads["slot"] == [threading.current_thread().name]
    assert threads["http"][0].startswith("zoom-ahead")
    assert client.calls == 1


def test_an_attempt_made_ahead_that_fails_is_repeated_here():
    client = fetcher(Unavailable(), REJECTED, OK)
    with PagePrefetcher(client) as ahead:
        assert client.fetch(CALL, read, ahead.begin(CALL)) == {"id": "u"}
    assert client.calls == 3


def test_what_cannot_begin_ahead_is_met_when_its_turn_comes():
    class Full(NotedPacer):
        def reserve(self, label: Label) -> float:
            raise RateLimited(kind=LimitKind.DAILY, not_before=datetime.now(UTC))

    client = fetcher(pacer=Full())
    with PagePrefetcher(client) as ahead:
        assert ahead.begin(CALL) is None
    with pytest.raises(RateLimited):
        client.fetch(CALL, read)


def test_leaving_does_not_wait_for_a_slot_that_is_far_away():
    class Later(NotedPacer):
        def reserve(self, label: Label) -> float:
            return datetime.now(UTC).timestamp() + 60

    started = datetime.now(UTC)
    client = fetcher(OK, pacer=Later())
    with PagePrefetcher(client) as ahead:
        ahead.begin(CALL)
    assert datetime.now(UTC) - started < timedelta(seconds=10)
    assert not [row for row in threading.enumerate() if row.name.startswith("zoom-ahead")]


def test_an_expired_page_token_is_for_the_listing_to_decide():
    client = fetcher(PageTokenExpired(), OK)
    with pytest.raises(PageTokenExpired):
        client.fetch(CALL, read)
