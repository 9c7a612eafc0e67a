"""Workers in threads and in processes: backlogs, wake-ups, stops and kills."""

import os
import signal
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone

from core.jobs import registered, wake
from core.jobs.wakeup import on_wake
from core.jobs.worker import Worker
from tests.core.jobs.errands import Errands
from tests.core.jobs.models import Errand, Receipt
from tests.support.services import kill_with_children
from tests.support.waiting import eventually

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def working(**options):
    worker = Worker([Errands()], **options)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join(30)
        assert not thread.is_alive()


def make(number, script="write"):
    return Errand.objects.bulk_create(Errand(script=script) for _number in range(number))


def all_are_done():
    return not Errand.objects.exclude(state="complete").exists()


def each_is_done_once():
    return set(Errand.objects.annotate(times=Count("receipts")).values_list("state", "times")) == {
        ("complete", 1)
    }


def test_a_backlog_is_done_several_at_a_time_each_once():
    make(30, "quickly")
    with working():
        eventually(all_are_done, seconds=60)
    assert each_is_done_once()


def test_a_wake_up_is_heard_at_once():
    with working(look_every=timedelta(seconds=60)):
        time.sleep(0.3)  # it has looked, and waits
        make(1)
        wake()
        eventually(all_are_done, seconds=20)


def test_nobody_is_woken_for_what_is_rolled_back():
    woken = []
    forget = on_wake(lambda: woken.append(1))
    with transaction.atomic():
        wake()
        transaction.set_rollback(True)
    with transaction.atomic():
        wake()
        wake()
        assert woken == []
    forget()
    assert woken == [1]


def test_a_backlog_of_240_keeps_16_workers_busy_within_two_seconds():
    """None of them is woken: they look each second. A machine that is busy itself is given more time."""

    class OneEach(Errands):
        at_once = 1

    workers = [Worker([OneEach()]) for _number in range(16)]
    threads = [threading.Thread(target=worker.run) for worker in workers]
    for thread in threads:
        thread.start()
    time.sleep(1)  # each has looked in vain
    make(240, "slowly")
    eventually(lambda: Errand.objects.filter(state="running").count() == 16, seconds=2 + 8 * is_busy())
    for worker in workers:
        worker.stop()
    for thread in threads:
        thread.join(30)
    assert Errands().claimable().count() == 240


def is_busy() -> bool:
    return os.getloadavg()[0] > (os.cpu_count() or 1)


def test_it_says_that_it_lives_after_it_was_able_to_look(monkeypatch):
    seen = []
    with working(alive=lambda: seen.append(1)):
        eventually(lambda: seen)


def test_a_worker_that_stops_hands_back_within_seconds_what_it_is_doing():
    make(2, "slowly")
    make(2, "hang")
    with working() as worker:
        eventually(lambda: Errand.objects.filter(state="running").count() == 4)
        worker.stop()
        began = time.monotonic()
    assert time.monotonic() - began < 5
    assert Errands().claimable().count() == 4
    assert set(Errand.objects.values_list("crashes", "lease_token")) == {(0, "")}


@pytest.fixture
def start(installation, monkeypatch):
    installation.environment |= {"DJANGO_SETTINGS_MODULE": "tests.settings"}

    def start_worker(name):
        process = installation.start(name, "tests.core.jobs.worker_process")
        installation.wait_for(name, " ready.", process)
        return process

    return start_worker


@pytest.mark.services
def test_a_backlog_is_spread_over_several_processes(start):
    make(200, "quickly")
    for number in range(2):
        start(f"worker{number}")
    eventually(all_are_done, seconds=60)
    assert each_is_done_once()


@pytest.mark.services
def test_what_a_killed_worker_was_doing_is_done_by_another_once(start):
    make(60, "quickly")
    for number in range(2):
        process = start(f"killed{number}")
        time.sleep(0.2)
        kill_with_children(process)
        Errand.objects.filter(state="running").update(lease_until=timezone.now())  # the minute is over
    start("survivor")
    eventually(all_are_done, seconds=60)
    assert each_is_done_once()


@pytest.mark.services
def test_a_worker_that_gets_sigterm_hands_back_and_ends_within_five_seconds(start):
    make(1, "slowly")
    make(1, "hang")
    process = start("stopped")
    eventually(lambda: Errand.objects.filter(state="running").count() == 2)
    os.kill(process.pid, signal.SIGTERM)
    assert process.wait(5) == 0
    assert Errands().claimable().count() == 2


@pytest.mark.services
def test_a_paused_worker_that_wakes_up_after_its_time_changes_nothing(start):
    make(1, "slowly")
    process = start("paused")
    eventually(lambda: Errand.objects.filter(state="running").exists())
    os.kill(process.pid, signal.SIGSTOP)
    Errand.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    (lease,) = Errands().claim()
    os.kill(process.pid, signal.SIGCONT)
    time.sleep(1)
    lease.complete()
    assert not Receipt.objects.exists()


@pytest.mark.services
def test_a_worker_goes_on_after_all_its_connections_were_cut(start):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no connections to cut")
    make(100, "quickly")
    start("cut")
    eventually(Receipt.objects.exists)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    eventually(all_are_done, seconds=30)
    assert each_is_done_once()


def test_the_queue_of_the_tests_is_not_among_the_apps():
    assert "errands" not in {queue.name for queue in registered()}
