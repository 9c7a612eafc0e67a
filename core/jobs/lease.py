"""Who works on a job: a lease of a minute that the heartbeat renews, and that every write checks.

A worker that was too slow (paused, cut off, taken for dead) finds out in its next transaction, which then
changes nothing: the conditional UPDATE is the fence. No lock is held while calling out.
"""

import os
import secrets
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from django.db import transaction
from django.db.models import Case, F, IntegerField, Q, QuerySet, When
from django.utils import timezone

from core.jobs.errors import LeaseLostError, StoppedError
from core.jobs.models import JobState, LeasedJob
from core.messages import Message

LEASE = timedelta(seconds=60)

# Who hands a job back leaves no token.
_CRASHES = Case(
    When(~Q(lease_token=""), then=F("crashes") + 1), default="crashes", output_field=IntegerField()
)


class RunResult(StrEnum):
    """How an attempt at a job ended."""

    COMPLETE = "complete"
    FAILED = "failed"
    RETRY = "retry"
    HANDED_BACK = "handed_back"
    LEASE_LOST = "lease_lost"


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ends, and what the job's row says then."""

    result: RunResult
    changes: dict[str, Any]

    @property
    def row(self) -> dict[str, Any]:
        """All columns that change."""
        return {"lease_token": "", "lease_until": None, "crashes": 0, **self.changes}

    @classmethod
    def complete(cls, **changes: Any) -> Self:
        over = {"state": JobState.COMPLETE, "error": None, "finished_at": timezone.now()}
        return cls(RunResult.COMPLETE, over | changes)

    @classmethod
    def failed(cls, reason: Message | None, **changes: Any) -> Self:
        over = {"state": JobState.FAILED, "error": reason, "finished_at": timezone.now()}
        return cls(RunResult.FAILED, over | changes)

    @classmethod
    def put_off(cls, until: datetime, reason: Message | None, **changes: Any) -> Self:
        queued = {"state": JobState.QUEUED, "not_before": until, "error": reason}
        return cls(RunResult.RETRY, queued | changes)

    @classmethod
    def released(cls, state: str, **changes: Any) -> Self:
        return cls(RunResult.COMPLETE, {"state": state, **changes})


@dataclass(eq=False, slots=True)
class Lease:
    """The right to work on one job."""

    model: type[LeasedJob]
    key: int
    token: str
    stop: threading.Event = field(default_factory=threading.Event)
    """Set when the worker is to stop."""
    lost: threading.Event = field(default_factory=threading.Event)
    """Set when the heartbeat finds that the lease is no longer ours."""
    result: RunResult | None = None
    """How the attempt ended, once the job was let go of."""

    @property
    def row(self) -> QuerySet[LeasedJob]:
        """The job, as long as the lease is ours."""
        return self.model._default_manager.filter(pk=self.key, state=JobState.RUNNING, lease_token=self.token)

    def check(self) -> None:
        """Raises `StoppedError` or `LeaseLostError` where the work must not go on. Asks no database."""
        if self.lost.is_set():
            raise self._lost()
        if self.stop.is_set():
            raise StoppedError

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction whose writes count only while the lease is ours; no one takes over before its end."""
        self.check()
        with transaction.atomic():
            self.renew()
            yield

    @contextmanager
    def writing_beside(self) -> Iterator[None]:
        """As `writing`, for a job that writes in several connections at once.

        The job's row is locked at the end, and only for a moment, so that these don't wait for each other. If
        another worker has taken the job over meanwhile, nothing of it counts.
        """
        self.check()
        with transaction.atomic():
            yield
            self.renew()

    def renew(self, **changes: Any) -> None:
        """Raises `LeaseLostError`."""
        self.update(lease_until=timezone.now() + LEASE, **changes)

    def update(self, **changes: Any) -> None:
        """Change the job's row if the lease is ours. Raises `LeaseLostError`."""
        if not self.row.update(**changes):
            raise self._lost()

    def complete(self, **changes: Any) -> None:
        """The job is done. Raises `LeaseLostError`."""
        self.end(Ending.complete(**changes))

    def fail(self, reason: Message | None, **changes: Any) -> None:
        """Trying again would not help. Raises `LeaseLostError`."""
        self.end(Ending.failed(reason, **changes))

    def put_off(self, until: datetime, reason: Message | None, **changes: Any) -> None:
        """Back into the queue for another attempt. Raises `LeaseLostError`."""
        self.end(Ending.put_off(until, reason, **changes))

    def release(self, state: str, **changes: Any) -> None:
        """Let go of the job in a state of its own, such as one that waits for a person."""
        self.end(Ending.released(state, **changes))

    def end(self, ending: Ending) -> None:
        """Let go of the job. Raises `LeaseLostError`."""
        self.update(**ending.row)
        self.result = ending.result

    def hand_back(self) -> None:
        """Nothing is wrong with the job: another worker may continue at once. Raises `LeaseLostError`.

        It stays "running" with a lease that is over, so that no other job takes its place.
        """
        self.update(lease_until=timezone.now(), lease_token="")
        self.result = RunResult.HANDED_BACK

    def _lost(self) -> LeaseLostError:
        return LeaseLostError(f"The lease of {self.model._meta.model_name} {self.key} is no longer ours.")


def claim[J: LeasedJob](
    claimable: QuerySet[J], order: Sequence[str], limit: int, stop: threading.Event | None = None
) -> list[Lease]:
    """Take the most urgent of these jobs, up to `limit`. No two workers get the same one.

    PostgreSQL skips rows that another worker is claiming. SQLite's transactions take the write lock when they
    begin, so that the second worker sees what the first one did. `stop` is set when the worker is to stop.
    """
    if not claimable.exists():  # without a lock: workers look often, and mostly in vain
        return []
    token = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(8)}"
    with transaction.atomic():
        waiting = claimable.select_for_update(skip_locked=True, of=("self",)).order_by(*order)
        jobs = list(waiting.only("pk", "lease_token")[:limit])
        if any(job.lease_token for job in jobs):
            jobs = jobs[:1]  # one of them may be what killed its worker: no other is to die with it
        keys = [job.pk for job in jobs]
        claimable.model._default_manager.filter(pk__in=keys).update(
            crashes=_CRASHES,
            state=JobState.RUNNING,
            lease_token=token,
            lease_until=timezone.now() + LEASE,
            attempts=F("attempts") + 1,
        )
    stop = stop or threading.Event()
    return [Lease(claimable.model, key, token, stop) for key in keys]


def end_jobs(jobs: QuerySet[Any], state: str, **changes: Any) -> int:
    """End these jobs, also those that a worker is at; how many.

    Such a worker loses its lease, and what it is writing counts whole or not at all.
    """
    ended = {"state": state, "lease_token": "", "lease_until": None, "finished_at": timezone.now()}
    return jobs.update(**ended | changes)
