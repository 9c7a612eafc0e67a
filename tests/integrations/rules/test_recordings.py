from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.rules.recordings import (
    GIVE_UP_AFTER,
    LONGEST_PAUSE,
    AtZoom,
    Cause,
    Missing,
    Transcript,
    look_again_at,
    why_missing,
)
from integrations.rules.switches import No, Switch, Verdict
from tests.integrations.rules.strategies import NOON, at, moments

YES = Verdict()
NO = Verdict((No(Switch.RECORDINGS_NONE), No(Switch.RECORDINGS_WEBINAR)))


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ((NO, 3, AtZoom.READY, Transcript.READY), Missing(Cause.SWITCHES_OFF, "recordings_none")),
        ((YES, 0, AtZoom.READY, Transcript.READY), Missing(Cause.NOBODY_ATTENDED)),
        ((YES, 3, AtZoom.NOT_FOUND, Transcript.MISSING), Missing(Cause.UNAVAILABLE, "not_found")),
        ((YES, 3, AtZoom.TRASHED, Transcript.MISSING), Missing(Cause.UNAVAILABLE, "trashed")),
        ((YES, 3, AtZoom.DELETED, Transcript.MISSING), Missing(Cause.UNAVAILABLE, "deleted")),
        ((YES, 3, AtZoom.UNAVAILABLE, Transcript.MISSING), Missing(Cause.UNAVAILABLE, "unavailable")),
        ((YES, 3, AtZoom.PROCESSING, Transcript.MISSING), Missing(Cause.PROCESSING)),
        ((YES, 3, AtZoom.READY, Transcript.MISSING), Missing(Cause.NO_TRANSCRIPT, "missing")),
        ((YES, 3, AtZoom.READY, Transcript.PROCESSING), Missing(Cause.NO_TRANSCRIPT, "processing")),
        ((YES, 3, AtZoom.READY, Transcript.READY), None),
    ],
)
def test_r36_each_cause_is_told_apart(facts: tuple, missing: Missing | None) -> None:
    assert why_missing(*facts) == missing


facts = st.tuples(
    st.sampled_from([YES, NO]), st.integers(0, 2), st.sampled_from(AtZoom), st.sampled_from(Transcript)
)


@given(facts)
def test_r36_curing_the_named_cause_leads_to_a_later_one_or_to_none(of: tuple) -> None:
    switch, attendees, at_zoom, transcript = of
    missing = why_missing(*of)
    cured = {
        Cause.SWITCHES_OFF: (YES, attendees, at_zoom, transcript),
        Cause.NOBODY_ATTENDED: (switch, 1, at_zoom, transcript),
        Cause.UNAVAILABLE: (switch, attendees, AtZoom.READY, transcript),
        Cause.PROCESSING: (switch, attendees, AtZoom.READY, transcript),
        Cause.NO_TRANSCRIPT: (switch, attendees, at_zoom, Transcript.READY),
    }
    if missing is None:
        assert of == (YES, attendees, AtZoom.READY, Transcript.READY)
        assert attendees
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
