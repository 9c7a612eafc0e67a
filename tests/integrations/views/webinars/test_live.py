import re
from datetime import timedelta

import pytest
from django.utils import timezone

from contacts.models import Brand
from integrations import audit
from integrations.models import SyncRun, Webinar, WorkerHeartbeat
from integrations.settings_changes import set_global, set_webinar
from tests.integrations.make import make_webinar
from tests.support.htmx import htmx
from tests.support.jobs import ended, running


@pytest.fixture
def webinar(connection, on):
    return make_webinar(connection)


def start(webinar, user=None, trigger="manual", **fields):
    return SyncRun.objects.create(
        connection=webinar.connection,
        webinar=webinar,
        kind="webinar",
        trigger=trigger,
        requested_by=user,
        **running(**fields),
    )


def end(run, state="complete"):
    SyncRun.objects.filter(pk=run.pk).update(**ended(state))


def one_after_the_other(webinar, *people):
    """Runs of which each was asked for while the one before it ran."""
    runs = []
    for user in people:
        fields = {} if not runs else {"state": "queued", "lease_token": "", "lease_until": None}
        runs.append(start(webinar, user, trigger="manual" if user else "webhook", **fields))
        if runs[:-1]:
            end(runs[-2])
            SyncRun.objects.filter(pk=runs[-1].pk).update(**running())
    return runs


def live(client, zoom, webinar, seen="-0", etag="", **query):
    headers = htmx("live") | ({"If-None-Match": etag} if etag else {})
    return client.get(f"{zoom}live/", {"seen": f"{webinar.pk}:{seen}", **query}, headers=headers)


def version(client, zoom, webinar):
    """Of the row as it is now."""
    (version,) = re.findall(rf"{webinar.pk}%3A([+-]|%2B)(\w+)", live(client, zoom, webinar).text)
    return "".join(version).replace("%2B", "+")


def test_the_page_asks_seldom_while_nothing_syncs(alice_client, zoom, webinar):
    answer = live(alice_client, zoom, webinar, version(alice_client, zoom, webinar))
    assert "every 15s" in answer.text
    assert f'id="webinar-{webinar.pk}"' not in answer.text


def test_what_has_not_changed_is_neither_drawn_nor_looked_up(
    alice_client, zoom, webinar, django_assert_max_num_queries
):
    end(start(webinar))
    etag = live(alice_client, zoom, webinar)["ETag"]
    with django_assert_max_num_queries(5):
        answer = live(alice_client, zoom, webinar, etag=etag)
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize(
    "change",
    [
        lambda webinar: Webinar.objects.update(state="live"),
        lambda webinar: Webinar.objects.update(registered_count=5),
        start,
        lambda webinar: audit.warn(
            webinar.connection.brand, audit.AuditCode.ZOOM_UNREACHABLE, webinar=webinar
        ),
        lambda webinar: set_global(webinar.connection.brand, sync_webinars=False, actor=None),
        lambda webinar: set_webinar(webinar, sync=False, actor=None),
        lambda webinar: make_webinar(webinar.connection),
        lambda webinar: Brand.objects.update(name="Renamed"),
        lambda webinar: WorkerHeartbeat.objects.create(name="worker"),
    ],
    ids=["state", "count", "sync", "warning", "account", "own switch", "a new webinar", "name", "worker"],
)
def test_whatever_the_list_shows_is_news(alice_client, zoom, webinar, change):
    etag = live(alice_client, zoom, webinar)["ETag"]
    change(webinar)
    assert live(alice_client, zoom, webinar, etag=etag).status_code == 200


def test_an_acknowledged_warning_is_news_to_everyone_who_has_the_page_open(
    alice_client, alice, zoom, webinar
):
    entries = [
        audit.warn(webinar.connection.brand, code, webinar=webinar)
        for code in (audit.AuditCode.RECORDING_TRASHED, audit.AuditCode.PARTICIPANTS_INVALID)
    ]
    before = live(alice_client, zoom, webinar)["ETag"]
    audit.acknowledge(entries[0], alice)
    after = live(alice_client, zoom, webinar, etag=before)
    assert after.status_code == 200
    audit.undo_acknowledgement(entries[0])
    audit.acknowledge(entries[1], alice)
    assert live(alice_client, zoom, webinar, etag=after["ETag"]).status_code == 200


def test_a_row_is_drawn_anew_when_it_has_changed(alice_client, zoom, webinar):
    seen = version(alice_client, zoom, webinar)
    Webinar.objects.update(registered_count=1234)
    assert "1,234" in live(alice_client, zoom, webinar, seen).text


def test_others_have_another_version(alice_client, bob_client, zoom, webinar):
    etag = live(alice_client, zoom, webinar)["ETag"]
    assert live(bob_client, zoom, webinar, etag=etag).status_code == 200


def test_a_sync_whose_worker_is_lost_says_so(alice_client, zoom, webinar):
    run = start(webinar)
    etag = live(alice_client, zoom, webinar)["ETag"]
    SyncRun.objects.filter(pk=run.pk).update(lease_until=timezone.now())
    answer = live(alice_client, zoom, webinar, etag=etag)
    assert "The worker stopped. Another one takes over within a minute." in answer.text


def test_a_sync_that_was_put_off_says_why_and_when_it_is_tried_again(alice_client, zoom, webinar):
    SyncRun.objects.create(
        connection=webinar.connection,
        webinar=webinar,
        kind="webinar",
        attempts=1,
        not_before=timezone.now() + timedelta(minutes=5, seconds=5),
        error="Zoom is overloaded.",
    )
    text = live(alice_client, zoom, webinar).text
    assert "Zoom is overloaded." in text
    assert "in 5 minutes" in text.replace("\xa0", " ")


def test_r32_while_it_syncs_the_row_shows_the_step_and_how_far_it_is(alice_client, zoom, webinar):
    run = start(webinar)
    run.steps.create(name="Registrants", done=300, total=300, state="complete")
    run.steps.create(name="Attendance", done=120, total=1410)
    answer = live(alice_client, zoom, webinar)
    assert "every 1s" in answer.text
    assert f"{webinar.pk}%3A%2B" in answer.text  # known to be syncing
    assert 'value="120" max="1410"' in answer.text
    assert "Attendance 120 / 1,410" in answer.text


def test_the_end_shows_the_row_once_more_and_tells_who_asked(alice_client, alice, zoom, webinar):
    end(start(webinar, alice))
    answer = live(alice_client, zoom, webinar, seen="+0")
    assert f'id="webinar-{webinar.pk}" hx-swap-oob="true"' in answer.text
    assert "“Growing roses” is up to date." in answer.text
    assert "every 15s" in answer.text


def test_a_failure_is_told_as_one(alice_client, alice, zoom, webinar):
    end(start(webinar, alice), "failed")
    assert "“Growing roses” couldn&#x27;t be synced." in live(alice_client, zoom, webinar, seen="+0").text


def test_each_of_two_people_is_told_when_one_asked_while_the_others_sync_ran(
    alice_client, alice, bob_client, bob, zoom, webinar
):
    end(one_after_the_other(webinar, alice, bob, None)[-1])
    for client in (alice_client, bob_client):
        assert "“Growing roses” is up to date." in live(client, zoom, webinar, seen="+0").text


def test_nobody_is_told_anew_when_the_schedule_syncs_it_again(alice_client, alice, zoom, webinar):
    end(one_after_the_other(webinar, alice, None)[-1])
    end(start(webinar, trigger="schedule"))
    assert "is up to date" not in live(alice_client, zoom, webinar, seen="+0").text


def test_others_are_not_told_of_it(bob_client, alice, zoom, webinar):
    end(start(webinar, alice))
    assert "is up to date" not in live(bob_client, zoom, webinar, seen="+0").text


def test_the_schedules_syncs_are_not_told_of(alice_client, zoom, webinar):
    end(start(webinar, trigger="schedule"))
    assert "is up to date" not in live(alice_client, zoom, webinar, seen="+0").text


def test_whoever_asked_for_the_list_gets_the_page_anew_when_it_is_read(alice_client, alice, zoom, webinar):
    run = SyncRun.objects.create(
        connection=webinar.connection,
        kind="discovery",
        trigger="manual",
        requested_by=alice,
        **running(),
    )
    answer = live(alice_client, zoom, webinar)
    assert "listing=1" in answer.text
    end(run)
    assert live(alice_client, zoom, webinar, listing=1)["HX-Refresh"] == "true"
    assert "The webinar list is up to date." in alice_client.get(zoom).text


def test_each_of_two_people_who_refresh_the_list_gets_the_page_anew(
    alice_client, alice, bob_client, bob, zoom, webinar
):
    for person in (alice, bob):
        SyncRun.objects.create(
            connection=webinar.connection, kind="discovery", trigger="manual", requested_by=person,
            **ended(),
        )  # fmt: skip
    SyncRun.objects.update(finished_at=timezone.now())  # the second was asked for while the first one ran
    for client in (alice_client, bob_client):
        assert live(client, zoom, webinar, listing=1)["HX-Refresh"] == "true"


def test_the_list_of_an_account_without_webinars_shows_the_first_by_itself(
    alice_client, zoom, connection, on
):
    assert "newest=0" in alice_client.get(zoom).text
    waiting = alice_client.get(f"{zoom}live/?seen=&newest=0", headers=htmx("live"))
    assert "newest=0" in waiting.text
    make_webinar(connection)
    seen = {"If-None-Match": waiting["ETag"]}
    answer = alice_client.get(f"{zoom}live/?seen=&newest=0", headers=htmx("live") | seen)
    assert answer["HX-Refresh"] == "true"
    assert "newest=0" not in alice_client.get(zoom).text


def test_a_list_says_how_many_webinars_were_found_since_it_was_loaded(alice_client, zoom, webinar):
    (newest,) = re.findall(r"newest=(\d+)", alice_client.get(zoom).text)
    before = live(alice_client, zoom, webinar, newest=newest)
    assert "new webinar" not in before.text
    make_webinar(webinar.connection)
    answer = live(alice_client, zoom, webinar, etag=before["ETag"], newest=newest)
    assert f'<a href="{zoom}">1 new webinar</a>' in answer.text
    assert f"newest={newest}" in answer.text  # until the page is loaded again
    make_webinar(webinar.connection)
    again = live(alice_client, zoom, webinar, etag=answer["ETag"], newest=newest)
    assert "2 new webinars" in again.text
    assert "new webinar" not in alice_client.get(zoom).text


def test_others_keep_their_page(bob_client, alice, zoom, webinar):
    run = SyncRun.objects.create(
        connection=webinar.connection, kind="discovery", trigger="manual", requested_by=alice
    )
    end(run)
    assert "HX-Refresh" not in live(bob_client, zoom, webinar, listing=1)


@pytest.mark.parametrize("keys", ["", "x:-1", "1:' OR 1", ",,,", "9" * 300, "9" * 300 + ":-0"])
def test_nonsense_is_answered_with_nothing(alice_client, zoom, webinar, keys):
    answer = alice_client.get(f"{zoom}live/", {"seen": keys, "newest": keys})
    assert answer.status_code == 200
    assert "new webinar" not in answer.text
    assert 'id="webinar-' not in answer.text


def test_the_number_of_queries_does_not_grow(
    alice_client, connection, zoom, on, django_assert_max_num_queries
):
    webinars = [make_webinar(connection) for _number in range(30)]
    for webinar in webinars:
        start(webinar).steps.create(name="Attendance")
    seen = ",".join(f"{webinar.pk}:+0" for webinar in webinars)
    with django_assert_max_num_queries(16):
        alice_client.get(f"{zoom}live/", {"seen": seen})
