"""Periodic tasks without Celery's beat."""

import threading

import pytest
import structlog

from core.jobs.periodic import PeriodicTask, Schedule
from tests.support.waiting import eventually

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run():
    schedules = []

    def start(*tasks):
        schedules.append(Schedule(tasks))
        schedules[-1].start()
        return schedules[-1]

    yield start
    for schedule in schedules:
        schedule.stop()


def test_a_task_runs_at_once_and_again_each_time_that_it_is_due(run):
    times = []
    run(PeriodicTask("tick", lambda: times.append(1), 0.05))
    eventually(lambda: len(times) >= 3)


def test_a_task_that_fails_runs_again(run):
    times = []

    def fail():
        times.append(1)
        raise ZeroDivisionError

    with structlog.testing.capture_logs() as lines:
        run(PeriodicTask("fails", fail, 0.05))
        eventually(lambda: len(times) >= 2)
    assert {line["event"] for line in lines} == {"periodic_task_failed"}


def test_a_task_that_takes_long_keeps_no_other_waiting(run):
    over, times = threading.Event(), []
    run(PeriodicTask("long", over.wait, 60), PeriodicTask("tick", lambda: times.append(1), 0.05))
    eventually(lambda: len(times) >= 3)
    over.set()


def test_nothing_runs_after_it_was_stopped(run):
    times = []
    schedule = run(PeriodicTask("tick", lambda: times.append(1), 0.05))
    eventually(lambda: times)
    schedule.stop()
    seen = len(times)
    threading.Event().wait(0.3)
    assert len(times) <= seen + 1
