from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from contacts.models import Brand
from integrations.models import (
    AuditEntry,
    Registrant,
    SessionNotice,
    SyncRun,
    WebhookDelivery,
    Webinar,
    ZoomConnection,
)
from integrations.settings_changes import set_global
from integrations.webhooks.worker import deliveries
from tests.integrations.make import make_session, make_webinar
from tests.integrations.webhooks.sending import SECRET, about, delivered
from tests.marketing_events.make import make_call, make_event
from tests.support.jobs import work_off

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def secret(settings: Any) -> None:
    settings.ZOOM_WEBHOOK_SECRET_TOKEN = SECRET


@pytest.fixture
def told(syncing_brand: Brand, webinar: Webinar) -> Any:
    """Delivers an event about the webinar and has it handled."""

    def tell(event: str, *, at: datetime | None = None, **fields: Any) -> WebhookDelivery:
        delivery = delivered(webinar.connection, event, about(webinar, **fields), at)
        work_off(deliveries)
        delivery.refresh_from_db()
        return delivery

    return tell


def person(zoom_id: str = "r1", email: str = "Jill@Example.com", **fields: str) -> dict[str, str]:
    return {"id": zoom_id, "email": email, "first_name": "Jill", "last_name": "Chill", **fields}


def make_registrant(webinar: Webinar, zoom_id: str = "r1", **fields: Any) -> Registrant:
    return Registrant.objects.create(
        **{"webinar": webinar, "zoom_id": zoom_id, "status": "approved", "registered_at": NOW, **fields}
    )


def only_run() -> SyncRun:
    return SyncRun.objects.get()


# The schedule of webinars


def test_a_new_webinar_makes_the_list_be_read(connection: ZoomConnection) -> None:
    delivered(connection, "webinar.created", {"account_id": "acme-account", "object": {"id": 1}})
    work_off(deliveries)
    assert (only_run().kind, only_run().trigger) == ("discovery", "webhook")


def test_a_webinar_that_is_not_known_yet_makes_the_list_be_read_too(connection: ZoomConnection) -> None:
    delivered(connection, "webinar.updated", {"account_id": "acme-account", "object": {"id": 1}})
    work_off(deliveries)
    assert only_run().kind == "discovery"


@pytest.mark.parametrize("event", ["webinar.updated", "webinar.started"])
def test_a_known_webinar_is_asked_about_and_not_believed(told: Any, webinar: Webinar, event: str) -> None:
    delivery = told(event, topic="What the message says")
    assert (delivery.result, str(delivery.outcome)) == ("handled", "The webinar will sync soon.")
    assert (only_run().webinar, only_run().trigger) == (webinar, "webhook")
    webinar.refresh_from_db()
    assert webinar.topic == "Growing roses"


def test_a_deleted_webinar_makes_the_list_be_read_and_a_deleted_date_its_webinar(
    told: Any, webinar: Webinar
) -> None:
    told("webinar.deleted", occurrences=[{"occurrence_id": "o2", "start_time": "2026-03-01T10:00:00Z"}])
    assert (only_run().kind, only_run().webinar) == ("webinar", webinar)
    SyncRun.objects.all().delete()
    told("webinar.deleted")
    assert only_run().kind == "discovery"


def test_the_sync_waits_a_moment_so_that_a_burst_is_one_sync(told: Any, webinar: Webinar) -> None:
    told("webinar.updated")
    told("webinar.updated", topic="again")
    assert only_run().not_before > timezone.now() + timedelta(seconds=2)


def test_a_webinar_with_many_people_waits_longer(told: Any, webinar: Webinar) -> None:
    Webinar.objects.update(registered_count=20_000)
    told("webinar.updated")
    assert only_run().not_before > timezone.now() + timedelta(seconds=90)


# What a switch keeps out


def test_d3_what_a_switch_keeps_out_is_ignored_and_the_reason_kept(
    brand: Brand, webinar: Webinar, connection: ZoomConnection
) -> None:
    registrant = person(status="approved")
    delivery = delivered(
        connection, "webinar.registration_created", about(webinar, registrant=registrant), NOW
    )
    work_off(deliveries)
    delivery.refresh_from_db()
    assert delivery.result == "ignored"
    assert "“Sync webinar data” is off" in str(delivery.outcome)
    assert not SyncRun.objects.exists()
    assert not Registrant.objects.exists()


def test_r5_nothing_is_done_about_a_zoom_event(told: Any, webinar: Webinar) -> None:
    Webinar.objects.update(is_zoom_event=True)
    assert "Zoom Events aren't supported" in str(told("webinar.updated").outcome)


@pytest.mark.parametrize("event", ["webinar.chat_message_file_sent", "meeting.started", "user.created"])
def test_an_event_that_nothing_depends_on_is_stored_as_ignored(told: Any, event: str) -> None:
    assert told(event).result == "ignored"


def test_an_account_that_is_disconnected_is_left_alone(told: Any, connection: ZoomConnection) -> None:
    ZoomConnection.objects.update(state="disconnected")
    assert str(told("webinar.updated").outcome) == "This Zoom account is disconnected."


@pytest.mark.parametrize("told_object", [None, [], {}, {"id": "no number"}, {"uuid": "x"}])
def test_a_message_that_makes_no_sense_ends_as_failed(connection: ZoomConnection, told_object: Any) -> None:
    delivery = delivered(connection, "webinar.updated", {"account_id": "acme-account", "object": told_object})
    work_off(deliveries)
    delivery.refresh_from_db()
    assert delivery.state == "failed"
    assert str(delivery.error).startswith("The webhook event couldn")


@pytest.mark.parametrize("event", ["webinar.updated", "webinar.started", "webinar.ended"])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("start_time", "Nov 28, 2026 10:00 AM"),
        ("start_time", 1_764_154_400),
        ("end_time", {}),
        ("type", "webinar"),
        ("uuid", ["hook1=="]),
        ("practice_session", "perhaps"),
        ("registrant", "Jill"),
        ("occurrences", [{"occurrence_id": None}]),
    ],
)
def test_d13_a_part_that_cannot_be_read_does_not_keep_the_webinar_from_its_sync(
    told: Any, webinar: Webinar, event: str, field: str, value: object
) -> None:
    delivery = told(event, **{field: value})
    assert (delivery.result, only_run().webinar) == ("handled", webinar)
    assert field in str(delivery.outcome)


def test_what_can_be_read_beside_an_unreadable_part_is_noted(told: Any) -> None:
    told("webinar.registration_created", at=NOW, registrant=person(status="approved"), start_time="soon")
    assert Registrant.objects.get().email == "jill@example.com"


def test_a_webinar_that_is_not_known_yet_is_listed_whatever_else_cannot_be_read(
    connection: ZoomConnection,
) -> None:
    payload = {"account_id": "acme-account", "object": {"id": 1, "start_time": "soon"}}
    delivery = delivered(connection, "webinar.updated", payload)
    work_off(deliveries)
    delivery.refresh_from_db()
    assert (delivery.result, only_run().webinar) == ("handled", None)


# Who registers and who cancels


def test_d6_somebody_who_registers_is_remembered_so_that_their_absence_means_something(
    told: Any, webinar: Webinar
) -> None:
    told("webinar.registration_created", at=NOW, registrant=person(status="approved"))
    row = Registrant.objects.get()
    assert (row.zoom_id, row.email, row.first_name) == ("r1", "jill@example.com", "Jill")
    assert (row.status, row.registered_at, row.occurrence_id) == ("approved", NOW, "")
    assert only_run().webinar == webinar


def test_what_a_listing_has_shown_already_is_not_overwritten(told: Any, webinar: Webinar) -> None:
    make_registrant(webinar, status="denied", email="other@example.com")
    told("webinar.registration_created", at=NOW, registrant=person(status="approved"))
    assert Registrant.objects.get().status == "denied"


def test_zooms_own_example_of_a_denial_under_the_wrong_name_registers_nobody(told: Any) -> None:
    told("webinar.registration_created", registrant=person())
    assert not Registrant.objects.exists()


def test_d6_somebody_who_cancels_vanishes_from_zooms_lists_so_the_message_is_kept(
    told: Any, webinar: Webinar
) -> None:
    make_registrant(webinar)
    delivery = told("webinar.registration_cancelled", at=NOW + MINUTE, registrant=person())
    row = Registrant.objects.get()
    assert (row.status, row.cancelled_at, row.registered_at) == ("gone", NOW + MINUTE, NOW)
    assert str(delivery.outcome) == "The cancellation was noted. The webinar will sync soon."


def test_d6_who_registered_and_cancelled_between_two_syncs_was_registered(
    told: Any, webinar: Webinar
) -> None:
    told("webinar.registration_cancelled", at=NOW, registrant=person())
    row = Registrant.objects.get()
    assert (row.status, row.registered_at, row.cancelled_at) == ("gone", NOW, NOW)


def test_a_late_cancellation_does_not_undo_a_newer_registration(told: Any, webinar: Webinar) -> None:
    make_registrant(webinar, registered_at=NOW + MINUTE)
    told("webinar.registration_cancelled", at=NOW, registrant=person())
    assert Registrant.objects.get().status == "approved"


def test_a_registration_that_is_told_after_its_cancellation_does_not_revive_it(
    told: Any, webinar: Webinar
) -> None:
    told("webinar.registration_cancelled", at=NOW + MINUTE, registrant=person())
    told("webinar.registration_created", at=NOW, registrant=person(status="approved"))
    assert Registrant.objects.get().status == "gone"


def test_a_cancellation_that_the_host_made_keeps_what_the_listing_said(told: Any, webinar: Webinar) -> None:
    make_registrant(webinar, status="denied", cancelled_at=NOW)
    told("webinar.registration_cancelled", at=NOW + MINUTE, registrant=person())
    row = Registrant.objects.get()
    assert (row.status, row.cancelled_at) == ("denied", NOW)


def test_only_the_named_occurrences_are_cancelled(told: Any, webinar: Webinar) -> None:
    Webinar.objects.update(kind=9, registration_type=2)
    for occurrence in ("o1", "o2"):
        webinar.occurrences.create(occurrence_id=occurrence)
        make_registrant(webinar, occurrence_id=occurrence)
    occurrences = [{"occurrence_id": "o2", "start_time": "2026-03-01T10:00:00Z"}]
    told("webinar.registration_cancelled", at=NOW, registrant=person(), occurrences=occurrences)
    statuses = dict(Registrant.objects.values_list("occurrence_id", "status"))
    assert statuses == {"o1": "approved", "o2": "gone"}


def test_d12_the_same_cancellation_twice_is_the_same_as_once(told: Any, webinar: Webinar) -> None:
    make_registrant(webinar)
    for later in (1, 2):
        told("webinar.registration_cancelled", at=NOW + later * MINUTE, registrant=person())
    assert Registrant.objects.get().cancelled_at == NOW + MINUTE


# Sessions that end


def test_d7_the_end_of_a_session_is_noted(told: Any, webinar: Webinar) -> None:
    told(
        "webinar.ended",
        id=webinar.zoom_webinar_id,
        start_time="2026-03-01T10:00:00Z",
        end_time="2026-03-01T11:00:30Z",
        practice_session=False,
    )
    notice = SessionNotice.objects.get()
    assert (notice.uuid, notice.is_practice) == ("session-uuid==", False)
    assert notice.ended_at == datetime(2026, 3, 1, 11, 0, 30, tzinfo=UTC)
    assert only_run().not_before > timezone.now() + timedelta(seconds=50)


def test_d7_a_practice_session_is_noted_as_one(told: Any, webinar: Webinar) -> None:
    delivery = told("webinar.ended", start_time="2026-03-01T10:00:00Z", practice_session=True)
    assert SessionNotice.objects.get().is_practice
    assert str(delivery.outcome) == "This was a practice session, which doesn't count."


def test_d17_a_practice_session_is_noted_before_its_webinar_is_known(told: Any, webinar: Webinar) -> None:
    told("webinar.ended", id=4711, start_time="2026-03-01T10:00:00Z", practice_session=True)
    assert SessionNotice.objects.get(zoom_webinar_id=4711).is_practice


def test_d17_a_practice_session_is_noted_while_the_sync_is_off(told: Any, webinar: Webinar) -> None:
    Webinar.objects.update(sync_enabled=False)
    told("webinar.ended", start_time="2026-03-01T10:00:00Z", practice_session=True)
    assert SessionNotice.objects.get().is_practice
    assert not SyncRun.objects.exists()


def test_what_is_told_twice_is_noted_once(told: Any, webinar: Webinar) -> None:
    for _time in range(2):
        told("webinar.ended", end_time="2026-03-01T11:00:30Z")
    assert SessionNotice.objects.count() == 1


@pytest.mark.parametrize("event", ["webinar.participant_joined", "webinar.participant_left"])
def test_comings_and_goings_cost_one_late_sync(told: Any, webinar: Webinar, event: str) -> None:
    for number in range(5):
        told(event, participant={"user_id": str(number), "user_name": "Jill"})
    assert only_run().not_before > timezone.now() + timedelta(minutes=4)


# Recordings


@pytest.fixture
def recordings_on(syncing_brand: Brand) -> None:
    set_global(syncing_brand, recordings="all", actor=None)
    SyncRun.objects.all().delete()


@pytest.mark.parametrize(
    "event",
    ["recording.completed", "recording.transcript_completed", "recording.trashed", "recording.renamed"],
)
def test_a_recording_is_looked_at_anew(told: Any, recordings_on: None, webinar: Webinar, event: str) -> None:
    session = make_session(webinar, "session-uuid==", check_count=9)
    other = make_session(webinar, "other")
    told(event)
    session.recording_search.refresh_from_db()
    other.recording_search.refresh_from_db()
    assert session.recording_search.next_check_at is not None
    assert session.recording_search.check_count == 0
    assert other.recording_search.next_check_at is None
    assert only_run().webinar == webinar


def test_r12_a_recording_that_no_switch_lets_through_is_ignored(told: Any, webinar: Webinar) -> None:
    session = make_session(webinar, "session-uuid==")
    delivery = told("recording.completed")
    session.recording_search.refresh_from_db()
    assert (delivery.result, session.recording_search.next_check_at) == ("ignored", None)
    assert "no Zoom users" in str(delivery.outcome)


def test_the_recording_of_a_meeting_is_none_of_ours(told: Any, recordings_on: None) -> None:
    assert str(told("recording.completed", type=4).outcome) == "This is about a meeting's recording."


def test_events_about_several_recordings_find_ours_among_them(
    recordings_on: None, connection: ZoomConnection, webinar: Webinar
) -> None:
    session = make_session(webinar, "ours==")
    meetings = [{"meeting_uuid": "theirs=="}, {"meeting_uuid": "ours==", "recording_file_ids": ["f"]}]
    payload = {"account_id": connection.account_id, "object": {"meetings": meetings}}
    delivered(connection, "recording.batch_trashed", payload)
    work_off(deliveries)
    session.recording_search.refresh_from_db()
    assert session.recording_search.next_check_at is not None
    assert only_run().webinar == webinar


def test_an_event_that_names_files_finds_the_session_that_they_are_of(
    recordings_on: None, connection: ZoomConnection, webinar: Webinar
) -> None:
    event = make_event()
    call = make_call(event, session_uuid="ours==")
    session = make_session(webinar, "ours==", event=event)
    file = call.files.get().external_id
    payload = {"account_id": connection.account_id, "object": {"recording_files": [file, "theirs"]}}
    delivered(connection, "recording.batch_deleted", payload)
    work_off(deliveries)
    session.recording_search.refresh_from_db()
    assert session.recording_search.next_check_at is not None


def test_a_message_about_a_recording_has_nothing_else_read(
    told: Any, recordings_on: None, webinar: Webinar
) -> None:
    make_session(webinar, "session-uuid==")
    told("recording.completed")
    assert only_run().depth == SyncRun.Depth.RECORDINGS


def test_beside_another_message_all_is_read(told: Any, recordings_on: None, webinar: Webinar) -> None:
    make_session(webinar, "session-uuid==")
    told("recording.completed")
    told("webinar.registration_created")
    told("recording.transcript_completed")
    assert only_run().depth == SyncRun.Depth.NEWS


def test_the_recording_of_a_session_that_nobody_has_read_of_has_its_webinar_read(
    told: Any, recordings_on: None, webinar: Webinar
) -> None:
    told("recording.completed")
    assert only_run().depth == SyncRun.Depth.NEWS


# The app itself


def removed(connection: ZoomConnection, **fields: Any) -> WebhookDelivery:
    payload = {
        "account_id": connection.account_id,
        "deauthorization_time": "2026-03-01T12:00:00.632Z",
        **fields,
    }
    delivery = delivered(connection, "app_deauthorized", payload, NOW)
    work_off(deliveries)
    delivery.refresh_from_db()
    return delivery


def test_an_app_that_was_removed_at_zoom_is_disconnected_here(connection: ZoomConnection) -> None:
    removed(connection, client_id="acme-client")
    connection.refresh_from_db()
    assert (connection.state, connection.client_secret) == ("disconnected", "")
    assert AuditEntry.objects.open().get().code == "app_removed"


def test_another_app_that_was_removed_is_not_ours(connection: ZoomConnection) -> None:
    assert removed(connection, client_id="another").result == "ignored"
    assert ZoomConnection.objects.get().state == "connected"


def test_a_removal_that_is_told_after_zoom_was_connected_again_is_old(
    brand: Brand, connection: ZoomConnection
) -> None:
    AuditEntry.objects.create(
        brand=brand, subject="brand", code="connected", severity="info", state="resolved"
    )
    assert str(removed(connection).outcome) == "Zoom has been reconnected since."
    assert ZoomConnection.objects.get().state == "connected"


def test_one_account_never_touches_the_webinars_of_another(
    syncing_brand: Brand, other_brand: Brand, webinar: Webinar
) -> None:
    other = ZoomConnection.objects.create(brand=other_brand, auth_kind="oauth", account_id="globex")
    theirs = make_webinar(other, zoom_webinar_id=webinar.zoom_webinar_id)
    delivered(other, "webinar.updated", about(theirs))
    work_off(deliveries)
    assert not SyncRun.objects.filter(webinar=webinar).exists()
