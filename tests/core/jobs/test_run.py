"""How a job ends: each outcome, and what becomes of the row."""

from datetime import timedelta

import pytest
import structlog
from django.utils import timezone

from core.jobs import LeaseLostError, RunResult, run_job
from core.jobs.backoff import PAUSES, retry_at, retry_pause
from core.jobs.run import run_jobs
from tests.core.jobs.errands import MOVED_AWAY, NOT_AT_HOME, Errands
from tests.core.jobs.models import Errand, Receipt

pytestmark = pytest.mark.django_db
queue = Errands()


def run(script):
    Errand.objects.get_or_create(script=script)
    (lease,) = queue.claim()
    result = run_job(queue, lease)
    return result, Errand.objects.get()


def make_due():
    Errand.objects.update(not_before=timezone.now())


def test_a_job_that_returns_is_complete():
    result, errand = run("write")
    assert (result, errand.state, errand.error, errand.lease_until) == (
        RunResult.COMPLETE,
        "complete",
        None,
        None,
    )
    assert errand.finished_at
    assert Receipt.objects.count() == 1


def test_a_job_that_asks_for_time_gets_as_much_as_it_asks_for():
    result, errand = run("ask_for_time")
    assert (result, errand.state, errand.error) == (RunResult.RETRY, "queued", NOT_AT_HOME)
    assert errand.not_before > timezone.now() + timedelta(minutes=119)


def test_a_job_that_was_tried_often_enough_fails():
    for _attempt in range(3):
        result, errand = run("ask_for_time")
        make_due()
    assert (result, errand.state, errand.attempts) == (RunResult.FAILED, "failed", 3)


def test_a_job_that_cannot_be_done_fails_with_its_reason():
    result, errand = run("give_up")
    assert (result, errand.state, errand.error) == (RunResult.FAILED, "failed", MOVED_AWAY)


def test_a_bug_is_logged_and_fails_the_job():
    with structlog.testing.capture_logs() as lines:
        result, errand = run("break_down")
    assert (result, errand.state) == (RunResult.FAILED, "failed")
    assert "job_broke" in {line["event"] for line in lines}


def test_nothing_of_a_job_is_in_the_log_lines_of_the_next_one_in_its_batch():
    errands = Errand.objects.bulk_create(Errand(script="say_whose_it_is") for _number in range(3))
    merge = structlog.contextvars.merge_contextvars
    with structlog.testing.capture_logs(processors=[merge]) as lines:
        run_jobs(queue, queue.claim(3))
    said = [line for line in lines if line["event"] == "said"]
    assert sorted(line["job"] for line in said) == sorted(errand.pk for errand in errands)
    assert {line["queue"] for line in said} == {"errands"}
    assert not any("leak" in line for line in said)
    assert "leak" not in structlog.contextvars.get_contextvars()


@pytest.mark.parametrize("script", ["be_cut_off", "find_it_closed"])
def test_a_job_whose_connection_broke_is_tried_again_within_seconds(script, monkeypatch):
    monkeypatch.setattr("core.jobs.run.connection.close", lambda: None)  # the test's transaction is on it
    result, errand = run(script)
    assert (result, errand.state) == (RunResult.RETRY, "queued")
    assert errand.not_before < timezone.now() + timedelta(seconds=5)
    assert "connection" in str(errand.error)


def test_a_job_that_has_cost_five_workers_fails():
    Errand.objects.create(script="write")
    for _crash in range(6):
        (lease,) = queue.claim()
        Errand.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert run_job(queue, lease) is RunResult.FAILED
    assert "5 times in a row" in str(Errand.objects.get().error)
    assert not Receipt.objects.exists()


def test_who_lost_the_lease_changes_nothing():
    Errand.objects.create()
    (lease,) = queue.claim()
    Errand.objects.update(lease_token="another worker's")
    assert run_job(queue, lease) is RunResult.LEASE_LOST
    assert Errand.objects.get().state == "running"
    assert not Receipt.objects.exists()


def test_a_job_is_handed_back_when_its_worker_stops():
    Errand.objects.create(script="slowly")
    (lease,) = queue.claim()
    lease.stop.set()
    assert run_job(queue, lease) is RunResult.HANDED_BACK
    assert len(queue.claim()) == 1


def test_pauses_grow_up_to_an_hour():
    pauses = [retry_pause(attempts) for attempts in range(1, 20)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (PAUSES[0], timedelta(hours=1))
    told = timezone.now() + timedelta(days=1)
    assert retry_at(1, told) == told
    assert retry_at(6, timezone.now()) > timezone.now() + timedelta(minutes=59)


def test_the_lease_of_a_job_that_is_over_allows_nothing():
    Errand.objects.create()
    (lease,) = queue.claim()
    run_job(queue, lease)
    with pytest.raises(LeaseLostError):
        lease.renew()
