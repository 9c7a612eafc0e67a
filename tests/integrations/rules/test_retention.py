from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.rules.retention import (
    Availability,
    add_months,
    expiry_of,
    participants_available,
    reach_of_catch_up,
    registrants_available,
)

moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def day(year: int, month: int, number: int) -> datetime:
    return datetime(year, month, number, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "months", "expected"),
    [
        (day(2026, 1, 15), 6, day(2026, 7, 15)),
        (day(2026, 8, 31), 6, day(2027, 2, 28)),
        (day(2027, 8, 31), 6, day(2028, 2, 29)),
        (day(2026, 12, 31), 12, day(2027, 12, 31)),
        (day(2026, 3, 31), -1, day(2026, 2, 28)),
        (day(2026, 1, 15), -6, day(2025, 7, 15)),
        (day(2026, 1, 15), 0, day(2026, 1, 15)),
    ],
)
def test_months_are_calendar_months(moment: datetime, months: int, expected: datetime) -> None:
    assert add_months(moment, months) == expected


@given(moments, st.integers(-30, 30))
def test_months_there_and_back_lose_at_most_the_end_of_a_month(moment: datetime, months: int) -> None:
    there_and_back = add_months(add_months(moment, months), -months)
    assert timedelta() <= moment - there_and_back <= timedelta(days=3)


def test_x7_each_kind_of_data_has_its_last_day() -> None:
    expiry = expiry_of(day(2026, 1, 15))
    assert expiry.registrants == day(2026, 4, 15)
    assert expiry.participants == day(2026, 7, 15)
    assert expiry.participants_at_most == day(2027, 1, 15)


def test_x7_a_webinar_changed_after_its_end_keeps_its_registrants_longer() -> None:
    assert expiry_of(day(2026, 1, 15), modified_at=day(2026, 2, 1)).registrants == day(2026, 5, 2)
    assert expiry_of(day(2026, 1, 15), modified_at=day(2026, 1, 1)).registrants == day(2026, 4, 15)


def test_d14_what_can_still_be_had_on_a_day() -> None:
    expiry = expiry_of(day(2026, 1, 15))
    assert registrants_available(expiry, day(2026, 4, 15)) is Availability.YES
    assert registrants_available(expiry, day(2026, 4, 16)) is Availability.NO
    assert participants_available(expiry, day(2026, 7, 15)) is Availability.YES
    assert participants_available(expiry, day(2026, 7, 16)) is Availability.PERHAPS
    assert participants_available(expiry, day(2027, 1, 15)) is Availability.PERHAPS
    assert participants_available(expiry, day(2027, 1, 16)) is Availability.NO


@given(moments, moments)
def test_d14_a_catch_up_reaches_what_zoom_promises_to_tell(ended_at: datetime, now: datetime) -> None:
    if participants_available(expiry_of(ended_at), now) is Availability.YES:
        assert ended_at >= reach_of_catch_up(now).participants
    elif participants_available(expiry_of(ended_at), now) is Availability.NO:
        assert ended_at < reach_of_catch_up(now).participants


@given(moments, st.lists(moments, min_size=2, max_size=2).map(sorted))
def test_x7_what_has_expired_does_not_come_back(ended_at: datetime, days: list[datetime]) -> None:
    order = list(Availability)
    expiry = expiry_of(ended_at)
    for available in (registrants_available, participants_available):
        earlier, later = (order.index(available(expiry, moment)) for moment in days)
        assert earlier <= later
