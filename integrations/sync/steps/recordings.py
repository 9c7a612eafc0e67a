"""The step that makes calls from recorded sessions (D10): checks for recordings that are due, follows what
happens to them, and links each call with its attendees.

`recording_lookup.py` reads Zoom's answers, and a rule says when to check again. A session that fails affects
no other session.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Min, QuerySet
from django.utils import timezone

from core.messages import Message
from integrations import audit
from integrations.audit import AuditCode
from integrations.models import RecordingSearch, SyncRun, Webinar, WebinarInstance
from integrations.rules import recordings as rules
from integrations.rules.recordings import RecordingState
from integrations.sync.context import Level, WebinarContext
from integrations.sync.steps import recording_warnings as warnings
from integrations.sync.steps.call_mapping import call_of, facts_of, files_of
from integrations.sync.steps.recording_lookup import ProbeResult, RecordingProbe, call_stored, event_of
from integrations.sync.steps.speaker_names import SpeakerNames
from integrations.sync.steps.transcripts import State, TranscriptReading, read_transcripts
from integrations.zoom import records
from marketing_events.models import Call, MarketingEvent
from marketing_events.recorded import (
    Present,
    attendees_during,
    follow_attendance,
    mark_transcript,
    withdraw_call,
    write_call,
    write_transcript,
)

_GONE = frozenset({RecordingState.TRASHED, RecordingState.DELETED})
# With these the transcript that was read is as much of it as there is; with others it may be just a part.
_TOLD = frozenset({State.READY, State.NONE})


def read_recordings(ctx: WebinarContext) -> None:
    """Nothing is read while a switch says no; what is there stays, and only the switch is warned of."""
    ctx.mark_checked(*audit.RECORDING_WARNINGS)
    if not ctx.effect.recordings:
        return
    probe, instances = RecordingProbe(ctx), list(_held(ctx.webinar))
    _follow_dates(ctx, instances)
    due = [instance for instance in instances if _is_due(ctx, probe, instance)]
    if due:
        with ctx.progress("recordings", total=len(due)) as progress:
            for instance in due:
                ctx.look_at_rules()
                if not ctx.effect.recordings:
                    return
                _check(ctx, probe, instance)
                progress.advance(1)
    _follow_attendance(ctx, instances)
    for instance in _held(ctx.webinar):
        call = call_stored(instance)
        if warning := warnings.warning_of(instance, call, _attendees(instance), ctx.now):
            ctx.findings.append(warning)


def _follow_dates(ctx: WebinarContext, instances: Iterable[WebinarInstance]) -> None:
    """A call goes with its instance, when that turns out to be of another date."""
    events = {instance.uuid: event.pk for instance in instances if (event := event_of(instance))}
    for call in Call.objects.filter(session_uuid__in=events).only("event", "session_uuid"):
        if call.event_id != events[call.session_uuid]:
            with ctx.writing():
                Call.objects.filter(pk=call.pk).update(event=events[call.session_uuid])


def _follow_attendance(ctx: WebinarContext, instances: Iterable[WebinarInstance]) -> None:
    for instance in instances:
        if call := call_stored(instance):
            with ctx.writing():
                ctx.count("calls_gone", follow_attendance(call, _span(instance)))


def next_recording_at(ctx: WebinarContext) -> datetime | None:
    """When the webinar is due for a recording again; never, while a switch says no."""
    if not ctx.effect.recordings:
        return None
    moments = _held(ctx.webinar).aggregate(first=Min("recording_search__next_check_at"))
    first: datetime | None = moments["first"]
    return first


def _held(webinar: Webinar) -> QuerySet[WebinarInstance]:
    instances = webinar.instances.filter(is_practice=False)
    return instances.select_related("recording_search", "occurrence__event").order_by("pk")


def _span(instance: WebinarInstance) -> Present:
    return instance.started_at, instance.ended_at


def _attendees(instance: WebinarInstance) -> int:
    """People in the CRM, hosts and panelists included."""
    event = event_of(instance)
    return attendees_during(event, _span(instance)) if event else 0


def _is_due(ctx: WebinarContext, probe: RecordingProbe, instance: WebinarInstance) -> bool:
    """Also when someone attended an instance that was recorded for no one, as far as was known."""
    search = instance.recording_search
    if due_at := search.next_check_at:
        # The person who calls `sync_zoom` wants an answer now, also about recordings that are awaited.
        is_asked_for = ctx.run.trigger == SyncRun.Trigger.COMMAND
        if is_asked_for or due_at <= timezone.now():
            return True
    if not search.state or ctx.run.is_full:
        return probe.over_since(instance, ctx.now) is not None
    is_deserted = search.state == RecordingState.READY and call_stored(instance) is None
    return is_deserted and _attendees(instance) > 0


def _check(ctx: WebinarContext, probe: RecordingProbe, instance: WebinarInstance) -> None:
    began_at = timezone.now()
    result = probe.look(instance)
    event, call = event_of(instance), call_stored(instance)
    if result.recording and event and _attendees(instance):
        call = _write(ctx, instance, event, result.recording)
    elif result.recording_state in _GONE and call:
        _withdraw(ctx, call)
    with ctx.writing():
        _note(ctx, instance, result, call, probe.over_since(instance, began_at) or began_at)


def _write(
    ctx: WebinarContext, instance: WebinarInstance, event: MarketingEvent, recording: records.Recording
) -> Call:
    pieces = call_of(recording)
    names = SpeakerNames(ctx, instance)
    reading = read_transcripts(ctx.zoom, recording, pieces, names.known_among, alive=ctx.lease.renew)
    facts = facts_of(pieces, recording, event.name, instance.started_at or event.starts_at or ctx.now)
    files = files_of(pieces, recording)
    with ctx.writing():
        call, is_new = write_call(event, instance.uuid, facts, files, _span(instance))
        if is_new:
            _count(ctx, "calls_new", call)
            _report(ctx, AuditCode.CALL_CREATED, call)
        _write_transcript(ctx, call, reading)
    return call


def _write_transcript(ctx: WebinarContext, call: Call, reading: TranscriptReading) -> None:
    """A part of a transcript never takes the place of what was read before."""
    problem = reading.worst
    may_replace = problem.state in _TOLD or not call.utterances.exists()
    if may_replace and write_transcript(call, reading.lines, reading.digest) and reading.lines:
        _count(ctx, "transcripts_read", call)
    mark_transcript(call, problem.state, problem.note)


def _withdraw(ctx: WebinarContext, call: Call) -> None:
    with ctx.writing():
        if withdraw_call(call):
            _count(ctx, "calls_withdrawn", call)
            _report(ctx, AuditCode.CALL_REMOVED, call)


def _count(ctx: WebinarContext, change: str, call: Call) -> None:
    ctx.count(change, 1)
    Call.objects.filter(pk=call.pk).update(changed_in_run=ctx.run.pk)


def _report(ctx: WebinarContext, code: AuditCode, call: Call) -> None:
    audit.record(ctx.brand, code, {"title": call.title}, webinar=ctx.webinar, run=ctx.run)


def _note(
    ctx: WebinarContext, instance: WebinarInstance, result: ProbeResult, call: Call | None, ended_at: datetime
) -> None:
    """How the recording stands, and when it is checked again.

    A webhook event that came during the check has asked for another one: that stays asked for.
    """
    search = instance.recording_search
    now, asked_for = timezone.now(), search.next_check_at
    is_early = asked_for is not None and asked_for > now
    if search.state != result.recording_state:
        search.state, search.since, search.check_count = result.recording_state, now, 0
        state = Message(f"recording_state.{search.state}")
        ctx.log(Message("sync.recording_state", session=instance.started_at, state=state))
        is_early = False
    if result.note:
        ctx.log(Message("sync.recording_unchecked", reason=result.note), Level.WARNING)
    count, since = search.check_count + (not is_early), search.since or now
    next_at = result.retry_at or rules.next_look_at(
        result.recording_state,
        warnings.transcript_of(call),
        ended_at=ended_at,
        since=since,
        looked_at=now,
        looks=count,
    )
    row = RecordingSearch.objects.filter(pk=search.pk)
    row.update(
        state=result.recording_state,
        since=since,
        note=result.note if result.recording_state is RecordingState.UNAVAILABLE else None,
    )
    row.filter(next_check_at=asked_for).update(next_check_at=next_at, check_count=count)
