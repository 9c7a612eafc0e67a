"""D17: which date an instance belongs to, and what several instances of one date come to."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.rules.dates import (
    AFTER,
    BEFORE,
    DatedInstance,
    HeldInstance,
    Place,
    PlannedDate,
    Session,
    Window,
    assign,
    is_settled,
    must_keep,
    own_window,
    session_of,
    was_missed,
    windows_of,
)
from tests.integrations.rules.strategies import at, moments, span

HOUR, DAY = timedelta(hours=1), 24 * 60
DATE = PlannedDate(1, at(0), HOUR)
WEEKLY = [PlannedDate(number, at(7 * DAY * number), HOUR, f"o{number}") for number in range(3)]

lengths = st.integers(0, 300).map(lambda minutes: timedelta(minutes=minutes))
plans = st.lists(st.tuples(moments, lengths), max_size=6).map(
    lambda rows: [PlannedDate(key, start, length) for key, (start, length) in enumerate(rows)]
)
starts = st.lists(st.none() | moments, max_size=6).map(
    lambda rows: [DatedInstance(str(number), start) for number, start in enumerate(rows)]
)
held = st.lists(
    st.builds(
        lambda start, length, final: HeldInstance("", start, start + length, final),
        moments,
        lengths,
        st.booleans(),
    ),
    max_size=5,
).map(lambda rows: [row._replace(uuid=str(number)) for number, row in enumerate(rows)])


def place(minutes: int, plan: list[PlannedDate], **fields: object) -> tuple[Place, int | None]:
    (assignment,) = assign(plan, [DatedInstance("A", at(minutes), **fields)])
    return assignment.place, assignment.date


@pytest.mark.parametrize(
    ("minutes", "is_of_the_date"),
    [(-61, False), (-60, True), (0, True), (60 + 12 * 60 - 1, True), (60 + 12 * 60, False)],
)
def test_d17_the_window_opens_an_hour_before_and_closes_twelve_after_the_end(
    minutes: int, is_of_the_date: bool
) -> None:
    expected = (Place.PLANNED, 1) if is_of_the_date else (Place.UNPLANNED, None)
    assert place(minutes, [DATE]) == expected


def test_d17_a_window_closes_when_the_next_one_opens() -> None:
    plan = [DATE, PlannedDate(2, at(180), HOUR)]
    assert [place(minutes, plan)[1] for minutes in (119, 120, 180)] == [1, 2, 2]


def test_d17_a_single_webinar_opened_days_early_is_not_its_date() -> None:
    assert place(-3 * DAY, [DATE]) == (Place.UNPLANNED, None)
    assert place(2 * DAY, [DATE]) == (Place.UNPLANNED, None)


def test_d17_without_fixed_times_each_instance_is_a_date_of_its_own() -> None:
    assert place(5, []) == (Place.UNDATED, None)
    assert place(5, [PlannedDate(1, None, HOUR)]) == (Place.UNDATED, None)


def test_d17_an_instance_keeps_the_date_that_it_was_given() -> None:
    assert place(3 * DAY, WEEKLY, kept_date=0) == (Place.PLANNED, 0)


def test_d17_a_deleted_date_has_only_what_zoom_calls_its_own() -> None:
    plan = [WEEKLY[0]._replace(is_deleted=True), *WEEKLY[1:]]
    assert place(0, plan) == (Place.UNPLANNED, None)
    assert place(0, plan, occurrence_id="o0") == (Place.PLANNED, 0)
    assert place(3 * DAY, plan, occurrence_id="o0") == (Place.UNPLANNED, None)


@given(plans, starts)
def test_d17_every_instance_has_exactly_one_place(
    plan: list[PlannedDate], instances: list[DatedInstance]
) -> None:
    assigned = assign(plan, instances)
    assert [assignment.uuid for assignment in assigned] == [instance.uuid for instance in instances]
    windows = windows_of(plan)
    for assignment, instance in zip(assigned, instances, strict=True):
        within = [key for key, window in windows.items() if instance.started_at in window]
        assert assignment.date == (within[0] if within else None)


@given(plans)
def test_d17_windows_never_overlap_and_never_reach_further_than_their_own(plan: list[PlannedDate]) -> None:
    windows = windows_of(plan)
    assert windows.keys() == {date.key for date in plan}
    in_order = sorted(windows.values())
    assert all(one.closes_at <= other.opens_at for one, other in pairwise(in_order))
    for date in plan:
        assert date.starts_at is not None
        assert windows[date.key].opens_at == date.starts_at - BEFORE
        assert windows[date.key].closes_at <= date.starts_at + date.length + AFTER


@given(plans, starts, st.randoms(use_true_random=False))
def test_d12_the_order_in_which_dates_and_instances_are_listed_does_not_matter(
    plan: list[PlannedDate], instances: list[DatedInstance], random
) -> None:
    mixed_plan, mixed = list(plan), list(instances)
    random.shuffle(mixed_plan)
    random.shuffle(mixed)
    assert sorted(assign(mixed_plan, mixed)) == sorted(assign(plan, instances))


def test_d17_the_length_is_the_sum_and_the_longest_names_the_session() -> None:
    instances = [
        HeldInstance("short", at(0), at(20), is_final=True),
        HeldInstance("long", at(25), at(65), is_final=True),
    ]
    assert session_of(instances) == Session("long", at(0), at(65), HOUR, is_final=True)


def test_d17_a_session_goes_on_while_one_of_its_instances_does() -> None:
    instances = [HeldInstance("done", at(0), at(20), is_final=True), HeldInstance("on", at(25), None)]
    assert session_of(instances) == Session("done", at(0), None, timedelta(minutes=20), is_final=False)
    assert session_of([]) == Session()


@given(held, st.randoms(use_true_random=False))
def test_d17_a_session_spans_all_of_its_instances(instances: list[HeldInstance], random) -> None:
    session, mixed = session_of(instances), list(instances)
    random.shuffle(mixed)
    assert session_of(mixed) == session
    assert session.length == sum((instance.length for instance in instances), timedelta())
    for instance in instances:
        assert instance.started_at is not None
        assert instance.ended_at is not None
        assert session.started_at is not None
        assert session.ended_at is not None
        assert session.started_at <= instance.started_at
        assert instance.ended_at <= session.ended_at
        assert instance.length <= next(other.length for other in instances if other.uuid == session.uuid)


def test_d17_a_date_was_not_held_once_its_window_has_closed() -> None:
    window = own_window(DATE)
    assert window == Window(at(-60), at(60 + 12 * 60))
    assert not was_missed(DATE, window, at(13 * 60 - 1))
    assert was_missed(DATE, window, at(13 * 60))
    assert not was_missed(PlannedDate(1, None, HOUR), None, at(10 * DAY))


@pytest.mark.parametrize(
    ("ended", "now", "is_final"),
    [(-10, -5, False), (-10, 59, False), (-10, 60, True), (1, 2, True), (60, 90, True)],
)
def test_d17_what_ended_before_the_start_settles_nothing_until_the_planned_end(
    ended: int, now: int, is_final: bool
) -> None:
    session = Session("A", at(-30), at(ended), HOUR, is_final=True)
    assert is_settled(session, DATE, at(now)) is is_final


@pytest.mark.parametrize(
    ("moved_to", "stays"), [(at(30), False), (at(-120), False), (at(7 * DAY), True), (None, True)]
)
def test_d17_a_final_date_stays_unless_the_move_still_covers_it(
    moved_to: datetime | None, stays: bool
) -> None:
    assert must_keep(DATE, moved_to, HOUR, [at(0)]) is stays
    assert not must_keep(DATE, moved_to, HOUR, []), "it was not held: the event goes along"


def test_an_interval_needs_both_ends_in_their_order() -> None:
    assert HeldInstance("A", at(0), at(60)).interval == span(0, 60)
    assert HeldInstance("A", at(60), at(0)).interval is None
    assert HeldInstance("A", None, at(0)).interval is None
