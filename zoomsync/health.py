"""Is the app alive, and is it ready? For load balancers and for the person who looks after it.

`/healthz` answers as long as this process can; nothing that it depends on is asked. `/readyz` asks the
database, the broker, when workers and the schedule were last heard of, and whether jobs are being done, each
for a bounded time: what hangs is not ready.
The answers hold no addresses and no secrets.
"""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from celery import current_app
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.jobs import registered
from core.jobs.metrics import queue_status
from integrations.models import WorkerHeartbeat

# A load balancer that asks every few seconds must have its answer before it asks again.
PATIENCE = 3.0  # seconds, for each part
# It ticks each minute, and may wait for a worker that is busy with another task.
SCHEDULE_SILENCE = timedelta(seconds=150)


class Finding(NamedTuple):
    ok: bool
    detail: str


@login_not_required
@require_safe
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
@never_cache
def readyz(_request: HttpRequest) -> HttpResponse:
    """503 when a part that syncs depend on is away; the body names it."""
    parts = findings()
    is_ready = all(finding.ok for finding in parts.values())
    body = {
        "status": "ok" if is_ready else "unavailable",
        "parts": {name: finding._asdict() for name, finding in parts.items()},
    }
    return JsonResponse(body, status=200 if is_ready else 503)


def findings() -> dict[str, Finding]:
    """Every part, asked side by side: together they take no longer than the slowest may."""
    checks = {
        "database": _database,
        "broker": _broker,
        "workers": _workers,
        "schedule": _schedule,
        "jobs": _jobs,
    }
    answers = {name: _RunningCheck(check) for name, check in checks.items()}
    deadline = time.monotonic() + PATIENCE
    return {name: answer.answer(deadline) for name, answer in answers.items()}


class _RunningCheck:
    """A check in a thread of its own, which is left behind when it takes too long."""

    def __init__(self, check: Callable[[], Finding]) -> None:
        self._check = check
        self._finding: Finding | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def answer(self, deadline: float) -> Finding:
        self._thread.join(max(0.0, deadline - time.monotonic()))
        return self._finding or Finding(ok=False, detail=f"no answer within {PATIENCE:g} seconds")

    def _run(self) -> None:
        try:
            self._finding = self._check()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is not ready; its text may hold an address
            self._finding = Finding(ok=False, detail=type(error).__name__)
        finally:
            connection.close()


def _database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Finding(ok=True, detail=connection.vendor)


def _broker() -> Finding:
    """Redis answers a ping when a channel is opened. Without Redis nothing is sent."""
    if not settings.REDIS_URL:
        return Finding(ok=True, detail="none is needed")
    with current_app.connection_for_write() as broker:
        broker.default_channel.client.ping()  # type: ignore[attr-defined]  # kombu's channel for Redis
    return Finding(ok=True, detail="redis")


def _workers() -> Finding:
    """By what workers wrote into the database, so that a broker which is away does not hide them."""
    alive = WorkerHeartbeat.objects.alive().count()
    return Finding(ok=alive > 0, detail=f"{alive} heard of in the last minute")


def _schedule() -> Finding:
    since = timezone.now() - SCHEDULE_SILENCE
    beats = WorkerHeartbeat.objects.filter(name=WorkerHeartbeat.SCHEDULE, seen_at__gt=since)
    return Finding(ok=True, detail="ticks") if beats.exists() else Finding(ok=False, detail="silent")


def _jobs() -> Finding:
    """Workers may be alive and get nothing done."""
    stuck = [queue.name for queue in registered() if queue_status(queue).is_stuck]
    if stuck:
        return Finding(ok=False, detail=f"waiting for more than a minute: {', '.join(stuck)}")
    return Finding(ok=True, detail="none waits for long")
