from django.utils import timezone

from contacts.models import Brand
from integrations.models import AuditEntry, Webinar, ZoomConnection, ZoomUser
from integrations.settings_changes import set_global, set_user, set_webinar
from marketing_events.models import Call
from tests.integrations.make import make_held
from tests.marketing_events.make import make_event
from zoomsync.models import User


def open_warnings(webinar: Webinar) -> set[tuple[str, str]]:
    return set(AuditEntry.objects.open().filter(webinar=webinar).values_list("code", "cause"))


def test_e1_opens_when_a_switch_goes_off_and_clears_when_it_is_on_again(
    syncing_brand: Brand, webinar: Webinar, alice: User
) -> None:
    set_webinar(webinar, sync=False, actor=alice)
    assert open_warnings(webinar) == {("E1", "switch_webinar")}
    set_global(syncing_brand, sync_webinars=False, actor=alice)
    assert open_warnings(webinar) == {("E1", "switch_webinar"), ("E1", "switch_global")}
    set_global(syncing_brand, sync_webinars=True, actor=alice)
    assert open_warnings(webinar) == {("E1", "switch_webinar")}
    set_webinar(webinar, sync=True, actor=alice)
    assert open_warnings(webinar) == set()
    resolved = AuditEntry.objects.get(cause="switch_webinar")
    assert resolved.resolution == "sync: from off to on, by Alice Admin."


def test_e4_says_that_a_part_is_missing_when_there_was_a_sync_before(
    syncing_brand: Brand, webinar: Webinar
) -> None:
    Webinar.objects.update(last_synced_at=timezone.now())
    set_webinar(webinar, sync=False, actor=None)
    assert open_warnings(webinar) == {("E1", "switch_webinar"), ("E4", "switch_webinar")}
    set_webinar(webinar, sync=True, actor=None)
    assert open_warnings(webinar) == set()


def test_r37_e2_names_which_of_the_three_switches_of_recordings_is_off(
    syncing_brand: Brand, connection: ZoomConnection, host: ZoomUser
) -> None:
    webinar = make_held(connection, host)
    set_global(syncing_brand, recordings="all", actor=None)
    assert open_warnings(webinar) == set()
    set_webinar(webinar, recordings=False, actor=None)
    assert open_warnings(webinar) == {("E2", "switch_recordings_webinar")}
    set_webinar(webinar, recordings=True, actor=None)
    set_global(syncing_brand, recordings="selected", actor=None)
    assert open_warnings(webinar) == {("E2", "switch_recordings_user")}
    set_user(host, sync_recordings=True, actor=None)
    assert open_warnings(webinar) == set()
    set_global(syncing_brand, recordings="none", actor=None)
    assert open_warnings(webinar) == {("E2", "switch_recordings_global")}


def test_e4_says_that_calls_are_missing_when_there_are_some(
    syncing_brand: Brand, connection: ZoomConnection, host: ZoomUser
) -> None:
    set_global(syncing_brand, recordings="all", actor=None)
    webinar = make_held(connection, host)
    event = make_event(zoom_webinar_id=webinar.zoom_webinar_id)
    webinar.occurrences.update(event=event)
    Call.objects.create(event=event, title="x", starts_at=timezone.now())
    set_global(syncing_brand, recordings="none", actor=None)
    assert open_warnings(webinar) == {("E2", "switch_recordings_global"), ("E4", "switch_recordings")}


def test_other_warnings_are_left_to_the_sync(syncing_brand: Brand, webinar: Webinar) -> None:
    AuditEntry.objects.create(
        brand=syncing_brand,
        webinar=webinar,
        subject="s",
        code="E2",
        cause="processing",
        severity="warning",
        state="open",
    )
    set_webinar(webinar, sync=False, actor=None)
    set_webinar(webinar, sync=True, actor=None)
    assert open_warnings(webinar) == {("E2", "processing")}


def test_r31_a_change_of_a_webinars_switch_is_told_in_its_own_log(
    syncing_brand: Brand, webinar: Webinar, alice: User
) -> None:
    set_webinar(webinar, sync=False, actor=alice)
    entry = AuditEntry.objects.get(code="settings_changed")
    assert (entry.webinar, entry.state) == (webinar, "resolved")
    assert entry.message == "sync: from on to off, by Alice Admin."


def test_a_change_for_the_whole_account_is_told_once(syncing_brand: Brand, webinar: Webinar) -> None:
    set_global(syncing_brand, recordings="all", actor=None)
    assert AuditEntry.objects.get(code="settings_changed").webinar is None
