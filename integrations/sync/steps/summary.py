"""The last step: counts for the list of webinars, when to read again, and what the audit log should say.

Decides which warnings a sync has found (E1-E6), in the words of the audit registry; when a webinar is due is
a rule. Reads only what the other steps wrote.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils.translation import ngettext

from integrations import audit
from integrations.audit import Finding
from integrations.models import AuditEntry, SkippedPerson, Webinar, WebinarSession
from integrations.rules.finality import Reading, next_read_at
from integrations.rules.schedule import SessionTimes, next_sync_at
from integrations.sync.change_summary import in_words
from integrations.sync.context import WebinarContext
from integrations.sync.steps.events import status_of
from integrations.sync.steps.recordings import next_recording_at
from marketing_events.models import Call, MarketingEvent, Participation


def summarise(ctx: WebinarContext) -> None:
    sessions = list(ctx.webinar.sessions.filter(is_practice=False).order_by("pk"))
    with ctx.writing():
        _note_webinar(ctx, sessions)
        _judge_skipped(ctx)
        settle_switches(ctx)
        audit.reconcile_warnings(
            ctx.brand, ctx.webinar, ctx.run, ctx.checked | FAILURES, ctx.found + _not_judged(ctx)
        )
        _tell(ctx)


def summarise_recordings(ctx: WebinarContext) -> None:
    """Of a run that looked at recordings and at nothing else: it is news only if it found something."""
    with ctx.writing():
        Webinar.objects.filter(pk=ctx.webinar.pk).update(next_recording_at=next_recording_at(ctx))
        audit.reconcile_warnings(ctx.brand, ctx.webinar, ctx.run, ctx.checked, ctx.found)
        if any(ctx.changes.values()):
            _tell(ctx)


def settle_switches_only(ctx: WebinarContext) -> None:
    """For a webinar that does not sync (any more): the audit log says which switch, and nothing else."""
    ctx.checked.clear()
    ctx.found.clear()
    with ctx.writing():
        settle_switches(ctx)
        audit.reconcile_warnings(ctx.brand, ctx.webinar, ctx.run, ctx.checked, ctx.found)


def _tell(ctx: WebinarContext) -> None:
    audit.record(
        ctx.brand,
        "sync_completed",
        in_words(ctx.changes),
        webinar=ctx.webinar,
        run=ctx.run,
        details={"changes": dict(ctx.changes)},
    )


def _not_judged(ctx: WebinarContext) -> list[Finding]:
    """What is open about sessions that were not looked at this time: it stays."""
    entries = AuditEntry.objects.open().filter(webinar=ctx.webinar, code__in=("E3", "E4"))
    others = entries.exclude(session_uuid="").exclude(session_uuid__in=ctx.sessions_judged)
    return [
        Finding(other.code, other.cause, other.message, other.session_uuid, other.details) for other in others
    ]


def settle_switches(ctx: WebinarContext) -> None:
    """E1, E2 and E4, as far as they follow from the switches."""
    history = audit.History(
        was_synced=ctx.webinar.last_synced_at is not None,
        has_ended=ctx.webinar.sessions.filter(is_practice=False, ended_at__isnull=False).exists(),
        has_calls=Call.objects.filter(event__session__webinar=ctx.webinar).exists(),
    )
    ctx.checked |= audit.SWITCH_WARNINGS
    warnings = audit.switch_warnings(*ctx.effect, history)
    ctx.found += [Finding(code, cause) for code, cause in warnings]


def _note_webinar(ctx: WebinarContext, sessions: list[WebinarSession]) -> None:
    """When it is due stays as it is if a listing has made it due again since the run began."""
    webinar = ctx.webinar
    webinar.state = _state(ctx, sessions)
    webinar.last_synced_at = ctx.now
    webinar.next_recording_at = next_recording_at(ctx)
    for name, count in _counts(webinar, sessions).items():
        setattr(webinar, name, count)
    webinar.save(update_fields=[*_NOTED, *_COUNTS])
    as_it_was = Webinar.objects.filter(pk=webinar.pk, next_sync_at=webinar.next_sync_at)
    as_it_was.update(next_sync_at=next_sync_at(_times(webinar, sessions), ctx.now))


# What stands in the way of a sync is over once one has come to its end.
FAILURES = {
    ("E6", cause)
    for cause in (
        "bad_answer",
        "internal",
        "missing_scope",
        "no_permission",
        "rate_limited",
        "refused",
        "signed_out",
        "unreachable",
    )
}
_NOTED = ("state", "last_synced_at", "next_recording_at")
_COUNTS = ("registered_count", "attended_count", "cancelled_count", "skipped_count")


def _counts(webinar: Webinar, sessions: list[WebinarSession]) -> dict[str, int]:
    """People, each once, in however many sessions."""
    states = Participation.State
    parts = Participation.objects.filter(event__in=[session.event_id for session in sessions])
    counts = parts.aggregate(
        registered=Count("contact", distinct=True, filter=Q(registered_at__isnull=False)),
        attended=Count("contact", distinct=True, filter=Q(state=states.ATTENDED)),
        cancelled=Count("contact", distinct=True, filter=Q(state=states.CANCELLED)),
    )
    skipped = SkippedPerson.objects.filter(webinar=webinar).values("person_key").distinct().count()
    return dict(zip(_COUNTS, (*counts.values(), skipped), strict=True))


def _state(ctx: WebinarContext, sessions: list[WebinarSession]) -> Webinar.State:
    if ctx.webinar.state == Webinar.State.GONE:
        return Webinar.State.GONE
    statuses = {status_of(ctx.webinar, session, ctx.now) for session in sessions}
    if MarketingEvent.Status.LIVE in statuses:
        return Webinar.State.LIVE
    upcoming = MarketingEvent.Status.UPCOMING in statuses
    return Webinar.State.UPCOMING if upcoming or not statuses else Webinar.State.ENDED


def _times(webinar: Webinar, sessions: list[WebinarSession]) -> Iterator[SessionTimes]:
    length = timedelta(minutes=webinar.duration_minutes)
    for one in sessions:
        if one.is_cancelled:
            continue
        planned_end = one.planned_start + length if one.planned_start else None
        yield SessionTimes(
            starts_at=one.started_at or one.planned_start,
            planned_end=planned_end,
            ended_at=one.ended_at,
            next_read_at=_next_read_at(one, one.ended_at) if one.ended_at else None,
            is_final=one.final_at is not None,
        )
        if one.planned_start and one.ended_at and one.ended_at <= one.planned_start:
            yield SessionTimes(one.planned_start, planned_end)  # perhaps a rehearsal: the real one may follow
    if webinar.kind == Webinar.Kind.RECURRING_NO_TIME:
        yield SessionTimes(None)


def _next_read_at(session: WebinarSession, ended_at: datetime) -> datetime | None:
    reading = Reading(session.read_digest, session.first_read_at, session.last_read_at, session.final_at)
    return next_read_at(reading, ended_at)


def _judge_skipped(ctx: WebinarContext) -> None:
    """E5, one warning for each reason; an address that is none is E4 as well (R46)."""
    ctx.mark_checked("E5", *SkippedPerson.Reason.values)
    ctx.mark_checked("E4", "invalid_email")
    people = SkippedPerson.objects.filter(webinar=ctx.webinar).values_list("reason")
    for reason, count in people.annotate(Count("person_key", distinct=True)).order_by("reason"):
        words = ngettext("%(count)d person: %(reason)s.", "%(count)d people: %(reason)s.", count)
        message = words % {"count": count, "reason": SkippedPerson.Reason(reason).label}
        ctx.found.append(Finding("E5", reason, message, details={"people": count}))
        if reason == SkippedPerson.Reason.INVALID_EMAIL:
            ctx.found.append(Finding("E4", "invalid_email", message, details={"people": count}))
