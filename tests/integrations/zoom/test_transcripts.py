import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.zoom.transcripts import NotATranscript, Spoken, parse


def vtt(*cues: str) -> bytes:
    return "\n\n".join(["WEBVTT", *cues]).encode()


def test_d10_speaker_and_times_come_from_zooms_way_of_writing() -> None:
    content = vtt("1\n00:00:01.000 --> 00:00:02.500\nAnna Berg: Hello there")
    assert parse(content) == [Spoken("Anna Berg", 1.0, 2.5, "Hello there")]


def test_a_voice_tag_names_the_speaker() -> None:
    assert parse(vtt("00:01.000 --> 00:02.000\n<v O'Neil>Fine</v>")) == [Spoken("O'Neil", 1.0, 2.0, "Fine")]


def test_cues_without_speakers_keep_their_whole_text() -> None:
    content = vtt("00:01.000 --> 00:02.000\nHello", "00:02.000 --> 00:03.000\nAgain")
    assert [(cue.speaker, cue.text) for cue in parse(content)] == [("", "Hello"), ("", "Again")]


def test_a_colon_in_what_was_said_is_no_speaker_where_the_file_has_none() -> None:
    said = ["And so on", "Note: this matters", "Then", "there", "was", "more"]
    cues = [f"00:0{second}.000 --> 00:0{second}.500\n{text}" for second, text in enumerate(said)]
    assert [cue.text for cue in parse(vtt(*cues))] == said


@pytest.mark.parametrize("text", ["12:30 we start", "See https://a.example/x", "Is it? Yes: it is"])
def test_times_links_and_sentences_are_no_speakers(text: str) -> None:
    assert parse(vtt(f"00:01.000 --> 00:02.000\n{text}")) == [Spoken("", 1.0, 2.0, text)]


def test_cues_out_of_order_are_put_in_order_and_broken_ones_left_out() -> None:
    content = vtt(
        "00:05.000 --> 00:06.000\nlater",
        "nonsense --> 00:09.000\nlost",
        "00:01.000 --> 00:02.000\nearlier",
        "00:07.000 --> 00:08.000\n",
    )
    assert [cue.text for cue in parse(content)] == ["earlier", "later"]


def test_a_cue_that_ends_before_it_begins_ends_where_it_begins() -> None:
    assert parse(vtt("00:09.000 --> 00:03.000\nback")) == [Spoken("", 9.0, 9.0, "back")]


def test_a_later_piece_counts_from_the_start_of_the_call() -> None:
    assert parse(vtt("00:01.000 --> 00:02.000\nhi"), offset_seconds=60)[0][1:3] == (61.0, 62.0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_odd_encodings_are_read(encoding: str) -> None:
    content = "WEBVTT\r\n\r\n00:01.000 --> 00:02.000\r\nJörg: Grüße".encode(encoding)
    assert parse(content) == [Spoken("Jörg", 1.0, 2.0, "Grüße")]


def test_markup_is_taken_off_and_entities_become_the_text_they_stand_for() -> None:
    content = vtt("00:01.000 --> 00:02.000\n<b>Hi</b> &lt;script&gt;alert(1)&lt;/script&gt;")
    assert parse(content)[0].text == "Hi <script>alert(1)</script>"


def test_a_file_without_cues_is_an_empty_transcript() -> None:
    assert parse(b"WEBVTT\n") == []


@pytest.mark.parametrize("content", [b"", b"<!doctype html><html></html>", b"\x00\x00\x00 ftypmp42", b"{}"])
def test_what_is_no_transcript_is_refused(content: bytes) -> None:
    with pytest.raises(NotATranscript):
        parse(content)


@given(st.binary(max_size=400))
def test_whatever_comes_it_is_a_transcript_or_refused(tail: bytes) -> None:
    cues = parse(b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + tail)
    assert cues == sorted(cues, key=lambda cue: (cue.start_seconds, cue.end_seconds))
    assert all(cue.text and "\0" not in cue.text for cue in cues)
