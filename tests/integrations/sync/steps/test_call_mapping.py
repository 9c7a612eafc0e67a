from datetime import UTC, datetime, timedelta

from integrations.sync.steps.call_mapping import call_of, facts_of, files_of
from integrations.zoom.records import Recording, RecordingFile

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLAY = "https://zoom.us/rec/play/1"


def video(**fields: object) -> RecordingFile:
    given = {"id": "v", "file_type": "MP4", "recording_start": NOON, "recording_end": NOON + HOUR}
    return RecordingFile(**{**given, "play_url": PLAY, **fields})  # type: ignore[arg-type]


def recording(*files: RecordingFile, **fields: object) -> Recording:
    return Recording(uuid="u", recording_files=list(files), **fields)  # type: ignore[arg-type]


def test_d10_files_without_an_id_are_told_apart_and_keep_their_keys():
    captions = [RecordingFile(file_type="CC", recording_start=NOON) for _number in range(2)]
    zoom_recording = recording(video(), *captions, RecordingFile(file_type="TIMELINE"))
    keys = {file.external_id for file in files_of(call_of(zoom_recording), zoom_recording)}
    assert keys == {"v", "CC:2026-03-02T12:00:00+00:00:1", "CC:2026-03-02T12:00:00+00:00:2", "TIMELINE::1"}


def test_d10_links_that_no_browser_may_follow_are_dropped_and_another_file_plays():
    zoom_recording = recording(video(play_url="javascript:alert(1)"), video(id="w", play_url=PLAY))
    call = call_of(zoom_recording)
    assert facts_of(call, zoom_recording, "", NOON).recording_url == PLAY
    assert {file.play_url for file in files_of(call, zoom_recording)} == {"", PLAY}


def test_d10_what_the_recording_does_not_tell_is_the_sessions_own():
    zoom_recording = recording()
    facts = facts_of(call_of(zoom_recording), zoom_recording, "Growing roses", NOON)
    assert (facts.title, facts.starts_at, facts.duration_seconds) == ("Growing roses", NOON, 0)


def test_d10_the_passcode_is_the_one_that_people_type():
    zoom_recording = recording(password="123456", recording_play_passcode="long")
    other = recording(recording_play_passcode="long")
    assert facts_of(call_of(zoom_recording), zoom_recording, "", NOON).passcode == "123456"
    assert facts_of(call_of(other), other, "", NOON).passcode == "long"


def test_d10_times_that_make_no_sense_break_nothing():
    backwards = video(recording_start=NOON + HOUR, recording_end=NOON)
    endless = video(id="w", recording_end=datetime(9999, 1, 1, tzinfo=UTC))
    zoom_recording = recording(backwards, endless)
    facts = facts_of(call_of(zoom_recording), zoom_recording, "", NOON)
    assert facts.duration_seconds == 2**31 - 1
    assert len(files_of(call_of(zoom_recording), zoom_recording)) == 2
