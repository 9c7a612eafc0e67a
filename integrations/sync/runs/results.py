"""What the audit log, the webinar and the connection say once a run has ended.

Decides which of the audit log's causes an error is, and when the connection itself needs attention. Knows no
step.
"""

from datetime import timedelta

from django.utils import timezone

from core.messages import Message
from integrations import audit
from integrations.models import SyncLogLine, SyncRun, Webinar, ZoomConnection
from integrations.sync.context import Context, Level
from integrations.sync.runs.retention import forget_idle_before
from integrations.zoom.errors import (
    BadAnswer,
    MissingScope,
    NoPermission,
    NotFound,
    PageTokenExpired,
    RateLimited,
    SignInRefused,
    TokenRejected,
    TryLater,
    ZoomError,
)

# A passing trouble is no news; one that stays is.
TRIES_BEFORE_WARNING = 3
# A webinar whose sync failed is tried again by the schedule, but not at its normal pace.
PAUSE_AFTER_FAILURE = timedelta(hours=1)

# The first that fits; each is narrower than those below it.
_CAUSES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (RateLimited, "rate_limited"),
    ((BadAnswer, PageTokenExpired), "bad_answer"),
    (TryLater, "unreachable"),
    (MissingScope, "missing_scope"),
    (NoPermission, "no_permission"),
    ((SignInRefused, TokenRejected), "signed_out"),
    (NotFound, "not_found_in_account"),
    (ZoomError, "refused"),
    (Exception, "internal"),
)
_OF_THE_CONNECTION = ("missing_scope", "signed_out")


def cause_of(error: Exception) -> str:
    """The cause under which the audit log explains such an error (code E6)."""
    return next(cause for kinds, cause in _CAUSES if isinstance(error, kinds))


def note_completed(ctx: Context) -> None:
    """The account answers: whatever kept it from doing so is over."""
    connections = ZoomConnection.objects.filter(pk=ctx.connection.pk)
    connections.filter(state=ZoomConnection.State.NEEDS_ATTENTION).update(
        state=ZoomConnection.State.CONNECTED, state_reason=None
    )
    audit.clear(ctx.brand, "connection", "signed_out")
    forget_idle_before(ctx.run)


def note_put_off(ctx: Context, error: TryLater) -> None:
    SyncLogLine.objects.create(run=ctx.run, text=str(error), level=Level.WARNING)
    if ctx.run.attempts >= TRIES_BEFORE_WARNING:
        _warn(ctx.run, error, str(error))


def note_failed(run: SyncRun, error: Exception, reason: str) -> None:
    SyncLogLine.objects.create(run=run, text=reason, level=Level.ERROR)
    audit.record(run.connection.brand, "sync_failed", reason, webinar=run.webinar, run=run)
    _warn(run, error, reason)
    if cause_of(error) == "signed_out":
        ZoomConnection.objects.filter(pk=run.connection_id).exclude(
            state=ZoomConnection.State.DISCONNECTED
        ).update(state=ZoomConnection.State.NEEDS_ATTENTION, state_reason=_stored(error))
    if run.webinar_id:
        Webinar.objects.filter(pk=run.webinar_id).update(next_sync_at=timezone.now() + PAUSE_AFTER_FAILURE)


def _warn(run: SyncRun, error: Exception, reason: str) -> None:
    brand, cause = run.connection.brand, cause_of(error)
    if run.kind == SyncRun.Kind.WEBINAR:
        audit.warn(brand, "E6", cause, webinar=run.webinar, run=run, message=reason)
    if run.kind == SyncRun.Kind.DISCOVERY or cause == "signed_out":
        cause = cause if cause in _OF_THE_CONNECTION else "discovery"
        audit.warn(brand, "connection", cause, run=run, message=reason)


def _stored(error: Exception) -> Message | None:
    return error.with_details if isinstance(error, ZoomError) else None
