"""The whole sync against the simulator's nasty account: every row is what the simulator says it must be."""

import random

import pytest
from django.utils import timezone

from core.jobs import Lease, RunResult
from integrations.models import SyncRun, Webinar, ZoomConnection
from integrations.sync.runs.foreground import finish
from integrations.sync.runs.queue import enqueue_webinar
from integrations.sync.runs.runner import SyncRuns, claim, perform
from marketing_events.models import MarketingEvent
from tests.integrations.sync.helpers import (
    Trigger,
    apply_policy,
    differences_from_truth,
    discover,
    everything,
    keep_every,
    sync_all,
    wake_recordings,
    work_off,
)
from tests.support.waiting import eventually
from zoom_simulator.account.rows import Webinar as SimulatedWebinar

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.simulator("nasty"),
    pytest.mark.usefixtures("unpaced"),
    pytest.mark.timeout(600),
]


@pytest.fixture
def account(brand, simulated_connection, simulator) -> ZoomConnection:
    """The nasty account under the policy that it is meant for, with its webinars listed."""
    apply_policy(brand, simulator.scenario.policy)
    assert discover(simulated_connection, simulator.scenario.policy).end is RunResult.COMPLETE
    return simulated_connection


# For faults and deaths, to which more webinars add nothing; that all of them sync is proven without these.


@pytest.fixture
def one_third(simulator) -> None:
    keep_every(3, simulator)


@pytest.fixture
def another_third(simulator) -> None:
    keep_every(3, simulator, first=1)


@pytest.fixture
def last_third(simulator) -> None:
    keep_every(3, simulator, first=2)


@pytest.fixture
def series(simulator) -> list[SimulatedWebinar]:
    """Those with several dates, alone in their account."""
    webinars = simulator.account.webinars
    found = [webinar for webinar in webinars.values() if webinar.occurrences]
    webinars.clear()
    webinars.update({sery.id: sery for sery in found})
    return found


class KilledError(BaseException):
    """As abrupt as a process can be within itself: nothing catches it."""


def test_d12_one_sync_in_any_order_arrives_at_the_truth_and_so_does_another_two_at_once(account, simulator):
    webinars = list(Webinar.objects.all())
    random.Random(5).shuffle(webinars)
    for webinar in webinars:
        enqueue_webinar(webinar, Trigger.MANUAL)
    ended = work_off()
    ends = [result.end for result in ended]
    assert ends.count(RunResult.FAILED) == len(simulator.scenario.policy.unreadable)
    assert differences_from_truth(simulator) == []

    before = everything()
    half = webinars[::2]
    runs = [enqueue_webinar(webinar, Trigger.MANUAL, depth=SyncRun.Depth.FULL) for webinar in half]
    finish(runs, lambda _result: None)  # two at once
    assert differences_from_truth(simulator) == []
    assert everything() == before


def test_d12_every_fifth_answer_is_a_fault(another_third, account, simulator):
    simulator.faults.randomly(0.2, seconds=0.05)
    for webinar in Webinar.objects.all():
        enqueue_webinar(webinar, Trigger.SCHEDULE)
    for _round in range(10):
        work_off()
        put_off = SyncRun.objects.filter(state=SyncRun.State.QUEUED)
        if not put_off.update(not_before=timezone.now()):
            break
    for _round in range(3):  # a recording that Zoom did not answer for is looked at again
        wake_recordings(account)
    assert len(simulator.faults.happened) > 50
    assert differences_from_truth(simulator) == []


def test_d12_dates_that_are_deleted_while_workers_die_are_cancelled_with_whoever_registered_for_them(
    series, account, simulator, monkeypatch
):
    simulator.scenario.policy.snapshots.append(simulator.account.snapshot())
    rows = list(Webinar.objects.all())
    for row in rows:
        enqueue_webinar(row, Trigger.MANUAL)
    work_off()
    for sery in series:
        coming = [date for date in sery.occurrences if date.start > simulator.clock.now()]
        for date in coming[-1:]:
            simulator.account.delete_occurrence(sery.id, date.id)
    for row in rows:
        enqueue_webinar(row, Trigger.MANUAL)
    assert work_off_while_workers_die(monkeypatch, deaths=20) == 20
    sync_all(account)
    cancelled = MarketingEvent.objects.filter(status="cancelled")
    assert {event.cancelled_count for event in cancelled} == {0, 1}
    assert differences_from_truth(simulator) == []


def test_d12_a_worker_that_dies_at_any_point_leaves_nothing_wrong(
    last_third, account, simulator, monkeypatch
):
    for webinar in Webinar.objects.all():
        enqueue_webinar(webinar, Trigger.SCHEDULE)
    assert work_off_while_workers_die(monkeypatch, deaths=30) == 30
    sync_all(account)  # a run that died too often in a row was given up; the next one makes up for it
    assert differences_from_truth(simulator) == []


def work_off_while_workers_die(monkeypatch, deaths: int) -> int:
    """How many died: so many, if there is enough to do."""
    dice = random.Random(3)
    renew = Lease.renew

    def perhaps_die(lease: Lease) -> None:
        if dice.random() < 0.15:
            raise KilledError
        renew(lease)

    died = 0
    with monkeypatch.context() as patch:
        patch.setattr(Lease, "renew", perhaps_die)
        patch.setattr(SyncRuns, "max_crashes", deaths)
        while died < deaths and (lease := claim()):
            try:
                perform(lease)
            except KilledError:
                died += 1
                SyncRun.objects.filter(pk=lease.key).update(lease_until=timezone.now())
    return died


def wait_for_calls(simulator, number: int) -> None:
    simulator.calls.clear()
    eventually(lambda: len(simulator.calls) >= number, seconds=60, pause=0.002)


@pytest.mark.services
def test_d12_sigkill_at_random_moments_and_one_more_run(one_third, account, simulator, installation):
    dice = random.Random(7)
    running = SyncRun.objects.filter(state=SyncRun.State.RUNNING)
    for kill in range(3):
        process = installation.start(f"sync{kill}", "django", "sync_zoom")
        wait_for_calls(simulator, dice.randint(5, 40))
        eventually(running.exists)
        process.kill()
        process.wait()
        running.update(lease_until=timezone.now())
    assert SyncRun.objects.filter(attempts__gt=1).exists()
    sync_all(account)
    assert differences_from_truth(simulator) == []
