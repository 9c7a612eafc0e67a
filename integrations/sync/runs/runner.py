"""Runs one sync from its claim to its end, whatever the end is.

Decides what becomes of a run that could not go on: put off (Zoom may answer later), failed (a person or a
setting is needed), or failed loudly (a bug). One webinar's failure is told and ends with that webinar.
"""

import gc
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core.database import flushed_later
from integrations.models import SyncLogLine, SyncRun, Webinar, ZoomConnection
from integrations.sync.context import Context, SwitchedOffError, WebinarContext
from integrations.sync.runs import results
from integrations.sync.runs.lease import Lease, LeaseLostError, retry_at
from integrations.sync.runs.queue import enqueue_again, for_who_joined
from integrations.sync.runs.reset_attempt import forget_earlier
from integrations.sync.steps import RECORDING_STEPS, WEBINAR_STEPS, Step
from integrations.sync.steps.discovery import discover
from integrations.sync.steps.summary import settle_switches_only
from integrations.zoom.client import ZoomClient
from integrations.zoom.errors import NeedsPerson, NeedsSettings, TryLater, ZoomError

log = structlog.get_logger(__name__)


# Objects between two searches for cycles. Rows by the ten thousand are held by nothing but a list: with the
# interpreter's own 2,000, a quarter of a large sync's time went into looking for cycles in them.
GARBAGE_THRESHOLD = 50_000


class End(StrEnum):
    COMPLETE = "complete"
    PUT_OFF = "put_off"
    FAILED = "failed"
    TAKEN_OVER = "taken_over"  # another worker goes on with it


@dataclass(frozen=True, slots=True)
class Result:
    run_id: int
    end: End
    reason: str = ""


def perform(lease: Lease) -> Result:
    """Do what the run asks for. Raises only what is a bug, after the run was ended because of it."""
    _collect_garbage_rarely()
    try:
        return _perform(lease)
    except SystemExit:  # how Celery ends a process upon SIGTERM: Ctrl-C in `make run` sends it to all of them
        return _hand_back(lease)


def _perform(lease: Lease) -> Result:
    run = SyncRun.objects.select_related("connection__brand", "webinar__host").get(pk=lease.run_id)
    with structlog.contextvars.bound_contextvars(run=run.pk, webinar=run.webinar and run.webinar.zoom_id):
        return _perform_run(run, lease)


def _perform_run(run: SyncRun, lease: Lease) -> Result:
    kind = Context if run.webinar is None else WebinarContext
    with ZoomClient.of(run.connection) as zoom:
        ctx = kind(run, lease, zoom)
        try:
            return _attempt(ctx)
        except LeaseLostError:
            log.warning("run_taken_over")
            return Result(run.pk, End.TAKEN_OVER)


@cache
def _collect_garbage_rarely() -> None:
    """Once for each process that does runs. What was loaded until now stays, and is not looked at again."""
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD)


def _attempt(ctx: Context) -> Result:
    try:
        with flushed_later(), ctx.write_behind:
            _work(ctx)
    except TryLater as error:
        return _put_off(ctx, error)
    except (SoftTimeLimitExceeded, OperationalError) as error:
        log.exception("run_interrupted")
        return _put_off(ctx, TryLater(_("The sync was interrupted: %s") % type(error).__name__))
    except (NeedsPerson, NeedsSettings) as error:
        return _fail(ctx, error)
    except LeaseLostError:
        raise
    except Exception as error:
        log.exception("run_broke")
        _fail(ctx, error)
        raise
    return _complete(ctx)


def _work(ctx: Context) -> None:
    ctx.run.steps.all().delete()  # of an attempt that came to no end
    forget_earlier(ctx)
    if ctx.connection.state == ZoomConnection.State.DISCONNECTED:
        raise NeedsSettings(_("Zoom isn't connected. Connect it, then sync again."))
    if isinstance(ctx, WebinarContext):
        _sync_webinar(ctx)
    else:
        discover(ctx)


def _sync_webinar(ctx: WebinarContext) -> None:
    """The rules are looked at before anything is asked, and again before what was told is written."""
    try:
        ctx.look_at_rules()
        for number, step in enumerate(_steps(ctx)):
            if number and not step.asks_zoom:
                ctx.look_at_rules()
            step.run(ctx)
    except SwitchedOffError:
        settle_switches_only(ctx)


def _steps(ctx: WebinarContext) -> Iterator[Step]:
    if ctx.run.recordings_only:
        yield from RECORDING_STEPS
        return
    asks_zoom = _could_be_news(ctx.run, ctx.webinar)
    yield from (step for step in WEBINAR_STEPS if asks_zoom or not step.asks_zoom)


def _could_be_news(run: SyncRun, webinar: Webinar) -> bool:
    """Whether Zoom could tell anything new: of a webinar that is over only somebody who asks expects that.

    Without it the people are judged anew all the same: the company's rules may have changed.
    """
    is_over = webinar.last_synced_at is not None and webinar.next_sync_at is None
    return run.is_full or run.asks_zoom or not is_over


def _complete(ctx: Context) -> Result:
    with transaction.atomic():
        _release(ctx, state=SyncRun.State.COMPLETE, finished_at=timezone.now())
        results.note_completed(ctx)
        _queue_again(ctx)
    return Result(ctx.run.pk, End.COMPLETE)


def _put_off(ctx: Context, error: TryLater) -> Result:
    """Back into the queue, with growing pauses; what was asked for in the meantime is served by the retry."""
    with transaction.atomic():
        _release(
            ctx,
            state=SyncRun.State.QUEUED,
            not_before=retry_at(ctx.run.attempts, error.not_before),
            error=str(error),
            **for_who_joined(),
        )
        results.note_put_off(ctx, error)
    return Result(ctx.run.pk, End.PUT_OFF, str(error))


def _hand_back(lease: Lease) -> Result:
    """Nothing is wrong with it: another worker goes on at once, instead of when the lease runs out.

    The task ends in good order. Otherwise the worker would wait for it long after its process is gone.
    """
    with suppress(LeaseLostError), transaction.atomic():  # else it has come to its end in the last moment
        lease.release(state=SyncRun.State.QUEUED, not_before=timezone.now(), **for_who_joined())
        SyncLogLine.objects.create(
            run_id=lease.run_id, text=_("The worker was stopped. Another worker starts the sync again.")
        )
    return Result(lease.run_id, End.PUT_OFF)


def _fail(ctx: Context, error: Exception) -> Result:
    reason = str(error) if isinstance(error, ZoomError) else _("Something went wrong in this app.")
    with transaction.atomic():
        _release(ctx, state=SyncRun.State.FAILED, finished_at=timezone.now(), error=reason)
        results.note_failed(ctx, error, reason)
        _queue_again(ctx)
    return Result(ctx.run.pk, End.FAILED, reason)


def _release(ctx: Context, **outcome: object) -> None:
    ctx.lease.release(zoom_calls=F("zoom_calls") + ctx.zoom.calls, changes=dict(ctx.changes), **outcome)


def _queue_again(ctx: Context) -> None:
    ctx.run.refresh_from_db()
    if ctx.run.run_again:
        enqueue_again(ctx.run)
