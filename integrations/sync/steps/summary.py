"""The last step: counts for the list of webinars, the time of the next sync, and the warnings (E1-E6).

Reads only what the other steps wrote. A rule says when the webinar is due.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q

from integrations import audit
from integrations.audit import AuditCode, Finding
from integrations.models import AttendanceRow, AuditEntry, SkippedPerson, Webinar, WebinarInstance
from integrations.rules.finality import next_read_at
from integrations.rules.schedule import SessionTimes, next_sync_at
from integrations.sync.change_summary import summary_of
from integrations.sync.context import WebinarContext
from integrations.sync.steps.attendance import reading_of
from integrations.sync.steps.dates import WebinarDate, dates_of, reported_practice
from integrations.sync.steps.recordings import next_recording_at
from integrations.sync.steps.write_events import note_running, opened_again_since, statuses_of
from marketing_events.models import MarketingEvent, Participation


def summarise(ctx: WebinarContext) -> None:
    dates = dates_of(ctx.webinar)
    note_running(ctx.webinar, dates, ctx.now)
    opened_again_at = opened_again_since(ctx.webinar, dates, ctx.now)
    _note_nobody_joined(ctx, dates)
    with ctx.writing():
        _note_webinar(ctx, dates, opened_again_at)
        _check_skipped(ctx)
        settle_switches(ctx)
        audit.reconcile_warnings(
            ctx.brand, ctx.webinar, ctx.run, ctx.checked | FAILURES, ctx.findings + _unchecked(ctx)
        )
        _report(ctx)


def summarise_recordings(ctx: WebinarContext) -> None:
    """The summary of a run that checked only recordings."""
    with ctx.writing():
        Webinar.objects.filter(pk=ctx.webinar.pk).update(next_recording_at=next_recording_at(ctx))
        audit.reconcile_warnings(ctx.brand, ctx.webinar, ctx.run, ctx.checked, ctx.findings)
        _report(ctx)


def settle_switches_only(ctx: WebinarContext) -> None:
    """For a webinar that does not sync (any more): the audit log says which switch, and nothing else."""
    ctx.checked.clear()
    ctx.findings.clear()
    with ctx.writing():
        settle_switches(ctx)
        audit.reconcile_warnings(ctx.brand, ctx.webinar, ctx.run, ctx.checked, ctx.findings)


def _report(ctx: WebinarContext) -> None:
    """A sync that changed nothing is no news."""
    if not +ctx.changes:
        return
    audit.record(
        ctx.brand,
        AuditCode.SYNC_COMPLETED,
        {"changes": summary_of(ctx.changes)},
        webinar=ctx.webinar,
        run=ctx.run,
    )


def _unchecked(ctx: WebinarContext) -> list[Finding]:
    """What is open about sessions that were not looked at this time: it stays."""
    entries = AuditEntry.objects.open().filter(webinar=ctx.webinar, code__in=audit.codes_of("E3", "E4"))
    others = entries.exclude(session_uuid="").exclude(session_uuid__in=ctx.instances_checked)
    return [Finding(AuditCode(other.code), other.session_uuid, other.values) for other in others]


def settle_switches(ctx: WebinarContext) -> None:
    """E1 and E2, as far as they follow from the settings."""
    has_ended = ctx.webinar.instances.filter(is_practice=False, ended_at__isnull=False).exists()
    ctx.checked |= audit.SWITCH_WARNINGS
    if not ctx.effect.recordings:
        ctx.checked |= audit.RECORDING_WARNINGS
    ctx.findings += [Finding(code) for code in audit.switch_warnings(*ctx.effect, has_ended=has_ended)]
    audit.open_for_account(ctx.brand, audit.concerning(*ctx.effect, has_ended=has_ended))


def _note_webinar(ctx: WebinarContext, dates: list[WebinarDate], opened_again_at: datetime | None) -> None:
    """When it is due stays as it is if a listing has made it due again since the run began."""
    webinar = ctx.webinar
    webinar.state = _state(ctx, dates, is_open_again=opened_again_at is not None)
    webinar.last_synced_at = ctx.now
    webinar.next_recording_at = next_recording_at(ctx)
    for name, count in _counts(webinar, dates).items():
        setattr(webinar, name, count)
    webinar.save(update_fields=[*_NOTED, *_COUNTS])
    as_it_was = Webinar.objects.filter(pk=webinar.pk, next_sync_at=webinar.next_sync_at)
    times = list(_times(webinar, dates))
    if opened_again_at:
        times.append(
            SessionTimes(opened_again_at, opened_again_at + timedelta(minutes=webinar.duration_minutes))
        )
    as_it_was.update(next_sync_at=next_sync_at(times, ctx.now))


# What stands in the way of a sync is over once one has come to its end.
FAILURES = {
    AuditCode.BAD_ANSWER,
    AuditCode.INTERNAL_ERROR,
    AuditCode.SCOPE_MISSING,
    AuditCode.PERMISSION_DENIED,
    AuditCode.RATE_LIMITED,
    AuditCode.REQUEST_REJECTED,
    AuditCode.CREDENTIALS_REJECTED,
    AuditCode.ZOOM_UNREACHABLE,
}
SKIPPED = tuple(code for code in AuditCode if code.startswith("skipped_"))
_NOTED = ("state", "last_synced_at", "next_recording_at")
_COUNTS = ("registered_count", "attended_count", "cancelled_count", "skipped_count")


def _counts(webinar: Webinar, dates: list[WebinarDate]) -> dict[str, int]:
    """People, each once, in however many sessions. Hosts and panelists are left out as in events (D26)."""
    states, audience = Participation.State, Q(role=Participation.Role.ATTENDEE)
    parts = Participation.objects.filter(event__in=[date.event_id for date in dates])
    counts = parts.aggregate(
        registered=Count("contact", distinct=True, filter=Q(registered_at__isnull=False)),
        attended=Count("contact", distinct=True, filter=audience & Q(state=states.ATTENDED)),
        cancelled=Count("contact", distinct=True, filter=audience & Q(state=states.CANCELLED)),
    )
    skipped = SkippedPerson.objects.filter(webinar=webinar).values("person_key").distinct().count()
    return dict(zip(_COUNTS, (*counts.values(), skipped), strict=True))


def _state(ctx: WebinarContext, dates: list[WebinarDate], *, is_open_again: bool) -> Webinar.State:
    if ctx.webinar.state == Webinar.State.GONE:
        return Webinar.State.GONE
    statuses = set(statuses_of(ctx.webinar, dates, ctx.now).values())
    if is_open_again or MarketingEvent.Status.LIVE in statuses:
        return Webinar.State.LIVE
    upcoming = MarketingEvent.Status.UPCOMING in statuses
    return Webinar.State.UPCOMING if upcoming or not statuses else Webinar.State.ENDED


def _times(webinar: Webinar, dates: list[WebinarDate]) -> Iterator[SessionTimes]:
    for date in dates:
        if not date.is_cancelled:
            yield from _times_of(webinar, date)
    reported = reported_practice(webinar)
    practice = webinar.instances.filter(is_practice=True).select_related("reading").order_by("pk")
    for instance in practice:
        if not reported.get(instance.uuid):  # people alone made it one, and Zoom may list more of them
            yield _instance_times(instance, None)
    if webinar.kind == Webinar.Kind.RECURRING_NO_TIME:
        yield SessionTimes(None)


def _times_of(webinar: Webinar, date: WebinarDate) -> Iterator[SessionTimes]:
    row, ended_at = date.row, date.session.ended_at
    planned_end = row.starts_at + date.planned_length(webinar) if row.starts_at else None
    for instance in date.instances:
        yield _instance_times(instance, planned_end)
    is_too_early = row.starts_at and ended_at and ended_at <= row.starts_at
    if not date.instances or is_too_early:
        yield SessionTimes(row.starts_at, planned_end)
    if date.running_since:
        yield SessionTimes(date.running_since, planned_end)


def _instance_times(instance: WebinarInstance, planned_end: datetime | None) -> SessionTimes:
    reading = reading_of(instance.reading)
    return SessionTimes(
        starts_at=instance.started_at,
        planned_end=planned_end,
        ended_at=instance.ended_at,
        next_read_at=next_read_at(reading, instance.ended_at) if instance.ended_at else None,
        is_final=instance.reading.final_at is not None,
    )


def _note_nobody_joined(ctx: WebinarContext, dates: list[WebinarDate]) -> None:
    """E3 of a date: someone was in none of its instances but the host. Unplanned sessions expect no one."""
    ctx.mark_checked(AuditCode.NO_PARTICIPANTS)
    others = AttendanceRow.objects.filter(instance__occurrence=OuterRef("pk"))
    others = others.exclude(email=ctx.webinar.host_email)
    joined = set(ctx.webinar.occurrences.filter(Exists(others)).values_list("pk", flat=True))
    for date in dates:
        was_read = ctx.instances_checked.intersection(instance.uuid for instance in date.instances)
        if was_read and date.session.ended_at and not date.row.is_unplanned and date.row.pk not in joined:
            ctx.findings.append(Finding(AuditCode.NO_PARTICIPANTS, date.session.uuid))


def _check_skipped(ctx: WebinarContext) -> None:
    """E5, one entry for each reason, counting people."""
    ctx.mark_checked(*SKIPPED)
    people = SkippedPerson.objects.filter(webinar=ctx.webinar).values_list("reason")
    for reason, count in people.annotate(Count("person_key", distinct=True)).order_by("reason"):
        code = audit.code_of_skipped(reason, ctx.webinar)
        ctx.findings.append(Finding(code, values={"count": count}))
