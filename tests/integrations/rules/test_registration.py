from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.rules.participation import State as ParticipationState
from integrations.rules.participation import participation_state
from integrations.rules.registration import (
    LISTINGS,
    RegistrantRow,
    Registration,
    State,
    Status,
    TimelineFact,
    absence_means_cancelled,
    moments_of,
    registration_of,
    rows_for_session,
    status_of_absent,
)
from tests.integrations.rules.strategies import at, moments

rows = st.builds(
    RegistrantRow,
    st.sampled_from(Status),
    st.none() | moments,
    st.none() | moments,
    st.sampled_from(["", "one", "two"]),
    st.none() | moments,
)


def approved(minutes: float, occurrence_id: str = "") -> RegistrantRow:
    return RegistrantRow(Status.APPROVED, at(minutes), None, occurrence_id)


def denied(minutes: float, cancelled: float, occurrence_id: str = "") -> RegistrantRow:
    return RegistrantRow(Status.DENIED, at(minutes), at(cancelled), occurrence_id)


def gone(minutes: float, cancelled: float) -> RegistrantRow:
    return RegistrantRow(Status.GONE, at(minutes), at(cancelled))


def pending(minutes: float) -> RegistrantRow:
    return RegistrantRow(Status.PENDING, at(minutes))


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        ([approved(5)], Registration(State.REGISTERED, at(5), None)),
        ([pending(5)], Registration(State.PENDING, None, None)),
        ([denied(5, 9)], Registration(State.CANCELLED, at(5), at(9))),
        ([gone(5, 9)], Registration(State.CANCELLED, at(5), at(9))),
        ([approved(5), approved(2), denied(0, 1)], Registration(State.REGISTERED, at(2), None)),
        ([denied(0, 1), pending(5)], Registration(State.PENDING, None, None)),
        ([denied(4, 6), gone(2, 9)], Registration(State.CANCELLED, at(2), at(9))),
    ],
)
def test_d6_the_best_of_a_persons_rows_decides(of: list[RegistrantRow], expected: Registration) -> None:
    assert registration_of(of) == expected


def test_d6_without_rows_there_is_no_registration() -> None:
    assert registration_of([]) is None
    assert moments_of(None) == ()


@given(st.lists(rows, min_size=1), st.randoms(use_true_random=False))
def test_d12_the_order_of_rows_does_not_matter(of: list[RegistrantRow], random: object) -> None:
    shuffled = list(of)
    random.shuffle(shuffled)
    assert registration_of(shuffled) == registration_of(of)


@given(st.lists(rows))
def test_d6_the_state_is_as_the_rows_say(of: list[RegistrantRow]) -> None:
    registration = registration_of(of)
    statuses = {row.status for row in of}
    assert (registration is None) is (not statuses)
    if registration:
        assert (registration.state is State.REGISTERED) is (Status.APPROVED in statuses)
        assert (registration.state is State.CANCELLED) is statuses.issubset({Status.DENIED, Status.GONE})
        if registration.registered_at:
            assert registration.registered_at in {row.registered_at for row in of}


@given(st.lists(rows), moments)
def test_d6_registering_again_revives_whatever_was_before(of: list[RegistrantRow], when: object) -> None:
    revived = registration_of([*of, RegistrantRow(Status.APPROVED, when)])
    assert revived.state is State.REGISTERED
    assert revived.cancelled_at is None
    assert [moment.kind for moment in moments_of(revived)] == ["webinar_registered"]


def test_d6_the_timeline_tells_of_a_cancellation_while_it_lasts() -> None:
    assert moments_of(registration_of([denied(5, 9)])) == (
        TimelineFact("webinar_registered", at(5)),
        TimelineFact("webinar_cancelled", at(9)),
    )
    assert moments_of(registration_of([approved(5)])) == (TimelineFact("webinar_registered", at(5)),)
    assert moments_of(registration_of([pending(5)])) == ()


def test_d6_a_series_registered_once_counts_for_each_of_its_sessions() -> None:
    once = [approved(5)]
    assert rows_for_session(once, "any", per_occurrence=False) == once
    assert rows_for_session(once, "", per_occurrence=False) == once


def test_d6_per_occurrence_a_registration_counts_for_its_own_only() -> None:
    monday, tuesday = denied(5, 9, "monday"), approved(6, "tuesday")
    assert rows_for_session([monday, tuesday], "monday", per_occurrence=True) == [monday]
    assert rows_for_session([monday, tuesday], "friday", per_occurrence=True) == []
    assert registration_of([monday, tuesday]).state is State.REGISTERED  # for the webinar as a whole


@given(st.sets(st.sampled_from(Status)))
def test_d6_absence_cancels_only_after_three_listings_read_to_their_end(finished: set[Status]) -> None:
    assert absence_means_cancelled(finished) is (finished >= LISTINGS)


def test_d6_whoever_is_gone_has_cancelled_unless_they_only_ever_waited() -> None:
    assert status_of_absent(Status.APPROVED) is Status.GONE
    assert status_of_absent(Status.DENIED) is Status.GONE
    assert status_of_absent(Status.GONE) is Status.GONE
    assert status_of_absent(Status.PENDING) is None


def test_d6_two_listings_are_not_enough() -> None:
    assert not absence_means_cancelled([Status.APPROVED, Status.DENIED])
    assert absence_means_cancelled([Status.APPROVED, Status.DENIED, Status.PENDING])


@pytest.mark.parametrize("is_final", [True, False])
def test_d8_the_whole_table_of_participations(is_final: bool) -> None:
    registered, waiting, cancelled = (
        registration_of([row]) for row in (approved(1), pending(1), denied(1, 2))
    )
    for registration in (registered, waiting, cancelled, None):
        assert participation_state(registration, attended=True, is_final=is_final) == "attended"
    absent = {
        registered: ParticipationState.NO_SHOW if is_final else ParticipationState.REGISTERED,
        waiting: None,
        cancelled: ParticipationState.CANCELLED,
        None: None,
    }
    for registration, state in absent.items():
        assert participation_state(registration, attended=False, is_final=is_final) is state


@given(st.lists(rows), st.booleans())
def test_d8_no_shows_exist_only_when_final(of: list[RegistrantRow], attended: bool) -> None:
    state = participation_state(registration_of(of), attended=attended, is_final=False)
    assert state is not ParticipationState.NO_SHOW


def noticed(minutes: float, seen: float) -> RegistrantRow:
    return RegistrantRow(Status.GONE, at(minutes), noticed_at=at(seen))


def test_d21_of_several_rows_the_last_cancellation_counts_with_how_it_is_known() -> None:
    exact, seen = gone(2, 9), noticed(2, 12)
    assert registration_of([exact, seen]) == Registration(State.CANCELLED, at(2), None, at(12))
    assert registration_of([exact, noticed(2, 9)]) == Registration(State.CANCELLED, at(2), at(9))


@given(st.none() | moments, moments, st.none() | moments)
def test_d21_a_noticed_cancellation_was_by_the_end_and_never_before_registering(
    registered: datetime | None, seen: datetime, ended: datetime | None
) -> None:
    registration = Registration(State.CANCELLED, registered, None, seen)
    by = registration.cancelled_by(ended)
    assert by is not None
    assert by <= seen or by == registered
    assert ended is None or by <= ended or by == registered
    assert registered is None or ended is None or by >= registered
    assert moments_of(registration, ended)[1] == TimelineFact("webinar_cancelled", by, seen)


@given(moments, moments, st.none() | moments)
def test_d21_a_cancellation_whose_time_is_known_stays_there(
    registered: datetime, cancelled: datetime, ended: datetime | None
) -> None:
    registration = Registration(State.CANCELLED, registered, cancelled)
    assert registration.cancelled_by(ended) == cancelled
    assert moments_of(registration, ended)[1] == TimelineFact("webinar_cancelled", cancelled)
