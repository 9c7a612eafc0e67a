"""Runs claimed jobs to their end, whatever the end is."""

import contextvars
import time
from contextlib import ExitStack
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, close_old_connections, connection, transaction
from django.utils import timezone

from core.jobs import wording  # noqa: F401  registers the words
from core.jobs.backoff import SHORT_PAUSES, retry_pause
from core.jobs.errors import JobFailedError, LeaseLostError, RetryLater, StoppedError
from core.jobs.heartbeat import heartbeat
from core.jobs.lease import LEASE, Lease, RunResult
from core.jobs.models import LeasedJob
from core.jobs.queue import JobQueue
from core.messages import Message

log = structlog.get_logger(__name__)

# psycopg2 raises the one or the other, depending on whether it had noticed before.
CONNECTION_ERRORS = (OperationalError, InterfaceError)


def drop_stale_connection() -> None:
    """Have the next query open a new connection if this one is broken or old."""
    if not connection.in_atomic_block:
        close_old_connections()


def run_jobs[J: LeasedJob](queue: JobQueue[J], leases: list[Lease]) -> list[RunResult]:
    """Do these jobs one after the other. Raises nothing: a bug is logged, and its job fails."""
    batch = _Batch(queue, leases)
    with ExitStack() as stack:
        for lease in leases:
            stack.enter_context(heartbeat.renewing(lease, queue.longest))
        if len(leases) > 1:
            contextvars.copy_context().run(batch.perform_together)
        # A context for each: what one binds to its log lines does not show in the next one's.
        return [lease.result or contextvars.copy_context().run(_run_job, batch, lease) for lease in leases]


def run_job[J: LeasedJob](queue: JobQueue[J], lease: Lease) -> RunResult:
    """Do one job."""
    (result,) = run_jobs(queue, [lease])
    return result


class _Batch[J: LeasedJob]:
    """Jobs that were claimed together: their rows are read in one query."""

    def __init__(self, queue: JobQueue[J], leases: list[Lease]) -> None:
        self.queue = queue
        self.perform = queue.performer()
        self._leases = leases
        self._jobs: dict[int, J] = {}

    def perform_together(self) -> None:
        """What is in the way of one is in the way of all: then each is done alone, with its own ending."""
        if type(self.queue).perform_together is JobQueue.perform_together:
            return
        try:
            drop_stale_connection()
            jobs = self._read()
            self.queue.perform_together(
                [(jobs[lease.key], lease) for lease in self._leases if lease.key in jobs]
            )
        except Exception as error:  # noqa: BLE001 - whatever it is, it comes again where one is done alone
            log.info("jobs_not_done_together", queue=self.queue.name, error=type(error).__name__)

    def job(self, lease: Lease) -> J:
        """Raises `LeaseLostError` if the row is gone."""
        if not self._jobs:
            self._jobs = self._read()
        if lease.key not in self._jobs:
            raise LeaseLostError("The job was deleted.")
        return self._jobs[lease.key]

    def _read(self) -> dict[int, J]:
        """Those that are not done yet."""
        return self.queue.jobs().in_bulk([lease.key for lease in self._leases if lease.result is None])


def _run_job(batch: _Batch[Any], lease: Lease) -> RunResult:
    structlog.contextvars.bind_contextvars(queue=batch.queue.name, job=lease.key)
    try:
        drop_stale_connection()
        result = _attempt(batch, lease)
    except LeaseLostError:
        result = RunResult.LEASE_LOST
    except CONNECTION_ERRORS as error:
        log.warning("database_connection_lost", exc_info=True)
        result = _put_off_on_a_new_connection(batch.queue, lease, error)
    log.debug("job_ended", result=result.value)
    return result


def _attempt(batch: _Batch[Any], lease: Lease) -> RunResult:
    queue = batch.queue
    try:
        lease.check()
        job = batch.job(lease)
        if job.crashes >= queue.max_crashes:
            raise JobFailedError(Message("job.worker_lost", count=job.crashes))
        batch.perform(job, lease)
    except RetryLater as error:
        with transaction.atomic():
            is_retried = queue.put_off(lease, job.attempts, error)
        return RunResult.RETRY if is_retried else RunResult.FAILED
    except StoppedError:
        lease.hand_back()
        return RunResult.HANDED_BACK
    except (LeaseLostError, *CONNECTION_ERRORS):
        raise
    except JobFailedError as error:
        return _fail(queue, lease, error.reason)
    except Exception:
        log.exception("job_broke")
        return _fail(queue, lease, Message("job.internal_error"))
    if lease.result is None:
        lease.complete()
    return lease.result or RunResult.COMPLETE


def _fail[J: LeasedJob](queue: JobQueue[J], lease: Lease, reason: Message) -> RunResult:
    with transaction.atomic():
        queue.fail(lease, reason)
    return RunResult.FAILED


def _put_off_on_a_new_connection[J: LeasedJob](
    queue: JobQueue[J], lease: Lease, error: Exception
) -> RunResult:
    """As long as the lease lasts: after that another worker takes the job anyway."""
    until = time.monotonic() + LEASE.total_seconds()
    reason = Message("job.connection_lost", error=type(error).__name__)
    while time.monotonic() < until:
        connection.close()
        try:
            with transaction.atomic():
                attempts = lease.row.values_list("attempts", flat=True).first() or 0
                queue.retry(lease, timezone.now() + retry_pause(attempts, SHORT_PAUSES), reason)
        except LeaseLostError:
            return RunResult.LEASE_LOST
        except CONNECTION_ERRORS:
            time.sleep(1)
        else:
            return RunResult.RETRY
    return RunResult.LEASE_LOST
