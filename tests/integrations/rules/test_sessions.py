from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.intervals import Interval
from integrations.rules.dates import PlannedDate
from integrations.rules.sessions import Bounds, bounds_of, is_practice
from tests.integrations.rules.strategies import at, intervals, moments, span

HOUR, DAY = timedelta(hours=1), 24 * 60
PLAN = [PlannedDate(1, at(0), HOUR)]


@pytest.mark.parametrize("plan", [PLAN, []])
def test_d7_what_zoom_says_about_practice_is_believed(plan: list[PlannedDate]) -> None:
    assert is_practice(True, None, plan, only_staff=False)
    assert not is_practice(False, span(-30, -5), plan, only_staff=True)


@pytest.mark.parametrize(
    ("start", "end"),
    [(-50, -5), (-50, 0), (-61, -30), (-DAY, -DAY + 10)],
)
def test_d17_speakers_alone_before_the_start_practice(start: int, end: int) -> None:
    assert is_practice(None, span(start, end), PLAN, only_staff=True)
    assert not is_practice(None, span(start, end), PLAN, only_staff=False)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (-30, 1),  # it went on into the date
        (0, 60),  # held, and no one came
        (2 * DAY, 2 * DAY + 2),  # opened again after it
        (-3 * DAY, -3 * DAY + 5),  # opened days early
    ],
)
def test_d17_speakers_alone_at_another_time_are_no_practice(start: int, end: int) -> None:
    assert not is_practice(None, span(start, end), PLAN, only_staff=True)


def test_d17_a_date_that_nobody_came_to_is_no_practice_of_the_next_one() -> None:
    same_day = [*PLAN, PlannedDate(2, at(120), HOUR)]
    assert not is_practice(None, span(0, 50), same_day, only_staff=True)


def test_d17_without_fixed_times_people_alone_decide() -> None:
    assert is_practice(None, span(0, 5), [], only_staff=True)
    assert is_practice(None, span(0, 5), [PlannedDate(1, None, HOUR)], only_staff=True)
    assert not is_practice(None, span(0, 5), [], only_staff=False)
    assert not is_practice(None, None, [], only_staff=True), "it is not over"


@given(st.none() | intervals, st.booleans(), st.booleans())
def test_d17_no_suspicion_weighs_as_much_as_zooms_word(instance, only_staff: bool, said: bool) -> None:
    assert is_practice(said, instance, PLAN, only_staff=only_staff) is said


def test_d7_bounds_are_zooms_own_where_it_tells_them() -> None:
    rows = [span(2, 50), span(5, 70)]
    assert bounds_of(at(1), (at(0), at(60)), at(61), rows) == Bounds(span(0, 60), is_zooms=True)
    assert bounds_of(at(1), (at(0), None), at(61), rows) == Bounds(span(1, 61), is_zooms=True)
    assert bounds_of(at(1), (at(60), at(0)), at(61), rows) == Bounds(span(1, 61), is_zooms=True)
    assert bounds_of(at(1), (at(0), at(0)), at(61), rows) == Bounds(span(0, 0), is_zooms=True)


def test_d7_else_bounds_follow_from_the_participants() -> None:
    rows = [span(2, 50), span(5, 70)]
    assert bounds_of(at(1), rows=rows) == Bounds(span(1, 70), is_zooms=False)
    assert bounds_of(None, rows=rows) == Bounds(span(2, 70), is_zooms=False)
    assert bounds_of(at(70), rows=rows) == Bounds(span(70, 70), is_zooms=False)
    assert bounds_of(None, webhook_ended_at=at(61), rows=rows) == Bounds(span(2, 61), is_zooms=False)


def test_d7_bounds_that_nobody_tells_stay_unknown() -> None:
    assert bounds_of(None) is None
    assert bounds_of(None, webhook_ended_at=at(9)) is None


def test_d7_a_session_that_nobody_joined_and_nobody_tells_the_end_of_has_no_length() -> None:
    assert bounds_of(at(0)) == Bounds(span(0, 0), is_zooms=False)
    assert bounds_of(at(60), rows=[span(0, 5)]) == Bounds(span(60, 60), is_zooms=False)
    assert bounds_of(at(60), webhook_ended_at=at(50)) == Bounds(span(60, 60), is_zooms=False)
    assert bounds_of(at(60), webhook_ended_at=at(60)) == Bounds(span(60, 60), is_zooms=True)


@given(
    st.none() | moments, st.tuples(st.none() | moments, st.none() | moments), st.none() | moments, st.data()
)
def test_d7_bounds_never_end_before_they_begin(started, reported, ended, data: st.DataObject) -> None:
    rows: list[Interval] = data.draw(st.lists(intervals, max_size=4))
    bounds = bounds_of(started, reported, ended, iter(rows))
    assert bounds is None or bounds.interval.length >= timedelta()
