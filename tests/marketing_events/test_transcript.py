import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing_events.transcript import Line, Search, clock, heard_in, jumps_in, speakers_of

HOUR = 3600

times = st.integers(0, 3 * HOUR)


@st.composite
def talks(draw: st.DrawFn) -> list[Line]:
    starts = sorted(draw(st.lists(times, max_size=30)))
    return [
        Line(n, draw(st.sampled_from(["Anna", "Ben", ""])), start, start + draw(st.integers(0, 60)), "x")
        for n, start in enumerate(starts, 1)
    ]


@st.composite
def presences(draw: st.DrawFn) -> list[tuple[float, float]]:
    edges = sorted(draw(st.sets(times, max_size=8)))
    return list(zip(edges[::2], edges[1::2], strict=False))


def talk(*lines: tuple[str, float, float, str]) -> list[Line]:
    return [Line(number, *line) for number, line in enumerate(lines, 1)]


def test_who_spoke_longest_comes_first() -> None:
    lines = talk(("Anna", 0, 10, "a"), ("Ben", 10, 40, "b"), ("Anna", 40, 50, "c"), ("", 50, 60, "d"))
    found = [
        (speaker.name, speaker.seconds, round(speaker.percent), speaker.lines)
        for speaker in speakers_of(lines)
    ]
    assert found == [("Ben", 30, 50, 1), ("Anna", 20, 33, 2), ("", 10, 17, 1)]


@given(talks())
def test_talk_time_adds_up(lines: list[Line]) -> None:
    found = speakers_of(lines)
    assert sum(row.lines for row in found) == len(lines)
    assert sum(row.seconds for row in found) == sum(line.end - line.start for line in lines)
    assert sum(row.percent for row in found) == pytest.approx(100 if any(row.seconds for row in found) else 0)


@pytest.mark.parametrize(
    ("last", "second"), [(600, 60), (40 * 60, 120), (HOUR, 300), (3 * HOUR, 600), (100 * HOUR, HOUR)]
)
def test_jumps_are_as_far_apart_as_the_talk_is_long(last: int, second: int) -> None:
    lines = talk(("", 0, 1, "a"), ("", second, second + 1, "b"), ("", last, last, "c"))
    assert jumps_in(lines)[1].seconds == second


@given(talks())
def test_each_jump_leads_to_the_first_line_from_there_on(lines: list[Line]) -> None:
    jumps = jumps_in(lines)
    by_position = {line.position: line for line in lines}
    assert [jump.seconds for jump in jumps] == sorted({jump.seconds for jump in jumps})
    for jump in jumps:
        before = [line for line in lines if line.position < jump.position]
        assert by_position[jump.position].start >= jump.seconds
        assert all(line.start < jump.seconds for line in before)


def test_a_search_finds_every_word_in_whatever_case() -> None:
    line = Line(1, "Anna", 0, 1, "Die STRASSE nach Köln ist gesperrt")
    assert Search("köln straße").finds(line)
    assert not Search("köln hamburg").finds(line)
    assert not Search(" ").finds(line)
    assert not Search("anna").finds(line)


def test_what_was_found_is_cut_out_and_nothing_is_lost_or_made_markup() -> None:
    pieces = Search("<b> a.c").pieces("x <B> A.C abc")
    assert pieces == [("x ", False), ("<B>", True), (" ", False), ("A.C", True), (" abc", False)]


@given(st.text(), st.text())
def test_the_pieces_of_a_text_are_the_text(words: str, text: str) -> None:
    assert "".join(piece for piece, _hit in Search(words).pieces(text)) == text


def test_x12_somebody_heard_what_was_said_while_they_were_there() -> None:
    lines = talk(("", 0, 10, "a"), ("", 10, 20, "b"), ("", 20, 30, "c"), ("", 30, 40, "d"))
    assert heard_in(lines, [(12, 15), (31, 32)]) == {2, 4}
    assert heard_in(lines, []) == set()


@given(talks(), presences())
def test_x12_a_line_was_heard_if_any_stay_touches_it(lines: list[Line], presence) -> None:
    expected = {
        line.position
        for line in lines
        if any(start <= line.end and end >= line.start for start, end in presence)
    }
    assert heard_in(lines, presence) == expected


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (9.9, "0:09"), (754, "12:34"), (3723, "1:02:03")]
)
def test_times_are_written_as_players_do(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown
