"""Renews the leases of this process while their work goes on: one thread for all of them.

A process that is killed or paused renews nothing, and within a minute other workers take its jobs.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.db import Error, connection, transaction
from django.utils import timezone

from core.jobs.lease import LEASE, Lease

EVERY = timedelta(seconds=15)
# Where a lease could not be renewed: its row was locked by a write of the job, or the database was away.
RETRY = timedelta(seconds=1)

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Renewal:
    lease: Lease
    due: float
    ends: float


class Heartbeat:
    def __init__(self) -> None:
        self._renewals: list[_Renewal] = []
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @contextmanager
    def renewing(self, lease: Lease, longest: timedelta) -> Iterator[None]:
        """Keep the lease while the block runs. After `longest` it hangs, and the lease is left to others."""
        now = time.monotonic()
        renewal = _Renewal(lease, now + EVERY.total_seconds(), now + longest.total_seconds())
        with self._changed:
            self._renewals.append(renewal)
            if self._thread is None or not self._thread.is_alive():  # also in a process that was forked
                self._thread = threading.Thread(target=self._run, name="lease-heartbeat", daemon=True)
                self._thread.start()
            self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._renewals.remove(renewal)

    def _run(self) -> None:
        while True:
            for renewal in self._wait_until_due():
                _renew(renewal)

    def _wait_until_due(self) -> list[_Renewal]:
        with self._changed:
            now = time.monotonic()
            going_on = [renewal for renewal in self._renewals if not renewal.lease.lost.is_set()]
            due = [renewal for renewal in going_on if renewal.due <= now]
            if not due:
                soonest = min((renewal.due for renewal in going_on), default=None)
                self._changed.wait(None if soonest is None else soonest - now)
            return due


def _renew(renewal: _Renewal) -> None:
    lease, now = renewal.lease, time.monotonic()
    if now > renewal.ends:
        log.error("job_hangs", model=lease.model._meta.model_name, job=lease.key)
        lease.lost.set()
    else:
        renewal.due = now + _pause(lease).total_seconds()


def _pause(lease: Lease) -> timedelta:
    """Renew the lease. When to do it next."""
    try:
        if renew(lease):
            return EVERY
        if not lease.row.exists():
            lease.lost.set()
    except Error as error:
        log.warning("lease_not_renewed", job=lease.key, error=type(error).__name__)
    finally:
        connection.close()
    return RETRY


def renew(lease: Lease) -> bool:
    """False where the row is locked: a write of the job renews the lease itself; or the lease is lost."""
    with transaction.atomic():
        is_free = lease.row.select_for_update(skip_locked=True).exists()
        return is_free and bool(lease.row.update(lease_until=timezone.now() + LEASE))


heartbeat = Heartbeat()
