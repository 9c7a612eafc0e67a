"""Keeps one marketing event for each session, and takes away what hangs on a session that is none any more.

Decides how an event is called and which status it has. Rehearsals have no event (D7).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import batched

from contacts.outbox import Changes, record
from integrations.models import Webinar, WebinarSession
from integrations.rules.counters import Session, counters_of
from integrations.rules.schedule import OVERRUN
from integrations.sync.context import WebinarContext
from marketing_events.bulk import Counted, Counters, recount_contacts
from marketing_events.models import MarketingEvent, Participation

Status = MarketingEvent.Status
_CONTACTS_AT_ONCE = 2_000


def webinar_subject(webinar: Webinar) -> str:
    """What timeline entries about a registration are about."""
    return f"zoom:webinar:{webinar.zoom_id}"


def session_subject(uuid: str) -> str:
    """What timeline entries about attending are about."""
    return f"zoom:session:{uuid}"


def write_events(ctx: WebinarContext) -> list[WebinarSession]:
    """The webinar's sessions, rehearsals left out, each with its event brought up to date."""
    sessions = list(ctx.webinar.sessions.filter(is_practice=False).order_by("pk"))
    with ctx.writing():
        events = _present_events(ctx.webinar, sessions)
        for session in sessions:
            _write(ctx, session, events.get(session.pk))
    return sessions


def _present_events(webinar: Webinar, sessions: Sequence[WebinarSession]) -> dict[int, MarketingEvent]:
    """By session: its own event, or the one that another brand left when its account moved to this one."""
    own = {session.event_id: session.pk for session in sessions if session.event_id}
    by_uuid = {session.uuid: session.pk for session in sessions if session.uuid and not session.event_id}
    found = {own[event.pk]: event for event in MarketingEvent.objects.filter(pk__in=own)}
    for event in MarketingEvent.objects.filter(source="zoom", session_uuid__in=by_uuid):
        WebinarSession.objects.filter(event=event).update(event=None)
        found[by_uuid[event.session_uuid]] = event
    return found


def _write(ctx: WebinarContext, session: WebinarSession, event: MarketingEvent | None) -> None:
    facts = _facts(ctx, session)
    if event is None:
        event = MarketingEvent(external_id=f"{ctx.webinar.zoom_id}:{session.pk}", updated_at=ctx.now)
    if event.pk is None or any(getattr(event, name) != value for name, value in facts.items()):
        ctx.changes["events_changed" if event.pk else "events_new"] += 1
        for name, value in facts.items():
            setattr(event, name, value)
        event.updated_at = ctx.now
        event.save()
        record(Changes(events=[event.pk]))
    if session.event_id != event.pk:
        session.event = event
        session.save(update_fields=["event"])


def _facts(ctx: WebinarContext, session: WebinarSession) -> dict[str, object]:
    webinar = ctx.webinar
    organizer = webinar.host.name if webinar.host else ""
    return {
        "name": webinar.topic or str(webinar.zoom_id),
        "organizer": organizer or webinar.host_email,
        "brand_id": ctx.brand.pk,
        "zoom_webinar_id": webinar.zoom_id,
        "session_uuid": session.uuid,
        "status": status_of(webinar, session, ctx.now),
        "starts_at": session.started_at or session.planned_start,
        "ended_at": session.ended_at,
        "is_final": session.final_at is not None,
    }


def status_of(webinar: Webinar, session: WebinarSession, now: datetime) -> Status:
    """A session that was never held is over when nobody would start it any more."""
    if session.ended_at:
        return Status.ENDED
    starts_at = session.started_at or session.planned_start
    if session.is_cancelled or (webinar.state == Webinar.State.GONE and not session.uuid):
        return Status.CANCELLED
    if starts_at is None or now < starts_at:
        return Status.UPCOMING
    planned_end = starts_at + timedelta(minutes=webinar.duration_minutes)
    return Status.LIVE if now <= planned_end + OVERRUN else Status.ENDED


def remove_sessions(sessions: Iterable[WebinarSession]) -> None:
    """Sessions that are none (any more), with all that they left. Must run inside a transaction."""
    for session in sessions:
        remove_event(session)
        session.delete()


def remove_event(session: WebinarSession) -> None:
    """A session's event with everybody's part in it, their timelines and counters included."""
    if session.event is None:
        return
    session.event.timeline.filter(subject_key=session_subject(session.uuid)).delete()
    contacts = list(Participation.objects.filter(event=session.event).values_list("contact_id", flat=True))
    session.event.delete()
    session.event = None
    record(Changes(contacts_changed=contacts))
    for some in batched(sorted(contacts), _CONTACTS_AT_ONCE):
        recount_contacts(some, count_webinars)


def count_webinars(rows: Iterable[Counted]) -> Counters:
    """The rule of D9 for the rows of one contact."""
    return counters_of(map(Session._make, rows))
