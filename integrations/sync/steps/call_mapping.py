"""Maps a recording from Zoom to a call of the CRM: its pieces, its facts and its files. Pure.

Only values that can be stored pass: links that a browser may follow, numbers that a column holds.
"""

from collections import Counter
from datetime import datetime

from core.intervals import Interval
from core.links import web_link
from integrations.rules import calls as rules
from integrations.zoom import records
from marketing_events.recorded import Facts, File

_MOST = 2**31 - 1  # what a PositiveIntegerField holds


def call_of(recording: records.Recording) -> rules.Call:
    return rules.call_of(
        (
            rules.RecordingFile(
                file_id=key,
                file_type=file.file_type,
                recording_type=file.recording_type,
                status=file.status,
                span=_span(file),
                play_url=web_link(file.play_url),
                download_url=file.download_url,
            )
            for key, file in _by_key(recording).items()
        ),
        started_at=recording.start_time,
        minutes=recording.duration,
        share_url=web_link(recording.share_url),
    )


def facts_of(call: rules.Call, recording: records.Recording, name: str, began_at: datetime) -> Facts:
    """`name` and `began_at` are the session's own: they serve where the recording does not tell."""
    return Facts(
        title=recording.topic.replace("\0", "").strip() or name,
        starts_at=call.starts_at or began_at,
        duration_seconds=min(call.duration_seconds, _MOST),
        recording_url=call.play_url,
        passcode=recording.password or recording.recording_play_passcode,
    )


def files_of(call: rules.Call, recording: records.Recording) -> list[File]:
    listed = _by_key(recording)
    return [
        File(
            external_id=file.file_id,
            piece=piece.number,
            kind=(file.recording_type or file.file_type).lower(),
            extension=listed[file.file_id].file_extension,
            size_bytes=listed[file.file_id].file_size or None,
            play_url=file.play_url,
            starts_at=file.span.start if file.span else None,
            ends_at=file.span.end if file.span else None,
        )
        for piece in call.pieces
        for file in piece.files
    ]


def _by_key(recording: records.Recording) -> dict[str, records.RecordingFile]:
    """Each file under its ID; captions and time lines, which have none, under what else tells them apart."""
    nameless: Counter[str] = Counter()
    by_key = {}
    for file in recording.recording_files:
        key = (
            file.id or f"{file.file_type}:{file.recording_start.isoformat() if file.recording_start else ''}"
        )
        if not file.id:
            nameless[key] += 1
            key = f"{key}:{nameless[key]}"
        by_key[key[:200]] = file
    return by_key


def _span(file: records.RecordingFile) -> Interval | None:
    start, end = file.recording_start, file.recording_end
    return Interval(start, end) if start and end and start <= end else None
