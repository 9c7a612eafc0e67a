from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.rules.recordings import (
    GIVE_UP_AFTER,
    LONGEST_PAUSE,
    Cause,
    Missing,
    RecordingState,
    Transcript,
    look_again_at,
    next_look_at,
    over_since,
    when_hidden,
    why_missing,
)
from integrations.rules.switches import Blocker, Switch, SyncDecision
from tests.integrations.rules.strategies import NOON, at, moments

YES = SyncDecision()
NO = SyncDecision((Blocker(Switch.RECORDINGS_NONE), Blocker(Switch.RECORDINGS_WEBINAR)))


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ((NO, 3, RecordingState.READY, Transcript.READY), Missing(Cause.SWITCHES_OFF, "recordings_none")),
        ((YES, 0, RecordingState.READY, Transcript.READY), Missing(Cause.NOBODY_ATTENDED)),
        ((YES, 0, RecordingState.PROCESSING, Transcript.READY), Missing(Cause.NOBODY_ATTENDED)),
        ((YES, 0, RecordingState.NOT_FOUND, Transcript.READY), None),
        ((YES, 0, RecordingState.DELETED, Transcript.READY), None),
        ((YES, 3, RecordingState.NOT_FOUND, Transcript.MISSING), Missing(Cause.UNAVAILABLE, "not_found")),
        ((YES, 3, RecordingState.TRASHED, Transcript.MISSING), Missing(Cause.UNAVAILABLE, "trashed")),
        ((YES, 3, RecordingState.DELETED, Transcript.MISSING), Missing(Cause.UNAVAILABLE, "deleted")),
        ((YES, 3, RecordingState.UNAVAILABLE, Transcript.MISSING), Missing(Cause.UNAVAILABLE, "unavailable")),
        ((YES, 3, RecordingState.PROCESSING, Transcript.MISSING), Missing(Cause.PROCESSING)),
        ((YES, 3, RecordingState.READY, Transcript.MISSING), Missing(Cause.NO_TRANSCRIPT, "missing")),
        ((YES, 3, RecordingState.READY, Transcript.PROCESSING), Missing(Cause.NO_TRANSCRIPT, "processing")),
        ((YES, 3, RecordingState.READY, Transcript.READY), None),
    ],
)
def test_r36_each_cause_is_told_apart(facts: tuple, missing: Missing | None) -> None:
    assert why_missing(*facts) == missing


facts = st.tuples(
    st.sampled_from([YES, NO]),
    st.integers(0, 2),
    st.sampled_from(RecordingState),
    st.sampled_from(Transcript),
)


@given(facts)
def test_r36_curing_the_named_cause_leads_to_a_later_one_or_to_none(of: tuple) -> None:
    switch, attendees, recording_state, transcript = of
    missing = why_missing(*of)
    cured = {
        Cause.SWITCHES_OFF: (YES, attendees, recording_state, transcript),
        Cause.NOBODY_ATTENDED: (switch, 1, recording_state, transcript),
        Cause.UNAVAILABLE: (switch, attendees, RecordingState.READY, transcript),
        Cause.PROCESSING: (switch, attendees, RecordingState.READY, transcript),
        Cause.NO_TRANSCRIPT: (switch, attendees, recording_state, Transcript.READY),
    }
    if missing is None:
        is_whole = recording_state is RecordingState.READY and transcript is Transcript.READY
        assert switch
        assert is_whole if attendees else recording_state is not RecordingState.READY
    else:
        after = why_missing(*cured[missing.cause])
        assert after is None or list(Cause).index(after.cause) > list(Cause).index(missing.cause)


def test_r40_pauses_grow_until_given_up_after_three_days() -> None:
    looks = [NOON]
    while again := look_again_at(NOON, looks[-1], len(looks)):
        looks.append(again)
    pauses = [(later - earlier).total_seconds() / 60 for earlier, later in pairwise(looks)]
    assert pauses[:8] == [5, 10, 20, 40, 80, 160, 320, 360]
    assert set(pauses[8:-1]) == {360}
    assert looks[-1] == NOON + GIVE_UP_AFTER


@given(moments, moments, st.integers(0, 10_000))
def test_r40_the_next_look_is_always_ahead_and_never_after_giving_up(ended, looked, looks: int) -> None:
    again = look_again_at(ended, looked, looks)
    assert (again is None) is (looked >= ended + GIVE_UP_AFTER)
    if again:
        assert timedelta() < again - looked <= LONGEST_PAUSE
        assert again <= ended + GIVE_UP_AFTER


def test_r40_a_recording_first_looked_at_long_after_the_end_is_given_up_at_once() -> None:
    assert look_again_at(at(0), at(0) + GIVE_UP_AFTER, 1) is None


@pytest.mark.parametrize(
    ("hints", "recording_state"),
    [
        ({}, RecordingState.NOT_FOUND),
        ({"is_processing"}, RecordingState.PROCESSING),
        ({"was_there"}, RecordingState.DELETED),
        ({"is_removed"}, RecordingState.DELETED),
        ({"is_in_trash", "is_removed", "was_there"}, RecordingState.TRASHED),
        ({"is_in_trash"}, RecordingState.TRASHED),
        ({"is_processing", "was_there"}, RecordingState.PROCESSING),  # made anew
    ],
)
def test_r39_what_is_hidden_is_told_apart_by_hints(hints: set[str], recording_state: RecordingState) -> None:
    names = ("is_in_trash", "is_processing", "is_removed", "was_there")
    assert when_hidden(**{name: name in hints for name in names}) is recording_state


def test_d10_a_session_without_a_known_end_is_over_long_after_its_plan() -> None:
    hour = timedelta(hours=1)
    assert over_since(at(60), NOON, hour, at(59)) is None
    assert over_since(at(60), NOON, hour, at(60)) == at(60)
    assert over_since(None, NOON, hour, NOON + 3 * hour) is None
    assert over_since(None, NOON, hour, NOON + 4 * hour) == NOON + 4 * hour
    assert over_since(None, None, hour, NOON) is None


DAY = timedelta(days=1)


def visits(
    recording_state: RecordingState,
    transcript: Transcript,
    ended_at: datetime = NOON,
    since: datetime = NOON,
) -> list[datetime]:
    """All looks after the first one, if nothing ever changes."""
    looked_at, found = since, []
    while again := next_look_at(
        recording_state,
        transcript,
        ended_at=ended_at,
        since=since,
        looked_at=looked_at,
        looks=len(found) + 1,
    ):
        found.append(again)
        looked_at = again
    return found


def test_d13_what_is_there_is_visited_again_after_1_7_and_30_days() -> None:
    for recording_state in (RecordingState.READY, RecordingState.TRASHED, RecordingState.DELETED):
        assert visits(recording_state, Transcript.READY) == [NOON + DAY, NOON + 7 * DAY, NOON + 30 * DAY]


@pytest.mark.parametrize("recording_state", [RecordingState.PROCESSING, RecordingState.NOT_FOUND])
def test_r40_what_is_not_there_is_waited_for_and_then_given_up(recording_state: RecordingState) -> None:
    assert visits(recording_state, Transcript.READY)[-1] == NOON + GIVE_UP_AFTER
    assert visits(recording_state, Transcript.READY, ended_at=NOON - 4 * DAY) == []


@pytest.mark.parametrize("transcript", [Transcript.PROCESSING, Transcript.MISSING, Transcript.UNUSABLE])
def test_r55_a_transcript_is_waited_for_and_then_visited_like_the_rest(transcript: Transcript) -> None:
    found = visits(RecordingState.READY, transcript)
    assert found[:3] == [at(5), at(15), at(35)]
    assert NOON + GIVE_UP_AFTER in found
    assert found[-2:] == [NOON + 7 * DAY, NOON + 30 * DAY]


def test_r39_what_zoom_does_not_hand_out_of_an_old_session_is_waited_for_too() -> None:
    long_ago = NOON - 90 * DAY
    for recording_state, transcript in (
        (RecordingState.UNAVAILABLE, Transcript.MISSING),
        (RecordingState.READY, Transcript.PROCESSING),
    ):
        assert visits(recording_state, transcript, ended_at=long_ago)[0] == at(5)
    assert visits(RecordingState.READY, Transcript.MISSING, ended_at=long_ago)[0] == NOON + DAY


@given(
    st.sampled_from(RecordingState),
    st.sampled_from(Transcript),
    *[moments] * 3,
    st.integers(0, 50),
)
def test_d13_the_next_look_is_always_ahead(recording_state, transcript, ended, since, looked, looks) -> None:
    again = next_look_at(
        recording_state, transcript, ended_at=ended, since=since, looked_at=looked, looks=looks
    )
    assert again is None or again > looked
