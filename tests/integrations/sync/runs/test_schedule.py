from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.models import (
    DomainExclusion,
    SyncRun,
    Webinar,
    WorkerHeartbeat,
    ZoomConnection,
    ZoomSettings,
)
from integrations.sync.runs import heartbeat, schedule
from tests.integrations.make import make_host, make_webinar
from tests.support.jobs import running

pytestmark = pytest.mark.django_db

Kind, State = SyncRun.Kind, SyncRun.State


@pytest.fixture
def due(syncing_brand, connection):
    """A webinar whose time has come, of an account that was just listed."""
    SyncRun.objects.create(
        connection=connection, kind=Kind.DISCOVERY, trigger="schedule", state=State.COMPLETE
    )
    return make_webinar(connection, make_host(connection), next_sync_at=timezone.now())


def queued():
    return SyncRun.objects.filter(kind=Kind.WEBINAR)


def test_what_is_due_is_queued_once(due):
    schedule.tick()
    schedule.tick()
    run = queued().get()
    assert (run.webinar, run.trigger, run.is_full) == (due, "schedule", False)


@pytest.mark.parametrize("fields", [{"next_sync_at": None}, {"sync_enabled": False}, {"is_zoom_event": True}])
def test_what_is_not_due_or_switched_off_is_not_queued(due, fields):
    Webinar.objects.update(**fields)
    schedule.tick()
    assert not queued().exists()


def test_what_is_due_later_is_not_queued_yet(due):
    Webinar.objects.update(next_sync_at=timezone.now() + timedelta(minutes=5))
    schedule.tick()
    assert not queued().exists()


def test_r10_with_the_global_switch_off_nothing_is_queued(due):
    ZoomSettings.objects.update(sync_webinars=False)
    schedule.tick()
    assert not queued().exists()


def test_r13_a_webinar_of_an_excluded_host_is_not_queued(due, brand):
    DomainExclusion.objects.create(brand=brand, kind="host", domain="acme.test")
    schedule.tick()
    assert not queued().exists()


@pytest.mark.parametrize("field", ["next_sync_at", "next_recording_at"])
def test_d13_webinars_of_excluded_hosts_do_not_keep_others_waiting(
    due, brand, connection, monkeypatch, field
):
    monkeypatch.setattr(schedule, "DUE_AT_ONCE", 2)
    DomainExclusion.objects.create(brand=brand, kind="host", domain="partner.test")
    host = make_host(connection, "Host@Partner.test")
    for _ in range(2):
        make_webinar(connection, host, **{field: timezone.now() - timedelta(days=2)})
    Webinar.objects.filter(pk=due.pk).update(**{"next_sync_at": None, field: timezone.now()})
    schedule.tick()
    assert queued().get().webinar == due


def test_accounts_are_listed_every_quarter_of_an_hour(due):
    schedule.tick()
    assert SyncRun.objects.filter(kind=Kind.DISCOVERY).count() == 1
    SyncRun.objects.filter(kind=Kind.DISCOVERY).update(created_at=timezone.now() - timedelta(minutes=16))
    schedule.tick()
    assert SyncRun.objects.filter(kind=Kind.DISCOVERY, state=State.QUEUED).count() == 1


def test_a_listing_that_takes_long_is_not_begun_twice(due):
    SyncRun.objects.filter(kind=Kind.DISCOVERY).update(
        created_at=timezone.now() - timedelta(hours=2), **running()
    )
    schedule.tick()
    assert SyncRun.objects.filter(kind=Kind.DISCOVERY).count() == 1


def test_an_account_that_lets_nobody_in_is_tried_now_and_then(due):
    ZoomConnection.objects.update(state=ZoomConnection.State.NEEDS_ATTENTION)
    SyncRun.objects.update(created_at=timezone.now() - timedelta(minutes=30))
    schedule.tick()
    assert not SyncRun.objects.filter(state=State.QUEUED).exists()
    SyncRun.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    schedule.tick()
    assert SyncRun.objects.get(state=State.QUEUED).kind == Kind.DISCOVERY


def test_a_disconnected_account_is_left_alone(due):
    ZoomConnection.objects.update(state=ZoomConnection.State.DISCONNECTED)
    SyncRun.objects.update(created_at=timezone.now() - timedelta(days=1))
    schedule.tick()
    assert not SyncRun.objects.filter(state=State.QUEUED).exists()


def test_looking_for_what_is_due_costs_the_same_however_much_is_not(
    due, connection, django_assert_num_queries
):
    Webinar.objects.update(next_sync_at=None)
    host = make_host(connection, email="other@acme.test")
    for _number in range(20):
        make_webinar(connection, host)
    with django_assert_num_queries(5):
        assert schedule.enqueue_due(connection) == 0


def test_each_worker_says_that_it_is_there():
    heartbeat.beat("worker1@host")
    heartbeat.beat("worker1@host")
    assert WorkerHeartbeat.objects.get().name == "worker1@host"
    WorkerHeartbeat.objects.update(seen_at=timezone.now() - timedelta(days=2))
    heartbeat.beat("worker2@host")
    assert [beat.name for beat in WorkerHeartbeat.objects.all()] == ["worker2@host"]
