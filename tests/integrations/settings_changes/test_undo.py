import pytest

from contacts.models import Brand
from integrations.models import DomainExclusion, SettingChange, ZoomConnection, ZoomSettings, ZoomUser
from integrations.settings_changes import (
    ChangedSinceError,
    NotAllowed,
    Outcome,
    add_exclusions,
    remove_exclusions,
    set_global,
    set_users,
    set_webinar,
    undo,
)
from tests.integrations.make import make_host, make_webinar
from zoomsync.models import User


def keys(outcome: Outcome) -> list[int]:
    return [change.pk for change in outcome.changes]


def test_undoing_a_global_switch_puts_it_back_and_writes_its_own_history(brand: Brand, alice: User) -> None:
    outcome = set_global(brand, sync_webinars=True, recordings="all", actor=alice)
    undo(brand, keys(outcome), alice)
    settings = ZoomSettings.objects.get(brand=brand)
    assert (settings.sync_webinars, settings.recordings) == (False, "none")
    assert SettingChange.objects.count() == 4


def test_undoing_for_several_users_puts_each_back_to_what_they_had(
    brand: Brand, connection: ZoomConnection
) -> None:
    had = make_host(connection, "a@acme.test", sync_recordings=True)
    others = [make_host(connection, f"{name}@acme.test") for name in ("b", "c")]
    outcome = set_users(brand, [had, *others], sync_recordings=True, actor=None)
    undo(brand, keys(outcome), None)
    assert list(ZoomUser.objects.filter(sync_recordings=True)) == [had]


def test_undoing_a_webinars_switch(brand: Brand, connection: ZoomConnection) -> None:
    ZoomSettings.objects.update(sync_webinars=True)
    webinar = make_webinar(connection)
    outcome = set_webinar(webinar, sync=False, recordings=False, actor=None)
    undo(brand, keys(outcome), None)
    webinar.refresh_from_db()
    assert (webinar.sync_enabled, webinar.sync_recordings) == (True, True)


def test_r16_undo_obeys_the_order_of_the_switches(brand: Brand, connection: ZoomConnection) -> None:
    webinar = make_webinar(connection)
    outcome = set_webinar(webinar, sync=False, actor=None)
    with pytest.raises(NotAllowed):
        undo(brand, keys(outcome), None)


def test_undoing_what_was_entered_and_what_was_removed(brand: Brand) -> None:
    add_exclusions(brand, "host", "kept.test", None)
    added = add_exclusions(brand, "host", "a.test b.test", None)
    undo(brand, keys(added), None)
    assert set(DomainExclusion.objects.values_list("domain", flat=True)) == {"kept.test"}
    removed = remove_exclusions(brand, "host", "kept.test", None)
    undo(brand, keys(removed), None)
    assert set(DomainExclusion.objects.values_list("domain", flat=True)) == {"kept.test"}


def test_what_somebody_changed_since_is_not_undone(brand: Brand) -> None:
    first = set_global(brand, recordings="all", create_contacts=False, actor=None)
    set_global(brand, recordings="selected", actor=None)
    with pytest.raises(ChangedSinceError, match="has changed since"):
        undo(brand, keys(first), None)
    settings = ZoomSettings.objects.get(brand=brand)
    assert (settings.recordings, settings.create_contacts) == ("selected", False)


def test_undoing_twice_is_refused(brand: Brand) -> None:
    outcome = add_exclusions(brand, "host", "a.test", None)
    undo(brand, keys(outcome), None)
    with pytest.raises(ChangedSinceError):
        undo(brand, keys(outcome), None)


def test_another_brands_changes_are_not_ours_to_undo(brand: Brand, other_brand: Brand) -> None:
    outcome = set_global(brand, sync_webinars=True, actor=None)
    assert not undo(other_brand, keys(outcome), None)
    assert ZoomSettings.objects.get(brand=brand).sync_webinars


def test_r16_only_an_admin_undoes(brand: Brand, charlie: User) -> None:
    outcome = set_global(brand, sync_webinars=True, actor=None)
    with pytest.raises(NotAllowed):
        undo(brand, keys(outcome), charlie)
