"""The queue of syncs: performs a run, and says what becomes of one that could not go on.

It is put off (Zoom may answer later), fails (a person or a setting is needed), or fails loudly (a bug). One
webinar's failure ends with that webinar.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from core.database import flushed_later
from core.jobs import JobQueue, Lease, LeaseLostError, RunResult, StoppedError, register, run_job
from core.jobs.backoff import retry_at
from core.jobs.run import CONNECTION_ERRORS
from core.messages import Message
from integrations.models import SyncRun, Webinar, ZoomConnection
from integrations.sync.context import Context, SwitchedOffError, WebinarContext
from integrations.sync.runs import results
from integrations.sync.runs.reset_attempt import forget_earlier
from integrations.sync.runs.schedule import enqueue_due
from integrations.sync.steps import RECORDING_STEPS, WEBINAR_STEPS, Step
from integrations.sync.steps.discovery import discover
from integrations.sync.steps.summary import settle_switches_only
from integrations.zoom.client import ZoomClient
from integrations.zoom.errors import NeedsPerson, NeedsSettings, TryLater

log = structlog.get_logger(__name__)


class SyncRuns(JobQueue[SyncRun]):
    name = "syncs"
    model = SyncRun
    at_once = settings.SYNC_THREADS
    # A webinar with 100,000 people takes minutes of Zoom's rate limit: what takes an hour (`longest`) hangs.

    def __init__(self, *, reads_found: bool = True) -> None:
        """`reads_found`: the webinars that a listing has found are queued at once, not with the next tick."""
        self._reads_found = reads_found

    def jobs(self) -> QuerySet[SyncRun]:
        return SyncRun.objects.select_related("connection__brand", "webinar__host")

    def claimable(self) -> QuerySet[SyncRun]:
        """A run that waits for one of the same webinar to end is not ready."""
        running = SyncRun.objects.filter(
            Q(webinar=OuterRef("webinar")) | Q(webinar=None, kind=OuterRef("kind")),
            state=SyncRun.State.RUNNING,
            connection=OuterRef("connection"),
        )
        return super().claimable().filter(Q(state=SyncRun.State.RUNNING) | ~Exists(running))

    def perform(self, job: SyncRun, lease: Lease) -> None:
        zoom_webinar_id = job.webinar and job.webinar.zoom_webinar_id
        structlog.contextvars.bind_contextvars(run=job.pk, webinar=zoom_webinar_id)
        SyncRun.objects.filter(pk=job.pk).update(started_at=timezone.now(), error=None)
        kind = Context if job.webinar is None else WebinarContext
        with ZoomClient.of(job.connection) as zoom:
            self._attempt(kind(job, lease, zoom))

    def _attempt(self, ctx: Context) -> None:
        try:
            with flushed_later():
                _work(ctx)
        except TryLater as error:
            self._put_off(ctx, error)
        except (NeedsPerson, NeedsSettings) as error:
            self._fail(ctx, error, error.with_details)
        except (LeaseLostError, StoppedError, *CONNECTION_ERRORS):
            raise
        except Exception as error:
            log.exception("run_broke")
            self._fail(ctx, error, Message("job.internal_error"))
        else:
            self._complete(ctx)

    def _complete(self, ctx: Context) -> None:
        with transaction.atomic():
            ctx.lease.complete(**_numbers(ctx))
            results.note_completed(ctx)
            if self._reads_found and ctx.run.kind == SyncRun.Kind.DISCOVERY:
                enqueue_due(ctx.connection)

    def _put_off(self, ctx: Context, error: TryLater) -> None:
        """Back into the queue, with growing pauses."""
        until = retry_at(ctx.run.attempts, error.not_before, self.pauses)
        with transaction.atomic():
            self.retry(ctx.lease, until, error.with_details, **_numbers(ctx))
            results.note_put_off(ctx, error)

    def _fail(self, ctx: Context, error: Exception, reason: Message) -> None:
        with transaction.atomic():
            ctx.lease.fail(reason, **_numbers(ctx))
            results.note_failed(ctx.run, error, reason)

    def retry(self, lease: Lease, until: datetime, reason: Message | None, **changes: Any) -> None:
        """Where the next run of the webinar waits already, that one is the retry, and this one has failed."""
        run = SyncRun.objects.get(pk=lease.key)
        queued = SyncRun.objects.select_for_update().filter(
            connection=run.connection_id, webinar=run.webinar_id, kind=run.kind, state=SyncRun.State.QUEUED
        )
        following = queued.first()
        if following is None:
            super().retry(lease, until, reason, **changes)
            return
        lease.fail(reason, **changes)
        lease.result = RunResult.RETRY
        queued.update(
            attempts=run.attempts,
            not_before=max(until, following.not_before),
            depth=max(run.depth, following.depth),
        )

    def fail(self, lease: Lease, reason: Message) -> None:
        """Where the run itself could not say so: its workers were lost."""
        lease.fail(reason)
        results.note_failed(self.jobs().get(pk=lease.key), RuntimeError(str(reason)), reason)


sync_runs = register(SyncRuns())
# At a terminal a person says which webinars are to be read.
foreground_runs = SyncRuns(reads_found=False)


@dataclass(frozen=True, slots=True)
class Result:
    """How an attempt ended, for who watches it."""

    run_id: int
    end: RunResult
    reason: Message | None = None


def perform(lease: Lease) -> Result:
    """Do a claimed run here and now."""
    end = run_job(foreground_runs, lease)
    return Result(lease.key, end, SyncRun.objects.get(pk=lease.key).error)


def claim(among: Q | None = None) -> Lease | None:
    """Take the most urgent run, for a process that is no worker."""
    return next(iter(foreground_runs.claim(1, among=among)), None)


def _numbers(ctx: Context) -> dict[str, Any]:
    return {"zoom_calls": F("zoom_calls") + ctx.zoom.calls, "changes": dict(+ctx.changes)}


def _work(ctx: Context) -> None:
    ctx.run.steps.all().delete()  # of an attempt that came to no end
    forget_earlier(ctx)
    if ctx.connection.state == ZoomConnection.State.DISCONNECTED:
        raise NeedsSettings(Message("zoom.connect_first"))
    if isinstance(ctx, WebinarContext):
        _sync_webinar(ctx)
    else:
        discover(ctx)


def _sync_webinar(ctx: WebinarContext) -> None:
    """The rules are looked at before anything is asked, and again before what Zoom answered is written."""
    try:
        ctx.look_at_rules()
        for number, step in enumerate(_steps(ctx)):
            ctx.lease.check()
            if number and not step.asks_zoom:
                ctx.look_at_rules()
            step.run(ctx)
    except SwitchedOffError:
        settle_switches_only(ctx)


def _steps(ctx: WebinarContext) -> Iterator[Step]:
    if ctx.run.depth == SyncRun.Depth.RECORDINGS:
        yield from RECORDING_STEPS
        return
    asks_zoom = _could_be_news(ctx.run, ctx.webinar)
    yield from (step for step in WEBINAR_STEPS if asks_zoom or not step.asks_zoom)


def _could_be_news(run: SyncRun, webinar: Webinar) -> bool:
    """Whether Zoom could tell anything new: of a webinar that is over only someone who asks expects that.

    Without it the people are judged anew all the same: the company's rules may have changed.
    """
    is_over = webinar.last_synced_at is not None and webinar.next_sync_at is None
    return run.expects_news or not is_over
