"""Real workers, real HTTP to the simulator, a real broker: from a queued discovery to the company's CRM."""

import os
import signal
import time
from contextlib import closing

import pytest
import redis
from celery import Celery
from django.db import connection as database
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from integrations.models import SyncRun, Webinar
from integrations.sync.runs.runner import sync_runs
from tests.integrations.sync.helpers import keep_every
from tests.support import services
from tests.support.http_client import Visitor
from tests.support.installation import Installation, missing
from tests.support.waiting import eventually
from zoomsync.local.demo import PASSWORD

pytestmark = [pytest.mark.services, pytest.mark.simulator("demo"), pytest.mark.timeout(400)]

# As in production; the embedded default, SQLite without Redis, has the others.
with_postgresql = pytest.mark.skipif(database.vendor == "sqlite", reason="Redis goes with PostgreSQL")

ANSWERS_WITHIN = 10.0  # seconds; a broker that hangs costs its time-outs, never a page


@pytest.fixture
def a_third(simulator) -> None:
    """Of the webinars: that all of them come in step is proven without workers."""
    keep_every(3, simulator)


def test_d13_a_worker_without_redis_brings_everything_in_step(a_third, company, installation, in_step):
    installation.start_worker()
    in_step()


@with_postgresql
def test_d13_workers_on_redis_bring_everything_in_step(a_third, company, redis_installation, in_step):
    redis_installation.start_worker("first")
    redis_installation.start_worker("second")
    in_step()


def test_d13_a_worker_that_is_killed_leaves_nothing_undone(a_third, company, installation, in_step):
    worker = installation.start_worker()
    eventually(lambda: SyncRun.objects.filter(state="running", kind="webinar").exists())
    services.kill_with_children(worker)
    SyncRun.objects.filter(state="running").update(lease_until=timezone.now())  # the minute is over
    installation.start_worker("second")
    in_step()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_d13_a_worker_that_is_stopped_in_the_middle_of_syncs_hands_them_back(company, installation, number):
    worker = installation.start_worker()
    eventually(lambda: SyncRun.objects.filter(state="running", kind="webinar").exists())
    os.kill(worker.pid, number)
    assert worker.wait(timeout=5) == 0, installation.log("worker")
    assert not SyncRun.objects.filter(lease_until__gt=timezone.now()).exists()
    assert sync_runs.claimable().exists()
    assert set(SyncRun.objects.values_list("crashes", flat=True)) == {0}


@with_postgresql
def test_d13_celerys_worker_hands_back_what_it_is_doing_when_it_is_stopped(company, redis_installation):
    worker = redis_installation.start_worker()
    eventually(lambda: SyncRun.objects.filter(state="running", kind="webinar").exists())
    os.kill(worker.pid, signal.SIGTERM)
    assert worker.wait(timeout=15) == 0, redis_installation.log("worker")
    assert not SyncRun.objects.filter(lease_until__gt=timezone.now()).exists()


@with_postgresql
def test_d13_a_redis_that_dies_ends_no_worker_and_stops_no_sync(a_third, company, transactional_db, in_step):
    try:
        with services.private_redis() as (address, process), closing(Installation(REDIS_URL=address)) as app:
            worker = app.start_worker()
            services.stop(process)
            in_step()
            assert worker.poll() is None, app.log("worker")
    except services.MissingServiceError as problem:
        missing(problem)


@with_postgresql
def test_d13_a_redis_that_dies_with_wake_ups_on_their_way_ends_no_worker(company, transactional_db):
    try:
        with services.private_redis() as (address, process), closing(Installation(REDIS_URL=address)) as app:
            worker = app.start_worker()
            with transaction.atomic(), database.cursor() as cursor:
                cursor.execute("LOCK TABLE integrations_syncrun")  # both threads of the worker wait for it
                for _ in range(3):  # one more, and room for another: the worker goes on listening
                    Celery(broker=address).send_task("integrations.tasks.tick")
                eventually(lambda: waiting_for_syncs() >= 2 and redis.Redis.from_url(address).hlen("unacked"))
                services.stop(process)
                eventually(lambda: "Connection refused" in app.log("worker"))
                assert "Unrecoverable" not in app.log("worker")
                eventually(lambda: "Cannot connect to redis" in app.log("worker"))
            assert worker.poll() is None, app.log("worker")
    except services.MissingServiceError as problem:
        missing(problem)


def test_d13_without_redis_the_worker_keeps_the_schedule(company, installation):
    SyncRun.objects.all().delete()  # the demo's first listing
    installation.start_worker(schedule=True)
    eventually(
        lambda: SyncRun.objects.filter(kind="discovery", trigger="schedule", state="complete").exists()
    )


@with_postgresql
def test_d13_a_redis_that_dies_loses_no_wish(company, transactional_db):
    try:
        with services.private_redis() as (address, process), closing(Installation(REDIS_URL=address)) as app:
            web = sign_in(app)
            services.stop(process)
            run = press_sync_now(web, a_webinar())
            assert run.state == "queued"
    except services.MissingServiceError as problem:
        missing(problem)


def test_a_page_does_not_hang_on_a_redis_that_hangs(company, transactional_db):
    """Something accepts the connection and never says a word."""
    address = "redis://127.0.0.1:{}/0"
    with (
        services.silent_port() as port,
        closing(Installation(REDIS_URL=address.format(port))) as installation,
    ):
        web = sign_in(installation)
        started = time.monotonic()
        run = press_sync_now(web, a_webinar())
        assert time.monotonic() - started < ANSWERS_WITHIN
        assert run.state == "queued"


def waiting_for_syncs() -> int:
    """How many connections wait for a lock on the table of syncs."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'integrations_syncrun'::regclass"
        )
        return int(cursor.fetchone()[0])


def a_webinar() -> Webinar:
    """One that the discovery of a worker would have found."""
    connection = SyncRun.objects.get(kind="discovery").connection
    return Webinar.objects.create(connection=connection, zoom_webinar_id=1234567890, topic="Found already")


def sign_in(installation: Installation) -> Visitor:
    return Visitor(installation.start_web()).sign_in("operator@brightline.example", PASSWORD)


def press_sync_now(web: Visitor, webinar: Webinar) -> SyncRun:
    """What "Sync now" of a webinar queued."""
    brand = webinar.connection.brand
    answer = web.submit(reverse("zoom:sync_now", args=[brand.slug, webinar.zoom_webinar_id]))
    assert answer.status_code == 200, answer.text
    return SyncRun.objects.get(webinar=webinar)
