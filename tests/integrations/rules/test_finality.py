from collections.abc import Iterable
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from integrations.rules.finality import (
    APART,
    LONGEST,
    NOT_READ,
    Read,
    Reading,
    RowsDigest,
    after_read,
    next_read_at,
)
from tests.integrations.rules.strategies import at

END = at(0)
rows = st.lists(st.tuples(st.text(), st.none() | st.text(), st.none() | st.integers()))
reads = st.lists(
    st.builds(
        Read,
        st.integers(-60, 30 * 60).map(at),
        st.sampled_from(["same", "same", "other"]),
        st.sampled_from([True, True, True, False]),
    ),
    max_size=10,
)


def digest(of: list[tuple]) -> str:
    accumulated = RowsDigest()
    for row in of:
        accumulated.add(*row)
    return str(accumulated)


def reading_of(of: Iterable[Read], ended_at: datetime | None) -> Reading:
    """What several reads tell, one after the other."""
    reading = NOT_READ
    for read in sorted(of):
        reading = after_read(reading, read, ended_at)
    return reading


def first_settling_read(of: list[Read]) -> Read | None:
    """D8 word by word, over all pairs of reads: the earliest that settles the session."""
    complete = sorted(read for read in of if read.is_complete and read.at >= END)
    for index, read in enumerate(complete):
        for earlier in complete[:index]:
            between = [other for other in complete if earlier.at <= other.at <= read.at]
            if read.at - earlier.at >= APART and len({other.digest for other in between}) == 1:
                return read
        if read.at - END >= LONGEST:
            return read
    return None


def test_d8_two_complete_reads_that_agree_half_an_hour_apart_are_final() -> None:
    assert reading_of([Read(at(5), "a"), Read(at(35), "a")], END) == Reading("a", at(5), at(35), at(35))


def test_d8_reads_less_than_half_an_hour_apart_decide_nothing() -> None:
    assert reading_of([Read(at(5), "a"), Read(at(34.9), "a")], END).final_at is None


def test_d8_a_change_starts_the_half_hour_anew() -> None:
    reading = reading_of([Read(at(5), "a"), Read(at(35), "b"), Read(at(60), "b")], END)
    assert reading == Reading("b", at(35), at(60), None)
    assert after_read(reading, Read(at(65), "b"), END).final_at == at(65)


def test_d8_agreeing_with_a_read_before_the_change_is_no_agreement() -> None:
    assert reading_of([Read(at(5), "a"), Read(at(20), "b"), Read(at(40), "a")], END).final_at is None


def test_d8_a_complete_read_a_day_after_the_end_is_final_alone() -> None:
    assert reading_of([Read(at(24 * 60), "a")], END).final_at == at(24 * 60)
    assert reading_of([Read(at(24 * 60 - 1), "a")], END).final_at is None
    assert reading_of([Read(at(24 * 60), "a", is_complete=False)], END) == NOT_READ


def test_d8_reads_before_the_end_or_without_one_decide_nothing() -> None:
    assert reading_of([Read(at(-60), "a"), Read(at(-1), "a")], END) == NOT_READ
    assert reading_of([Read(at(5), "a"), Read(at(65), "a")], None) == NOT_READ


def test_d8_a_later_change_is_taken_in_and_leaves_the_session_final() -> None:
    final = Reading("a", at(5), at(35), at(35))
    assert after_read(final, Read(at(90), "b"), END) == Reading("b", at(90), at(90), at(35))


@given(reads)
def test_d8_final_at_the_earliest_when_reads_agree_or_a_day_has_passed(of: list[Read]) -> None:
    of = list({read.at: read for read in of}.values())
    settling = first_settling_read(of)
    assert reading_of(of, END).final_at == (settling.at if settling else None)


@given(reads)
def test_d12_an_overtaken_read_changes_nothing(of: list[Read]) -> None:
    reading = reading_of(of, END)
    for read in of:
        assert after_read(reading, read, END) == reading


@given(reads)
def test_d8_a_session_once_final_stays_final(of: list[Read]) -> None:
    reading = NOT_READ
    for read in sorted(of):
        later = after_read(reading, read, END)
        assert reading.final_at is None or later.final_at == reading.final_at
        reading = later


@given(reads)
def test_d8_reading_when_asked_to_settles_an_unchanging_session_in_two_reads(of: list[Read]) -> None:
    reading = reading_of(of, END)
    for _ in range(2):
        when = next_read_at(reading, END)
        if when is None:
            break
        assert reading.last_read_at is None or when > reading.last_read_at
        reading = after_read(reading, Read(when, "settled"), END)
    if reading.final_at is None:  # the first of the two brought a change
        reading = after_read(reading, Read(next_read_at(reading, END), "settled"), END)
    assert reading.final_at
    assert next_read_at(reading, END) is None


def test_d8_the_next_read_is_asked_for_when_it_can_decide() -> None:
    assert next_read_at(NOT_READ, END) == END
    assert next_read_at(Reading("a", at(5), at(20)), END) == at(35)
    late = END + LONGEST - timedelta(minutes=10)
    assert next_read_at(Reading("a", late, late), END) == END + LONGEST


@given(rows, st.randoms(use_true_random=False))
def test_d8_the_digest_does_not_depend_on_the_order_of_rows(of: list[tuple], random: object) -> None:
    shuffled = list(of)
    random.shuffle(shuffled)
    assert digest(shuffled) == digest(of)


@given(rows, rows)
def test_d8_the_digest_tells_different_rows_apart(one: list[tuple], other: list[tuple]) -> None:
    assert (digest(one) == digest(other)) is (sorted(map(repr, one)) == sorted(map(repr, other)))


def test_d8_the_digest_keeps_fields_and_repetitions_apart() -> None:
    different = [[], [("",)], [("", "")], [("ab", "c")], [("a", "bc")], [("a",), ("bc",)], [("1",)], [(1,)],
                 [(None,)], [("None",)], [("a",), ("a",)], [("a",)], [("\ud800",)]]  # fmt: skip
    assert len({digest(of) for of in different}) == len(different)
    assert all(len(digest(of)) <= 80 for of in different)
