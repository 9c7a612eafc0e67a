from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.rules.attendance import Interval
from integrations.rules.sessions import (
    REACH,
    Bounds,
    Instance,
    Kind,
    Occurrence,
    Session,
    bounds_of,
    is_practice,
    occurrence_of,
    sessions_of,
)
from tests.integrations.rules.strategies import at, intervals, moments, span

DAY = 24 * 60
WEEKLY = [Occurrence("one", at(0)), Occurrence("two", at(7 * DAY)), Occurrence("three", at(14 * DAY))]

instances = st.builds(
    Instance,
    st.uuids().map(str),
    st.none() | moments,
    st.sampled_from(["", "", "one", "two", "deleted"]),
)


@pytest.mark.parametrize("kind", [Kind.SINGLE, Kind.RECURRING_NO_TIME])
def test_d7_before_anything_is_held_there_is_one_planned_session(kind: Kind) -> None:
    assert sessions_of(kind, at(0), [], []) == (Session("planned:", "", "", at(0), None),)


@pytest.mark.parametrize("kind", [Kind.SINGLE, Kind.RECURRING_NO_TIME])
def test_d7_the_first_instance_takes_the_planned_session_over_and_a_restart_is_another(kind: Kind) -> None:
    assert sessions_of(kind, at(0), [], [Instance("B", at(40)), Instance("A", at(1))]) == (
        Session("planned:", "A", "", at(0), at(1)),
        Session("uuid:B", "B", "", at(0), at(40)),
    )


def test_d7_a_series_has_a_session_per_occurrence() -> None:
    held = [Instance("A", at(3)), Instance("A2", at(30)), Instance("C", at(0), occurrence_id="three")]
    assert sessions_of(Kind.RECURRING, None, WEEKLY, held) == (
        Session("planned:three", "C", "three", at(14 * DAY), at(0)),  # held early, and Zoom says which it is
        Session("planned:one", "A", "one", at(0), at(3)),
        Session("uuid:A2", "A2", "one", at(0), at(30)),
        Session("planned:two", "", "two", at(7 * DAY), None),
    )


def test_d7_a_series_of_which_zoom_lists_no_occurrence_has_one_planned_session() -> None:
    assert sessions_of(Kind.RECURRING, at(0), [], []) == (Session("planned:", "", "", at(0), None),)
    assert sessions_of(Kind.RECURRING, at(0), [], [Instance("A", at(1), "gone"), Instance("B", at(9))]) == (
        Session("planned:", "A", "gone", at(0), at(1)),
        Session("uuid:B", "B", "", at(0), at(9)),
    )


def test_x5_an_instance_far_from_every_plan_belongs_to_no_occurrence() -> None:
    stray = Instance("S", at(3 * DAY))
    assert occurrence_of(stray, WEEKLY) == ""
    assert Session("uuid:S", "S", "", None, at(3 * DAY)) in sessions_of(Kind.RECURRING, None, WEEKLY, [stray])


def test_x5_an_instance_of_a_deleted_occurrence_is_a_session_of_its_own() -> None:
    held = Instance("D", at(5), occurrence_id="deleted")
    assert Session("uuid:D", "D", "deleted", None, at(5)) in sessions_of(Kind.RECURRING, None, WEEKLY, [held])


@pytest.mark.parametrize(
    ("minutes", "occurrence_id"),
    [
        (0, "one"),
        (29, "one"),
        (30, "one"),  # as near to both: the earlier
        (31, "two"),
        (60 + 12 * 60, "two"),
        (61 + 12 * 60, ""),
        (-12 * 60, "one"),
        (-12 * 60 - 1, ""),
    ],
)
def test_x5_the_nearest_occurrence_within_reach_is_meant(minutes: int, occurrence_id: str) -> None:
    planned = [Occurrence("two", at(60)), Occurrence("one", at(0)), Occurrence("undated", None)]
    assert occurrence_of(Instance("A", at(minutes)), planned) == occurrence_id


@given(st.lists(instances, unique_by=lambda instance: instance.uuid), st.sampled_from(Kind))
def test_d7_every_instance_and_every_plan_is_exactly_one_session(held: list[Instance], kind: Kind) -> None:
    sessions = sessions_of(kind, at(0), WEEKLY, held)
    assert sorted(session.uuid for session in sessions if session.uuid) == sorted(i.uuid for i in held)
    keys = [session.key for session in sessions]
    assert len(set(keys)) == len(keys)
    plans = {"planned:one", "planned:two", "planned:three"} if kind is Kind.RECURRING else {"planned:"}
    assert {key for key in keys if key.startswith("planned:")} == plans


@given(st.lists(instances, unique_by=lambda instance: instance.uuid), st.randoms(use_true_random=False))
def test_d12_the_order_in_which_instances_are_listed_does_not_matter(held: list, random: object) -> None:
    shuffled = list(held)
    random.shuffle(shuffled)
    for kind in Kind:
        assert sessions_of(kind, at(0), WEEKLY, shuffled) == sessions_of(kind, at(0), reversed(WEEKLY), held)


@given(instances, st.lists(st.builds(Occurrence, st.text(min_size=1), moments)))
def test_x5_no_occurrence_is_nearer_than_the_one_found(instance: Instance, planned: list[Occurrence]) -> None:
    if instance.occurrence_id or instance.started_at is None:
        assert occurrence_of(instance, planned) == instance.occurrence_id
        return
    found = occurrence_of(instance, planned)
    nearest = min((abs(instance.started_at - o.starts_at) for o in planned), default=None)
    if nearest is None or nearest > REACH:
        assert found == ""
    else:
        assert nearest in {
            abs(instance.started_at - o.starts_at) for o in planned if o.occurrence_id == found
        }


def test_d7_what_zoom_says_about_practice_is_believed() -> None:
    assert is_practice(True, None, None, only_staff=False, is_only_instance=True)
    assert not is_practice(False, at(-5), at(0), only_staff=True, is_only_instance=False)


@pytest.mark.parametrize("ended", [-5, 0])
def test_d7_without_a_webhook_a_rehearsal_before_the_start_is_practice(ended: int) -> None:
    assert is_practice(None, at(ended), at(0), only_staff=True, is_only_instance=False)


def test_d7_an_instance_is_no_practice_on_a_mere_suspicion() -> None:
    assert not is_practice(None, at(1), at(0), only_staff=True, is_only_instance=False)
    assert not is_practice(None, at(-5), at(0), only_staff=False, is_only_instance=False)
    assert not is_practice(None, at(-5), at(0), only_staff=True, is_only_instance=True)
    assert not is_practice(None, None, at(0), only_staff=True, is_only_instance=False)
    assert not is_practice(None, at(-5), None, only_staff=True, is_only_instance=False)


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
