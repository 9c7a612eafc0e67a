from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.rules.schedule import PAUSES, Phase, SessionTimes, next_sync_at, phase_of
from tests.integrations.rules.strategies import at

NOW = at(0)
HOUR = 60
DAY = 24 * HOUR
times = st.integers(-500 * DAY, 500 * DAY).map(at)
sessions = st.builds(
    SessionTimes, st.none() | times, st.none() | times, st.none() | times, st.none() | times, st.booleans()
)


def planned(start: float) -> SessionTimes:
    return SessionTimes(at(start), planned_end=at(start + HOUR))


def ended(minutes_ago: float, next_read: float | None = None) -> SessionTimes:
    return SessionTimes(
        at(-minutes_ago - HOUR),
        at(-minutes_ago),
        at(-minutes_ago),
        None if next_read is None else at(next_read),
    )


@pytest.mark.parametrize(
    ("session", "phase", "minutes"),
    [
        (SessionTimes(None), Phase.UNDATED, 60),
        (planned(8 * DAY), Phase.FAR, 360),
        (planned(7 * DAY), Phase.NEAR, 60),
        (planned(DAY), Phase.TODAY, 15),
        (planned(1), Phase.TODAY, 15),
        (planned(0), Phase.LIVE, 10),
        (planned(-4 * HOUR), Phase.LIVE, 10),  # three hours longer than planned
        (planned(-5 * HOUR), Phase.OVERDUE, 60),
        (planned(-2 * DAY), Phase.MISSED, DAY),
        (planned(-DAY - HOUR), Phase.OVERDUE, 60),
        (planned(-90 * DAY - HOUR), Phase.MISSED, DAY),
        (planned(-91 * DAY), Phase.OVER, None),
        (ended(0), Phase.JUST_ENDED, 10),
        (ended(5, next_read=25), Phase.JUST_ENDED, 25),
        (ended(50, next_read=-20), Phase.JUST_ENDED, 10),  # the read that D8 wanted has failed
        (ended(50, next_read=0), Phase.JUST_ENDED, 10),
        (ended(2 * DAY, next_read=-DAY), Phase.JUST_ENDED, 10),
        (ended(3 * DAY, next_read=-2 * DAY), Phase.UNSETTLED, DAY),
        (ended(366 * DAY), Phase.UNSETTLED, DAY),
        (ended(367 * DAY), Phase.OVER, None),
        (ended(5)._replace(is_final=True), Phase.OVER, None),
    ],
)
def test_d13_a_session_is_read_as_often_as_it_can_have_changed(
    session: SessionTimes, phase: Phase, minutes: int | None
) -> None:
    assert phase_of(session, NOW) is phase
    assert next_sync_at([session], NOW) == (None if minutes is None else at(minutes))


def test_a_webinar_is_due_with_the_first_of_its_sessions() -> None:
    final = ended(DAY)._replace(is_final=True)
    assert next_sync_at([final, planned(30 * DAY), planned(5)], NOW) == at(15)
    assert next_sync_at([final, final], NOW) is None
    assert next_sync_at([], NOW) is None


def test_d13_a_series_without_fixed_times_is_never_given_up() -> None:
    assert next_sync_at([ended(DAY)._replace(is_final=True), SessionTimes(None)], NOW) == at(60)


@given(st.lists(sessions))
def test_d8_only_when_all_is_over_a_webinar_is_never_due_again(of: list[SessionTimes]) -> None:
    due = next_sync_at(of, NOW)
    assert (due is None) is all(phase_of(session, NOW) is Phase.OVER for session in of)
    assert due is None or due > NOW


@given(st.lists(sessions), sessions)
def test_a_further_session_never_delays_a_webinar(of: list[SessionTimes], more: SessionTimes) -> None:
    before, after = next_sync_at(of, NOW), next_sync_at([*of, more], NOW)
    assert before is None or after <= before


@given(sessions, st.lists(times, min_size=2, max_size=2).map(sorted))
def test_what_is_over_stays_over(session: SessionTimes, moments: list) -> None:
    earlier, later = moments
    if phase_of(session, earlier) is Phase.OVER:
        assert phase_of(session, later) is Phase.OVER


def test_every_phase_but_the_last_has_its_pause() -> None:
    assert set(PAUSES) == set(Phase) - {Phase.OVER}
    assert all(pause > timedelta() for pause in PAUSES.values())
