"""What a queue says about its jobs, and the list of all queues."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Event
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils import timezone

from core.jobs.backoff import PAUSES, retry_at
from core.jobs.errors import RetryLater
from core.jobs.lease import Lease, claim
from core.jobs.models import LeasedJob, is_abandoned, is_ready
from core.messages import Message


class JobQueue[J: LeasedJob]:
    """Subclass it, say how a job is performed, and `register` an instance when the app starts."""

    name: ClassVar[str]
    model: type[J]
    at_once: int = 1
    """How many jobs one worker process does at the same time."""
    batch: int = 1
    """How many jobs are claimed together, and done one after the other."""
    longest: timedelta = timedelta(hours=1)
    """A job that takes longer hangs, and is left to another worker."""
    pauses: Sequence[timedelta] = PAUSES
    """Between attempts."""
    max_attempts: int | None = None
    """After so many a job that asks for another one fails. None: it is tried until it is done."""
    max_crashes: int = 5
    """A job that has cost so many workers in a row fails."""

    def perform(self, job: J, lease: Lease) -> None:
        """Do the job. It is complete when this returns; the package's docstring has what may be raised."""
        raise NotImplementedError

    def performer(self) -> Callable[[J, Lease], None]:
        """What performs the jobs of one batch; for a queue that shares something among them."""
        return self.perform

    def perform_together(self, work: Sequence[tuple[J, Lease]]) -> None:
        """Do jobs of one claim in one transaction (`core.jobs.together`), where that is quicker.

        What it raises undoes all of it. Jobs that it leaves without a result are done one by one.
        """

    def jobs(self) -> QuerySet[J]:
        """The jobs as `perform` gets them, with what is to be selected along."""
        return self.model._default_manager.all()

    def share(self) -> Q:
        """Which of the model's jobs are this queue's, where several queues share them."""
        return Q()

    def claimable(self) -> QuerySet[J]:
        """Jobs that a worker may take now."""
        now = timezone.now()
        return self.model._default_manager.filter(is_ready(now) | is_abandoned(now)).filter(self.share())

    def claim(
        self, limit: int | None = None, *, among: Q | None = None, stop: Event | None = None
    ) -> list[Lease]:
        """Take the most urgent jobs. `stop` is set when the worker is to stop."""
        order = ("priority", "not_before", "pk")
        return claim(self.claimable().filter(among or Q()), order, limit or self.batch, stop)

    def put_off(self, lease: Lease, attempts: int, error: RetryLater) -> bool:
        """Have the job tried again after a pause, or fail after `max_attempts`: then False."""
        if self.max_attempts is not None and attempts >= self.max_attempts:
            self.fail(lease, error.reason)
            return False
        self.retry(lease, retry_at(attempts, error.not_before, self.pauses), error.reason)
        return True

    def retry(self, lease: Lease, until: datetime, reason: Message | None, **changes: Any) -> None:
        """Back into the queue. Override it where another row may have taken the job's place."""
        lease.put_off(until, reason, **changes)

    def fail(self, lease: Lease, reason: Message) -> None:
        """Give the job up. Override it where something else is to be noted; it runs in a transaction."""
        lease.fail(reason)


_queues: dict[str, JobQueue[Any]] = {}


def register[Q: JobQueue[Any]](queue: Q) -> Q:
    """From now on workers do the queue's jobs. They look at the queues in the order of registration."""
    _queues[queue.name] = queue
    return queue


def registered() -> list[JobQueue[Any]]:
    return list(_queues.values())
