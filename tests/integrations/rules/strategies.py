"""Times as Hypothesis should try them: whole seconds of one afternoon, so that they meet and overlap."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from core.intervals import Interval

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


moments = st.integers(-3600, 3 * 3600).map(lambda seconds: NOON + timedelta(seconds=seconds))


intervals = st.tuples(moments, moments).map(lambda pair: Interval(min(pair), max(pair)))


def span(start_minutes: float, end_minutes: float) -> Interval:
    return Interval(at(start_minutes), at(end_minutes))
