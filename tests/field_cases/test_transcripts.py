"""Transcript files that failed in the field (D23), each in a recording at the simulator."""

from collections.abc import Callable
from pathlib import Path

import pytest

from integrations.models import ZoomConnection
from tests.integrations.sync.steps.recording_helpers import Studio, open_studio
from zoom_simulator.simulator import Simulator

FILES = Path(__file__).parent / "files"

type Said = list[tuple[str, str]]  # speaker and text


@pytest.fixture
def studio(simulator: Simulator, simulated_connection: ZoomConnection) -> Studio:
    return open_studio(simulator, simulated_connection)


@pytest.fixture
def said_in(studio: Studio) -> Callable[..., Said]:
    """What the call says after a sync in which this file was the transcript."""

    def sync(name: str, *participants: str, captions: bool = False) -> Said:
        for number, participant in enumerate(participants):
            email = f"participant{number}@customer.example"
            studio.make.stay(studio.held, None, 5, 50, name=participant, user_email=email)
        content = (FILES / name).read_text(encoding="utf-8")
        if captions:
            studio.account.recording_ready(studio.uuid)
            studio.account.add_file(studio.uuid, "CC", "closed_caption", content=content)
        else:
            studio.record().content = (FILES / name).read_bytes()
        studio.sync()
        return list(zip(studio.speakers, studio.said, strict=True))

    return sync


def test_case_01_speakers_have_dots_digits_signs_and_many_words(said_in: Callable[..., Said]) -> None:
    there = [
        "Olga M. (acme)",
        "Pia Lund - acme.example",
        "acme.coop",
        "Dr. Jane Smith",
        "@pine / Noa Pine (A-12)",
        "0xFern",
        "1415***1234",
        "Maria del Carmen de la Cruz Rodriguez Lopez",
        "🎤 Jane",
        "Bob Jones",
    ]
    said = said_in("01-speaker-names.vtt", *there)
    assert [speaker for speaker, _text in said] == ["T. Archer", "T. Archer", *there]
    assert said[0] == ("T. Archer", "Welcome to the webinar.")
    assert said[-1] == ("Bob Jones", "So my point is: we ship.")


def test_case_02_text_after_a_blank_line_is_kept(said_in: Callable[..., Said]) -> None:
    assert said_in("02-blank-line-after-timing.vtt", "Jane Smith", "Bob Jones") == [
        ("Jane Smith", "this line follows a blank line."),
        ("Bob Jones", "this one is kept."),
    ]


def test_case_03_an_arrow_in_speech_is_speech(said_in: Callable[..., Said]) -> None:
    assert said_in("03-arrow-in-speech.vtt", "Jane Smith", "Bob Jones") == [
        ("Jane Smith", "the flow goes A --> B and then C"),
        ("Bob Jones", "ok"),
    ]


def test_case_04_less_than_in_speech_is_speech(said_in: Callable[..., Said]) -> None:
    assert said_in("04-less-than-in-speech.vtt", "Jane Smith", "Bob Jones") == [
        ("Jane Smith", "if x < 5 and y > 3 it fails, and <inaudible> too"),
        ("Bob Jones", "ok"),
    ]


def test_case_05_captions_get_no_speakers(said_in: Callable[..., Said]) -> None:
    said = said_in("05-captions-get-speakers.vtt", captions=True)
    assert {speaker for speaker, _text in said} == {""}
    assert said[2][1] == "Question: what is a segment?"
    assert said[6][1] == "And now the good part: we are done."


def test_case_05b_a_nameless_cue_with_a_colon_invents_no_speaker(said_in: Callable[..., Said]) -> None:
    assert said_in("05b-nameless-cue-between-named.vtt", "Bob Bell") == [
        ("Ann Archer", "Hello."),
        ("", "And here is the thing: we ship today."),
        ("Ann Archer", "Yes."),
        ("Bob Bell", "ok"),
    ]


def test_case_06_times_with_a_comma_are_read(studio: Studio, said_in: Callable[..., Said]) -> None:
    assert said_in("06-no-cue-understood-comma.vtt", "Jane") == [("Jane", "hi")]
    assert (studio.call.transcript_state, studio.warnings) == ("ready", {})


def test_case_06b_lines_that_end_in_cr_cr_lf_are_read(said_in: Callable[..., Said]) -> None:
    assert said_in("06b-no-cue-understood-crcrlf.vtt", "Jane") == [("Jane", "hi")]
