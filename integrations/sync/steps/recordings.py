"""The step that makes calls of recorded sessions (D10): looks for recordings that are due, follows what
becomes of them, and ties to each call those who attended.

Decides what becomes of a session's rows; what Zoom's answers mean is in `recording_looks`, when to look
again is a rule. What goes wrong with one session costs no other.
"""

from datetime import datetime

from django.db.models import Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from integrations import audit
from integrations.models import Webinar, WebinarSession
from integrations.rules import recordings as rules
from integrations.rules.recordings import RecordingState
from integrations.sync.context import Level, WebinarContext
from integrations.sync.steps import recording_warnings as warnings
from integrations.sync.steps.call_mapping import call_of, facts_of, files_of
from integrations.sync.steps.recording_lookup import ProbeResult, RecordingProbe, call_stored
from integrations.sync.steps.speaker_names import SpeakerNames
from integrations.sync.steps.transcripts import Spoken, State, listen
from integrations.zoom import records
from marketing_events.models import Call, MarketingEvent
from marketing_events.recorded import (
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
    ctx.mark_checked("E2", *warnings.E2)
    ctx.mark_checked("E6", *warnings.E6)
    if not ctx.effect.recordings:
        return
    lookout, held = RecordingProbe(ctx), list(_held(ctx.webinar))
    due = [one for one in held if _is_due(ctx, lookout, one)]
    if due:
        with ctx.progress(_("Recordings"), total=len(due)) as progress:
            for session in due:
                ctx.look_at_rules()
                if not ctx.effect.recordings:
                    return
                _look(ctx, lookout, session)
                progress.advance(1)
    with ctx.writing():
        ctx.count("calls_gone", follow_attendance([one.event_id for one in held if one.event_id]))
    for session in _held(ctx.webinar):
        if found := warnings.warning_of(session, call_stored(session), _attendees(session), ctx.now):
            ctx.found.append(found)


def next_recording_at(ctx: WebinarContext) -> datetime | None:
    """When the webinar is due for a recording again; never, while a switch says no."""
    if not ctx.effect.recordings:
        return None
    moments = _held(ctx.webinar).aggregate(first=Min("recording_next_at"))
    first: datetime | None = moments["first"]
    return first


def _held(webinar: Webinar) -> QuerySet[WebinarSession]:
    held = webinar.sessions.filter(is_practice=False).exclude(uuid="")
    return held.select_related("event__call").order_by("pk")


def _attendees(session: WebinarSession) -> int:
    return session.event.attended_count if session.event else 0


def _is_due(ctx: WebinarContext, lookout: RecordingProbe, session: WebinarSession) -> bool:
    """Also when somebody attended a session that was recorded for nobody, as far as was known."""
    if session.recording_next_at and session.recording_next_at <= timezone.now():
        return True
    if not session.recording_state or ctx.run.is_full:
        return lookout.over_since(session, ctx.now) is not None
    is_deserted = session.recording_state == RecordingState.READY and call_stored(session) is None
    return is_deserted and _attendees(session) > 0


def _look(ctx: WebinarContext, lookout: RecordingProbe, session: WebinarSession) -> None:
    began_at = timezone.now()
    seen = lookout.look(session)
    call = call_stored(session)
    if seen.recording and session.event and _attendees(session):
        call = _write(ctx, session, session.event, seen.recording)
    elif seen.recording_state in _GONE and session.event:
        _withdraw(ctx, session.event)
    with ctx.writing():
        _note(ctx, session, seen, call, lookout.over_since(session, began_at) or began_at)


def _write(
    ctx: WebinarContext, session: WebinarSession, event: MarketingEvent, recording: records.Recording
) -> Call:
    pieces = call_of(recording)
    names = SpeakerNames(ctx, session)
    spoken = listen(ctx.zoom, recording, pieces, names.known_among, alive=ctx.lease.renew)
    facts = facts_of(pieces, recording, event.name, session.started_at or event.starts_at or ctx.now)
    with ctx.writing():
        call, is_new = write_call(event, facts, files_of(pieces, recording))
        if is_new:
            ctx.count("calls_new", 1)
            audit.record(ctx.brand, "call_created", call.title, webinar=ctx.webinar, run=ctx.run)
        _write_transcript(ctx, call, spoken)
    return call


def _write_transcript(ctx: WebinarContext, call: Call, spoken: Spoken) -> None:
    """A part of a transcript never takes the place of what was read before."""
    problem = spoken.worst
    may_replace = problem.state in _TOLD or not call.utterances.exists()
    if may_replace and write_transcript(call, spoken.said, spoken.digest) and spoken.said:
        ctx.count("transcripts_read", 1)
    mark_transcript(call, problem.state, problem.note)


def _withdraw(ctx: WebinarContext, event: MarketingEvent) -> None:
    with ctx.writing():
        if withdraw_call(event):
            ctx.count("calls_withdrawn", 1)
            audit.record(ctx.brand, "call_removed", event.name, webinar=ctx.webinar, run=ctx.run)


def _note(
    ctx: WebinarContext, session: WebinarSession, seen: ProbeResult, call: Call | None, ended_at: datetime
) -> None:
    """How the recording stands, and when it is looked at again.

    A message from Zoom that came during the look has asked for another one: that stays asked for.
    """
    now, asked_for = timezone.now(), session.recording_next_at
    is_early = asked_for is not None and asked_for > now
    if session.recording_state != seen.recording_state:
        session.recording_state, session.recording_since, session.recording_looks = (
            seen.recording_state,
            now,
            0,
        )
        state = WebinarSession.RecordingState(seen.recording_state).label
        ctx.log(_("Recording of session %(key)s: %(state)s") % {"key": session.uuid, "state": state})
        is_early = False
    if seen.note:
        ctx.log(_("A recording couldn't be checked: %s") % seen.note, Level.WARNING)
    looks = session.recording_looks + (not is_early)
    since = session.recording_since or now
    next_at = seen.retry_at or rules.next_look_at(
        seen.recording_state,
        warnings.transcript_of(call),
        ended_at=ended_at,
        since=since,
        looked_at=now,
        looks=looks,
    )
    row = WebinarSession.objects.filter(pk=session.pk)
    row.update(
        recording_state=seen.recording_state,
        recording_since=since,
        recording_note=seen.note if seen.recording_state is RecordingState.UNAVAILABLE else "",
    )
    row.filter(recording_next_at=asked_for).update(recording_next_at=next_at, recording_looks=looks)
