"""One marketing event for each date of a webinar, kept up to date."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from contacts.outbox import Changes, record
from integrations.models import Webinar, WebinarOccurrence
from integrations.rules import dates as rules
from integrations.rules.schedule import OVERRUN
from integrations.sync.context import WebinarContext
from integrations.sync.steps.dates import (
    WebinarDate,
    assign_dates,
    dates_of,
    planned_date,
    running_since,
)
from marketing_events.models import MarketingEvent

Status = MarketingEvent.Status


def write_events(ctx: WebinarContext) -> list[WebinarDate]:
    """The webinar's dates, each with its event brought up to date."""
    assign_dates(ctx)
    dates = dates_of(ctx.webinar)
    with ctx.writing():
        _adopt_events(dates)
        _release_uuids(dates)
        note_running(ctx.webinar, dates, ctx.now)
        statuses = statuses_of(ctx.webinar, dates, ctx.now)
        for date in dates:
            _write(ctx, date, statuses[date.row.pk])
    return dates


def windows_of(dates: Sequence[WebinarDate]) -> dict[int, rules.Window]:
    """The windows of the planned dates, by the keys of their rows."""
    planned = [date.row for date in dates if date.row.is_planned and not date.row.is_superseded]
    return rules.windows_of(planned_date(row) for row in planned if not row.is_deleted)


def _adopt_events(dates: Sequence[WebinarDate]) -> None:
    """Events that another brand left when its account moved to this one."""
    wanting = {instance.uuid: date for date in dates if date.row.event is None for instance in date.instances}
    if not wanting:
        return
    for event in MarketingEvent.objects.filter(source="zoom", session_uuid__in=wanting).order_by("pk"):
        date = wanting[event.session_uuid]
        if date.row.event is None:
            WebinarOccurrence.objects.filter(event=event).update(event=None)
            date.row.event = event
            date.row.save(update_fields=["event"])


def _release_uuids(dates: Sequence[WebinarDate]) -> None:
    """Events may change their instances among each other."""
    moving = [
        date.row.event.pk
        for date in dates
        if date.row.event and date.row.event.session_uuid not in ("", date.session.uuid)
    ]
    if moving:
        MarketingEvent.objects.filter(pk__in=moving).update(session_uuid="")


def _write(ctx: WebinarContext, date: WebinarDate, status: Status) -> None:
    event = date.row.event
    if event is None:
        event = MarketingEvent(external_id=f"{ctx.webinar.zoom_webinar_id}:{date.row.pk}")
    facts = _facts(ctx, date, status)
    is_changed = event.pk is None or any(getattr(event, name) != value for name, value in facts.items())
    becomes_final = facts["is_final"] and not event.is_final  # written last, by `write_finals`
    if is_changed:
        ctx.changes["events_changed" if event.pk else "events_new"] += 1
        for name, value in facts.items():
            setattr(event, name, value)
        if becomes_final:
            event.is_final = False
        event.updated_at = ctx.now
        event.save()
        record(Changes(events=[event.pk]))
    if date.row.event_id != event.pk:
        date.row.event = event
        date.row.save(update_fields=["event"])


def write_finals(ctx: WebinarContext, dates: Sequence[WebinarDate]) -> None:
    """Mark the events final whose attendance is, once their people are written.

    What follows it reads their rows, such as who left early. Must run inside a transaction.
    """
    final = [date.event_id for date in dates if is_final(date, ctx.now)]
    becoming = MarketingEvent.objects.filter(pk__in=final, is_final=False)
    if events := sorted(becoming.values_list("pk", flat=True)):
        becoming.update(is_final=True, updated_at=ctx.now)
        record(Changes(events=events, finals=events))


def _facts(ctx: WebinarContext, date: WebinarDate, status: Status) -> dict[str, object]:
    webinar, session = ctx.webinar, date.session
    organizer = webinar.host.name if webinar.host else ""
    return {
        "name": str(webinar),
        "organizer": organizer or webinar.host_email,
        "brand_id": ctx.brand.pk,
        "zoom_webinar_id": webinar.zoom_webinar_id,
        "session_uuid": session.uuid,
        "status": _status(ctx, date, status),
        "is_unplanned": date.row.is_unplanned,
        "starts_at": session.started_at or date.row.starts_at,
        "ended_at": session.ended_at,
        "is_final": is_final(date, ctx.now),
    }


def is_final(date: WebinarDate, now: datetime) -> bool:
    """Nothing is final while an instance goes on: people may still join."""
    return date.running_since is None and rules.is_settled(date.session, planned_date(date.row), now)


def _status(ctx: WebinarContext, date: WebinarDate, status: Status) -> Status:
    """Without Zoom's list of instances, no one knows that a date was not held."""
    if status is Status.NOT_HELD and not ctx.are_instances_known:
        return Status(date.row.event.status) if date.row.event else Status.ENDED
    return status


def note_running(webinar: Webinar, dates: Sequence[WebinarDate], now: datetime) -> None:
    """Have each date know since when an instance goes on. One query.

    One that began too long ago is left out: the event that it ended was lost.
    """
    windows, starts = windows_of(dates), running_since(webinar)
    for date in dates:
        begun_at = max(_starts_of(date, windows.get(date.row.pk), starts), default=None)
        if begun_at and now <= max(begun_at, _planned_end(webinar, date, begun_at)) + OVERRUN:
            date.running_since = begun_at


def opened_again_since(webinar: Webinar, dates: Sequence[WebinarDate], now: datetime) -> datetime | None:
    """Since when a webinar without fixed times goes on that was held before. One query.

    No date is expected then, and the start alone makes none, for it may be a practice session (D17): the
    webinar is live without an event until Zoom lists the instance.
    """
    held = [start for date in dates if (start := date.session.started_at)]
    if webinar.kind != Webinar.Kind.RECURRING_NO_TIME or not held:
        return None
    since = max((start for start in running_since(webinar) if start > max(held)), default=None)
    length = timedelta(minutes=webinar.duration_minutes)
    return since if since and now <= since + length + OVERRUN else None


def _starts_of(
    date: WebinarDate, window: rules.Window | None, starts: Sequence[datetime]
) -> Sequence[datetime]:
    """Those in the date's window; of a webinar without fixed times all, for the date that is expected.

    Zoom runs one instance at a time: what began before a later one was held is over.
    """
    if date.row.starts_at is None and not date.instances:
        return starts
    held = [instance.started_at for instance in date.instances if instance.started_at]
    return [start for start in starts if window and start in window and all(start > other for other in held)]


def _planned_end(webinar: Webinar, date: WebinarDate, begun_at: datetime) -> datetime:
    return (date.row.starts_at or begun_at) + date.planned_length(webinar)


def statuses_of(webinar: Webinar, dates: Sequence[WebinarDate], now: datetime) -> dict[int, Status]:
    """The status of each date, by the key of its row. They know what is running (`note_running`)."""
    windows = windows_of(dates)
    return {date.row.pk: _status_of(webinar, date, windows.get(date.row.pk), now) for date in dates}


def _status_of(webinar: Webinar, date: WebinarDate, window: rules.Window | None, now: datetime) -> Status:
    """Live only where Zoom said so, and not before the planned start: until then speakers may practice.

    A host who drops out and starts again makes a date live again that had ended (D17).
    """
    if date.is_cancelled or (webinar.state == Webinar.State.GONE and not date.instances):
        return Status.CANCELLED
    starts_at = date.session.started_at or date.row.starts_at or date.running_since
    if date.running_since and starts_at and now >= starts_at:
        return Status.LIVE
    if date.session.ended_at:
        return Status.ENDED
    if not date.instances and rules.was_missed(planned_date(date.row), window, now):
        return Status.NOT_HELD
    if starts_at is None or now < starts_at:
        return Status.UPCOMING
    if now > starts_at + date.planned_length(webinar) + OVERRUN:
        return Status.ENDED
    return Status.LIVE if date.session.started_at else Status.UPCOMING
