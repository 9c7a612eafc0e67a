import pytest
from django.urls import reverse

from integrations.models import SettingChange, SyncRun, ZoomConnection
from tests.integrations.make import make_webinar
from tests.support.htmx import events, htmx

YES = {"confirmed": "yes"}


@pytest.fixture
def webinar(connection):
    return make_webinar(connection)


def post(client, webinar, what, headers=None, **fields):
    url = reverse(f"zoom:{what}", args=["acme", webinar.zoom_webinar_id])
    return client.post(url, fields, headers=headers)


def is_on(webinar):
    webinar.refresh_from_db()
    return webinar.sync_enabled


def test_r21_an_admin_turns_a_webinars_switch_and_is_told(alice_client, webinar, on):
    answer = post(alice_client, webinar, "webinar_switch", htmx(), sync="off")
    assert not is_on(webinar)
    assert events(answer) == {"settings-changed"}
    assert "Sync is off for “Growing roses”" in answer.text
    assert "Undo" in answer.text


def test_it_works_as_a_plain_form_too(alice_client, webinar, on, zoom):
    answer = post(alice_client, webinar, "webinar_switch", sync="off")
    assert answer["Location"] == zoom
    assert not is_on(webinar)


def test_r35_turning_it_on_queues_what_was_missed(alice_client, webinar, on):
    post(alice_client, webinar, "webinar_switch", sync="off")
    answer = post(alice_client, webinar, "webinar_switch", htmx(), sync="on")
    assert SyncRun.objects.get().trigger == SyncRun.Trigger.CATCH_UP
    assert "Missing data is syncing." in answer.text


def test_r16_before_the_account_is_on_the_server_refuses_in_words(alice_client, connection):
    webinar = make_webinar(connection, sync_enabled=False)
    answer = post(alice_client, webinar, "webinar_switch", htmx(), sync="on")
    assert not is_on(webinar)
    assert "must turn it on before" in answer.text


def test_turning_it_as_it_stands_makes_no_history(alice_client, webinar, on):
    SettingChange.objects.all().delete()
    post(alice_client, webinar, "webinar_switch", sync="on")
    assert not SettingChange.objects.exists()


@pytest.mark.parametrize("who", ["bob_client", "charlie_client"])
def test_nobody_else_turns_it(request, who, webinar, on):
    assert post(request.getfixturevalue(who), webinar, "webinar_switch", sync="off").status_code == 403
    assert is_on(webinar)


def test_a_switch_is_not_turned_by_following_a_link(alice_client, webinar, on):
    assert (
        alice_client.get(reverse("zoom:webinar_switch", args=["acme", webinar.zoom_webinar_id])).status_code
        == 405
    )


def test_a_webinar_of_another_brand_is_not_reached(alice_client, webinar, on, other_brand):
    ZoomConnection.objects.create(brand=other_brand, auth_kind="oauth", account_id="o", client_id="o")
    url = reverse("zoom:webinar_switch", args=["globex", webinar.zoom_webinar_id])
    assert alice_client.post(url, {"sync": "off"}).status_code == 404
    assert is_on(webinar)


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_r32_sync_now_queues_a_full_sync_at_once(request, who, log_in, webinar, on):
    user = request.getfixturevalue(who)
    answer = post(log_in(user), webinar, "sync_now", htmx())
    run = SyncRun.objects.get()
    assert (run.trigger, run.is_full, run.requested_by, run.state) == ("manual", True, user, "queued")
    assert "Syncing “Growing roses” now." in answer.text
    assert events(answer) == {"webinar-changed"}


def test_pressed_twice_it_is_one_run(alice_client, webinar, on):
    post(alice_client, webinar, "sync_now")
    post(alice_client, webinar, "sync_now")
    assert SyncRun.objects.count() == 1


def test_a_marketer_does_not_sync(charlie_client, webinar, on):
    assert post(charlie_client, webinar, "sync_now").status_code == 403
    assert not SyncRun.objects.exists()


def test_a_webinar_that_does_not_sync_says_why_instead(alice_client, webinar):
    answer = post(alice_client, webinar, "sync_now", htmx())
    assert "sync: “Sync webinar data” is off." in answer.text
    assert not SyncRun.objects.exists()


def test_nothing_is_queued_while_zoom_is_disconnected(alice_client, webinar, on):
    ZoomConnection.objects.update(state="disconnected")
    answer = post(alice_client, webinar, "sync_now", htmx())
    assert "Zoom is disconnected" in answer.text
    assert not SyncRun.objects.exists()


def test_an_operator_has_the_list_read_anew(bob_client, bob, connection, zoom):
    assert bob_client.post(f"{zoom}list-now/")["Location"] == zoom
    run = SyncRun.objects.get()
    assert (run.kind, run.trigger, run.requested_by) == ("discovery", "manual", bob)


def test_a_marketer_does_not_have_the_list_read_anew(charlie_client, connection, zoom):
    assert charlie_client.post(f"{zoom}list-now/").status_code == 403


def test_a_change_is_taken_back_from_its_message(alice_client, webinar, on, zoom):
    post(alice_client, webinar, "webinar_switch", sync="off")
    change = SettingChange.objects.latest("pk")
    answer = alice_client.post(f"{zoom}undo/", {"changes": str(change.pk), **YES}, headers=htmx())
    assert is_on(webinar)
    assert "Undone." in answer.text
    assert events(answer) == {"settings-changed"}


def test_what_somebody_changed_since_is_not_taken_back(alice_client, webinar, on, zoom):
    post(alice_client, webinar, "webinar_switch", sync="off")
    change = SettingChange.objects.latest("pk")
    post(alice_client, webinar, "webinar_switch", sync="on")
    answer = alice_client.post(f"{zoom}undo/", {"changes": str(change.pk), **YES}, follow=True)
    assert "has changed since" in answer.text
    assert is_on(webinar)


def test_only_an_admin_takes_changes_back(bob_client, alice_client, webinar, on, zoom):
    post(alice_client, webinar, "webinar_switch", sync="off")
    change = SettingChange.objects.latest("pk")
    assert bob_client.post(f"{zoom}undo/", {"changes": str(change.pk), **YES}).status_code == 403
    assert not is_on(webinar)


@pytest.mark.parametrize("changes", ["", "x", "999999", "1,,2"])
def test_nothing_to_take_back_is_no_error(alice_client, connection, on, zoom, changes):
    assert alice_client.post(f"{zoom}undo/", {"changes": changes}).status_code == 302
