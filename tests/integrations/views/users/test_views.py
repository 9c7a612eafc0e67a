import pytest

from integrations.models import SettingChange, ZoomConnection, ZoomUser
from integrations.settings_changes import add_exclusions, set_global
from tests.integrations.make import make_host, make_webinar
from tests.support.htmx import events, htmx


@pytest.fixture
def mara(connection):
    return make_host(connection, "mara@acme.test", first_name="Mara", last_name="Lind")


@pytest.fixture
def tom(connection):
    return make_host(
        connection, "tom@agency.test", first_name="Tom", last_name="Okafor", sync_recordings=True
    )


@pytest.fixture
def users(zoom):
    return f"{zoom}users/"


def names(answer):
    return [row.user.first_name for row in answer.context["rows"]]


def settings_of(user):
    user.refresh_from_db()
    return user.sync_new_webinars, user.sync_recordings


def test_r17_the_zoom_users_are_listed_each_with_user_settings(alice_client, mara, tom, users):
    make_host(mara.connection, "gone@acme.test", first_name="Gone", is_gone=True)
    answer = alice_client.get(users)
    assert "Manage individual user settings" in answer.text
    assert names(answer) == ["Mara", "Tom"]
    assert f'href="{users}{mara.pk}/"' in answer.text
    assert answer.text.count("User settings") >= 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=lind", ["Mara"]),
        ("q=agency", ["Tom"]),
        ("q=tom+agency", ["Tom"]),
        ("q=nobody", []),
        ("recordings=on", ["Tom"]),
        ("recordings=off", ["Mara"]),
        ("new=off", []),
        ("sort=-name", ["Tom", "Mara"]),
        ("sort=-webinars", ["Tom", "Mara"]),
    ],
)
def test_users_are_searched_filtered_and_sorted(alice_client, connection, mara, tom, users, query, found):
    make_webinar(connection, tom)
    assert names(alice_client.get(f"{users}?{query}")) == found


def test_the_state_is_seen_at_a_glance(alice_client, brand, on, mara, tom, users):
    set_global(brand, recordings="selected", actor=None)
    rows = alice_client.get(users).context["rows"]
    assert [row.recordings_sync for row in rows] == [False, True]
    add_exclusions(brand, "host", "agency.test", None)
    rows = alice_client.get(users).context["rows"]
    assert [row.recordings_sync for row in rows] == [False, False]
    assert [row.webinars_blocked_by for row in rows] == ["", "The host's domain agency.test is excluded"]


@pytest.mark.parametrize(
    ("recordings", "syncs", "held"),
    [
        ("none", [False, False], "Recordings are off for all Zoom users"),
        ("selected", [False, True], ""),
        ("all", [True, True], ""),
    ],
)
def test_r12_recordings_follow_the_global_setting(
    alice_client, brand, on, mara, tom, users, recordings, syncs, held
):
    set_global(brand, recordings=recordings, actor=None)
    rows = alice_client.get(users).context["rows"]
    assert [row.recordings_sync for row in rows] == syncs
    assert {row.recordings_blocked_by for row in rows} == {held}


@pytest.mark.parametrize("headers", [{}, htmx("panel")], ids=["page", "panel"])
def test_r18_user_settings_open_a_panel_with_both_boxes(alice_client, mara, users, headers):
    text = alice_client.get(f"{users}{mara.pk}/", headers=headers).text
    assert ("<html" in text) == (not headers)
    assert "Webinar recordings and transcripts" in text
    assert "Sync data from newly scheduled webinars by default" in text
    assert "Sync this user's webinar recordings and transcripts" in text
    assert "Manage individual webinars for this user" in text


@pytest.mark.parametrize("headers", [{}, htmx("user-settings")], ids=["form", "htmx"])
def test_r19_r20_the_boxes_are_set_as_they_are_ticked(alice_client, mara, users, headers):
    url = f"{users}{mara.pk}/change/"
    alice_client.post(url, {"sync_recordings": "on"}, headers=headers)
    assert settings_of(mara) == (False, True)
    alice_client.post(url, {"sync_new_webinars": "on"}, headers=headers)
    assert settings_of(mara) == (True, False)


def test_the_list_behind_the_panel_follows(alice_client, mara, users):
    url = f"{users}{mara.pk}/change/"
    assert events(alice_client.post(url, {}, headers=htmx())) == {"settings-changed"}
    for address, target in ((users, "users"), (f"{users}{mara.pk}/", "user-settings")):
        fragment = alice_client.get(address, headers=htmx(target)).text
        assert 'hx-trigger="settings-changed from:body"' in fragment
        assert "<html" not in fragment


def test_a_box_is_taken_back(alice_client, mara, users, zoom):
    alice_client.post(f"{users}{mara.pk}/change/", {"sync_new_webinars": "on", "sync_recordings": "on"})
    change = SettingChange.objects.get()
    alice_client.post(f"{zoom}undo/", {"changes": str(change.pk), "confirmed": "yes"}, headers=htmx())
    assert settings_of(mara) == (True, False)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("new_off", [(False, False), (False, True)]),
        ("recordings_on", [(True, True), (True, True)]),
        ("recordings_off", [(True, False), (True, False)]),
    ],
)
def test_several_users_are_changed_at_once(alice_client, mara, tom, users, change, expected):
    alice_client.post(f"{users}change/", {"users": [mara.pk, tom.pk], "change": change})
    assert [settings_of(user) for user in (mara, tom)] == expected


def test_it_tells_for_how_many_and_is_taken_back_as_one(alice_client, mara, tom, users, zoom):
    fields = {"users": [mara.pk, tom.pk], "change": "new_off"}
    answer = alice_client.post(f"{users}change/", fields, headers=htmx("users"))
    assert "sync newly scheduled webinars: set for 2 Zoom users." in answer.text
    keys = ",".join(str(change.pk) for change in SettingChange.objects.all())
    alice_client.post(f"{zoom}undo/", {"changes": keys, "confirmed": "yes"}, headers=htmx())
    assert [settings_of(user)[0] for user in (mara, tom)] == [True, True]


@pytest.mark.parametrize("fields", [{}, {"users": ["x"], "change": "new_off"}, {"change": "new_off"}])
def test_nobody_ticked_is_said_so(alice_client, mara, users, fields):
    answer = alice_client.post(f"{users}change/", fields, follow=True)
    assert "Select Zoom users first" in answer.text


def test_users_of_another_brand_are_not_reached(alice_client, mara, other_brand, users):
    other = ZoomConnection.objects.create(brand=other_brand, auth_kind="oauth", account_id="o", client_id="o")
    stranger = make_host(other, "eva@globex.test")
    alice_client.post(f"{users}change/", {"users": [stranger.pk], "change": "new_off"})
    assert settings_of(stranger) == (True, False)
    assert alice_client.get(f"{users}{stranger.pk}/").status_code == 404
    assert alice_client.post(f"{users}{stranger.pk}/change/", {}).status_code == 404


@pytest.mark.parametrize("who", ["bob_client", "charlie_client"])
def test_nobody_but_an_admin_changes_them(request, who, mara, users):
    client = request.getfixturevalue(who)
    assert client.post(f"{users}{mara.pk}/change/", {}).status_code == 403
    assert client.post(f"{users}change/", {"users": [mara.pk], "change": "new_off"}).status_code == 403
    assert settings_of(mara) == (True, False)
    assert "/change/" not in client.get(users).text.replace("account/", "")
    assert "disabled" in client.get(f"{users}{mara.pk}/").text


@pytest.mark.parametrize("headers", [{}, htmx("panel")], ids=["page", "panel"])
def test_r21_the_webinars_of_a_user_with_the_switches_of_each(
    alice_client, connection, on, mara, users, headers
):
    make_webinar(connection, mara, topic="Pruning")
    make_webinar(connection, topic="Of somebody else")
    text = alice_client.get(f"{users}{mara.pk}/webinars/", headers=headers).text
    assert "Pruning" in text
    assert "Of somebody else" not in text
    assert 'name="sync" value="off"' in text
    assert 'name="recordings" value="off"' in text


def test_a_switch_that_cannot_act_says_which_one_above_it_says_no(
    alice_client, brand, connection, mara, users
):
    make_webinar(connection, mara, sync_enabled=False)
    text = alice_client.get(f"{users}{mara.pk}/webinars/").text
    assert "“Sync webinar data” is off" in text
    set_global(brand, sync_webinars=True, recordings="selected", actor=None)
    text = alice_client.get(f"{users}{mara.pk}/webinars/").text
    assert "This webinar&#x27;s sync is off" in text
    ZoomUser.objects.update(sync_recordings=False)
    connection.webinars.update(sync_enabled=True)
    assert "Recordings are off for this host" in alice_client.get(f"{users}{mara.pk}/webinars/").text


@pytest.mark.parametrize("field", ["sync", "recordings"])
def test_a_switch_there_is_told_of_to_the_list(alice_client, connection, on, mara, users, zoom, field):
    webinar = make_webinar(connection, mara)
    url = f"{zoom}webinars/{webinar.zoom_webinar_id}/switch/"
    answer = alice_client.post(url, {field: "off"}, headers=htmx())
    webinar.refresh_from_db()
    assert (webinar.sync_enabled, webinar.sync_recordings) == (field != "sync", field != "recordings")
    assert events(answer) == {"settings-changed"}
    listed = alice_client.get(f"{users}{mara.pk}/webinars/", headers=htmx("own-webinars")).text
    assert 'hx-trigger="settings-changed from:body"' in listed


def test_r5_a_zoom_event_has_no_switches_there(alice_client, connection, on, mara, users):
    make_webinar(connection, mara, is_zoom_event=True)
    text = alice_client.get(f"{users}{mara.pk}/webinars/").text
    assert "Not supported" in text
    assert 'role="switch"' not in text


def test_the_number_of_queries_does_not_grow(
    alice_client, connection, on, users, mara, django_assert_max_num_queries
):
    for number in range(30):
        make_webinar(connection, make_host(connection, f"h{number}@acme.test"))
        make_webinar(connection, mara)
    for path in ("", f"{mara.pk}/", f"{mara.pk}/webinars/"):
        with django_assert_max_num_queries(11):
            alice_client.get(users + path)
