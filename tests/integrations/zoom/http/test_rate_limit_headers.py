from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.zoom.errors import LimitKind
from integrations.zoom.http.rate_limit_headers import (
    LONGEST,
    next_utc_midnight,
    parse_retry_after,
    read_rate_limit,
)

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PER_SECOND = "You have reached the maximum per-second rate limit for this API. Try again later."
DAILY = (
    "You have reached the maximum daily rate limit for this API. Refer to the response header for details "
    "on when you can make another request."
)
PER_REGISTRANT = (
    "You have exceeded the daily rate limit of (3) for Add a webinar registrant API requests for the "
    "registrant (user@example.com). You can resume these API requests at GMT 00:00:00."
)
moments = st.integers(1_600_000_000, 2_200_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(moments, st.integers(min_value=0, max_value=86_400))
def test_d15_seconds_iso_and_http_date_name_the_same_moment(now: datetime, seconds: int):
    until = now + timedelta(seconds=seconds)
    forms = [str(seconds), until.strftime("%Y-%m-%dT%H:%M:%SZ"), format_datetime(until, usegmt=True)]
    assert [parse_retry_after(form, now) for form in forms] == [until] * 3


@given(st.text(max_size=60), moments)
def test_d15_no_header_can_stop_us_for_more_than_a_day_or_break_anything(header: str, now: datetime):
    until = parse_retry_after(header, now)
    assert until is None or now <= until <= now + LONGEST


@pytest.mark.parametrize("header", ["-5", "0", "2020-05-31T00:00:00Z", "Sun, 31 May 2020 00:00:00 GMT"])
def test_d15_a_moment_that_is_over_means_now(header: str):
    assert parse_retry_after(header, NOW) == NOW


@pytest.mark.parametrize("header", ["99999999999999999999999", "9999-12-31T23:59:59+00:00", "1" * 500])
def test_d15_a_moment_years_away_is_a_mistake(header: str):
    assert parse_retry_after(header, NOW) == NOW + LONGEST


@pytest.mark.parametrize("header", ["", "soon", "1e9", "٣", "Fri, 32 Foo 2026 00:00:00 GMT", "2026-13-01"])
def test_d15_what_names_no_moment_is_as_if_it_were_not_there(header: str):
    assert parse_retry_after(header, NOW) is None


def test_d15_an_iso_date_without_a_zone_is_utc():
    assert parse_retry_after("2026-11-23T13:00:00", NOW) == NOW + timedelta(hours=1)


def test_d15_a_second_limit_without_a_header_is_over_in_a_second():
    limit = read_rate_limit({"X-RateLimit-Type": "QPS"}, PER_SECOND, NOW)
    assert (limit.kind, limit.until) == (LimitKind.PER_SECOND, NOW + timedelta(seconds=1))


def test_d15_a_minute_limit_without_a_header_is_over_in_a_minute():
    assert read_rate_limit({}, PER_SECOND, NOW, per_minute=True).until == NOW + timedelta(minutes=1)


@pytest.mark.parametrize(("headers", "words"), [({"X-RateLimit-Type": "Daily-limit"}, "?"), ({}, DAILY)])
def test_d15_a_daily_limit_without_a_header_ends_at_midnight_utc(headers: dict[str, str], words: str):
    limit = read_rate_limit(headers, words, NOW)
    assert (limit.kind, limit.until) == (LimitKind.DAILY, datetime(2026, 11, 24, tzinfo=UTC))


def test_d15_a_limit_of_one_registrant_is_known_by_its_words_and_so_is_its_end():
    limit = read_rate_limit({"X-RateLimit-Limit": "3"}, PER_REGISTRANT, NOW)
    assert (limit.kind, limit.until) == (LimitKind.PER_REGISTRANT, datetime(2026, 11, 24, tzinfo=UTC))


def test_d15_the_older_wording_of_a_registrants_limit_is_known_too():
    words = (
        "You have exceeded the daily rate limit (3) of Webinar Batch Registration API requests permitted "
        "for (a@example.com) this particular registrant. You may resume these requests at GMT 06:30:00."
    )
    limit = read_rate_limit({}, words, NOW)
    assert (limit.kind, limit.until) == (LimitKind.PER_REGISTRANT, datetime(2026, 11, 24, 6, 30, tzinfo=UTC))


def test_d15_a_time_of_day_that_does_not_exist_is_passed_over():
    assert read_rate_limit({}, "daily limit, resume at GMT 24:61:00", NOW).until == next_utc_midnight(NOW)


def test_d15_two_writes_at_once_are_no_limit_of_the_account():
    limit = read_rate_limit({}, "Too many concurrent requests. Try again.", NOW)
    assert (limit.kind, limit.until) == (LimitKind.CONCURRENT, NOW + timedelta(seconds=1))


def test_d15_the_header_goes_before_the_words():
    assert read_rate_limit({"Retry-After": "7"}, DAILY, NOW).until == NOW + timedelta(seconds=7)
