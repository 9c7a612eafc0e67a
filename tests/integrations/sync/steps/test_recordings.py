"""Recorded sessions become calls, against the simulator over real HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import F
from django.utils import timezone

from contacts.actions import delete_contact
from contacts.models import Contact
from integrations.models import (
    AttendanceReading,
    AuditEntry,
    RecordingSearch,
    SyncRun,
    Webinar,
    WebinarInstance,
    ZoomConnection,
    ZoomSettings,
)
from integrations.rules.recordings import GIVE_UP_AFTER
from integrations.sync.runs.queue import enqueue_webinar
from integrations.sync.runs.schedule import enqueue_due
from integrations.zoom.client import ZoomClient
from marketing_events.models import AttendanceInterval, Call, Participation
from tests.integrations.sync.helpers import Trigger, exported
from tests.integrations.sync.steps.recording_helpers import Studio, open_studio
from zoom_simulator.simulator import ALL_SCOPES, Simulator
from zoom_simulator.vtt import Cue

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOTHING: dict[str, str] = {}


@pytest.fixture
def studio(simulator: Simulator, simulated_connection: ZoomConnection) -> Studio:
    return open_studio(simulator, simulated_connection)


def give_up() -> None:
    """Moves what was held back by as long as anybody waits."""
    earlier = {name: F(name) - GIVE_UP_AFTER for name in ("started_at", "ended_at")}
    WebinarInstance.objects.update(**earlier)
    stays = {name: F(name) - GIVE_UP_AFTER for name in ("joined_at", "left_at")}
    AttendanceInterval.objects.update(**stays)


def test_d10_a_recorded_session_becomes_a_call_on_its_attendees_and_its_event(studio: Studio):
    studio.make.stay(studio.held, None, 0, 60, name="Ex Viewer", user_email="")
    studio.record()
    studio.sync()
    call = studio.call
    assert call.title == "Growing roses"
    assert call.starts_at == studio.held.start.replace(microsecond=0)
    assert call.duration_seconds == 3600
    assert call.recording_url.startswith(f"{studio.simulator.url}/rec/play/")
    assert call.passcode == studio.held.recording.passcode  # type: ignore[union-attr]
    assert {attendee.contact.email for attendee in call.attendees.all()} == {
        "olivia@acme.example",
        "greta@customer.example",
    }
    assert list(call.files.order_by("kind").values_list("kind", "extension", "piece")) == [
        ("audio_only", "M4A", 1),
        ("audio_transcript", "VTT", 1),
        ("shared_screen_with_speaker_view", "MP4", 1),
    ]
    spoken = call.utterances.order_by("position").values_list("speaker", "start_seconds", "text")
    assert list(spoken) == [
        ("Olivia Owner", 1.0, "Welcome, everybody."),
        ("Greta Guest", 5.0, "Thank you."),
    ]
    assert studio.warnings == NOTHING


def test_d10_several_recorded_pieces_make_one_call(studio: Studio):
    start = studio.held.start
    pieces = [(start + 2 * MINUTE, start + 20 * MINUTE), (start + 30 * MINUTE, start + 55 * MINUTE)]
    studio.account.recording_ready(studio.uuid, pieces=pieces)
    for piece in (1, 0):
        studio.account.transcript_ready(studio.uuid, [Cue(1, 2, f"Piece {piece}")], piece=piece)
    studio.sync()
    assert Call.objects.count() == 1
    assert studio.call.duration_seconds == (18 + 25) * 60
    assert studio.said == ["Piece 0", "Piece 1"]
    assert list(studio.call.utterances.order_by("position").values_list("start_seconds", flat=True)) == [
        1.0,
        28 * 60 + 1.0,
    ]


def test_d10_each_session_of_a_webinar_has_a_call_of_its_own(studio: Studio):
    again = studio.hold(after=90)
    studio.record()
    studio.account.recording_ready(again.uuid)
    studio.sync()
    assert set(Call.objects.values_list("session_uuid", flat=True)) == {studio.uuid, again.uuid}


def test_d7_a_practice_session_has_no_call(studio: Studio):
    forecast = studio.make.hold(studio.planned, after=-90, minutes=30, practice=True)
    studio.account.recording_ready(forecast.uuid)
    studio.sync()
    assert not Call.objects.exists()
    assert studio.asked(f"{forecast.uuid[:8]}.*/recordings") == 0


def test_r5_a_webinar_of_zoom_events_has_no_call(studio: Studio):
    studio.planned.is_events_webinar = True
    studio.record()
    studio.sync()
    assert (Call.objects.count(), studio.asked("/recordings")) == (0, 0)


def test_d13_a_second_sync_at_once_costs_no_call_for_the_recording(studio: Studio):
    studio.record()
    studio.sync()
    before = studio.asked("/(recordings|transcript)")
    studio.sync()
    assert studio.asked("/(recordings|transcript)") == before
    studio.sync(full=True)
    assert studio.asked("/(recordings|transcript)") > before


def test_invariant_3_no_download_token_is_stored(studio: Studio, monkeypatch: pytest.MonkeyPatch):
    tokens: list[str] = []
    asked = ZoomClient.recording

    def noting(self: ZoomClient, uuid: str) -> Any:
        recording = asked(self, uuid)
        tokens.append(recording.download_access_token)
        return recording

    monkeypatch.setattr(ZoomClient, "recording", noting)
    studio.record(behaviour="loop")
    studio.sync()
    assert tokens
    assert all(tokens)
    stored = "".join(
        str(row)
        for model in (Call, AuditEntry, SyncRun, RecordingSearch, WebinarInstance, Webinar)
        for row in model.objects.values()
    )
    assert not any(token in stored for token in tokens)


# The switches


SWITCHES = {
    "recordings_off": lambda studio: ZoomSettings.objects.update(recordings="none"),
    "host_recordings_off": lambda studio: ZoomSettings.objects.update(recordings="selected"),
    "webinar_recordings_off": lambda studio: Webinar.objects.update(sync_recordings=False),
}


@pytest.mark.parametrize("warning", SWITCHES)
def test_r37_while_a_switch_says_no_nothing_is_read_and_what_is_there_stays(studio: Studio, warning: str):
    studio.record()
    studio.sync()
    again = studio.hold(after=90)
    studio.account.recording_ready(again.uuid)
    SWITCHES[warning](studio)
    asked = studio.asked("/(recordings|transcript)")
    studio.sync(full=True)
    assert studio.asked("/(recordings|transcript)") == asked
    assert Call.objects.count() == 1
    assert studio.call.is_available
    assert studio.warnings.keys() == {warning}
    assert studio.webinar.next_recording_at is None


def test_r41_once_the_switch_is_on_the_sync_brings_what_is_missing(studio: Studio):
    ZoomSettings.objects.update(recordings="none")
    studio.record()
    studio.sync()
    assert (studio.warnings.keys(), Call.objects.count()) == ({"recordings_off"}, 0)
    ZoomSettings.objects.update(recordings="all")
    studio.sync()
    assert (studio.warnings, studio.said) == (NOTHING, ["Welcome, everybody.", "Thank you."])


def test_r37_a_switch_that_goes_off_ends_the_waiting(studio: Studio):
    studio.account.record(studio.uuid)
    studio.sync()
    assert studio.webinar.next_recording_at
    ZoomSettings.objects.update(recordings="none")
    studio.wake()
    assert studio.webinar.next_recording_at is None
    assert studio.warnings == NOTHING


# Processing


def test_r40_what_is_processing_is_looked_at_with_growing_pauses_until_it_is_ready(studio: Studio):
    studio.account.record(studio.uuid)
    studio.sync()
    assert studio.warnings.keys() == {"recording_processing"}
    waits = [studio.waits()]
    for _look in range(3):
        studio.wake()
        waits.append(studio.waits())
    assert [round(wait / MINUTE) for wait in waits] == [5, 10, 20, 40]
    studio.record()
    studio.wake()
    assert studio.warnings == NOTHING
    assert studio.said
    assert round(studio.waits() / DAY) == 1


def test_r40_waiting_for_a_recording_reads_nothing_else(studio: Studio):
    studio.account.record(studio.uuid)
    studio.sync()
    studio.simulator.calls.clear()
    studio.wake()
    paths = {call.path.rpartition("/")[2] for call in studio.simulator.calls}
    assert paths == {"recordings", "transcript"}
    assert SyncRun.objects.latest("pk").depth == SyncRun.Depth.RECORDINGS


def test_r40_looking_by_hand_does_not_make_the_pauses_longer(studio: Studio):
    studio.account.record(studio.uuid)
    studio.sync()
    for _press in range(5):
        studio.sync(full=True)
    assert round(studio.waits() / MINUTE) == 5


def test_r40_processing_is_given_up_after_three_days_and_said_so(studio: Studio):
    studio.account.record(studio.uuid)
    studio.sync()
    give_up()
    studio.wake()
    assert studio.warnings.keys() == {"recording_overdue"}
    assert studio.instance.recording_search.next_check_at is None
    assert studio.webinar.next_recording_at is None
    assert enqueue_due(studio.connection) == 0
    studio.record()
    studio.tell()
    assert studio.warnings == NOTHING


def test_r40_a_piece_that_is_still_processed_makes_the_recording_wait(studio: Studio):
    studio.record()
    studio.held.recording.files[0].status = "processing"  # type: ignore[union-attr]
    studio.sync()
    assert (Call.objects.count(), studio.warnings.keys()) == (0, {"recording_processing"})


def test_r39_a_session_that_was_not_recorded_is_looked_for_and_then_let_be(studio: Studio):
    studio.sync()
    assert studio.warnings.keys() == {"recording_pending"}
    assert round(studio.waits() / MINUTE) == 5
    give_up()
    studio.wake()
    assert studio.warnings.keys() == {"recording_missing"}
    assert studio.instance.recording_search.next_check_at is None


# What becomes of a recording


def test_d13_without_any_message_a_recording_is_visited_again_after_1_7_and_30_days(studio: Studio):
    studio.record()
    studio.sync()
    days = [round(studio.waits() / DAY)]
    for age in (1, 7):
        RecordingSearch.objects.update(since=timezone.now() - age * DAY - MINUTE)
        studio.wake()
        days.append(age + round(studio.waits() / DAY))
    assert days == [1, 7, 30]
    RecordingSearch.objects.update(since=timezone.now() - 30 * DAY - MINUTE)
    studio.wake()
    assert studio.instance.recording_search.next_check_at is None


def test_r39_a_trashed_recording_is_withdrawn_and_comes_back_when_recovered(studio: Studio):
    studio.record()
    studio.sync()
    studio.account.trash_recording(studio.uuid)
    studio.wake()
    assert not studio.call.is_available
    assert studio.warnings == {"recording_trashed": "The recording is in Zoom's trash."}
    assert exported("calls") == []
    studio.account.recover_recording(studio.uuid)
    studio.wake()
    assert studio.call.is_available
    assert studio.warnings == NOTHING
    assert len(exported("calls")) == 1
    told = AuditEntry.objects.filter(code__in=["call_created", "call_removed"]).order_by("pk")
    assert [row.code for row in told] == ["call_created", "call_removed", "call_created"]


def test_r39_a_deleted_recording_is_told_from_a_trashed_one(studio: Studio):
    studio.record()
    studio.sync()
    studio.account.delete_recording(studio.uuid)
    studio.wake()
    assert studio.instance.recording_search.state == "deleted"
    assert not studio.call.is_available
    assert studio.warnings.keys() == {"recording_deleted"}


def test_r39_a_recording_whose_files_are_all_deleted_is_gone(studio: Studio):
    studio.record()
    studio.sync()
    studio.held.recording.files.clear()  # type: ignore[union-attr]
    studio.wake()
    assert studio.instance.recording_search.state == "deleted"


def test_r39_a_recording_trashed_before_anybody_looked_is_found_in_the_trash(studio: Studio):
    studio.account.recording_ready(studio.uuid)
    studio.account.trash_recording(studio.uuid)
    studio.sync()
    assert studio.instance.recording_search.state == "trashed"
    assert studio.warnings.keys() == {"recording_trashed"}


def test_r39_the_trash_is_read_once_for_all_sessions_of_a_webinar(studio: Studio):
    for minutes in (90, 180, 270):
        studio.hold(after=minutes)
    studio.sync()
    assert studio.asked("/users/.*/recordings") == 1


def test_d13_a_renamed_recording_renames_the_call(studio: Studio):
    studio.record()
    studio.sync()
    studio.account.rename_recording(studio.uuid, "Roses, the movie")
    studio.wake()
    assert studio.call.title == "Roses, the movie"


def test_d13_a_file_that_is_deleted_at_zoom_goes_and_a_new_one_comes(studio: Studio):
    studio.record()
    studio.sync()
    sound = next(file for file in studio.held.recording.files if file.file_type == "M4A")  # type: ignore[union-attr]
    studio.account.delete_file(studio.uuid, sound.id)
    studio.account.add_file(studio.uuid, "CHAT", "chat_file")
    studio.wake()
    kinds = set(studio.call.files.values_list("kind", flat=True))
    assert kinds == {"shared_screen_with_speaker_view", "audio_transcript", "chat_file"}


# Attendance


def test_r38_a_recording_that_nobody_attended_is_no_call_until_somebody_did(studio: Studio):
    studio.held.rows.clear()
    studio.record()
    studio.sync()
    assert (Call.objects.count(), studio.warnings.keys()) == (0, {"recording_without_attendees"})
    studio.make.stay(studio.held, studio.guest, 5, 50)
    studio.sync(full=True)
    assert [attendee.contact.email for attendee in studio.call.attendees.all()] == ["greta@customer.example"]
    assert studio.warnings == NOTHING


def test_r38_where_nobody_attended_and_nothing_was_recorded_nothing_is_missing(studio: Studio):
    studio.held.rows.clear()
    studio.sync()
    assert studio.warnings == NOTHING


def test_d10_attendees_that_zoom_tells_later_are_added_to_the_call(studio: Studio):
    studio.record()
    studio.sync()
    late = studio.make.register(studio.planned, "late@customer.example", "Late Comer")
    studio.make.stay(studio.held, late, 20, 30)
    AttendanceReading.objects.update(first_read_at=timezone.now() - HOUR, last_read_at=timezone.now() - HOUR)
    asked = studio.asked("/(recordings|transcript)")
    studio.sync()
    assert studio.asked("/(recordings|transcript)") == asked
    assert "late@customer.example" in {attendee.contact.email for attendee in studio.call.attendees.all()}


def test_d10_a_call_whose_attendees_are_all_deleted_goes(studio: Studio):
    studio.record()
    studio.sync()
    for contact in Contact.objects.all():
        delete_contact(contact.pk)
    studio.sync()
    assert not Call.objects.exists()


def test_d12_a_session_that_is_final_is_not_read_again_for_its_recording(studio: Studio):
    studio.record()
    studio.sync()
    AttendanceReading.objects.update(final_at=timezone.now())
    Webinar.objects.update(next_sync_at=None)
    studio.simulator.calls.clear()
    studio.wake()
    assert {call.path.rpartition("/")[2] for call in studio.simulator.calls if "/v2/" in call.path} == {
        "recordings"
    }
    assert Participation.objects.attended().count() == 2


# Trouble


def test_r39_a_missing_scope_is_named_and_costs_nothing_else(studio: Studio):
    studio.record()
    studio.simulator.app.scopes = [all_scope for all_scope in ALL_SCOPES if "recording" not in all_scope]
    studio.sync()
    assert studio.warnings.keys() == {"recording_unavailable"}
    assert "cloud_recording:read:list_recording_files:admin" in studio.warnings["recording_unavailable"]
    assert Participation.objects.attended().count() == 2


def test_r39_a_zoom_that_does_not_answer_is_asked_again_soon_and_costs_nothing_else(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("integrations.zoom.http.page_prefetcher.time.sleep", lambda _seconds: None)
    studio.record()
    studio.simulator.faults.add("500", "/recordings", times=0)
    studio.sync()
    assert studio.warnings.keys() == {"recording_unavailable"}
    assert studio.waits() < 6 * MINUTE
    assert Participation.objects.attended().count() == 2
    studio.simulator.faults.clear()
    studio.wake()
    assert (studio.warnings, len(studio.said)) == (NOTHING, 2)


def test_d12_a_zoom_that_does_not_answer_takes_nothing_away(studio: Studio, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("integrations.zoom.http.page_prefetcher.time.sleep", lambda _seconds: None)
    studio.record()
    studio.sync()
    studio.simulator.faults.add("html", "/recordings", times=0)
    studio.wake()
    assert studio.instance.recording_search.state == "ready"
    assert studio.call.is_available
    assert studio.warnings == NOTHING
    assert studio.waits() < 15 * MINUTE


def test_d13_a_message_that_comes_during_the_look_is_not_forgotten(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
):
    studio.record()
    studio.sync()
    asked = ZoomClient.recording

    def while_asking(self: ZoomClient, uuid: str) -> Any:
        RecordingSearch.objects.update(next_check_at=timezone.now(), check_count=0)
        enqueue_webinar(studio.webinar, Trigger.WEBHOOK, depth=SyncRun.Depth.RECORDINGS)
        monkeypatch.undo()
        return asked(self, uuid)

    monkeypatch.setattr(ZoomClient, "recording", while_asking)
    before = studio.asked("/recordings")
    studio.sync(full=True)
    assert studio.asked("/recordings") == before + 2


def test_r31_the_audit_log_counts_calls_and_transcripts(studio: Studio):
    studio.record()
    studio.sync()
    entry = AuditEntry.objects.get(code="sync_completed")
    assert "1 call added, 1 transcript read" in entry.message
    studio.wake()
    assert AuditEntry.objects.filter(code="sync_completed").count() == 1, (
        "a look that finds nothing is no news"
    )


@pytest.mark.django_db(transaction=True)
def test_d13_the_command_syncs_webinars_of_which_a_recording_is_due(studio: Studio):
    studio.account.record(studio.uuid)
    studio.sync()
    studio.record()
    past = timezone.now() - MINUTE
    RecordingSearch.objects.update(next_check_at=past)
    AttendanceReading.objects.update(final_at=past)
    Webinar.objects.update(next_recording_at=past, next_sync_at=None)
    call_command("sync_zoom")
    assert studio.said


def test_d10_odd_titles_and_links_are_cleaned_before_they_are_stored(studio: Studio):
    studio.record()
    recording = studio.held.recording
    assert recording
    recording.topic = "Nu\0l " + "x" * 1_000
    studio.account.base_url, real = "javascript:alert(1)//", studio.account.base_url
    studio.sync()
    studio.account.base_url = real
    assert studio.call.title == ("Nul " + "x" * 1_000)[:500]
    assert studio.call.recording_url == ""
    assert set(studio.call.files.values_list("play_url", flat=True)) == {""}
    assert studio.call.transcript_state == "refused", "its address is not Zoom's either"
