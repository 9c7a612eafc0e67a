from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Event, current_thread
from typing import Any

import pytest
import requests
from django.test import Client
from django.utils import timezone

from integrations.models import SyncRun, WorkerHeartbeat, ZoomConnection
from tests.support.installation import Installation
from tests.support.jobs import running
from tests.support.waiting import eventually
from zoomsync import health

# The checks run in threads of their own, which only see what is committed.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worker() -> WorkerHeartbeat:
    WorkerHeartbeat.objects.create(name=WorkerHeartbeat.SCHEDULE)
    return WorkerHeartbeat.objects.create(name="worker@here")


def ask() -> tuple[int, dict[str, Any]]:
    response = Client().get("/readyz")
    return response.status_code, response.json()


@pytest.fixture
def hang(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], health.Finding]]:
    """A check that hangs for as long as the test takes; no one is patient with it."""
    monkeypatch.setattr(health, "PATIENCE", 0.2)
    over, checks = Event(), []

    def check() -> health.Finding:
        checks.append(current_thread())
        over.wait()
        return health.Finding(ok=True, detail="late")

    yield check
    over.set()
    for thread in checks:  # it has a connection to the database of this test
        thread.join()


def test_alive_is_answered_without_asking_anything(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        response = Client().get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_ready_is_what_has_database_broker_and_worker(worker: WorkerHeartbeat) -> None:
    status, body = ask()
    assert (status, body["status"]) == (200, "ok")
    assert {name: part["ok"] for name, part in body["parts"].items()} == {
        "database": True,
        "broker": True,
        "workers": True,
        "schedule": True,
        "jobs": True,
    }


def test_a_worker_that_is_silent_for_a_minute_is_gone(worker: WorkerHeartbeat) -> None:
    WorkerHeartbeat.objects.update(seen_at=timezone.now() - timedelta(seconds=61))
    status, body = ask()
    assert (status, body["status"]) == (503, "unavailable")
    assert body["parts"]["workers"] == {"ok": False, "detail": "0 heard of in the last minute"}
    assert body["parts"]["database"]["ok"]


def test_what_breaks_is_named_without_its_words(
    worker: WorkerHeartbeat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check() -> health.Finding:
        raise ConnectionError("postgresql://user:password@host")

    monkeypatch.setattr(health, "_database", check)
    status, body = ask()
    assert (status, body["parts"]["database"]) == (503, {"ok": False, "detail": "ConnectionError"})


def test_what_hangs_is_not_ready_and_keeps_nobody_waiting(
    worker: WorkerHeartbeat, monkeypatch: pytest.MonkeyPatch, hang: Callable[[], health.Finding]
) -> None:
    for name in ("_database", "_broker"):
        monkeypatch.setattr(health, name, hang)
    status, body = ask()  # and this comes back at all
    assert status == 503
    assert body["parts"]["broker"] == {"ok": False, "detail": "no answer within 0.2 seconds"}
    assert body["parts"]["workers"]["ok"]


def test_a_redis_that_is_away_is_not_ready(worker: WorkerHeartbeat, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    status, body = ask()
    assert (status, body["parts"]["broker"]["ok"]) == (503, False)


def test_a_schedule_that_is_silent_is_not_ready(worker: WorkerHeartbeat) -> None:
    schedule = WorkerHeartbeat.objects.filter(name=WorkerHeartbeat.SCHEDULE)
    schedule.update(seen_at=timezone.now() - timedelta(minutes=3))
    status, body = ask()
    assert (status, body["parts"]["schedule"]["ok"], body["parts"]["workers"]["ok"]) == (503, False, True)


def test_a_worker_that_gets_nothing_done_is_not_ready(
    worker: WorkerHeartbeat, connection: ZoomConnection
) -> None:
    past = timezone.now() - timedelta(seconds=70)
    run = SyncRun.objects.create(connection=connection, kind="discovery", trigger="manual", not_before=past)
    status, body = ask()
    assert (status, body["parts"]["jobs"]) == (
        503,
        {"ok": False, "detail": "waiting for more than a minute: syncs"},
    )
    SyncRun.objects.filter(pk=run.pk).update(**running())
    assert ask()[0] == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_nobody_keeps_an_old_answer(worker: WorkerHeartbeat, path: str) -> None:
    assert "no-store" in Client().get(path)["Cache-Control"]
    assert Client().post(path).status_code == 405


@pytest.mark.services
def test_a_real_worker_makes_it_ready(installation: Installation) -> None:
    assert ask()[0] == 503
    installation.start_worker(schedule=True)
    eventually(lambda: ask()[0] == 200)


@pytest.mark.services
def test_a_real_redis_answers(redis_installation: Installation, redis_url: str) -> None:
    address = redis_installation.start_web()
    body = eventually(lambda: _parts(address))
    assert body["broker"] == {"ok": True, "detail": "redis"}


def _parts(address: str) -> dict[str, Any]:
    parts: dict[str, Any] = requests.get(f"{address}/readyz", timeout=10).json()["parts"]
    return parts
