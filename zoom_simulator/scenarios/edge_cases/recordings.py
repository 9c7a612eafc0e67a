"""Awkward recordings: in pieces, late, gone, renamed; transcripts in odd forms; downloads that misbehave."""

from datetime import timedelta
from typing import Any

from zoom_simulator.account.rows import Instance
from zoom_simulator.downloads import BEHAVIOURS
from zoom_simulator.scenarios.builder import Builder
from zoom_simulator.scenarios.edge_cases.table import Cases
from zoom_simulator.vtt import Cue, write_vtt

CASES = Cases()
TALK = [
    Cue(1.0, 4.5, "Welcome, everybody.", "Olivia Owner"),
    Cue(5.25, 9.0, "Thank you for having me.", "Greta Guest"),
    Cue(9.5, 12.0, "Let us begin at the beginning.", "Olivia Owner"),
]


@CASES.add
def recorded_with_transcript(make: Builder) -> None:
    """The plain case: video, sound, transcript with speakers."""
    instance = _recorded(make)
    make.account.transcript_ready(instance.uuid, [*TALK, Cue(13, 15, "Note: it ends here.", "Olivia Owner")])


@CASES.add
def recorded_in_two_pieces(make: Builder) -> None:
    """Stopped and started again: one call, its transcript counted from the first piece's start."""
    instance = _attended(make)
    pieces = [
        (instance.start + timedelta(minutes=start), instance.start + timedelta(minutes=end))
        for start, end in ((2, 20), (30, 55))
    ]
    make.account.recording_ready(instance.uuid, pieces=pieces)
    make.account.transcript_ready(instance.uuid, TALK, piece=1)
    make.account.transcript_ready(instance.uuid, TALK, piece=0)


@CASES.add
def many_kinds_of_files(make: Builder) -> None:
    """Chat, time line, captions and another view beside the video; captions have neither id nor status."""
    instance = _recorded(make)
    make.account.transcript_ready(instance.uuid, TALK)
    for file_type, kind in [
        ("CC", "closed_caption"),
        ("TIMELINE", "timeline"),
        ("CHAT", "chat_file"),
        ("MP4", "gallery_view"),
    ]:
        make.account.add_file(instance.uuid, file_type, kind, content=write_vtt(TALK[:1]).decode())


@CASES.add
def captions_only(make: Builder) -> None:
    """No transcript, but captions: they serve."""
    instance = _recorded(make)
    captions = [Cue(row.start, row.end, row.text) for row in TALK]
    make.account.add_file(instance.uuid, "CC", "closed_caption", content=write_vtt(captions).decode())


@CASES.add
def still_processing(make: Builder) -> None:
    """Recorded, not ready: looks as if there were none (R40)."""
    instance = _attended(make, start=make.now - timedelta(hours=3))
    make.account.record(instance.uuid)


@CASES.add
def trashed_and_deleted(make: Builder) -> None:
    """Neither can be played (R39)."""
    make.account.trash_recording(_recorded(make).uuid)
    make.account.delete_recording(_recorded(make, topic="trashed and deleted, for good").uuid)


@CASES.add
def recovered_from_the_trash(make: Builder) -> None:
    """Is back."""
    instance = _recorded(make)
    make.account.trash_recording(instance.uuid)
    make.account.recover_recording(instance.uuid)


@CASES.add
def renamed_recording(make: Builder) -> None:
    """The call has the recording's name, not the webinar's."""
    make.account.rename_recording(_recorded(make).uuid, "A better name 🎬")


@CASES.add
def recorded_for_nobody(make: Builder) -> None:
    """No one who may enter was there: no call (R38)."""
    webinar = make.past()
    make.register(webinar, "missed.it@customer.example", "Missed It")
    make.account.recording_ready(make.hold(webinar).uuid)


@CASES.add
def recorded_rehearsal(make: Builder) -> None:
    """A practice session's recording is no call."""
    webinar = make.past()
    registrant = make.register(webinar, "premiere@customer.example", "Pre Miere")
    forecast = make.hold(webinar, after=-90, minutes=30, practice=True)
    make.stay(make.hold(webinar), registrant, 0, 30)
    make.account.recording_ready(forecast.uuid)


@CASES.add
def recording_of_an_excluded_host(make: Builder) -> None:
    """The webinar syncs, its recording does not (R14)."""
    rosa = make.account.add_user("rosa@studio.example", "Rosa", "Recorder")
    _recorded(make, host=rosa)


@CASES.add
def recording_switched_off(make: Builder) -> None:
    """The webinar's recordings switch is off."""
    instance = _recorded(make)
    webinar, _ = make.account.instance(instance.uuid)
    make.policy.recordings_off.append(webinar.id)


@CASES.add
def no_transcript(make: Builder) -> None:
    """None made, still being made, not supported, deleted: a call without words (R55)."""
    for state in ("none", "processing", "unsupported", "deleted"):
        instance = _recorded(make, topic=f"no transcript, {state}")
        assert instance.recording  # noqa: S101 - just made
        instance.recording.transcript_state = state


@CASES.add
def transcripts_in_odd_forms(make: Builder) -> None:
    """Without speakers, other encodings, out of order, empty, with markup, over several lines, with notes."""
    silent = [Cue(row.start, row.end, row.text) for row in TALK]
    for form, content in {
        "without speakers": write_vtt(silent),
        "byte order mark": b"\xef\xbb\xbf" + write_vtt(TALK),
        "utf-16": write_vtt(TALK).decode().encode("utf-16"),
        "windows-1252": write_vtt([Cue(0, 2, "Grüße aus Köln", "Jörg Müller")]).decode().encode("cp1252"),
        "out of order": write_vtt([TALK[2], TALK[0], TALK[1]]),
        "empty": b"WEBVTT\r\n\r\n",
        "several lines": b"WEBVTT\n\n00:01.000 --> 00:03.000\nOlivia Owner: one\ntwo\n\n"
        b"NOTE a remark\n\n00:04.000 --> 00:05.000\nOlivia Owner: three\n",
        "markup": write_vtt([Cue(0, 2, "1 &lt; 2 &amp; <script>alert(1)</script>", "Olivia Owner")]),
    }.items():
        instance = _recorded(make, topic=f"transcripts in odd forms, {form}")
        make.account.transcript_ready(instance.uuid, TALK).content = content


@CASES.add
def transcripts_that_lose_words(make: Builder) -> None:
    """A blank line after the times, an arrow or angle brackets in the words, times with a comma, CR CR LF."""
    one, two = (f"{number}\n00:00:0{number}.000 --> 00:00:0{number}.500\n" for number in (1, 2))
    for form, content in {
        "blank line": f"{one}\nOlivia Owner: one\n\n{two}two\n\nthree\n",
        "arrow": f"{one}from A --> B it goes\n\n{two}A --> B\n",
        "brackets": f"{one}x < 5, y > 3, <inaudible>, <i>never</i>\n",
        "comma": f"{one}Olivia Owner: one\n".replace(".", ","),
        "line ends": f"{one}Olivia Owner: one\n".replace("\n", "\r\r\n"),
    }.items():
        instance = _recorded(make, topic=f"transcripts that lose words, {form}")
        make.account.transcript_ready(instance.uuid, TALK).content = f"WEBVTT\n\n{content}".encode()


@CASES.add
def names_before_colons(make: Builder) -> None:
    """Of people with odd names who were there, of a panelist, of no one: only the last stay in the text."""
    webinar = make.past(panelists=[("Dr. Pia Panel", "pia@acme.example")])
    instance = make.hold(webinar)
    names = ["@pine / Noa Pine (A-12)", "0xFern", "1415***1234", "🎤 Jane"]
    for number, name in enumerate(names):
        make.stay(instance, None, 0, 50, name=name, user_email=f"odd{number}@customer.example")
    make.account.recording_ready(instance.uuid)
    said = [*names, "Dr. Pia Panel", "And here is the thing", "T. Twice", "So", "T. Twice"]
    cues = [Cue(second, second + 0.5, f"word {second}", name) for second, name in enumerate(said, 1)]
    make.account.transcript_ready(instance.uuid, cues)


@CASES.add
def captions_with_colons(make: Builder) -> None:
    """Captions name no one, however often a word stands before a colon."""
    instance = _recorded(make)
    captions = [Cue(second, second + 1, f"why {second}?", "Question") for second in (1, 3)]
    make.account.add_file(instance.uuid, "CC", "closed_caption", content=write_vtt(captions).decode())


@CASES.add
def downloads_that_misbehave(make: Builder) -> None:
    """A page instead of a transcript, redirects to where they must not go, no end: a call without words."""
    for behaviour in BEHAVIOURS[1:]:
        instance = _recorded(make, topic=f"downloads that misbehave, {behaviour}")
        make.account.transcript_ready(instance.uuid, TALK).behaviour = behaviour


def _attended(make: Builder, **more: Any) -> Instance:
    """A held session that one registrant and one excluded person attended."""
    webinar = make.past(**more)
    registrant = make.register(webinar, f"viewer{webinar.id}@customer.example", "View Er")
    instance = make.hold(webinar)
    make.stay(instance, registrant, 0, 50)
    make.stay(instance, None, 0, 50, name="Ex Viewer", user_email="viewer@excluded.example")
    return instance


def _recorded(make: Builder, **more: Any) -> Instance:
    instance = _attended(make, **more)
    make.account.recording_ready(instance.uuid)
    return instance
