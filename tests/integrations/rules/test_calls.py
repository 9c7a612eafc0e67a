from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.intervals import Interval, union
from integrations.rules.calls import (
    Piece,
    RecordingFile,
    call_of,
    is_processing,
    pieces_of,
    playable,
    transcript_of,
)
from tests.integrations.rules.strategies import at, intervals, span

files = st.lists(
    st.builds(
        RecordingFile,
        st.uuids().map(str),
        st.sampled_from(["MP4", "M4A", "TRANSCRIPT", "CC", "CHAT"]),
        st.sampled_from(["", "shared_screen", "gallery_view", "audio_only"]),
        st.sampled_from(["", "completed", "processing"]),
        st.none() | intervals,
        st.sampled_from(["", "https://zoom.example/rec/play/1", "https://zoom.example/rec/play/2"]),
    ),
    unique_by=lambda file: file.file_id,
)


def video(name: str, when: Interval | None, view: str = "shared_screen") -> RecordingFile:
    return RecordingFile(name, "MP4", view, "completed", when, f"https://zoom.example/play/{name}")


def sound(name: str, when: Interval | None) -> RecordingFile:
    return RecordingFile(name, "M4A", "audio_only", "completed", when, f"https://zoom.example/play/{name}")


def test_d10_several_pieces_of_one_session_are_one_call() -> None:
    files = [
        video("b", span(30, 50)),
        sound("b2", span(30, 50)),
        video("a", span(1, 21)),
        sound("a2", span(1, 21)),
    ]
    call = call_of(files)
    assert call.starts_at == at(1)
    assert call.duration_seconds == 40 * 60
    assert call.play_url == "https://zoom.example/play/a"
    assert [(piece.number, piece.span, len(piece.files)) for piece in call.pieces] == [
        (1, span(1, 21), 2),
        (2, span(30, 50), 2),
    ]
    assert [call.offset_seconds(piece) for piece in call.pieces] == [0, 29 * 60]


def test_d10_where_no_file_tells_the_recording_does() -> None:
    call = call_of([RecordingFile("", "CC")], at(0), minutes=45, share_url="https://zoom.example/share")
    assert (call.starts_at, call.duration_seconds, call.play_url) == (
        at(0),
        2700,
        "https://zoom.example/share",
    )
    assert call.offset_seconds(call.pieces[0]) == 0
    assert call_of([]) == (None, 0, "", ())


def test_d10_the_best_picture_plays_and_sound_only_without_one() -> None:
    gallery, speaker = video("g", span(0, 9), "gallery_view"), video("s", span(0, 9), "active_speaker")
    screen = video("v", span(0, 9), "shared_screen_with_speaker_view")
    unknown, tone = video("u", span(0, 9), "hologram"), sound("t", span(0, 9))
    found = playable(pieces_of([tone, unknown, gallery, speaker, screen]))
    assert [file.file_id for file in found] == ["v", "s", "g", "u", "t"]
    assert playable(pieces_of([RecordingFile("c", "CHAT", play_url="https://zoom.example/chat")])) == []
    assert playable(pieces_of([tone, video("late", span(20, 30))]))[0].file_id == "late"


def test_d10_stopping_and_starting_in_the_same_second_makes_two_pieces() -> None:
    assert len(pieces_of([video("a", span(0, 10)), video("b", span(10, 20))])) == 2
    assert len(pieces_of([video("a", span(0, 0)), sound("b", span(0, 0))])) == 1


def test_d10_files_without_times_belong_to_the_first_piece() -> None:
    captions = RecordingFile("", "CC")
    pieces = pieces_of([captions, video("b", span(30, 50)), video("a", span(0, 20))])
    assert captions in pieces[0].files
    assert captions not in pieces[1].files
    assert pieces_of([captions]) == (Piece(1, None, (captions,)),)


def test_d10_zooms_transcript_is_preferred_to_captions() -> None:
    captions, transcript = RecordingFile("", "CC"), RecordingFile("t", "TRANSCRIPT", "audio_transcript")
    assert transcript_of(Piece(1, None, (captions, transcript))) == transcript
    assert transcript_of(Piece(1, None, (captions,))) == captions
    assert transcript_of(Piece(1, None, (video("v", None),))) is None


@pytest.mark.parametrize(
    ("statuses", "processing"), [([], True), (["completed", ""], False), (["completed", "processing"], True)]
)
def test_r40_a_recording_is_processing_until_each_of_its_files_is_there(
    statuses: list, processing: bool
) -> None:
    assert is_processing([RecordingFile("a", "MP4", status=status) for status in statuses]) is processing


@given(files)
def test_d10_every_file_is_in_exactly_one_piece(of: list[RecordingFile]) -> None:
    pieces = pieces_of(of)
    assert sorted(file.file_id for piece in pieces for file in piece.files) == sorted(f.file_id for f in of)
    assert [piece.number for piece in pieces] == list(range(1, len(pieces) + 1))


@given(files)
def test_d10_pieces_do_not_overlap_and_cover_what_their_files_cover(of: list[RecordingFile]) -> None:
    spans = [piece.span for piece in pieces_of(of) if piece.span]
    assert all(earlier.end <= later.start for earlier, later in pairwise(spans))
    assert union(spans) == union(file.span for file in of if file.span)


@given(files, st.randoms(use_true_random=False))
def test_d12_the_order_of_files_does_not_matter(of: list[RecordingFile], random: object) -> None:
    shuffled = list(of)
    random.shuffle(shuffled)
    assert call_of(shuffled) == call_of(of)


@given(files)
def test_d10_a_call_plays_something_if_anything_plays(of: list[RecordingFile]) -> None:
    call = call_of(of, share_url="shared")
    plays = {file.play_url for file in of if file.play_url and file.file_type in {"MP4", "M4A"}}
    assert call.play_url in (plays or {"shared"})
    pictures = {file.play_url for file in of if file.play_url and file.file_type == "MP4"}
    assert not pictures or call.play_url in pictures
