import pytest

from contacts.models import Brand
from integrations.models import SettingChange, SyncRun, Webinar, ZoomConnection, ZoomSettings, ZoomUser
from integrations.settings_changes import (
    NotAllowed,
    set_global,
    set_user,
    set_users,
    set_webinar,
    set_webinars,
)
from tests.integrations.make import make_host, make_webinar
from zoomsync.models import User


def test_d3_a_fresh_brand_syncs_nothing_and_its_webinars_are_on_by_themselves(
    brand: Brand, webinar: Webinar
) -> None:
    settings = brand.zoom_settings
    assert (settings.sync_webinars, settings.recordings) == (False, "none")
    assert (webinar.sync_enabled, webinar.sync_recordings) == (True, True)


def test_r10_an_admin_turns_the_sync_on_and_the_history_tells(
    brand: Brand, webinar: Webinar, alice: User
) -> None:
    outcome = set_global(brand, sync_webinars=True, actor=alice)
    assert ZoomSettings.objects.get(brand=brand).sync_webinars
    assert (outcome.started, outcome.stopped, outcome.queued) == (1, 0, 1)
    change = SettingChange.objects.get()
    assert (change.scope, change.field, change.old, change.new) == ("global", "sync_webinars", "off", "on")
    assert (change.actor, change.actor_name) == (alice, "Alice Admin")


def test_r16_nobody_but_an_admin_changes_what_syncs(
    brand: Brand, webinar: Webinar, bob: User, charlie: User
) -> None:
    for stranger in (bob, charlie):
        with pytest.raises(NotAllowed, match="Only an admin"):
            set_global(brand, sync_webinars=True, actor=stranger)
        with pytest.raises(NotAllowed, match="Only an admin"):
            set_webinar(webinar, sync=False, actor=stranger)
    assert not ZoomSettings.objects.get(brand=brand).sync_webinars
    assert not SettingChange.objects.exists()


def test_the_command_line_needs_no_person(brand: Brand, webinar: Webinar) -> None:
    set_global(brand, sync_webinars=True, actor=None)
    change = SettingChange.objects.get()
    assert (change.actor, change.actor_name) == (None, "Command line")


def test_d12_turning_on_what_is_on_changes_nothing(brand: Brand, webinar: Webinar) -> None:
    set_global(brand, sync_webinars=True, actor=None)
    SyncRun.objects.all().delete()
    assert not set_global(brand, sync_webinars=True, actor=None)
    assert SettingChange.objects.count() == 1
    assert not SyncRun.objects.exists()


def test_what_is_not_named_stays_as_it_is(brand: Brand) -> None:
    set_global(brand, recordings="selected", actor=None)
    set_global(brand, create_contacts=False, actor=None)
    settings = ZoomSettings.objects.get(brand=brand)
    assert (settings.sync_webinars, settings.recordings, settings.create_contacts) == (
        False,
        "selected",
        False,
    )


def test_an_unknown_level_of_recordings_is_refused(brand: Brand) -> None:
    with pytest.raises(ValueError, match="some"):
        set_global(brand, recordings="some", actor=None)


def test_r16_no_webinar_is_switched_on_before_the_global_switch(brand: Brand, webinar: Webinar) -> None:
    with pytest.raises(NotAllowed, match="Sync webinar data"):
        set_webinar(webinar, sync=True, actor=None)
    set_webinar(webinar, sync=False, actor=None)
    with pytest.raises(NotAllowed, match="An admin must turn it on"):
        set_webinar(webinar, sync=True, actor=None)
    webinar.refresh_from_db()
    assert not webinar.sync_enabled


def test_r16_among_many_webinars_one_that_may_not_leaves_all_as_they_are(
    syncing_brand: Brand, connection: ZoomConnection
) -> None:
    ordinary = make_webinar(connection, sync_enabled=False)
    event = make_webinar(connection, sync_enabled=False, is_zoom_event=True)
    with pytest.raises(NotAllowed, match="Zoom Event"):
        set_webinars(syncing_brand, [ordinary, event], sync=True, actor=None)
    assert not Webinar.objects.filter(sync_enabled=True).exists()
    assert not SettingChange.objects.exists()


def test_a_switch_may_always_be_turned_off(brand: Brand, webinar: Webinar) -> None:
    assert set_webinar(webinar, sync=False, recordings=False, actor=None)
    webinar.refresh_from_db()
    assert (webinar.sync_enabled, webinar.sync_recordings) == (False, False)


def test_r19_several_users_at_once_each_with_its_own_row_of_the_history(
    brand: Brand, connection: ZoomConnection, alice: User
) -> None:
    users = [make_host(connection, f"{name}@acme.test") for name in ("ann", "ben", "cat")]
    set_user(users[0], sync_new_webinars=False, actor=alice)
    outcome = set_users(brand, users, sync_new_webinars=False, actor=alice)
    assert [change.target for change in outcome.changes] == ["ben@acme.test", "cat@acme.test"]
    assert {change.scope for change in outcome.changes} == {"user"}
    assert not ZoomUser.objects.filter(sync_new_webinars=True).exists()


def test_r19_what_new_webinars_start_with_does_not_touch_those_that_are_there(
    syncing_brand: Brand, webinar: Webinar, host: ZoomUser
) -> None:
    set_user(host, sync_new_webinars=False, actor=None)
    webinar.refresh_from_db()
    assert webinar.sync_enabled
    assert not SyncRun.objects.exists()
