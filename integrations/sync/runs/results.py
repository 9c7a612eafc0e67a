"""What the audit log, the webinar and the connection say once a run has ended.

Maps errors to codes of the audit log, and decides when the connection itself needs attention.
"""

from datetime import timedelta

from django.utils import timezone

from core.messages import Message
from integrations import audit
from integrations.audit import AuditCode
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
_CODES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], AuditCode], ...] = (
    (RateLimited, AuditCode.RATE_LIMITED),
    ((BadAnswer, PageTokenExpired), AuditCode.BAD_ANSWER),
    (TryLater, AuditCode.ZOOM_UNREACHABLE),
    (MissingScope, AuditCode.SCOPE_MISSING),
    (NoPermission, AuditCode.PERMISSION_DENIED),
    ((SignInRefused, TokenRejected), AuditCode.CREDENTIALS_REJECTED),
    (NotFound, AuditCode.WEBINAR_NOT_FOUND),
    (ZoomError, AuditCode.REQUEST_REJECTED),
    (Exception, AuditCode.INTERNAL_ERROR),
)
_OF_THE_ACCOUNT = {
    AuditCode.SCOPE_MISSING: AuditCode.ACCOUNT_SCOPES_MISSING,
    AuditCode.CREDENTIALS_REJECTED: AuditCode.ACCOUNT_CREDENTIALS_REJECTED,
}


def code_of(error: Exception) -> AuditCode:
    """The code of E6 under which the audit log explains such an error."""
    return next(code for kinds, code in _CODES if isinstance(error, kinds))


def note_completed(ctx: Context) -> None:
    """The account answers: whatever kept it from doing so is over."""
    connections = ZoomConnection.objects.filter(pk=ctx.connection.pk)
    connections.filter(state=ZoomConnection.State.NEEDS_ATTENTION).update(
        state=ZoomConnection.State.CONNECTED, state_reason=None
    )
    audit.clear(ctx.brand, AuditCode.ACCOUNT_CREDENTIALS_REJECTED)
    forget_idle_before(ctx.run)


def note_put_off(ctx: Context, error: TryLater) -> None:
    ctx.log(error.with_details, Level.WARNING)
    if ctx.run.attempts >= TRIES_BEFORE_WARNING:
        _warn(ctx.run, error, error.with_details)


def note_failed(run: SyncRun, error: Exception, reason: Message) -> None:
    values = {"reason": reason}
    SyncLogLine.objects.create(run=run, message=reason, level=Level.ERROR)
    audit.record(run.connection.brand, AuditCode.SYNC_FAILED, values, webinar=run.webinar, run=run)
    _warn(run, error, reason)
    if code_of(error) == AuditCode.CREDENTIALS_REJECTED:
        ZoomConnection.objects.filter(pk=run.connection_id).exclude(
            state=ZoomConnection.State.DISCONNECTED
        ).update(state=ZoomConnection.State.NEEDS_ATTENTION, state_reason=reason)
    if run.webinar_id:
        Webinar.objects.filter(pk=run.webinar_id).update(next_sync_at=timezone.now() + PAUSE_AFTER_FAILURE)


def _warn(run: SyncRun, error: Exception, reason: Message) -> None:
    brand, code, values = run.connection.brand, code_of(error), {"reason": reason}
    if run.kind == SyncRun.Kind.WEBINAR:
        audit.warn(brand, code, values, webinar=run.webinar, run=run)
    if run.kind == SyncRun.Kind.DISCOVERY or code == AuditCode.CREDENTIALS_REJECTED:
        audit.warn(brand, _OF_THE_ACCOUNT.get(code, AuditCode.LISTING_FAILED), values, run=run)
