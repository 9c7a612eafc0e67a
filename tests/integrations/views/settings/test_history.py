from typing import Any

import pytest
from django.test import Client

from contacts.models import Brand
from integrations.models import (
    DomainExclusion,
    SettingChange,
    SkippedPerson,
    Webinar,
    ZoomConnection,
    ZoomSettings,
    ZoomUser,
)
from integrations.settings_changes import (
    add_exclusions,
    remove_exclusions,
    set_global,
    set_user,
    set_webinar,
)
from tests.integrations.make import make_webinar
from tests.support.htmx import htmx
from zoomsync.models import User

pytestmark = pytest.mark.usefixtures("connection")


def rows(client: Client, query: str = "") -> list[Any]:
    return list(client.get(f"/audit/settings/{query}").context["rows"])


def told(client: Client, query: str = "") -> list[tuple[str, str, str]]:
    return [(row.setting, row.old, row.new) for row in rows(client, query)]


def test_it_tells_who_changed_what_from_what_to_what(
    charlie_client: Client, brand: Brand, alice: User, host: ZoomUser
) -> None:
    set_global(brand, sync_webinars=True, recordings="all", actor=alice)
    set_user(host, sync_recordings=True, actor=None)
    add_exclusions(brand, "contact", ["rival.test"], alice)
    assert told(charlie_client) == [
        ("Contact exclusions", "", "rival.test"),
        ("Sync this user's webinar recordings and transcripts", "off", "on"),
        ("Sync webinar recordings and transcripts", "No Zoom users", "All Zoom users"),
        ("Sync webinar data", "off", "on"),
    ]
    page = charlie_client.get("/audit/settings/").content.decode()
    assert "Alice Admin" in page
    assert "Command line" in page
    assert "host@acme.test" in page


def test_changes_are_filtered_and_searched(
    charlie_client: Client, brand: Brand, alice: User, host: ZoomUser
) -> None:
    set_global(brand, sync_webinars=True, actor=alice)
    add_exclusions(brand, "contact", ["rival.test"], None)
    assert told(charlie_client, "?scope=global") == [("Sync webinar data", "off", "on")]
    assert told(charlie_client, "?q=rival") == [("Contact exclusions", "", "rival.test")]
    assert told(charlie_client, "?q=alice admin") == [("Sync webinar data", "off", "on")]
    assert told(charlie_client, "?from=2100-01-01") == []
    assert told(charlie_client, "?to=2000-01-01") == []
    assert "No change matches" in charlie_client.get("/audit/settings/?q=nobody").content.decode()


def test_an_admin_takes_a_change_back_from_here(alice_client: Client, brand: Brand, alice: User) -> None:
    set_global(brand, sync_webinars=True, actor=alice)
    change = SettingChange.objects.get()
    page = alice_client.get("/audit/settings/?scope=global").content.decode()
    assert f'name="changes" value="{change.pk}"' in page
    undo = f"/settings/integrations/connected-apps/zoom/{brand.slug}/undo/"
    form = {"changes": str(change.pk), "next": "/audit/settings/?scope=global"}
    assert 'name="confirmed"' in alice_client.post(undo, form).content.decode()
    assert ZoomSettings.objects.get(brand=brand).sync_webinars
    done = alice_client.post(undo, {**form, "confirmed": "yes"})
    assert done["Location"] == "/audit/settings/?scope=global"
    assert not ZoomSettings.objects.get(brand=brand).sync_webinars


def test_d1_nobody_else_sees_an_undo(charlie_client: Client, bob_client: Client, brand: Brand) -> None:
    set_global(brand, sync_webinars=True, actor=None)
    for client in (charlie_client, bob_client):
        assert [row.may_undo for row in rows(client)] == [False]


def test_only_what_nobody_changed_since_can_be_taken_back(
    alice_client: Client, brand: Brand, webinar: Webinar, host: ZoomUser
) -> None:
    set_global(brand, sync_webinars=True, actor=None)
    set_webinar(webinar, sync=False, actor=None)
    set_webinar(webinar, sync=True, actor=None)
    set_user(host, sync_new_webinars=False, actor=None)
    ZoomUser.objects.update(sync_new_webinars=True)
    add_exclusions(brand, "host", ["a.test", "b.test"], None)
    remove_exclusions(brand, "host", ["a.test"], None)
    DomainExclusion.objects.create(brand=brand, kind="recording", domain="c.test")
    SettingChange.objects.create(brand=brand, scope="connection", field="account", new="x", actor_name="x")
    assert [(row.setting, row.old, row.new, row.may_undo) for row in rows(alice_client)] == [
        ("Zoom account", "", "x", False),
        ("Webinar exclusions", "a.test", "", True),
        ("Webinar exclusions", "", "b.test", True),
        ("Webinar exclusions", "", "a.test", False),
        ("Sync data from newly scheduled webinars by default", "on", "off", False),
        ("sync", "off", "on", True),
        ("sync", "on", "off", False),
        ("Sync webinar data", "off", "on", True),
    ]


def test_a_setting_of_what_is_gone_cannot_be_taken_back(
    alice_client: Client, syncing_brand: Brand, webinar: Webinar
) -> None:
    set_webinar(webinar, sync=False, actor=None)
    webinar.delete()
    (row,) = rows(alice_client)
    assert not row.may_undo
    assert "Growing roses" in row.change.target


def test_the_number_of_queries_does_not_grow(
    alice_client: Client, brand: Brand, django_assert_max_num_queries: Any
) -> None:
    add_exclusions(brand, "contact", [f"d{number}.test" for number in range(60)], None)
    with django_assert_max_num_queries(8):
        assert len(rows(alice_client)) == 50


def test_nothing_changed_yet_says_so(charlie_client: Client) -> None:
    assert "No settings changes yet" in charlie_client.get("/audit/settings/").content.decode()


def test_undo_asks_with_the_same_forecast_as_the_change_and_says_what_stays(
    alice_client: Client, brand: Brand, connection: ZoomConnection
) -> None:
    set_global(brand, sync_webinars=True, actor=None)
    make_webinar(connection)
    page = f"/settings/integrations/connected-apps/zoom/{brand.slug}"
    change = alice_client.post(f"{page}/global-settings/switch/", {"sync_webinars": "off"}).content.decode()
    keys = str(SettingChange.objects.get().pk)
    undo = alice_client.post(f"{page}/undo/", {"changes": keys}, headers=htmx("panel")).content.decode()
    forecast = "1 of 1 webinars will stop syncing."
    assert forecast in change
    assert forecast in undo
    assert "What has synced since the change stays. Undo removes no data." in undo


def test_undoing_an_exclusion_tells_who_would_enter(
    alice_client: Client, syncing_brand: Brand, connection: ZoomConnection
) -> None:
    add_exclusions(syncing_brand, "contact", ["rival.test"], None)
    SkippedPerson.objects.create(
        webinar=make_webinar(connection), email="eve@rival.test", person_key="eve@rival.test",
        stage="registration", reason="excluded_domain", rule="rival.test",
    )  # fmt: skip
    url = f"/settings/integrations/connected-apps/zoom/{syncing_brand.slug}/undo/"
    keys = str(SettingChange.objects.latest("pk").pk)
    asked = alice_client.post(url, {"changes": keys}).content.decode()
    assert "1 currently skipped person will be added to the CRM, in 1 webinar." in asked
