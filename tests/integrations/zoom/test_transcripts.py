from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from integrations.zoom.transcripts import Cue, NotATranscript, parse


def vtt(*cues: str) -> bytes:
    return "\n\n".join(["WEBVTT", *cues]).encode()


def texts(content: bytes) -> list[str]:
    return [cue.text for cue in parse(content)]


def test_times_and_text_are_read():
    content = vtt("1\n00:00:01.000 --> 00:00:02.500\nAnna Berg: Hello there")
    assert parse(content) == [Cue("", 1.0, 2.5, "Anna Berg: Hello there")]


def test_a_voice_tag_names_the_speaker():
    content = vtt("00:01.000 --> 00:02.000\n<v.loud O'Neil &amp; Co>Fine</v>")
    assert parse(content) == [Cue("O'Neil & Co", 1.0, 2.0, "Fine")]


def test_a_second_voice_in_a_cue_stays_in_the_text():
    content = vtt("00:01.000 --> 00:02.000\n<v Ann>Fine</v>\n<v Bob>No</v>\n<v Ann>Yes</v>")
    assert parse(content) == [Cue("Ann", 1.0, 2.0, "Fine Bob: No Yes")]


def test_cues_are_sorted_by_time_and_those_without_text_left_out():
    content = vtt(
        "00:05.000 --> 00:06.000\nlater", "00:01.000 --> 00:02.000\nearlier", "00:07.000 --> 00:08.000\n"
    )
    assert texts(content) == ["earlier", "later"]


def test_a_cue_that_ends_before_it_begins_ends_where_it_begins():
    assert parse(vtt("00:09.000 --> 00:03.000\nback")) == [Cue("", 9.0, 9.0, "back")]


def test_a_later_piece_counts_from_the_start_of_the_call():
    assert parse(vtt("00:01.000 --> 00:02.000\nhi"), offset_seconds=60)[0][1:3] == (61.0, 62.0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_odd_encodings_are_read(encoding: str):
    content = "WEBVTT\r\n\r\n00:01.000 --> 00:02.000\r\nGrüße, Jörg".encode(encoding)
    assert parse(content) == [Cue("", 1.0, 2.0, "Grüße, Jörg")]


def test_a_file_without_text_is_an_empty_transcript():
    assert parse(b"WEBVTT\n") == parse(b"WEBVTT - Title\nKind: captions\n\nNOTE nothing\n") == []


@pytest.mark.parametrize("content", [b"", b"<!doctype html><html></html>", b"\x00\x00\x00 ftypmp42", b"{}"])
def test_what_is_no_transcript_is_refused(content: bytes):
    with pytest.raises(NotATranscript):
        parse(content)


# D23: every word is kept


@pytest.mark.parametrize(
    ("cue", "text"),
    [
        ("\nafter a blank line", "after a blank line"),
        ("before a blank line\n\n \nand after it", "before a blank line and after it"),
        ("the flow goes A --> B and then C", "the flow goes A --> B and then C"),
        ("A --> B", "A --> B"),
        ("--> 00:05", "--> 00:05"),
        ("between 10:30 --> 11:00 we rest", "between 10:30 --> 11:00 we rest"),
        ("if x < 5 and y > 3, and <inaudible> too", "if x < 5 and y > 3, and <inaudible> too"),
        ("<i think>, <3, a<b>c, R&D &amp &unknown; Q&A", "<i think>, <3, ac, R&D &amp &unknown; Q&A"),
        ("NOTE that this was said", "NOTE that this was said"),
        ("42", "42"),
        ("STYLE matters", "STYLE matters"),
    ],
)
@pytest.mark.parametrize("following", ["", "\n\n2\n00:00:03.000 --> 00:00:04.000\nnext"])
def test_d23_every_word_is_kept(cue: str, text: str, following: str):
    content = f"WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\n{cue}{following}"
    assert texts(content.encode()) == ([text, "next"] if following else [text])


def test_d23_only_webvtts_own_tags_are_removed():
    content = vtt(
        "00:01.000 --> 00:02.000\n<b>Hi</b> <c.yellow.big>you</c><00:01.500> <lang de>da</lang> "
        "<ruby>a<rt>b</rt></ruby> &lt;script&gt;alert(1)&lt;/script&gt;"
    )
    assert texts(content) == ["Hi you da ab <script>alert(1)</script>"]


@pytest.mark.parametrize(
    "times",
    ["00:00:01,000 --> 00:00:03,000", "00:01.0-->00:03.0", "0:0:1 --> 0:0:3", " 00:01.000  -->  00:03.000 "],
)
def test_d23_times_in_odd_forms_are_read(times: str):
    assert parse(vtt(f"{times}\nhi")) == [Cue("", 1.0, 3.0, "hi")]


def test_d23_text_beside_the_times_is_kept_and_settings_are_not():
    assert texts(vtt("00:01.000 --> 00:02.000 align:start Hi position:10%,line-left\nyou")) == ["Hi you"]


@pytest.mark.parametrize("times", ["nonsense --> 00:09.000", "00:09.000 --> 00:9:x"])
def test_d23_where_one_time_cannot_be_read_the_other_one_serves(times: str):
    content = vtt("1\n00:05.000 --> 00:06.000\nkept", f"2\n{times}\nkept, too")
    assert parse(content) == [Cue("", 5.0, 6.0, "kept"), Cue("", 9.0, 9.0, "kept, too")]


def test_comments_styles_and_names_of_cues_are_not_text():
    content = vtt(
        "STYLE\n::cue { color: red }",
        "NOTE a remark\nover two lines",
        "intro\n00:01.000 --> 00:02.000\none",
        "NOTE",
        "middle\n00:03.000 --> 00:04.000\ntwo",
        "NOTE the end",
    )
    assert texts(content) == ["one", "two"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_d23_every_kind_of_line_end_is_read(end: str):
    content = vtt("1\n00:01.000 --> 00:02.000\nJane: hi", "2\n00:03.000 --> 00:04.000\nBob: ho")
    assert texts(content.replace(b"\n", end.encode())) == ["Jane: hi", "Bob: ho"]


def test_a_file_without_webvtts_header_is_read_if_it_begins_with_a_cue():
    assert texts(b"1\n00:00:01,000 --> 00:00:02,000\nhi") == ["hi"]
    with pytest.raises(NotATranscript):
        parse(b"A letter\n\nand more\n00:00:01,000 --> 00:00:02,000\nhi")


@pytest.mark.parametrize(
    "times", ["00:00:01;000 --> 00:00:03;000", "one --> two", "1.0 --> 3.0", "00:00:01.000 - 00:00:03.000"]
)
@pytest.mark.parametrize("gap", ["\n\n1\n", "\n\n", "\n"])
def test_d23_text_without_a_cue_that_can_be_read_is_refused(times: str, gap: str):
    if "-->" in times or gap != "\n":
        with pytest.raises(NotATranscript):
            parse(f"WEBVTT{gap}{times}\nJane: hi".encode())


LINES = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n<&\ufeff"), max_size=30).filter(
    lambda line: "-->" not in line and not line.startswith("NOTE")
)


@given(st.lists(st.lists(LINES, min_size=1, max_size=5), min_size=1, max_size=6))
@example([["one", "", "2"], ["two"]])
def test_d23_whatever_is_said_comes_out_word_for_word(said: list[list[str]]):
    """Numbered as Zoom does it; a number that ends a cue after a blank line has another number below it."""
    blocks = [
        f"{number}\n00:00:{number:02}.000 --> 00:00:{number:02}.500\n" + "\n".join(lines)
        for number, lines in enumerate(said, 1)
    ]
    words = [" ".join(" ".join(lines).split()) for lines in said]
    assert texts(vtt(*blocks)) == [text for text in words if text]


@given(st.binary(max_size=400))
def test_whatever_comes_it_is_a_transcript_or_refused(tail: bytes):
    cues = parse(b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + tail)
    assert cues == sorted(cues, key=lambda cue: (cue.start_seconds, cue.end_seconds))
    assert all(cue.text and "\0" not in cue.text for cue in cues)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_transcript_or_refused(content: bytes):
    with suppress(NotATranscript):
        assert all(cue.text for cue in parse(content))
