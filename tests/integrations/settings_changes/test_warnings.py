from django.utils import timezone

from contacts.models import Brand
from integrations import audit
from integrations.audit import AuditCode
from integrations.models import AuditEntry, Webinar, ZoomConnection, ZoomUser
from integrations.settings_changes import set_global, set_user, set_webinar
from tests.integrations.make import make_held, make_webinar
from zoomsync.models import User


def open_warnings(webinar: Webinar) -> set[str]:
    """What the webinar's audit log shows as open."""
    own = AuditEntry.objects.open().filter(webinar=webinar)
    entries = own | audit.open_of_account(webinar.connection.brand, Webinar.objects.get(pk=webinar.pk))
    return set(entries.values_list("code", flat=True))


def test_e1_opens_when_a_switch_goes_off_and_clears_when_it_is_on_again(
    syncing_brand: Brand, webinar: Webinar, alice: User
) -> None:
    set_webinar(webinar, sync=False, actor=alice)
    assert open_warnings(webinar) == {AuditCode.WEBINAR_SYNC_OFF}
    set_global(syncing_brand, sync_webinars=False, actor=alice)
    assert open_warnings(webinar) == {AuditCode.WEBINAR_SYNC_OFF, AuditCode.SYNC_OFF}
    set_global(syncing_brand, sync_webinars=True, actor=alice)
    assert open_warnings(webinar) == {AuditCode.WEBINAR_SYNC_OFF}
    set_webinar(webinar, sync=True, actor=alice)
    assert open_warnings(webinar) == set()
    resolved = AuditEntry.objects.get(code=AuditCode.WEBINAR_SYNC_OFF)
    assert str(resolved.resolution) == "sync: from off to on, by Alice Admin."


def test_d20_what_e1_says_is_not_said_again_by_e4(syncing_brand: Brand, webinar: Webinar) -> None:
    Webinar.objects.update(last_synced_at=timezone.now())
    set_webinar(webinar, sync=False, actor=None)
    assert open_warnings(webinar) == {AuditCode.WEBINAR_SYNC_OFF}
    assert not AuditEntry.objects.open().needing_attention().exists()
    set_webinar(webinar, sync=True, actor=None)
    assert open_warnings(webinar) == set()


def test_d20_one_setting_of_the_account_is_one_entry_however_many_webinars(
    syncing_brand: Brand, connection: ZoomConnection, alice: User
) -> None:
    webinars = [make_webinar(connection, last_synced_at=timezone.now()) for _number in range(21)]
    set_global(syncing_brand, sync_webinars=False, actor=alice)
    entry = AuditEntry.objects.open().get()
    assert (entry.code, entry.webinar, entry.severity) == (AuditCode.SYNC_OFF, None, "info")
    assert all(open_warnings(webinar) == {AuditCode.SYNC_OFF} for webinar in webinars)
    set_global(syncing_brand, sync_webinars=True, actor=alice)
    entry.refresh_from_db()
    assert str(entry.resolution) == "Sync webinar data: from off to on, by Alice Admin."
    assert not AuditEntry.objects.open().exists()


def test_r37_e2_names_which_of_the_three_switches_of_recordings_is_off(
    syncing_brand: Brand, connection: ZoomConnection, host: ZoomUser
) -> None:
    webinar = make_held(connection, host)
    set_global(syncing_brand, recordings="all", actor=None)
    assert open_warnings(webinar) == set()
    set_webinar(webinar, recordings=False, actor=None)
    assert open_warnings(webinar) == {AuditCode.WEBINAR_RECORDINGS_OFF}
    set_webinar(webinar, recordings=True, actor=None)
    set_global(syncing_brand, recordings="selected", actor=None)
    assert open_warnings(webinar) == {AuditCode.HOST_RECORDINGS_OFF}
    set_user(host, sync_recordings=True, actor=None)
    assert open_warnings(webinar) == set()
    set_global(syncing_brand, recordings="none", actor=None)
    assert open_warnings(webinar) == {AuditCode.RECORDINGS_OFF}


def test_d20_recordings_of_no_one_are_one_entry_however_many_webinars_were_held(
    syncing_brand: Brand, connection: ZoomConnection, host: ZoomUser
) -> None:
    set_global(syncing_brand, recordings="all", actor=None)
    held = [make_held(connection, host) for _number in range(3)]
    coming = make_webinar(connection)
    set_global(syncing_brand, recordings="none", actor=None)
    entry = AuditEntry.objects.open().get()
    assert (entry.code, entry.webinar, entry.severity) == (AuditCode.RECORDINGS_OFF, None, "info")
    assert all(open_warnings(webinar) == {AuditCode.RECORDINGS_OFF} for webinar in held)
    assert open_warnings(coming) == set()
    set_global(syncing_brand, recordings="all", actor=None)
    assert not AuditEntry.objects.open().exists()


def opened(brand: Brand, webinar: Webinar, code: AuditCode) -> None:
    audit.warn(brand, code, webinar=webinar, session_uuid="u1")


def test_other_warnings_are_left_to_the_sync(syncing_brand: Brand, webinar: Webinar) -> None:
    opened(syncing_brand, webinar, AuditCode.PARTICIPANTS_INVALID)
    set_webinar(webinar, sync=False, actor=None)
    set_webinar(webinar, sync=True, actor=None)
    assert open_warnings(webinar) == {AuditCode.PARTICIPANTS_INVALID}


def test_d20_what_was_awaited_of_a_recording_ends_when_recordings_are_turned_off(
    syncing_brand: Brand, webinar: Webinar
) -> None:
    set_global(syncing_brand, recordings="all", actor=None)
    opened(syncing_brand, webinar, AuditCode.RECORDING_PROCESSING)
    set_webinar(webinar, recordings=False, actor=None)
    assert AuditCode.RECORDING_PROCESSING not in open_warnings(webinar)


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
