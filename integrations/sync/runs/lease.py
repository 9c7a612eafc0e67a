"""Who works on a run: a lease of some minutes, renewed with everything that is written, and checked by it.

A worker that was too slow (paused, cut off, taken for dead) finds out in its next transaction, which then
changes nothing: the conditional UPDATE is the fence. No lock is held while calling out. Knows nothing of what
a run does.
"""

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from integrations.models import SyncRun

# Longer than one page can take with all its retries and waits, so that nobody loses a lease while working.
LEASE = timedelta(minutes=10)

_URGENCY = Case(
    When(trigger__in=[SyncRun.Trigger.MANUAL, SyncRun.Trigger.COMMAND], then=Value(0)),
    When(kind=SyncRun.Kind.DISCOVERY, then=Value(1)),
    When(trigger=SyncRun.Trigger.WEBHOOK, then=Value(2)),
    default=Value(3),
)


class LeaseLostError(Exception):
    """Another worker has taken the run over, or it was ended. Whatever this one does now must not count."""


@dataclass(frozen=True, slots=True)
class Lease:
    run_id: int
    holder: str

    def renew(self) -> None:
        """Raises `LeaseLostError`. Within a transaction it keeps others from taking over until the commit."""
        self._hold(lease_until=timezone.now() + LEASE)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction whose writes count only while the lease holds."""
        with transaction.atomic():
            self.renew()
            yield

    @contextmanager
    def writing_beside(self) -> Iterator[None]:
        """As `writing`, for what one worker writes in several transactions at once.

        They would wait for each other, if each began by renewing the lease; so each ends with it.
        """
        with transaction.atomic():
            yield
            self.renew()

    def release(self, **outcome: Any) -> None:
        """Let go of the run with its outcome. Raises `LeaseLostError`."""
        self._hold(lease_holder="", lease_until=None, **outcome)

    def _hold(self, **changes: Any) -> None:
        held = SyncRun.objects.filter(pk=self.run_id, state=SyncRun.State.RUNNING, lease_holder=self.holder)
        if not held.update(**changes):
            raise LeaseLostError(f"The lease of run {self.run_id} is no longer ours.")


def claim(among: Q | None = None) -> Lease | None:
    """Take the most urgent run that waits or was abandoned, or None. No two workers get the same one."""
    while True:
        candidate = (
            SyncRun.objects.claimable()
            .filter(among or Q())
            .order_by(_URGENCY, "not_before", "pk")
            .values_list("pk", flat=True)
            .first()
        )
        if candidate is None:
            return None
        if lease := _take(candidate):
            return lease


def _take(run_id: int) -> Lease | None:
    now = timezone.now()
    holder = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(8)}"
    taken = (
        SyncRun.objects.claimable()
        .filter(pk=run_id)
        .update(
            state=SyncRun.State.RUNNING,
            lease_holder=holder,
            lease_until=now + LEASE,
            attempts=F("attempts") + 1,
            started_at=now,
            error="",
        )
    )
    return Lease(run_id, holder) if taken else None


def retry_pause(attempts: int) -> timedelta:
    """How long to wait before the next attempt: growing, and never longer than an hour."""
    return _PAUSES[min(attempts, len(_PAUSES)) - 1]


def retry_at(attempts: int, told: datetime | None) -> datetime:
    """When to try again: as Zoom told us, but not sooner than the growing pause."""
    own = timezone.now() + retry_pause(attempts)
    return max(own, told) if told else own


_PAUSES = tuple(timedelta(seconds=s) for s in (15, 60, 180, 600, 1800, 3600))
