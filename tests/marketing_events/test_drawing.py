from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from marketing_events.drawing import NARROWEST, Piece, presence, shares

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
END = START + timedelta(hours=1)


def minute(number: float) -> datetime:
    return START + timedelta(minutes=number)


def test_a_stay_is_drawn_where_it_was():
    assert presence([(minute(15), minute(45))], START, END) == [Piece(25.0, 50.0)]


def test_a_stay_of_seconds_is_still_seen_within_the_bar():
    (piece,) = presence([(END, END)], START, END)
    assert (piece.x, piece.width) == (100 - NARROWEST, NARROWEST)


def test_what_lies_outside_of_the_session_is_cut():
    assert presence([(minute(-30), minute(90))], START, END) == [Piece(0.0, 100.0)]


def test_a_session_without_a_length_has_no_bar():
    assert presence([(START, START)], START, START) == []


@given(st.lists(st.tuples(st.integers(-100, 200), st.integers(0, 200)), max_size=20))
def test_nothing_is_drawn_outside_of_the_bar(stays: list[tuple[int, int]]):
    times = [(minute(joined), minute(joined + length)) for joined, length in stays]
    for piece in presence(times, START, END):
        assert piece.x >= 0
        assert piece.width >= NARROWEST
        assert piece.x + piece.width <= 100.01


def test_shares_stand_one_after_the_other():
    attended, absent = shares([("a", "Attended", 3), ("n", "No-show", 1)])
    assert (attended.percent, attended.piece) == (75.0, Piece(0.0, 75.0))
    assert (absent.percent, absent.piece) == (25.0, Piece(75.0, 25.0))


def test_shares_of_nothing_are_nothing():
    (share,) = shares([("a", "Attended", 0)])
    assert (share.percent, share.piece) == (0.0, Piece(0.0, 0.0))
