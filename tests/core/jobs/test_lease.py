"""Claims, leases and their fence, on rows."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.jobs import LeaseLostError, StoppedError
from core.jobs.heartbeat import Heartbeat, renew
from core.jobs.lease import LEASE
from tests.core.jobs.errands import Errands
from tests.core.jobs.models import Errand
from tests.support.at_once import at_once
from tests.support.waiting import eventually

queue = Errands()


def errands(number=1, **fields):
    return [Errand.objects.create(**fields) for _number in range(number)]


def let_lapse():
    Errand.objects.filter(state="running").update(lease_until=timezone.now() - timedelta(seconds=1))


@pytest.mark.django_db
def test_the_most_urgent_job_is_claimed_first_then_the_one_that_has_waited_longest():
    ago = [timezone.now() - timedelta(minutes=minutes) for minutes in (1, 2, 3)]
    late = Errand.objects.create(priority=1, not_before=ago[2])
    urgent = Errand.objects.create(priority=0, not_before=ago[0])
    older = Errand.objects.create(priority=0, not_before=ago[1])
    claimed = [queue.claim(1)[0].key for _number in range(3)]
    assert claimed == [older.pk, urgent.pk, late.pk]
    assert queue.claim() == []


@pytest.mark.django_db
def test_a_job_is_not_claimed_before_its_time_nor_when_it_is_over():
    errands(not_before=timezone.now() + timedelta(seconds=30))
    errands(state="complete")
    errands(state="failed")
    assert queue.claim(9) == []


@pytest.mark.django_db
def test_a_claimed_job_belongs_to_its_worker_until_the_lease_runs_out():
    errands()
    (first,) = queue.claim()
    assert queue.claim() == []
    let_lapse()
    (second,) = queue.claim()
    assert second.key == first.key
    assert (Errand.objects.get().attempts, Errand.objects.get().crashes) == (2, 1)
    with pytest.raises(LeaseLostError), first.writing():
        pytest.fail("nothing is written on a lost lease")
    with pytest.raises(LeaseLostError):
        first.complete()
    second.complete()


@pytest.mark.django_db
def test_a_job_that_is_handed_back_goes_on_at_once_and_counts_as_no_crash():
    errands()
    (lease,) = queue.claim()
    lease.hand_back()
    assert Errand.objects.get().has_lost_worker
    (again,) = queue.claim()
    assert (again.key, Errand.objects.get().crashes) == (lease.key, 0)


@pytest.mark.django_db
def test_a_job_whose_worker_was_lost_is_claimed_alone():
    errands(3)
    assert len(queue.claim(3)) == 3
    let_lapse()
    errands(2)
    assert [len(queue.claim(9)) for _number in range(5)] == [1, 1, 1, 2, 0]


@pytest.mark.django_db
def test_a_worker_that_is_to_stop_writes_nothing_more():
    errands()
    stop = threading.Event()
    (lease,) = queue.claim(stop=stop)
    stop.set()
    with pytest.raises(StoppedError), lease.writing():
        pytest.fail("this is no time to begin a page")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields", [{"state": "running"}, {"state": "queued", "lease_until": timezone.now()}, {"lease_token": "x"}]
)
def test_the_database_refuses_a_lease_that_does_not_fit_the_state(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        errands(**fields)


@pytest.mark.django_db(transaction=True)
def test_no_two_workers_that_claim_at_once_get_the_same_job():
    errands(40)
    claimed, problems = at_once(8, lambda _number: [lease.key for lease in queue.claim(10)])
    while left := queue.claim(10):
        claimed.append([lease.key for lease in left])
    keys = [key for some in claimed for key in some]
    assert problems == []
    assert sorted(keys) == sorted(Errand.objects.values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True)
def test_of_many_that_take_over_an_abandoned_job_one_gets_it():
    errands()
    queue.claim()
    let_lapse()
    claimed, problems = at_once(6, lambda _number: len(queue.claim()))
    assert (sum(claimed), problems) == (1, [])


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_renews_a_lease_while_the_work_goes_on(monkeypatch):
    monkeypatch.setattr("core.jobs.heartbeat.EVERY", timedelta(seconds=0.05))
    errands()
    (lease,) = queue.claim()
    Errand.objects.update(lease_until=timezone.now() + timedelta(seconds=5))
    with Heartbeat().renewing(lease, timedelta(hours=1)):
        eventually(lambda: Errand.objects.get().lease_until > timezone.now() + LEASE - timedelta(seconds=5))


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_tells_the_work_that_its_lease_was_lost(monkeypatch):
    monkeypatch.setattr("core.jobs.heartbeat.EVERY", timedelta(seconds=0.05))
    errands()
    (lease,) = queue.claim()
    with Heartbeat().renewing(lease, timedelta(hours=1)):
        Errand.objects.update(lease_token="another worker's")
        assert lease.lost.wait(10)
    with pytest.raises(LeaseLostError):
        lease.check()


@pytest.mark.django_db(transaction=True)
def test_a_job_that_hangs_is_left_to_others(monkeypatch):
    monkeypatch.setattr("core.jobs.heartbeat.EVERY", timedelta(seconds=0.05))
    errands()
    (lease,) = queue.claim()
    with Heartbeat().renewing(lease, timedelta(seconds=0.1)):
        assert lease.lost.wait(10)


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_does_not_wait_for_a_write_of_the_job():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no locks on rows")
    errands()
    (lease,) = queue.claim()
    with lease.writing():
        assert at_once(1, lambda _number: renew(lease)) == ([False], [])
    assert at_once(1, lambda _number: renew(lease)) == ([True], [])


only_with_several_writers = pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer")


@only_with_several_writers
@pytest.mark.django_db(transaction=True)
def test_two_connections_that_write_beside_each_other_do_not_wait():
    errands()
    (lease,) = queue.claim()
    in_both = threading.Barrier(2, timeout=20)

    def write(_number):
        with lease.writing_beside():
            in_both.wait()

    _written, problems = at_once(2, write)
    assert problems == []
    assert Errand.objects.get().lease_token == lease.token


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["writing", "writing_beside"])
def test_what_is_written_after_another_worker_took_over_is_void(way):
    errands()
    (lease,) = queue.claim()
    let_lapse()
    (second,) = queue.claim()
    with pytest.raises(LeaseLostError), getattr(lease, way)():
        errands()
    assert Errand.objects.count() == 1
    second.complete()


@only_with_several_writers
@pytest.mark.django_db(transaction=True)
def test_what_is_being_written_while_another_worker_takes_over_is_void():
    errands()
    (lease,) = queue.claim()
    written = lease.writing_beside()
    written.__enter__()
    errands()
    at_once(1, lambda _number: let_lapse())
    ((taken,),), _problems = at_once(1, lambda _number: queue.claim())
    assert taken.key == lease.key
    with pytest.raises(LeaseLostError):
        written.__exit__(None, None, None)
    assert Errand.objects.count() == 1
