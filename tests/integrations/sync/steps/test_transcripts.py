"""Transcripts of calls: where they come from, and what goes wrong with them, over real HTTP."""

from datetime import timedelta

import pytest

from integrations.models import ZoomConnection
from marketing_events.models import Participation
from tests.integrations.sync.steps.recording_helpers import Studio, open_studio
from zoom_simulator.account.rows import RecordingFile
from zoom_simulator.simulator import ALL_SCOPES, Simulator
from zoom_simulator.vtt import Cue, write_vtt

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
NOTHING: dict[str, str] = {}
SAID = ["Welcome, everybody.", "Thank you."]


@pytest.fixture
def studio(
    simulator: Simulator, simulated_connection: ZoomConnection, monkeypatch: pytest.MonkeyPatch
) -> Studio:
    """What fails is tried again without waiting."""
    monkeypatch.setattr("integrations.zoom.http.page_prefetcher.time.sleep", lambda _seconds: None)
    return open_studio(simulator, simulated_connection)


def two_pieces(studio: Studio) -> list[RecordingFile]:
    start = studio.held.start
    pieces = [(start, start + 20 * MINUTE), (start + 30 * MINUTE, start + 60 * MINUTE)]
    studio.account.recording_ready(studio.uuid, pieces=pieces)
    return [
        studio.account.transcript_ready(studio.uuid, [Cue(1, 2, f"Piece {piece}")], piece=piece)
        for piece in (0, 1)
    ]


HOSTILE = {
    "html": ("transcript_rejected", "web page"),
    "inside": ("transcript_rejected", "without https"),
    "loop": ("transcript_rejected", "endlessly"),
    "huge": ("transcript_rejected", "larger than 20 MB"),
    "missing": ("recording_unavailable", "404"),
    "not ready": ("recording_processing", "401"),
    "other host": ("recording_processing", "couldn't be downloaded"),
}


@pytest.mark.parametrize("behaviour", HOSTILE)
def test_r54_a_transcript_that_cannot_be_had_is_told_and_disturbs_nothing_else(
    studio: Studio, behaviour: str
):
    file = studio.record(behaviour=behaviour)
    studio.sync()
    warning, words = HOSTILE[behaviour]
    assert studio.warnings.keys() == {warning}
    assert words in studio.warnings[warning]
    assert "//" not in studio.warnings[warning], "addresses are secrets"
    assert studio.said == []
    assert studio.call.recording_url
    assert studio.call.attendees.count() == Participation.objects.attended().count() == 2
    file.behaviour = "ok"
    studio.tell()
    assert (studio.said, studio.warnings) == (SAID, NOTHING)


@pytest.mark.parametrize("behaviour", HOSTILE)
def test_d12_what_was_read_stays_while_zoom_hands_out_something_else(studio: Studio, behaviour: str):
    file = studio.record()
    studio.sync()
    file.behaviour = behaviour
    studio.tell()
    assert studio.said == SAID
    assert studio.warnings.keys() == {HOSTILE[behaviour][0]}


def test_d10_a_file_that_opens_only_with_the_recordings_own_token_is_read(studio: Studio):
    studio.record(behaviour="refuses access token")
    studio.sync()
    assert (studio.said, studio.warnings) == (SAID, NOTHING)


def test_r54_what_is_no_transcript_is_told(studio: Studio):
    studio.record().content = b"\x00\x00\x00 ftypmp42"
    studio.sync()
    assert studio.warnings.keys() == {"transcript_unreadable"}


def test_d10_scripts_and_odd_characters_are_kept_as_the_text_that_they_are(studio: Studio):
    evil = "<script>alert(1)</script>"
    name = "Eve " + "x" * 60
    studio.record(Cue(1, 2, f"a\0b {evil.replace('<', '&lt;')}", name), Cue(3, 4, evil, name))
    studio.sync()
    assert studio.said == [f"ab {evil}", evil]
    assert studio.speakers == [name, name]


# Who speaks


ODD_NAMES = ["@pine / Noa Pine (A-12)", "0xFern", "1415***1234", "Dr. Jane Smith", "🎤 Jane"]


def test_d23_participants_the_host_and_panelists_are_speakers_and_nobody_else_is(studio: Studio):
    for number, name in enumerate(ODD_NAMES):
        studio.make.stay(studio.held, None, 5, 50, name=name, user_email=f"odd{number}@customer.example")
    studio.planned.panelists.append(("Pia Lund - acme.example", "pia@acme.example"))
    named = [*ODD_NAMES, "olivia owner", "Pia Lund - acme.example"]
    cues = [Cue(second, second + 0.5, "Hello", name) for second, name in enumerate(named, 1)]
    studio.record(*cues, Cue(30, 31, "we ship", "And here is the thing"))
    studio.sync()
    assert studio.speakers == [*named, ""]
    assert studio.said[-1] == "And here is the thing: we ship"


def test_d23_without_the_list_of_panelists_the_transcript_is_read_all_the_same(studio: Studio):
    studio.simulator.app.scopes = [all_scope for all_scope in ALL_SCOPES if "panelists" not in all_scope]
    studio.planned.panelists.append(("Pia Lund", "pia@acme.example"))
    studio.record(Cue(1, 2, "Hello", "Pia Lund"), Cue(3, 4, "Thanks", "Greta Guest"))
    studio.sync()
    assert (studio.said, studio.speakers) == (["Pia Lund: Hello", "Thanks"], ["", "Greta Guest"])


def test_d23_a_speaker_whose_attendance_comes_later_is_found_with_the_next_reading(studio: Studio):
    studio.record(Cue(1, 2, "Hello", "Late Larry"), Cue(3, 4, "Thanks", "Greta Guest"))
    studio.sync()
    assert studio.speakers == ["", "Greta Guest"]
    studio.make.stay(studio.held, None, 5, 50, name="Late Larry", user_email="larry@customer.example")
    studio.sync(full=True)
    assert (studio.said, studio.speakers) == (["Hello", "Thanks"], ["Late Larry", "Greta Guest"])


def test_d23_captions_get_no_speakers_from_their_text(studio: Studio):
    studio.account.recording_ready(studio.uuid)
    captions = [Cue(second, second + 1, f"why {second}?", "Question") for second in (1, 3)]
    studio.account.add_file(studio.uuid, "CC", "closed_caption", content=write_vtt(captions).decode())
    studio.sync()
    assert (studio.said, studio.speakers) == (["Question: why 1?", "Question: why 3?"], ["", ""])


def test_d23_text_without_a_readable_cue_is_unreadable_and_never_ready(studio: Studio):
    studio.record().content = b"WEBVTT\n\n1\n00:00:01;000 --> 00:00:03;000\nGreta Guest: hi\n"
    studio.sync()
    assert studio.warnings.keys() == {"transcript_unreadable"}
    assert studio.call.transcript_state == "unreadable"


# Changes in Zoom


def test_d13_a_transcript_that_comes_after_its_recording_is_found_without_any_message(studio: Studio):
    studio.account.recording_ready(studio.uuid)
    studio.sync()
    assert studio.warnings.keys() == {"transcript_missing"}
    assert round(studio.waits() / MINUTE) == 5
    studio.account.transcript_ready(studio.uuid, [Cue(1, 2, "At last")])
    studio.wake()
    assert (studio.said, studio.warnings) == (["At last"], NOTHING)
    assert round(studio.waits() / DAY) == 1


def test_d12_a_transcript_that_is_the_same_is_not_written_again(studio: Studio):
    studio.record()
    studio.sync()
    before = list(studio.call.utterances.order_by("position").values_list("pk", flat=True))
    studio.sync(full=True)
    assert list(studio.call.utterances.order_by("position").values_list("pk", flat=True)) == before


def test_d10_a_transcript_that_was_corrected_at_zoom_takes_the_place_of_the_old_one(studio: Studio):
    studio.record()
    studio.sync()
    studio.account.change_transcript(studio.uuid, [Cue(1, 2, "Welcome, all.", "Olivia Owner")])
    studio.wake()
    assert studio.said == ["Welcome, all."]


def test_d12_a_transcript_that_was_deleted_at_zoom_goes(studio: Studio):
    studio.record()
    studio.sync()
    studio.account.delete_transcript(studio.uuid)
    studio.wake()
    assert studio.said == []
    assert studio.warnings.keys() == {"transcript_missing"}


# Where it comes from


def test_d10_a_transcript_that_the_recording_does_not_list_is_asked_for(studio: Studio):
    studio.record().listed = False
    studio.sync()
    assert (studio.said, studio.warnings) == (SAID, NOTHING)


def test_d10_captions_serve_where_there_is_no_transcript(studio: Studio):
    studio.account.recording_ready(studio.uuid)
    studio.account.add_file(
        studio.uuid, "CC", "closed_caption", content="WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n"
    )
    studio.sync()
    assert (studio.said, studio.warnings) == (["Hi"], NOTHING)


@pytest.mark.parametrize(
    ("state", "warning"),
    [
        ("none", "transcript_missing"),
        ("unsupported", "transcript_missing"),
        ("deleted", "transcript_missing"),
        ("processing", "recording_processing"),
    ],
)
def test_r55_why_there_is_no_transcript_is_told_apart(studio: Studio, state: str, warning: str):
    studio.account.recording_ready(studio.uuid).transcript_state = state
    studio.sync()
    assert studio.warnings.keys() == {warning}
    assert studio.call.recording_url


def test_r39_a_scope_that_is_missing_for_transcripts_alone_is_named(studio: Studio):
    studio.account.recording_ready(studio.uuid)
    studio.simulator.app.scopes = [all_scope for all_scope in ALL_SCOPES if "transcript" not in all_scope]
    studio.sync()
    assert "cloud_recording:read:meeting_transcript:admin" in studio.warnings["recording_unavailable"]


def test_r40_a_listed_transcript_that_is_still_made_is_waited_for(studio: Studio):
    studio.record().status = "processing"
    studio.sync()
    assert studio.warnings.keys() == {"recording_processing"}
    assert studio.call.recording_url, "the recording is there"


# Several pieces


def test_d10_of_two_pieces_the_one_that_can_be_read_is_kept(studio: Studio):
    _first, second = two_pieces(studio)
    second.behaviour = "huge"
    studio.sync()
    assert studio.said == ["Piece 0"]
    assert studio.warnings.keys() == {"transcript_rejected"}
    second.behaviour = "ok"
    studio.wake()
    assert (studio.said, studio.warnings) == (["Piece 0", "Piece 1"], NOTHING)


@pytest.mark.parametrize("behaviour", ["huge", "missing"])
def test_d12_a_part_never_takes_the_place_of_the_whole(studio: Studio, behaviour: str):
    first, _second = two_pieces(studio)
    studio.sync()
    first.behaviour = behaviour
    studio.tell()
    assert studio.said == ["Piece 0", "Piece 1"]
