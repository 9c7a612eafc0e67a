"""Performs runs in this process (`sync_zoom`), or waits for the worker that performs one already.

Waits a while for a run that was put off, and leaves it to the workers after that.
"""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import structlog
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from core.jobs import RunResult
from integrations.models import SyncRun
from integrations.sync.runs.runner import Result, perform, sync_runs

log = structlog.get_logger(__name__)

# Most of a sync is waiting for Zoom, so a second one fits beside it.
AT_ONCE = 2
POLL_SECONDS = 0.3
# A run that Zoom keeps waiting for longer, or that was put off as often, is left to the workers.
LONGEST_PAUSE = timedelta(seconds=60)
MOST_ATTEMPTS = 3


type OnResult = Callable[[Result], None]


def finish(runs: Iterable[SyncRun], on_result: OnResult, on_wait: OnResult = lambda _result: None) -> None:
    """Performs the runs until each is over or put off for too long. `on_result` gets each result.

    `on_wait` gets that of an attempt which is followed by another one here, after a pause.
    """
    pending = _Pending({run.pk for run in runs}, on_result, on_wait)
    at_once = min(AT_ONCE, len(pending.runs())) or 1
    with ThreadPoolExecutor(at_once, thread_name_prefix="sync") as pool:
        try:
            for worker in [pool.submit(_work, pending) for _number in range(at_once)]:
                worker.result()
        except BaseException:
            pending.give_up()
            raise


class _Pending:
    """The runs that are not over yet, shared by the threads."""

    def __init__(self, runs: set[int], on_result: OnResult, on_wait: OnResult) -> None:
        self._runs = runs
        self._on_result = on_result
        self._on_wait = on_wait
        self._waits: set[tuple[int, int]] = set()  # run and attempt, of those that were told
        self._lock = threading.Condition()
        self.stop = threading.Event()

    def runs(self) -> list[int]:
        with self._lock:
            return sorted(self._runs)

    def end(self, result: Result) -> None:
        with self._lock:
            if result.run_id in self._runs:
                self._runs.discard(result.run_id)
                self._on_result(result)
                self._lock.notify_all()

    def waits(self, run: SyncRun) -> None:
        with self._lock:
            if run.pk in self._runs and (run.pk, run.attempts) not in self._waits:
                self._waits.add((run.pk, run.attempts))
                self._on_wait(_result_of(run))

    def wait(self) -> None:
        """For a while, or until one of the runs is over."""
        with self._lock:
            if self._runs:
                self._lock.wait(POLL_SECONDS)

    def give_up(self) -> None:
        """What is under way here goes back to the queue: the rest is left to the workers."""
        self.stop.set()
        with self._lock:
            self._runs.clear()


def _work(pending: _Pending) -> None:
    try:
        while runs := pending.runs():
            if leases := sync_runs.claim(1, among=_to_do(runs), stop=pending.stop):
                result = perform(leases[0])
                if result.end in (RunResult.COMPLETE, RunResult.FAILED):
                    pending.end(result)
            else:
                _look_after(runs, pending)
    finally:
        connection.close()


def _to_do(runs: list[int]) -> Q:
    """These runs, and those that a dead worker left in front of them: no one else may be there to do them."""
    mine = SyncRun.objects.filter(pk__in=runs)
    left = Q(webinar__in=mine.exclude(webinar=None).values("webinar")) | Q(
        webinar=None, connection__in=mine.filter(webinar=None).values("connection")
    )
    return Q(pk__in=runs) | (Q(state=SyncRun.State.RUNNING) & left)


def _look_after(runs: list[int], pending: _Pending) -> None:
    """Nothing is to be claimed: others are at work, or Zoom wants us to wait."""
    for run in SyncRun.objects.filter(pk__in=runs):
        if run.state not in SyncRun.ACTIVE or _is_put_off(run):
            pending.end(_result_of(run))
        elif run.state == SyncRun.State.QUEUED and run.attempts and run.not_before > timezone.now():
            pending.waits(run)
    pending.wait()


def _is_put_off(run: SyncRun) -> bool:
    if run.state != SyncRun.State.QUEUED:
        return False
    return run.attempts >= MOST_ATTEMPTS or run.not_before > timezone.now() + LONGEST_PAUSE


def _result_of(run: SyncRun) -> Result:
    ends = {"complete": RunResult.COMPLETE, "failed": RunResult.FAILED}
    return Result(run.pk, ends.get(run.state, RunResult.RETRY), run.error)
