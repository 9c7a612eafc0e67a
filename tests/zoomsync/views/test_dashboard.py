import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from core.messages import Message
from integrations import audit
from integrations.audit import AuditCode
from integrations.models import AuditEntry, SyncRun, Webinar, WorkerHeartbeat, ZoomConnection
from integrations.settings_changes import add_exclusions, set_global
from marketing_events.models import Participation
from tests.contacts.make import make_contact
from tests.integrations.make import make_webinar
from tests.marketing_events.make import make_attended, make_event, make_registered
from tests.support.htmx import htmx
from tests.support.jobs import running
from zoomsync.models import User


@pytest.fixture
def worker(db):
    return WorkerHeartbeat.objects.create(name="worker@here")


@pytest.fixture
def on(brand, connection, worker):
    set_global(brand, sync_webinars=True, actor=None)


def dashboard(client):
    return client.get("/").text


def test_a_new_installation_shows_the_way(alice_client):
    text = dashboard(alice_client)
    assert "Three steps to your first webinar" in text


def test_the_guide_leads_from_the_connection_to_the_switch(alice_client, connection):
    text = dashboard(alice_client)
    assert "Three steps" in text
    assert "/settings/integrations/connected-apps/zoom/acme/global-settings/" in text


def test_the_guide_goes_when_the_first_webinar_is_in_step(alice_client, connection, on):
    make_webinar(connection, last_synced_at=timezone.now())
    assert "Three steps" not in dashboard(alice_client)


def test_everything_in_step_is_said(alice_client, connection, on):
    make_webinar(connection, last_synced_at=timezone.now())
    assert "Everything is up to date." in dashboard(alice_client)


def test_a_missing_worker_is_said(alice_client, connection, on, worker):
    WorkerHeartbeat.objects.update(seen_at=timezone.now() - timedelta(minutes=2))
    assert "No worker is running" in dashboard(alice_client)


def test_open_errors_are_counted_and_named(alice_client, brand, connection, on):
    webinar = make_webinar(connection, topic="Pruning")
    audit.warn(brand, AuditCode.ZOOM_UNREACHABLE, {"reason": Message("zoom.unavailable")}, webinar=webinar)
    text = dashboard(alice_client)
    assert "One problem needs attention." in text
    assert "Pruning" in text
    assert "Zoom can&#x27;t be reached right now." in text


def test_open_warnings_are_counted_by_what_they_are(alice_client, brand, connection, on):
    for _number in range(2):
        audit.warn(brand, AuditCode.DATA_UNAVAILABLE, webinar=make_webinar(connection))
    audit.warn(brand, AuditCode.RECORDING_TRASHED, webinar=make_webinar(connection))
    audit.warn(brand, AuditCode.SKIPPED_NO_EMAIL, webinar=make_webinar(connection))
    audit.record(brand, AuditCode.SYNC_COMPLETED, webinar=make_webinar(connection))
    page = alice_client.get("/")
    (card,) = page.context["cards"]
    assert [(warning.code, warning.number) for warning in card.warnings] == [("E4", 2), ("E2", 1)]
    assert (card.warnings_count, card.errors) == (3, 0)
    assert "/audit/?state=attention&amp;code=E4&amp;brand=acme" in page.text


def test_webinars_that_wait_for_too_long_are_counted(alice_client, connection, on):
    make_webinar(connection, next_sync_at=timezone.now() - timedelta(minutes=16))
    make_webinar(connection, next_sync_at=timezone.now() - timedelta(minutes=5))
    make_webinar(connection, next_sync_at=timezone.now() - timedelta(days=1), sync_enabled=False)
    assert "One webinar has been waiting to sync for more than 15 minutes" in dashboard(alice_client)


def linked_numbers(html):
    """What the cards of the brands say: label > (number, where it leads)."""
    stat = r'<dt>([^<]+)</dt>\s*<dd><a href="([^"]+)">([\d,]+)</a>'
    return {label: (int(number), url.replace("&amp;", "&")) for label, url, number in re.findall(stat, html)}


def test_each_number_of_a_brand_opens_exactly_what_it_counts(alice_client, brand, connection, on):
    late = timezone.now() - timedelta(hours=1)
    make_webinar(connection, topic="Fine")
    make_webinar(connection, topic="Excluded", host_email="eva@agency.test", next_sync_at=late)
    add_exclusions(brand, "host", "agency.test", None)
    SyncRun.objects.all().delete()
    make_webinar(connection, topic="Late", next_sync_at=late)
    make_webinar(connection, topic="Off", sync_enabled=False, next_sync_at=late)
    queued = make_webinar(connection, topic="Queued", next_sync_at=late)
    SyncRun.objects.create(connection=connection, webinar=queued, kind="webinar")
    SyncRun.objects.create(connection=connection, kind="discovery")
    for topic in ("Fine", "Off"):
        webinar = Webinar.objects.get(topic=topic)
        audit.warn(brand, AuditCode.ZOOM_UNREACHABLE, webinar=webinar)
    audit.warn(brand, AuditCode.RECORDING_TRASHED, webinar=queued)
    acknowledged = audit.warn(brand, AuditCode.RECORDING_TRASHED, webinar=webinar)
    audit.acknowledge(acknowledged, User.objects.get(email="alice@acme.test"))
    numbers = linked_numbers(dashboard(alice_client))
    counted = {label: number for label, (number, _url) in numbers.items()}
    assert counted == {
        "Webinars syncing": 3,
        "Open errors": AuditEntry.objects.open().filter(severity="error").count(),
        "Open warnings": AuditEntry.objects.open().needing_attention().filter(severity="warning").count(),
        "Webinars queued": 1,
        "Webinars overdue": 2,
    }
    for label, (number, url) in numbers.items():
        shown = alice_client.get(url).context
        assert len(shown["rows"]) == number, (label, url)


def test_webinars_of_excluded_hosts_do_not_count_as_syncing(alice_client, brand, connection, on):
    make_webinar(connection)
    make_webinar(
        connection, host_email="eva@mail.agency.test", next_sync_at=timezone.now() - timedelta(days=1)
    )
    add_exclusions(brand, "host", "agency.test", None)
    SyncRun.objects.all().delete()
    page = alice_client.get("/")
    (card,) = page.context["cards"]
    assert (card.syncing, card.webinars.total, card.webinars.late) == (1, 2, 0)


def test_runs_that_are_under_way_show_how_far_they_are(alice_client, connection, on):
    webinar = make_webinar(connection, topic="Pruning")
    run = SyncRun.objects.create(connection=connection, webinar=webinar, kind="webinar", **running())
    run.steps.create(name="Attendance", done=120, total=410)
    text = dashboard(alice_client)
    assert "Attendance 120 / 410" in text
    assert f'href="/runs/{run.pk}/"' in text


def test_a_sync_that_is_put_off_says_why_and_when_it_is_tried_again(alice_client, connection, on):
    run = SyncRun.objects.create(
        connection=connection,
        webinar=make_webinar(connection, topic="Pruning"),
        kind="webinar",
        attempts=1,
        not_before=timezone.now() + timedelta(minutes=4, seconds=30),
        error=Message("zoom.unavailable"),
    )
    text = dashboard(alice_client)
    assert "Retrying later" in text
    assert "in 4\xa0minutes" in text
    assert "Zoom can&#x27;t be reached right now." in text
    assert f'href="/runs/{run.pk}/"' in text


def test_a_connection_that_zoom_refuses_says_why(alice_client, connection, on):
    ZoomConnection.objects.update(state="needs_attention", state_reason=Message("zoom.app_removed"))
    assert "The app was removed from the Zoom account." in dashboard(alice_client)


def test_each_brand_has_its_own_answer(alice_client, connection, on, other_brand):
    page = alice_client.get("/")
    assert [card.answer for card in page.context["cards"]] == ["in_step", "not_connected"]


def test_the_number_of_queries_does_not_grow(
    alice_client, brand, connection, on, django_assert_max_num_queries
):
    for number in range(8):
        webinar = make_webinar(connection, host_email=f"host{number}@acme.test")
        audit.warn(brand, AuditCode.ZOOM_UNREACHABLE, webinar=webinar)
        SyncRun.objects.create(connection=connection, webinar=webinar, kind="webinar", **running())
    with django_assert_max_num_queries(20):
        alice_client.get("/")


def test_the_page_asks_again_for_the_part_that_moves(charlie_client, connection, on):
    fragment = charlie_client.get("/", headers=htmx("in-step")).text
    assert "<html" not in fragment
    assert "Acme" in fragment


def test_nothing_is_drawn_while_nothing_has_changed(
    charlie_client, connection, on, django_assert_max_num_queries, monkeypatch
):
    monkeypatch.setattr("zoomsync.views.dashboard.time.time", lambda: 0)
    etag = charlie_client.get("/", headers=htmx("in-step"))["ETag"]
    again = htmx("in-step") | {"If-None-Match": etag}
    with django_assert_max_num_queries(4):
        assert charlie_client.get("/", headers=again).status_code == 304
    SyncRun.objects.create(connection=connection, kind="discovery", **running())
    assert charlie_client.get("/", headers=again).status_code == 200


def test_every_number_of_the_last_webinars_opens_what_it_counts(charlie_client, connection, on):
    make_webinar(connection, last_synced_at=timezone.now())
    start = timezone.now() - timedelta(days=1)
    event = make_event(
        starts_at=start,
        ended_at=start + timedelta(hours=1),
        registered_count=3,
        attended_count=1,
        no_show_count=1,
        staff_count=1,
    )
    make_attended(event, make_contact(), (0, 30))
    host = make_attended(event, make_contact(), (0, 60))
    Participation.objects.filter(pk=host.pk).update(role="host", registered_at=None)
    make_registered(event, make_contact(), state="no_show")
    make_registered(event, make_contact(), state="cancelled", cancelled_at=start)
    text = dashboard(charlie_client)
    links = re.findall(rf'<a href="({reverse("events:detail", args=[event.pk])}\?[^"]+)">([\d,]+)</a>', text)
    assert [number for _link, number in links] == ["3", "1", "1"]
    for link, number in links:
        assert len(charlie_client.get(unescape(link)).context["rows"]) == int(number)
