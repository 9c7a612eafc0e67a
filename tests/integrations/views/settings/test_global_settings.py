import re
from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.models import SettingChange, SyncRun, ZoomSettings
from integrations.settings_changes import set_user
from tests.integrations.make import make_host, make_webinar
from tests.support.htmx import events, htmx
from tests.support.jobs import ended, running

YES = {"confirmed": "yes"}


@pytest.fixture
def page(zoom):
    return f"{zoom}global-settings/"


def settings_now():
    return ZoomSettings.objects.get()


@pytest.mark.parametrize("headers", [{}, htmx("global-settings")], ids=["form", "htmx"])
def test_r10_the_switch_of_the_account(alice_client, connection, page, headers):
    make_webinar(connection)
    alice_client.post(f"{page}switch/", {"sync_webinars": "on", **YES}, headers=headers)
    assert settings_now().sync_webinars
    assert SyncRun.objects.get().trigger == SyncRun.Trigger.CATCH_UP


def test_turning_it_tells_what_followed_and_offers_to_take_it_back(alice_client, connection, page, zoom):
    make_webinar(connection)
    make_webinar(connection)
    answer = alice_client.post(
        f"{page}switch/", {"sync_webinars": "on", **YES}, headers=htmx("global-settings")
    )
    assert "“Sync webinar data” is on. 2 webinars sync now. 2 webinars are catching up" in answer.text
    change = SettingChange.objects.get()
    undone = alice_client.post(f"{zoom}undo/", {"changes": str(change.pk), **YES}, headers=htmx())
    assert events(undone) == {"settings-changed"}
    assert not settings_now().sync_webinars


def test_d14_the_page_shows_how_far_the_catch_up_is(alice_client, connection, page, on):
    for state in (ended(), running(), {}):
        SyncRun.objects.create(
            connection=connection,
            webinar=make_webinar(connection),
            kind="webinar",
            trigger="catch_up",
            **state,
        )
    minute = timedelta(minutes=1)
    for nth, run in enumerate(SyncRun.objects.order_by("pk")):
        SyncRun.objects.filter(pk=run.pk).update(created_at=timezone.now() - minute + nth * minute / 60)
    text = alice_client.get(page).text
    assert "Catching up" in text
    assert "1 of 3 webinars" in text
    SyncRun.objects.filter(state="running").update(**ended())
    assert "2 of 3 webinars" in alice_client.get(page).text


def test_without_a_catch_up_there_is_none_to_see(alice_client, connection, page, on):
    assert "Catching up" not in alice_client.get(page).text


@pytest.mark.parametrize("choice", ["none", "selected", "all"])
def test_r12_recordings_for_no_selected_or_all_users(alice_client, connection, page, choice):
    alice_client.post(f"{page}switch/", {"recordings": choice, **YES})
    assert settings_now().recordings == choice


def test_r12_the_page_counts_who_is_selected(alice_client, connection, page):
    set_user(make_host(connection), sync_recordings=True, actor=None)
    make_host(connection, "other@acme.test")
    make_host(connection, "gone@acme.test", is_gone=True)
    assert "1 of 2 selected" in alice_client.get(page).text


def test_r9_whether_contacts_are_created(alice_client, connection, page):
    alice_client.post(f"{page}switch/", {"create_contacts": "off", **YES})
    assert not settings_now().create_contacts


@pytest.mark.parametrize(
    "fields", [{}, {"sync_webinars": "maybe", **YES}, {"recordings": "some", **YES}, {"id": "on"}]
)
def test_what_makes_no_sense_changes_nothing(alice_client, connection, page, fields):
    alice_client.post(f"{page}switch/", fields)
    assert not SettingChange.objects.exists()


@pytest.mark.parametrize("who", ["bob_client", "charlie_client"])
def test_r16_nobody_but_an_admin_changes_settings(request, who, connection, page):
    client = request.getfixturevalue(who)
    assert client.post(f"{page}switch/", {"sync_webinars": "on", **YES}).status_code == 403
    assert not settings_now().sync_webinars
    text = client.get(page).text
    assert "/switch/" not in text
    assert "Sync webinar data" in text


def test_the_number_of_queries_does_not_grow(
    alice_client, connection, page, on, django_assert_max_num_queries
):
    for number in range(20):
        make_host(connection, f"h{number}@acme.test")
        SyncRun.objects.create(
            connection=connection, webinar=make_webinar(connection), kind="webinar", trigger="catch_up"
        )
    with django_assert_max_num_queries(10):
        alice_client.get(page)


def test_d26_hosts_and_panelists_are_excluded_by_a_switch_that_says_what_it_does(
    alice_client, connection, page
):
    webinar = make_webinar(connection)
    webinar.staff.create(email="host@acme.test", role="host")
    asked = alice_client.post(f"{page}switch/", {"exclude_staff": "on"}, headers=htmx("panel"))
    assert "1 host or panelist gets no new activity" in asked.text
    assert not settings_now().exclude_staff
    alice_client.post(f"{page}switch/", {"exclude_staff": "on", **YES})
    assert settings_now().exclude_staff
    change = SettingChange.objects.get()
    assert (change.field, change.old, change.new) == ("exclude_staff", "off", "on")


def test_the_settings_stand_under_the_headings_webinars_and_exclusions(alice_client, on, zoom):
    parts = re.split(r"<h2[^>]*>", alice_client.get(f"{zoom}global-settings/").text)[1:]
    headings = {part.partition("<")[0]: re.findall(r"<h3[^>]*>([^<]+)", part) for part in parts}
    assert "Sync webinar data" in headings["Webinars"]
    assert len(headings["Exclusions"]) == 3
