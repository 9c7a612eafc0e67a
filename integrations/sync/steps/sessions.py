"""The step that finds out which sessions a webinar has: planned ones, and the instances that were held.

Decides nothing that `integrations.rules.sessions` decides; it asks Zoom, and keeps the rows. A session that
was held stays, also when Zoom no longer lists it; so does a planned one whose date is deleted, as cancelled.
"""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from core.emails import normalise
from integrations.models import Webinar, WebinarSession
from integrations.rules import sessions as rules
from integrations.sync.context import Level, WebinarContext
from integrations.sync.steps.events import remove_event, remove_sessions
from integrations.zoom import records
from integrations.zoom.errors import (
    DISPENSABLE,
    MissingScope,
    NoPermission,
    NotFound,
    NotServed,
    PaidPlanNeeded,
    Refused,
    TooOld,
)
from integrations.zoom.http.pages import Page


def read_sessions(ctx: WebinarContext) -> None:
    if not ctx.is_readable:
        return
    listed = _instances(ctx)
    known = _known(ctx.webinar)
    reports = _Reports(ctx)
    practice = _practice(known)
    if any(one.uuid not in known for one in listed):
        practice |= _rehearsals(ctx, [one for one in listed if one.uuid not in practice], reports)
    with ctx.writing():
        known = _known(ctx.webinar)  # a message may have told of some while Zoom was asked
        practice |= _practice(known)
        instances = _merged(ctx.webinar, listed, known)
        _store_practice(ctx.webinar, (instance for instance in instances if instance.uuid in practice))
        _store(
            ctx.webinar,
            _planned(ctx.webinar, (instance for instance in instances if instance.uuid not in practice)),
        )
    _read_bounds(ctx, reports)


def _known(webinar: Webinar) -> dict[str, WebinarSession]:
    """The instances that there are rows of, by their UUID."""
    return {session.uuid: session for session in webinar.sessions.exclude(uuid="")}


def _practice(known: dict[str, WebinarSession]) -> set[str]:
    return {uuid for uuid, one in known.items() if one.is_practice}


def _instances(ctx: WebinarContext) -> list[rules.Instance]:
    try:
        page = ctx.zoom.instances(ctx.webinar.zoom_id)
    except NotFound:
        return []  # never held
    for bad in page.bad:
        ctx.log(_("A session couldn't be read: %s") % f"{bad.reason}: {bad.excerpt}", Level.WARNING)
    return [rules.Instance(item.uuid, item.start_time, item.occurrence_id) for item in page.items]


def _merged(
    webinar: Webinar, listed: Iterable[rules.Instance], known: dict[str, WebinarSession]
) -> list[rules.Instance]:
    """Those that Zoom lists now, and those that it listed before.

    Where Zoom does not say of which date an instance is, it stays that of a date which was deleted since:
    whoever registered for that date did not cancel.
    """
    stand = {planned_date.occurrence_id for planned_date in planned_dates(webinar)}
    merged = {one.uuid: one for one in listed}
    for uuid, row in known.items():
        before = rules.Instance(uuid, row.started_at, row.occurrence_id)
        now = merged.setdefault(uuid, before)
        if not now.occurrence_id and before.occurrence_id not in stand:
            merged[uuid] = now._replace(occurrence_id=before.occurrence_id)
    return list(merged.values())


def _planned(webinar: Webinar, instances: Iterable[rules.Instance]) -> tuple[rules.Session, ...]:
    return rules.sessions_of(webinar.kind, webinar.starts_at, planned_dates(webinar), instances)


def planned_dates(webinar: Webinar) -> list[rules.Occurrence]:
    """The dates that were not cancelled, in their order."""
    dates = webinar.occurrences.filter(is_deleted=False).order_by("starts_at", "pk")
    return [rules.Occurrence(*row) for row in dates.values_list("occurrence_id", "starts_at")]


def _store(webinar: Webinar, wanted: Iterable[rules.Session]) -> None:
    """Make the rows those that are wanted. A row follows its UUID, so that what hangs on it stays with it."""
    wanted, rows = list(wanted), list(webinar.sessions.filter(is_practice=False))
    by_uuid = {row.uuid: row for row in rows if row.uuid}
    by_key = {_key_as_planned(row): row for row in rows if not row.uuid}
    matched = [
        (session, (by_uuid.get(session.uuid) if session.uuid else None) or by_key.get(session.key))
        for session in wanted
    ]
    kept = {row.pk for _session, row in matched if row}
    left = [row for row in rows if row.pk not in kept]
    deleted = _with_deleted_dates(left, wanted)
    remove_sessions([row for row in left if row not in deleted])
    _vacate_keys([row for session, row in matched if row and row.key != session.key])
    for session, row in matched:
        _save(row or WebinarSession(webinar=webinar), session)
    for row in deleted:
        if not row.is_cancelled:
            WebinarSession.objects.filter(pk=row.pk).update(key=row.key_when_deleted)


def _key_as_planned(row: WebinarSession) -> str:
    """A date that was deleted may come back, to the row that it had."""
    return f"planned:{row.occurrence_id}" if row.is_cancelled else row.key


def _with_deleted_dates(
    left: Iterable[WebinarSession], wanted: Iterable[rules.Session]
) -> list[WebinarSession]:
    """Those of the rows left over that were planned for a date which is gone, and was not held either."""
    dates = {"", *(one.occurrence_id for one in wanted)}
    return [row for row in left if not row.uuid and row.occurrence_id not in dates]


def _vacate_keys(rows: list[WebinarSession]) -> None:
    """Rows whose keys change may change them among each other."""
    for row in rows:
        WebinarSession.objects.filter(pk=row.pk).update(key=f"moving:{row.pk}")


def _save(row: WebinarSession, session: rules.Session) -> None:
    """No more than changes: a message may just have told of the session's end."""
    facts = {
        "key": session.key,
        "uuid": session.uuid,
        "occurrence_id": session.occurrence_id,
        "planned_start": session.planned_start,
    }
    if not row.bounds_known and session.started_at:
        facts["started_at"] = session.started_at
    changed = {name: value for name, value in facts.items() if getattr(row, name) != value}
    if row.pk is None or changed:
        for name, value in changed.items():
            setattr(row, name, value)
        row.save(update_fields=list(changed) if row.pk else None)


def _store_practice(webinar: Webinar, instances: Iterable[rules.Instance]) -> None:
    """Rehearsals are remembered, so that nobody asks again, but have no event."""
    for instance in instances:
        row = webinar.sessions.filter(uuid=instance.uuid).first()
        row = row or WebinarSession(webinar=webinar, uuid=instance.uuid, started_at=instance.started_at)
        if row.event_id:
            remove_event(row)
        row.key, row.occurrence_id, row.is_practice = f"uuid:{instance.uuid}", "", True
        row.save(update_fields=["key", "occurrence_id", "is_practice"] if row.pk else None)
        row.attendance_rows.all().delete()


class _Reports:
    """Zoom's own bounds of the sessions, each asked for once in a run. Not every app may read them."""

    def __init__(self, ctx: WebinarContext) -> None:
        self.ctx = ctx
        self._bounds: dict[str, tuple[datetime, datetime] | None] = {}
        self._may_read = True

    def bounds(self, uuid: str) -> tuple[datetime, datetime] | None:
        if uuid not in self._bounds:
            self._bounds[uuid] = self._ask(uuid) if self._may_read else None
        return self._bounds[uuid]

    def _ask(self, uuid: str) -> tuple[datetime, datetime] | None:
        try:
            return self.ctx.zoom.session_report(uuid).bounds
        except (MissingScope, NoPermission, PaidPlanNeeded) as error:
            self._may_read = False
            self.ctx.log(_("Session lengths are taken from their participants: %s") % error)
        except (NotFound, TooOld, Refused, NotServed) as error:
            self.ctx.log(_("The session's length is taken from its participants: %s") % error)
        return None


def _read_bounds(ctx: WebinarContext, reports: _Reports) -> None:
    held = ctx.webinar.sessions.filter(is_practice=False, bounds_known=False).exclude(uuid="")
    for session in held.order_by("pk"):
        if session.final_at and not ctx.run.is_full:
            continue
        if bounds := reports.bounds(session.uuid):
            session.started_at, session.ended_at = bounds
            session.bounds_known = True
            with ctx.writing():
                session.save(update_fields=["started_at", "ended_at", "bounds_known"])


def _rehearsals(ctx: WebinarContext, held: list[rules.Instance], reports: _Reports) -> set[str]:
    """Which of the instances were practice sessions, as far as one can see without a message from Zoom.

    Only what began before its planned start is looked at, and only when something new was held: it takes
    calls.
    """
    planned = {
        planned_date.occurrence_id: planned_date.starts_at for planned_date in planned_dates(ctx.webinar)
    }
    planned[""] = ctx.webinar.starts_at if ctx.webinar.kind == Webinar.Kind.SINGLE else None
    found = set()
    for instance in held:
        planned_start = planned.get(_occurrence_of(ctx.webinar, instance))
        if len(held) == 1 or not planned_start or not instance.started_at:
            continue
        if instance.started_at < planned_start and _was_rehearsal(ctx, instance.uuid, planned_start, reports):
            found.add(instance.uuid)
    return found


def _occurrence_of(webinar: Webinar, instance: rules.Instance) -> str:
    return (
        rules.occurrence_of(instance, planned_dates(webinar)) if webinar.kind == rules.Kind.RECURRING else ""
    )


def _was_rehearsal(ctx: WebinarContext, uuid: str, planned_start: datetime, reports: _Reports) -> bool:
    bounds = reports.bounds(uuid)
    if bounds and bounds[1] > planned_start:
        return False
    try:
        staff = {normalise(item.email) for item in ctx.zoom.panelists(ctx.webinar.zoom_id).items}
        only_staff, last = _were_only(staff | {ctx.webinar.host_email}, ctx.zoom.participants(uuid))
    except DISPENSABLE as error:  # one session that cannot be judged must not stop the others
        ctx.log(_("We can't tell whether a session was a practice session: %s") % error, Level.WARNING)
        return False
    return rules.is_practice(
        None, bounds[1] if bounds else last, planned_start, only_staff=only_staff, is_only_instance=False
    )


def _were_only(staff: set[str], pages: Iterable[Page[records.Participant]]) -> tuple[bool, datetime | None]:
    """Whether somebody was there, and nobody from outside; and when the last one left."""
    last: datetime | None = None
    for page in pages:
        for one in page.items:
            if not (one.internal_user or normalise(one.user_email) in staff):
                return False, None
            last = max(filter(None, (last, one.leave_time)), default=None)
    return last is not None, last
