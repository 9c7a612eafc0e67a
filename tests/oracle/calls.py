"""The call that a recorded session becomes: one, however many pieces and files it was recorded in."""

import html
import re
from datetime import datetime
from typing import Any

from tests.oracle.people import is_listed, normal
from tests.oracle.seen import Part
from zoom_simulator.account import SimulatedAccount
from zoom_simulator.account.rows import Recording, RecordingFile, User, Webinar
from zoom_simulator.api.recordings import share_url
from zoom_simulator.policy import Policy

TIMES = re.compile(r"^((?:\d+:)?\d+:\d+[.,]\d+)[ \t]+-->[ \t]+((?:\d+:)?\d+:\d+[.,]\d+).*$", re.MULTILINE)
SPEAKER = re.compile(r"(.{1,100}?): (.+)", re.DOTALL)
MARKUP = re.compile(r"</?(?:[bciu]|ruby|rt|v|lang)(?:[. ][^<>]*)?>")
READABLE = ("ok", "refuses access token")


def call_of(
    account: SimulatedAccount, webinar: Webinar, part: Part, emails: list[str], policy: Policy
) -> dict[str, Any] | None:
    """None if the session has no recording to be seen, no one who counts was there, or a switch is off."""
    recording = part.instance.recording
    host = account.users[webinar.host_id]
    if not emails or recording is None or recording.state != "completed":
        return None
    if not _wanted(webinar, host, policy):
        return None
    return {
        "webinar_id": webinar.id,
        "session_uuid": part.instance.uuid,
        "title": recording.topic.replace("\0", ""),
        "recording_url": _link(account, recording),
        "duration_seconds": _length(recording),
        "emails": emails,
        "transcript": _transcript(recording, _people(webinar, part, host)),
    }


def _wanted(webinar: Webinar, host: User, policy: Policy) -> bool:
    selected = normal(host.email) in map(normal, policy.recording_users)
    return (
        (policy.recordings == "all" or (policy.recordings == "selected" and selected))
        and not is_listed(normal(host.email), policy.exclude_recordings)
        and webinar.id not in policy.recordings_off
    )


def _link(account: SimulatedAccount, recording: Recording) -> str:
    """Where the first piece plays: its picture, the speaker's view before the gallery, else its sound."""
    playable = sorted(
        (file for file in recording.files if file.file_type in ("MP4", "M4A")),
        key=lambda row: (row.file_type != "MP4", row.start, "gallery" in row.recording_type),
    )
    return f"{account.base_url}/rec/play/{playable[0].id}" if playable else share_url(account, recording)


def _pieces(recording: Recording) -> list[tuple[datetime, datetime]]:
    return sorted({(file.start, file.end) for file in recording.files})


def _length(recording: Recording) -> int:
    """Seconds of all pieces together; they do not overlap."""
    return round(sum((end - start).total_seconds() for start, end in _pieces(recording)))


def _people(webinar: Webinar, part: Part, host: User) -> set[str]:
    """The names of those who may speak."""
    names = [presence.name for presence in part.presences] + [name for name, _email in webinar.panelists]
    return {name.strip().lower() for name in (*names, f"{host.first_name} {host.last_name}")} - {""}


def _transcript(recording: Recording, people: set[str]) -> list[dict[str, Any]]:
    """All cues in order of time; those of later pieces moved by as much as the piece began later."""
    begin = min((start for start, _ in _pieces(recording)), default=None)
    cues = []
    for start, _ in _pieces(recording):
        file = _written(recording, start)
        if begin and file and file.behaviour in READABLE:
            cues += _cues(file, (start - begin).total_seconds(), people)
    return sorted(cues, key=lambda cue: (cue["start_seconds"], cue["end_seconds"]))


def _written(recording: Recording, start: datetime) -> RecordingFile | None:
    """What was said in the piece that began then: the transcript, else the captions."""
    own = {file.file_type: file for file in recording.files if file.start == start}
    return own.get("TRANSCRIPT") or own.get("CC")


def _cues(file: RecordingFile, offset: float, people: set[str]) -> list[dict[str, Any]]:
    """A bare reader of WebVTT: what stands between two lines of times, less the number before the second."""
    text = re.sub(r"\r+\n", "\n", _decoded(file.content))
    marks = list(TIMES.finditer(text))
    cues = []
    for mark, end in zip(marks, [*(mark.start() for mark in marks[1:]), len(text)], strict=False):
        words = re.sub(r"\n\s*\n\d+\n\Z" if end < len(text) else r"\Z", "", text[mark.end() : end])
        words = re.sub(r"\n\nNOTE\b.*?(?=\n\n|\Z)", "", words, flags=re.DOTALL)
        if words := " ".join(html.unescape(MARKUP.sub("", words)).split()):
            cues.append(_cue(mark, words, offset))
    return cues if file.file_type == "CC" else _with_speakers(cues, people)


def _cue(found: re.Match[str], words: str, offset: float) -> dict[str, Any]:
    return {
        "speaker": "",
        "start_seconds": round(_seconds(found[1]) + offset, 3),
        "end_seconds": round(_seconds(found[2]) + offset, 3),
        "text": words,
    }


def _with_speakers(cues: list[dict[str, Any]], people: set[str]) -> list[dict[str, Any]]:
    """A name before a colon is one if it comes twice, or if someone is called so."""
    named = [(cue, SPEAKER.fullmatch(cue["text"])) for cue in cues]
    names = [match[1].lower() for _cue, match in named if match]
    return [
        cue | {"speaker": match[1], "text": match[2]}
        if match and (match[1].lower() in people or names.count(match[1].lower()) > 1)
        else cue
        for cue, match in named
    ]


def _seconds(stamp: str) -> float:
    total = 0.0
    for part in stamp.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")
