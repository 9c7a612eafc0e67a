"""Lets each worker say that it is there, in the database: the health page needs no broker for it."""

import threading
from datetime import timedelta

import structlog
from celery.signals import worker_ready, worker_shutdown
from django.db import DatabaseError, connection
from django.utils import timezone

from integrations.models import WorkerHeartbeat

log = structlog.get_logger(__name__)

EVERY = timedelta(seconds=15)
FORGOTTEN_AFTER = timedelta(days=1)

_stop = threading.Event()


def beat(name: str) -> None:
    now = timezone.now()
    WorkerHeartbeat.objects.update_or_create(name=name, defaults={"seen_at": now})
    WorkerHeartbeat.objects.filter(seen_at__lt=now - FORGOTTEN_AFTER).delete()


@worker_ready.connect
def start(sender: object, **_signal: object) -> None:
    name = str(getattr(sender, "hostname", ""))
    threading.Thread(target=_keep_beating, args=(name,), name="heartbeat", daemon=True).start()


@worker_shutdown.connect
def stop(**_signal: object) -> None:
    _stop.set()


def _keep_beating(name: str) -> None:
    while True:
        try:
            beat(name)
        except DatabaseError:
            log.warning("heartbeat_not_written", worker=name)
        finally:
            connection.close()
        if _stop.wait(EVERY.total_seconds()):
            return
