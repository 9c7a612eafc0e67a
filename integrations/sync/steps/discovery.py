"""The sync of an account's list: its users, and the webinars of each user who may host some.

What is no longer listed counts as gone only after the list was read to its end and every row could be used
(D12). A new webinar gets its sync setting from its host's (R19, D3); afterwards only a person changes it. A
host whose list can't be read affects no other host.
"""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Q, QuerySet

from core.bulk import bulk_upsert
from core.emails import normalise
from core.messages import Message
from integrations import audit
from integrations.audit import AuditCode, Finding
from integrations.models import AuditEntry, Webinar, ZoomConnection, ZoomUser
from integrations.rules.switches import initial_own_switch
from integrations.settings.effective import settings_of
from integrations.sync.context import Context, Level
from integrations.sync.scope_warnings import settle_missing_scopes
from integrations.sync.steps.details import fit, kind_of
from integrations.zoom import records
from integrations.zoom.errors import (
    MissingScope,
    NeedsPerson,
    NeedsSettings,
    NoPermission,
    NoWebinarPlan,
    SignInRefused,
    TokenRejected,
    TryLater,
)
from integrations.zoom.http.pages import Page

# Users without a webinar licence are asked about now and then: each about once in so many discoveries.
UNLICENSED_ROUND = 96
_MINUTES = 15
_CERTAINLY_OVER = timedelta(days=1)


def discover(ctx: Context) -> None:
    ctx.mark_checked(AuditCode.LISTING_FAILED, AuditCode.ACCOUNT_CREDENTIALS_REJECTED)
    with ctx.progress("zoom_users") as progress:
        for page in _user_pages(ctx):
            _store_users(ctx, page)
            progress.advance(len(page.items))
    hosts = list(_hosts(ctx))
    put_off: TryLater | None = None
    with ctx.progress("webinars", total=len(hosts)) as progress:
        for host in hosts:
            try:
                _read_host(ctx, host)
            except TryLater as error:
                put_off = error
            progress.advance(1)
    _conclude(ctx)
    if put_off:
        raise put_off


def _user_pages(ctx: Context) -> Iterator[Page[records.User]]:
    """All users of the account; with a user's own permission only that user, whom Zoom then calls "me"."""
    is_complete = True
    try:
        for page in ctx.zoom.users():
            is_complete = is_complete and not page.bad and not page.is_short
            yield page
    except (MissingScope, NoPermission):
        if ctx.connection.auth_kind != ZoomConnection.Auth.OAUTH:
            raise
        own = ctx.zoom.account()
        is_complete = False  # it says nothing of the others
        yield Page([records.User("me", own.email, own.first_name, own.last_name)])
    if is_complete:
        _note_users_gone(ctx)


def _store_users(ctx: Context, page: Page[records.User]) -> None:
    settings = settings_of(ctx.brand)
    run = ctx.run.pk
    for bad in page.bad:
        ctx.log(Message("sync.user_unreadable", reason=f"{bad.reason}: {bad.excerpt}"), Level.WARNING)
    with ctx.writing():
        written = bulk_upsert(
            ZoomUser,
            _USER_FIELDS,
            (
                (
                    ctx.connection.pk,
                    user.id,
                    normalise(user.email),
                    user.first_name.strip(),
                    user.last_name.strip(),
                    user.status or "active",
                    False,
                    run,
                    settings.sync_new_webinars,
                    False,
                )
                for user in page.items
            ),
            key=("connection_id", "zoom_id"),
            update=("email", "first_name", "last_name", "status", "is_gone", "seen_in_run"),
        )
    ctx.count("zoom_users", written.inserted)


_USER_FIELDS = (
    "connection_id",
    "zoom_id",
    "email",
    "first_name",
    "last_name",
    "status",
    "is_gone",
    "seen_in_run",
    "sync_new_webinars",
    "sync_recordings",
)


def _note_users_gone(ctx: Context) -> None:
    with ctx.writing():
        users = ZoomUser.objects.filter(connection=ctx.connection, is_gone=False)
        gone = list(users.exclude(seen_in_run=ctx.run.pk).values_list("pk", flat=True))
        ZoomUser.objects.filter(pk__in=gone).update(is_gone=True)
        # Zoom may have deleted their webinars with them: each is asked for.
        webinars = Webinar.objects.filter(host__in=gone).exclude(state=Webinar.State.GONE)
        webinars.update(next_sync_at=ctx.now)


def _hosts(ctx: Context) -> QuerySet[ZoomUser]:
    users = ZoomUser.objects.filter(connection=ctx.connection, is_gone=False).order_by("pk")
    if ctx.run.expects_news:
        return users
    return users.exclude(
        pk__in=[user.pk for user in users.filter(has_webinar_plan=False) if not _turn(ctx, user)]
    )


def _turn(ctx: Context, user: ZoomUser) -> bool:
    """Whether it is this user's turn to be asked about; the others have theirs later in the day."""
    number = int(ctx.now.timestamp()) // (60 * _MINUTES)
    return user.pk % UNLICENSED_ROUND == number % UNLICENSED_ROUND


def _read_host(ctx: Context, host: ZoomUser) -> None:
    is_complete = True
    try:
        for page in ctx.zoom.webinars(host.zoom_id):
            is_complete = is_complete and not page.bad and not page.is_short
            _store_webinars(ctx, host, page)
    except NoWebinarPlan:
        _note_plan(ctx, host, may_host=False)
    except (SignInRefused, TokenRejected, MissingScope):
        raise
    except (NeedsPerson, NeedsSettings) as error:
        reason = Message("sync.webinars_unlisted", host=host.email, reason=error.with_details)
        ctx.log(reason, Level.WARNING)
        ctx.findings.append(Finding(AuditCode.LISTING_FAILED, values={"reason": reason}))
    else:
        _note_plan(ctx, host, may_host=True)
        if is_complete:
            _note_webinars_gone(ctx, host)


def _note_plan(ctx: Context, host: ZoomUser, *, may_host: bool) -> None:
    if host.has_webinar_plan is not may_host:
        with ctx.writing():
            ZoomUser.objects.filter(pk=host.pk).update(has_webinar_plan=may_host)


def _store_webinars(ctx: Context, host: ZoomUser, page: Page[records.WebinarSummary]) -> None:
    for bad in page.bad:
        ctx.log(Message("sync.webinar_unreadable", reason=f"{bad.reason}: {bad.excerpt}"), Level.WARNING)
    if page.bad:
        reason = Message("sync.webinars_unreadable", count=len(page.bad), host=host.email)
        ctx.findings.append(Finding(AuditCode.LISTING_FAILED, values={"reason": reason}))
    with ctx.writing():
        written = bulk_upsert(
            Webinar,
            (*_WEBINAR_FACTS, *_WEBINAR_OWN),
            ((*_facts(item, host), *_own(ctx, host)) for item in page.items),
            key=("connection_id", "zoom_webinar_id"),
            update=_WEBINAR_FACTS[2:],
            touch=("next_sync_at",),
        )
        _note_seen(ctx, [item.id for item in page.items])
    ctx.count("webinars", written)


_WEBINAR_FACTS = (
    "connection_id",
    "zoom_webinar_id",
    "host_id",
    "host_email",
    "topic",
    "kind",
    "listed_uuid",  # changes with each run of a webinar, so that one that is opened again is read again
    "starts_at",
    "duration_minutes",
    "is_zoom_event",
)
_WEBINAR_OWN = ("sync_enabled", "next_sync_at", "first_seen_at")


def _facts(webinar: records.WebinarSummary, host: ZoomUser) -> tuple[object, ...]:
    return (
        host.connection_id,
        webinar.id,
        host.pk,
        host.email,
        fit(webinar.topic, 500),
        kind_of(webinar.type),
        fit(webinar.uuid, 100),
        webinar.start_time,
        webinar.duration,
        webinar.is_events_webinar,
    )


def _own(ctx: Context, host: ZoomUser) -> tuple[object, ...]:
    """A webinar's first values: its sync setting, and that it is due. A change in Zoom makes it due again."""
    return initial_own_switch(host.sync_new_webinars), ctx.now, ctx.now


def _note_seen(ctx: Context, zoom_webinar_ids: list[int]) -> None:
    """A webinar that was gone and is listed again is read again."""
    listed = Webinar.objects.filter(connection=ctx.connection, zoom_webinar_id__in=zoom_webinar_ids)
    back = list(listed.filter(state=Webinar.State.GONE).values_list("pk", flat=True))
    if back:
        listed.filter(pk__in=back).update(state=Webinar.State.UPCOMING, next_sync_at=ctx.now)
        ctx.webinars_back += set(back) - set(ctx.webinars_gone)  # these only moved to another host
    _over_unread(ctx, listed).update(state=Webinar.State.ENDED)
    listed.update(seen_in_run=ctx.run.pk)


def _over_unread(ctx: Context, listed: QuerySet[Webinar]) -> QuerySet[Webinar]:
    """Past webinars that never synced because a setting blocks them: by their date they have ended."""
    unread = listed.filter(state=Webinar.State.UPCOMING, last_synced_at=None)
    return unread.filter(kind=Webinar.Kind.SINGLE, starts_at__lt=ctx.now - _CERTAINLY_OVER)


def _note_webinars_gone(ctx: Context, host: ZoomUser) -> None:
    """All of the host's list was read. Those that moved to another host are found there, or have been."""
    unseen = Webinar.objects.filter(host=host).exclude(state=Webinar.State.GONE)
    with ctx.writing():
        gone = list(unseen.exclude(seen_in_run=ctx.run.pk).values_list("pk", flat=True))
        Webinar.objects.filter(pk__in=gone).update(state=Webinar.State.GONE, next_sync_at=ctx.now)
        missed = AuditEntry.objects.open().filter(code=AuditCode.WEBINAR_NOT_FOUND)
        audit.resolve(missed.filter(webinar__in=gone), Message("resolution.webinar_deleted"))
    ctx.webinars_gone += gone
    ctx.count("webinars_gone", len(gone))


def _conclude(ctx: Context) -> None:
    with ctx.writing():
        ZoomConnection.objects.filter(pk=ctx.connection.pk).update(last_discovered_at=ctx.now)
        _warn_of_switches(ctx)
        audit.settle_account(ctx.brand)
        settle_missing_scopes(ctx.connection, ctx.run)
        audit.reconcile_warnings(ctx.brand, None, ctx.run, ctx.checked, ctx.findings)
        _record_found_and_gone(ctx)


def _record_found_and_gone(ctx: Context) -> None:
    """Each in the webinar's own log."""
    for code, which in (
        (AuditCode.WEBINAR_DISCOVERED, Q(first_seen_at=ctx.now) | Q(pk__in=ctx.webinars_back)),
        (AuditCode.WEBINAR_GONE, Q(pk__in=ctx.webinars_gone, state=Webinar.State.GONE)),
    ):
        webinars = Webinar.objects.filter(which, connection=ctx.connection)
        audit.record_many(ctx.brand, code, ((webinar, {}) for webinar in webinars.order_by("pk")), ctx.run)


def _warn_of_switches(ctx: Context) -> None:
    """E1 for webinars that are new or changed and do not sync; of the others it was said before."""
    changed = Webinar.objects.filter(connection=ctx.connection, next_sync_at=ctx.now).select_related("host")
    audit.open_many(
        ctx.brand,
        [
            (webinar, Finding(code))
            for webinar in changed.order_by("pk")
            for code in audit.switch_warnings(*ctx.policy.effect(webinar), has_ended=False)
        ],
    )
