import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from integrations.models import RateLimitBucket, ZoomConnection
from integrations.zoom.errors import LimitKind, RateLimited
from integrations.zoom.http.limits import PLANS, SHARE_OF_DAY, SHARE_OF_SECOND, Label
from integrations.zoom.http.pacing import AccountPacer
from tests.support.at_once import at_once
from tests.support.installation import Installation

MORNING = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> float:
        return self.now.timestamp()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pacer(connection: ZoomConnection, clock: Clock) -> AccountPacer:
    return AccountPacer(connection.pk, "pro", clock=clock)


def interval(plan: str, label: Label) -> float:
    return 1 / (PLANS[plan][label].per_second * SHARE_OF_SECOND)


def limited(pacer: AccountPacer, label: Label) -> RateLimited:
    with pytest.raises(RateLimited) as caught:
        pacer.reserve(label)
    return caught.value


def test_d15_a_free_slot_is_now_and_costs_one_query(pacer: AccountPacer, clock: Clock):
    pacer.reserve(Label.MEDIUM)  # makes the rows
    clock.now += timedelta(minutes=1)
    with CaptureQueriesContext(database) as queries:
        assert pacer.reserve(Label.MEDIUM) == pytest.approx(clock())
    assert len(queries) == 1


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("label", [Label.LIGHT, Label.MEDIUM, Label.HEAVY])
def test_d15_calls_at_the_same_moment_get_slots_one_after_the_other(
    connection: ZoomConnection, clock: Clock, plan: str, label: Label
):
    pacer = AccountPacer(connection.pk, plan, clock=clock)
    slots = [pacer.reserve(label) - clock() for _ in range(5)]
    assert slots == pytest.approx([n * interval(plan, label) for n in range(5)], abs=1e-5)


def test_d15_time_that_passed_is_not_saved_up(pacer: AccountPacer, clock: Clock):
    pacer.reserve(Label.MEDIUM)
    clock.now += timedelta(hours=1)
    slots = [pacer.reserve(Label.MEDIUM) - clock() for _ in range(3)]
    assert slots == pytest.approx([n * interval("pro", Label.MEDIUM) for n in range(3)], abs=1e-5)


def test_d15_each_label_has_a_limit_of_its_own(pacer: AccountPacer, clock: Clock):
    for _ in range(10):
        pacer.reserve(Label.HEAVY)
    assert pacer.reserve(Label.LIGHT) == pytest.approx(clock())


def test_d15_accounts_do_not_slow_each_other_down(pacer: AccountPacer, other_brand: Any, clock: Clock):
    other = ZoomConnection.objects.create(brand=other_brand, account_id="globex")
    for _ in range(10):
        pacer.reserve(Label.MEDIUM)
    assert AccountPacer(other.pk, "pro", clock=clock).reserve(Label.MEDIUM) == pytest.approx(clock())


def test_d15_a_resource_intensive_call_takes_a_heavy_slot_too(pacer: AccountPacer, clock: Clock):
    assert pacer.reserve(Label.RESOURCE_INTENSIVE) == pytest.approx(clock())
    assert pacer.reserve(Label.HEAVY) > clock()
    assert pacer.reserve(Label.RESOURCE_INTENSIVE) == pytest.approx(
        clock() + interval("pro", Label.RESOURCE_INTENSIVE)
    )


def test_d15_a_queue_that_is_too_long_is_not_joined(connection: ZoomConnection, clock: Clock):
    pacer = AccountPacer(connection.pk, "pro", longest_wait=15, clock=clock)
    for _ in range(3):
        pacer.reserve(Label.RESOURCE_INTENSIVE)
    found = limited(pacer, Label.RESOURCE_INTENSIVE)
    assert found.kind is LimitKind.PER_SECOND
    next_slot = MORNING.timestamp() + 3 * interval("pro", Label.RESOURCE_INTENSIVE)
    assert found.not_before.timestamp() == pytest.approx(next_slot)
    clock.now += timedelta(seconds=10)
    assert pacer.reserve(Label.RESOURCE_INTENSIVE) == pytest.approx(next_slot)


def test_d15_what_zoom_told_one_worker_all_obey(connection: ZoomConnection, clock: Clock):
    here, there = (AccountPacer(connection.pk, "pro", clock=clock) for _ in range(2))
    here.block(Label.HEAVY, MORNING + timedelta(seconds=5))
    assert there.reserve(Label.HEAVY) == pytest.approx(clock() + 5)
    assert there.reserve(Label.MEDIUM) == pytest.approx(clock())


def test_d15_a_long_block_says_until_when(pacer: AccountPacer, clock: Clock):
    until = MORNING + timedelta(hours=3)
    pacer.block(Label.HEAVY, until)
    pacer.block(Label.HEAVY, MORNING + timedelta(hours=1))  # of an older answer
    assert limited(pacer, Label.HEAVY).not_before == until
    clock.now = until
    assert pacer.reserve(Label.HEAVY) == pytest.approx(clock())


def test_d15_the_days_share_is_kept_and_new_at_midnight_utc(pacer: AccountPacer, clock: Clock):
    pacer.reserve(Label.HEAVY)
    RateLimitBucket.objects.filter(label=Label.HEAVY).update(day_count=int(30_000 * SHARE_OF_DAY) - 1)
    pacer.reserve(Label.HEAVY)
    found = limited(pacer, Label.HEAVY)
    assert (found.kind, found.not_before) == (LimitKind.DAILY, datetime(2026, 11, 24, tzinfo=UTC))
    clock.now = datetime(2026, 11, 24, tzinfo=UTC)
    assert pacer.reserve(Label.HEAVY) == pytest.approx(clock())
    assert RateLimitBucket.objects.get(label=Label.HEAVY).day_count == 1


def test_d15_registrations_leave_the_rest_of_a_days_limit_to_the_sync(
    connection: ZoomConnection, clock: Clock
):
    sync = AccountPacer(connection.pk, "free", clock=clock)
    registrations = AccountPacer(connection.pk, "free", clock=clock, share_of_day=0.8)
    sync.reserve(Label.LIGHT)
    budget = int(6_000 * SHARE_OF_DAY)
    RateLimitBucket.objects.filter(label=Label.LIGHT).update(day_count=int(budget * 0.8))
    assert limited(registrations, Label.LIGHT).kind is LimitKind.DAILY
    clock.now += timedelta(seconds=1)
    assert sync.reserve(Label.LIGHT) == pytest.approx(clock())


def test_d15_whoever_asks_while_many_wait_comes_next(connection: ZoomConnection, clock: Clock):
    """A bulk has as many calls waiting as its worker has threads, so a sync waits for those and no more."""
    sync, bulk = (AccountPacer(connection.pk, "pro", clock=clock) for _ in range(2))
    waiting = 16
    slots = [bulk.reserve(Label.LIGHT) for _ in range(waiting)]
    assert sync.reserve(Label.LIGHT) == pytest.approx(max(slots) + interval("pro", Label.LIGHT))
    assert sync.reserve(Label.LIGHT) - clock() < 1


def test_d15_the_connections_plan_goes_before_the_settings(connection: ZoomConnection, settings: Any):
    settings.ZOOM_PLAN = "business"
    assert AccountPacer.of(connection).plan == "business"
    connection.plan = "free"
    assert AccountPacer.of(connection).plan == "free"


def test_d15_an_unknown_plan_is_told(connection: ZoomConnection, settings: Any):
    settings.ZOOM_PLAN = "gold"
    with pytest.raises(ImproperlyConfigured, match="ZOOM_PLAN must be one of free, pro, business"):
        AccountPacer.of(connection)


def most_in_a_second(slots: list[float]) -> int:
    """The most that any one second holds, wherever it begins."""
    slots = sorted(slots)
    return max(sum(start <= slot < start + 1 for slot in slots) for start in slots)


@pytest.mark.django_db(transaction=True)
def test_d15_no_limit_is_exceeded_by_threads_that_call_all_at_once(connection: ZoomConnection):
    pacer = AccountPacer(connection.pk, "pro")
    answers, problems = at_once(6, lambda _: [pacer.reserve(Label.HEAVY) for _ in range(10)])
    slots = [slot for answer in answers for slot in answer]
    assert problems == []
    assert len(set(slots)) == 60
    assert most_in_a_second(slots) <= 10 * SHARE_OF_SECOND + 1


TAKE_SLOTS = """
from integrations.zoom.http.limits import Label
from integrations.zoom.http.pacing import AccountPacer
for _ in range(15):
    print(AccountPacer({connection}, "pro").reserve(Label.HEAVY))
"""


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_d15_no_limit_is_exceeded_by_several_processes(
    connection: ZoomConnection, installation: Installation
):
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", TAKE_SLOTS.format(connection=connection.pk)]
    workers = [
        subprocess.Popen(command, env=installation.environment, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    slots = [float(line) for worker in workers for line in worker.communicate(timeout=60)[0].split()]
    assert len(set(slots)) == 45
    assert most_in_a_second(slots) <= 10 * SHARE_OF_SECOND + 1
