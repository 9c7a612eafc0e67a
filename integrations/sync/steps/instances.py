"""The step that finds out which instances of a webinar were held, and from when to when each lasted.

An instance stays, also when Zoom no longer lists it. Which date each belongs to is decided when their people
are known, in `dates`.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from core.messages import Message
from integrations.audit import AuditCode
from integrations.models import SessionNotice, Webinar, WebinarInstance
from integrations.sync.context import Level, WebinarContext
from integrations.sync.steps.sources import note_refused
from integrations.zoom import endpoints, records
from integrations.zoom.errors import (
    DISPENSABLE,
    FOR_GOOD,
    MissingScope,
    NoPermission,
    NotFound,
    PaidPlanNeeded,
)

# Reports under way at once. They are heavy calls, of which Zoom allows the fewest.
AHEAD = 3


def read_instances(ctx: WebinarContext) -> None:
    if not ctx.is_readable:
        return
    ctx.mark_checked(AuditCode.INSTANCES_REJECTED)
    listed = _listed(ctx)
    with ctx.writing():
        _store(ctx.webinar, listed)
        note_notices(ctx.webinar)


def note_notices(webinar: Webinar) -> None:
    """What webhook events said about instances that ended. They may know of one before Zoom lists it.

    One that only began has no row: Zoom lists it once it is over, a practice session among them.
    """
    notices = SessionNotice.objects.filter(
        connection=webinar.connection_id, zoom_webinar_id=webinar.zoom_webinar_id, is_over=True
    ).order_by("pk")
    known = {instance.uuid: instance for instance in webinar.instances.all()}
    for notice in notices:
        instance = known.get(notice.uuid) or WebinarInstance.add(
            webinar, notice.uuid, started_at=notice.started_at
        )
        facts: dict[str, object] = {"webhook_ended_at": notice.ended_at} if notice.ended_at else {}
        if notice.started_at and instance.started_at is None:
            facts["started_at"] = notice.started_at
        _change(instance, facts)


def _listed(ctx: WebinarContext) -> list[records.Instance]:
    try:
        page = ctx.zoom.instances(ctx.webinar.zoom_webinar_id)
    except NotFound:
        return []  # never held
    except FOR_GOOD as error:
        ctx.are_instances_known = False
        note_refused(ctx, AuditCode.INSTANCES_REJECTED, error)
        return []
    for bad in page.bad:
        ctx.log(Message("sync.session_unreadable", reason=f"{bad.reason}: {bad.excerpt}"), Level.WARNING)
    return page.items


def _store(webinar: Webinar, listed: Iterable[records.Instance]) -> None:
    known = {instance.uuid: instance for instance in webinar.instances.all()}
    for item in listed:
        instance = known.get(item.uuid)
        if instance is None:
            known[item.uuid] = WebinarInstance.add(
                webinar, item.uuid, started_at=item.start_time, zoom_occurrence_id=item.occurrence_id
            )
            continue
        facts: dict[str, object] = {}
        if item.occurrence_id:
            facts["zoom_occurrence_id"] = item.occurrence_id
        if item.start_time and not instance.has_official_times:
            facts["started_at"] = item.start_time
        _change(instance, facts)


def _change(instance: WebinarInstance, facts: dict[str, object]) -> None:
    """No more than changes: another process may just have written the rest."""
    changed = [name for name, value in facts.items() if getattr(instance, name) != value]
    for name in changed:
        setattr(instance, name, facts[name])
    if changed:
        instance.save(update_fields=changed)


def read_times(ctx: WebinarContext, instances: Sequence[WebinarInstance]) -> Iterator[None]:
    """Zoom's own start and end of each instance. Not every app may read them.

    Stops when the first request was sent; some more are sent ahead once one of them was answered.
    """
    lacking = [row for row in instances if _lacks_times(ctx, row)]
    _send_ahead(ctx, lacking[:1])
    yield
    for number, instance in enumerate(lacking):
        times, may_read = _times(ctx, instance.uuid)
        if times:
            instance.started_at, instance.ended_at = times
            instance.has_official_times = True
            with ctx.writing():
                instance.save(update_fields=["started_at", "ended_at", "has_official_times"])
        if not may_read:
            return
        _send_ahead(ctx, lacking[number + 1 : number + 1 + AHEAD])


def _lacks_times(ctx: WebinarContext, instance: WebinarInstance) -> bool:
    if instance.is_practice or instance.has_official_times:
        return False
    return ctx.run.is_full or instance.reading.final_at is None


def _send_ahead(ctx: WebinarContext, instances: Iterable[WebinarInstance]) -> None:
    ctx.zoom.send_ahead(*(endpoints.session_report(instance.uuid) for instance in instances))


def _times(ctx: WebinarContext, uuid: str) -> tuple[tuple[datetime, datetime] | None, bool]:
    """Start and end by Zoom's report, and whether it is worth asking for others."""
    try:
        return ctx.zoom.session_report(uuid).bounds, True
    except (MissingScope, NoPermission, PaidPlanNeeded) as error:
        ctx.log(Message("sync.sessions_without_reports", reason=error.with_details))
        return None, False
    except DISPENSABLE as error:
        ctx.log(Message("sync.session_without_report", reason=error.with_details))
        return None, True
