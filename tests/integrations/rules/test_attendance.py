from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.intervals import Interval, union
from integrations.rules.attendance import (
    Attendance,
    attendance_of,
    clipped,
    email_of_row,
    key_of_unknown,
    stay_of,
    was_present,
)
from tests.integrations.rules.strategies import NOON, at, intervals, moments, span

HOUR = span(0, 60)
lists = st.lists(intervals, max_size=8)


def attended(rows: Iterable[Interval], session: Interval) -> Attendance | None:
    return attendance_of([(session, rows)], session.length)


def total(of: tuple[Interval, ...]) -> timedelta:
    return sum((interval.length for interval in of), timedelta())


def seconds_covered(of: list[Interval], session: Interval) -> int:
    """The length of the union, counted second by second: slow, and obviously right."""
    seconds = int(session.length.total_seconds())
    starts = (session.start + timedelta(seconds=second) for second in range(seconds))
    return sum(
        any(i.start <= second and second + timedelta(seconds=1) <= i.end for i in of) for second in starts
    )


def test_d7_rejoins_add_up() -> None:
    attendance = attended([span(0, 15), span(30, 45)], HOUR)
    assert attendance == Attendance((span(0, 15), span(30, 45)), 1800, 50.0)
    assert (attendance.first_joined_at, attendance.last_left_at) == (at(0), at(45))


def test_d7_a_second_device_at_the_same_time_adds_nothing() -> None:
    assert attended([span(0, 30), span(10, 20)], HOUR) == Attendance((span(0, 30),), 1800, 50.0)
    assert attended([span(0, 30), span(20, 40)], HOUR) == Attendance((span(0, 40),), 2400, 66.67)


def test_d7_time_outside_the_session_does_not_count() -> None:
    attendance = attended([span(-10, 15), span(50, 90)], HOUR)
    assert attendance == Attendance((span(0, 15), span(50, 60)), 1500, 41.67)
    assert attended([span(-10, -5), span(61, 90)], HOUR) is None


def test_d7_touching_the_session_for_no_time_is_attending_for_no_time() -> None:
    assert attended([span(-10, 0)], HOUR) == Attendance((span(0, 0),), 0, 0.0)
    assert attended([span(60, 61)], HOUR) == Attendance((span(60, 60),), 0, 0.0)
    assert attended([span(7, 7)], HOUR) == Attendance((span(7, 7),), 0, 0.0)


def test_d7_a_session_without_length_is_attended_to_no_percentage() -> None:
    assert attended([span(-5, 5)], span(0, 0)) == Attendance((span(0, 0),), 0, 0.0)


def test_d7_fractions_of_seconds_count_until_the_sum_is_rounded() -> None:
    part = timedelta(milliseconds=400)
    rows = [Interval(at(minute), at(minute) + part) for minute in range(5)]
    assert attended(rows, HOUR).seconds == 2


@given(lists, intervals)
def test_d7_a_person_never_attends_more_than_the_session(rows: list[Interval], session: Interval) -> None:
    attendance = attended(rows, session)
    if attendance is None:
        assert not any(row.start <= session.end and row.end >= session.start for row in rows)
    else:
        assert 0 <= attendance.seconds <= session.length.total_seconds()
        assert 0 <= attendance.percent <= 100
        assert session.start <= attendance.first_joined_at <= attendance.last_left_at <= session.end


@given(st.lists(intervals, max_size=4), st.integers(0, 60))
def test_d7_seconds_are_those_of_the_union_counted_one_by_one(rows: list[Interval], length: int) -> None:
    session = Interval(NOON, NOON + timedelta(seconds=length))
    attendance = attended(rows, session)
    assert (attendance.seconds if attendance else 0) == seconds_covered(rows, session)


@given(lists, intervals, st.randoms(use_true_random=False))
def test_d12_the_order_of_rows_does_not_matter(
    rows: list[Interval], session: Interval, random: object
) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert attended(shuffled, session) == attended(rows, session)
    assert attended(rows + rows, session) == attended(rows, session)


@given(st.lists(intervals, min_size=1), st.data())
def test_d7_a_row_within_another_changes_nothing(rows: list[Interval], data: st.DataObject) -> None:
    around = data.draw(st.sampled_from(rows))
    inside = data.draw(
        st.lists(st.datetimes(around.start.replace(tzinfo=None), around.end.replace(tzinfo=None)))
    )
    moments_inside = sorted(moment.replace(tzinfo=around.start.tzinfo) for moment in inside)
    within = [Interval(moments_inside[0], moments_inside[-1])] if inside else []
    assert union(rows + within) == union(rows)


@given(lists)
def test_d7_the_union_lies_apart_in_order_and_is_its_own_union(rows: list[Interval]) -> None:
    joined = union(rows)
    assert all(earlier.end < later.start for earlier, later in pairwise(joined))
    assert union(joined) == joined
    assert total(joined) <= total(tuple(rows))


@given(lists, intervals)
def test_d7_clipping_before_or_after_joining_is_the_same(rows: list[Interval], session: Interval) -> None:
    assert union(clipped(rows, session)) == tuple(clipped(union(rows), session))


@given(lists, intervals, intervals)
def test_d7_another_row_never_shortens(rows: list[Interval], more: Interval, session: Interval) -> None:
    before, after = attended(rows, session), attended([*rows, more], session)
    assert before is None or (after.seconds >= before.seconds and after.percent >= before.percent)


@given(moments, st.none() | moments, intervals)
def test_d18_presence_is_proof(joined: datetime, left: datetime | None, instance: Interval) -> None:
    """A row without a usable leave time always counts; every other is as Zoom has it."""
    stay = stay_of(joined, left, instance)
    if left is not None and left >= joined:
        assert stay == Interval(joined, left)
    else:
        assert attended([stay], instance) is not None
        assert stay.end == (instance.end if left is None else stay.start)


@given(st.lists(st.tuples(intervals, lists), max_size=4))
def test_d17_several_instances_are_one_session(held: list[tuple[Interval, list[Interval]]]) -> None:
    length = sum((instance.length for instance, _rows in held), timedelta())
    whole = attendance_of(held, length)
    each = [attended(rows, instance) for instance, rows in held]
    assert (whole is None) is all(row is None for row in each)
    if whole:
        assert whole.intervals == union(stay for row in each if row for stay in row.intervals)
        assert 0 <= whole.percent <= 100


@pytest.mark.parametrize(
    ("registrant_id", "user_email", "email"),
    [
        ("R1", "other@example.com", "jill@example.com"),  # the registrant decides
        ("R1", "", "jill@example.com"),
        ("unknown", " Other@Example.com ", "other@example.com"),
        ("", "other@example.com", "other@example.com"),
        ("R2", "other@example.com", "other@example.com"),  # a registrant whose email Zoom blanked
        ("", "", ""),
        ("unknown", "", ""),
    ],
)
def test_d7_people_are_matched_by_registrant_then_by_email(
    registrant_id: str, user_email: str, email: str
) -> None:
    assert email_of_row(registrant_id, user_email, {"R1": "jill@example.com", "R2": ""}) == email


def test_r6_people_without_an_email_are_told_apart_by_id_else_by_name() -> None:
    assert key_of_unknown("abc", "Jill") == key_of_unknown("abc", "Jill's phone")
    assert key_of_unknown("", " Jill ") == key_of_unknown("", "Jill")
    assert len({key_of_unknown("jill", ""), key_of_unknown("", "jill"), key_of_unknown("", "jack")}) == 3


def test_d7_waiting_to_be_let_in_is_not_attending() -> None:
    assert not was_present("in_waiting_room")
    assert was_present("in_meeting")
    assert was_present("")
