"""The step that gives each instance its date, and each date its marketing event (D17).

The rules are in `rules/dates.py` and `rules/sessions.py`; here are the rows. An instance whose attendance is
final keeps the date that it was given, and one whose date was deleted since keeps it too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q

from integrations.models import (
    AttendanceRow,
    SessionNotice,
    Webinar,
    WebinarInstance,
    WebinarOccurrence,
    WebinarStaff,
)
from integrations.rules import dates as rules
from integrations.rules.dates import Place
from integrations.rules.sessions import is_practice
from integrations.sync.context import WebinarContext
from integrations.sync.steps.events import remove_event
from integrations.sync.steps.instances import note_notices


@dataclass
class WebinarDate:
    """A date with its instances, as the other steps see it."""

    row: WebinarOccurrence
    instances: list[WebinarInstance] = field(default_factory=list)
    running_since: datetime | None = None  # an instance that Zoom said began, and has not listed yet

    def planned_length(self, webinar: Webinar) -> timedelta:
        return timedelta(minutes=self.row.duration_minutes or webinar.duration_minutes)

    @property
    def event_id(self) -> int:
        assert self.row.event_id is not None  # noqa: S101 - write_events has seen to it
        return self.row.event_id

    @cached_property
    def session(self) -> rules.Session:
        return rules.session_of([held_instance(instance) for instance in self.instances])

    @property
    def is_cancelled(self) -> bool:
        """Whether Zoom deleted the date before it was held."""
        return self.row.is_deleted and not self.instances


def held_instance(instance: WebinarInstance) -> rules.HeldInstance:
    is_final = instance.reading.final_at is not None
    return rules.HeldInstance(instance.uuid, instance.started_at, instance.ended_at, is_final)


def planned_date(row: WebinarOccurrence) -> rules.PlannedDate:
    length = timedelta(minutes=row.duration_minutes)
    return rules.PlannedDate(row.pk, row.starts_at, length, row.occurrence_id, row.is_deleted)


def dates_of(webinar: Webinar) -> list[WebinarDate]:
    """All dates that have or need an event, in their order. Three queries."""
    instances: dict[int, list[WebinarInstance]] = {}
    counted = webinar.instances.filter(is_practice=False).select_related("reading", "recording_search")
    for instance in counted.order_by("started_at", "pk"):
        if instance.occurrence_id is not None:
            instances.setdefault(instance.occurrence_id, []).append(instance)
    rows = webinar.occurrences.select_related("event").order_by("starts_at", "pk")
    dates = [WebinarDate(row, instances.get(row.pk, [])) for row in rows]
    return [date for date in dates if date.instances or date.row.event_id or not date.row.is_deleted]


def assign_dates(ctx: WebinarContext) -> None:
    """Give each instance its date. Practice sessions have none."""
    webinar = ctx.webinar
    with ctx.writing():
        note_notices(webinar)  # of events that came while Zoom was asked
        if webinar.kind == Webinar.Kind.SINGLE:
            plan_dates(webinar, {"": Plan(webinar.starts_at, webinar.duration_minutes)})
        plan = _plan(webinar)
        counted = _note_practice(webinar, plan)
        planned = {row.pk: row for row in plan}
        instances = [_dated(instance, planned) for instance in counted]
        assignments = rules.assign(map(planned_date, plan), instances)
        for instance, assignment in zip(counted, assignments, strict=True):
            _place(webinar, instance, assignment)
        _remove_empty(webinar)
        _keep_one_to_come(webinar)


class Plan(NamedTuple):
    starts_at: datetime | None
    duration_minutes: int
    is_deleted: bool = False


def plan_dates(webinar: Webinar, plans: Mapping[str, Plan]) -> None:
    """Make the planned dates these, by occurrence ID. A date that is missing was deleted in Zoom.

    A date that moves takes its event along, unless it was held and is final: then its row stays as it was,
    and the new date is another one. Must run inside a transaction.
    """
    current = {row.occurrence_id: row for row in _plan(webinar)}
    for occurrence_id, plan in plans.items():
        row = current.get(occurrence_id) or WebinarOccurrence(webinar=webinar, occurrence_id=occurrence_id)
        if row.pk and _must_keep(row, plan):
            WebinarOccurrence.objects.filter(pk=row.pk).update(is_superseded=True)
            row = WebinarOccurrence(webinar=webinar, occurrence_id=occurrence_id)
        changed = [name for name, value in plan._asdict().items() if getattr(row, name) != value]
        for name in changed:
            setattr(row, name, getattr(plan, name))
        if changed or row.pk is None:
            row.save(update_fields=changed if row.pk else None)
    missing = [row.pk for key, row in current.items() if key not in plans and not row.is_deleted]
    if missing:
        WebinarOccurrence.objects.filter(pk__in=missing).update(is_deleted=True)


def _must_keep(row: WebinarOccurrence, plan: Plan) -> bool:
    if (row.starts_at, row.duration_minutes) == (plan.starts_at, plan.duration_minutes):
        return False
    final = row.instances.filter(reading__final_at__isnull=False, started_at__isnull=False)
    starts = list(final.values_list("started_at", flat=True))
    length = timedelta(minutes=plan.duration_minutes)
    return rules.must_keep(planned_date(row), plan.starts_at, length, [start for start in starts if start])


def _plan(webinar: Webinar) -> list[WebinarOccurrence]:
    """The dates that Zoom plans or planned. Those that were moved after they were held plan nothing more."""
    return list(webinar.occurrences.planned().order_by("starts_at", "pk"))


def _note_practice(webinar: Webinar, plan: Sequence[WebinarOccurrence]) -> list[WebinarInstance]:
    """Marks practice sessions, and returns the other instances in their order."""
    reported, staffed = reported_practice(webinar), _with_only_staff(webinar)
    dates = [planned_date(row) for row in plan]
    counted = []
    rows = webinar.instances.select_related("reading", "occurrence").order_by("started_at", "uuid")
    for instance in rows:
        has_final_date = instance.reading.final_at is not None and instance.occurrence_id is not None
        practice = is_practice(
            reported.get(instance.uuid),
            held_instance(instance).interval,
            dates,
            only_staff=instance.pk in staffed and not has_final_date,
        )
        if practice:
            _make_practice(instance, was_said=instance.uuid in reported)
            continue
        if instance.is_practice:
            WebinarInstance.objects.filter(pk=instance.pk).update(is_practice=False)
        counted.append(instance)
    return counted


def reported_practice(webinar: Webinar) -> dict[str, bool]:
    """Whether each instance was a practice session, by UUID, as far as webhook events said so."""
    notices = SessionNotice.objects.filter(
        connection=webinar.connection_id, zoom_webinar_id=webinar.zoom_webinar_id
    )
    reported = notices.exclude(is_practice=None).values_list("uuid", "is_practice")
    return {uuid: bool(practice) for uuid, practice in reported}


def running_since(webinar: Webinar) -> list[datetime]:
    """When the instances began that go on: webhook events said so, and Zoom lists none of them as held."""
    notices = SessionNotice.objects.filter(
        connection=webinar.connection_id, zoom_webinar_id=webinar.zoom_webinar_id, is_over=False
    )
    held = webinar.instances.values("uuid")
    return [start for start in notices.exclude(uuid__in=held).values_list("started_at", flat=True) if start]


def _with_only_staff(webinar: Webinar) -> set[int]:
    """Instances in which someone was, and no one but host, co-hosts and panelists."""
    rows = AttendanceRow.objects.filter(instance=OuterRef("pk"))
    staff = WebinarStaff.objects.filter(webinar=webinar).values("email")
    empty = webinar.instances.filter(Exists(rows)).exclude(Exists(rows.exclude(email__in=staff)))
    return set(empty.values_list("pk", flat=True))


def _make_practice(instance: WebinarInstance, *, was_said: bool) -> None:
    """Its rows stay where only they make it one: with more of them it may turn out to be none."""
    if was_said:
        instance.attendance_rows.all().delete()
    if not instance.is_practice or instance.occurrence_id is not None:
        instance.is_practice, instance.occurrence = True, None
        instance.save(update_fields=["is_practice", "occurrence"])


def _dated(instance: WebinarInstance, plan: dict[int, WebinarOccurrence]) -> rules.DatedInstance:
    return rules.DatedInstance(
        instance.uuid, instance.started_at, instance.zoom_occurrence_id, _kept_date(instance, plan)
    )


def _kept_date(instance: WebinarInstance, plan: dict[int, WebinarOccurrence]) -> int | None:
    row = instance.occurrence
    if row is None:
        return None
    is_settled = instance.reading.final_at is not None or row.is_superseded or row.is_deleted
    return row.pk if is_settled and (row.is_unplanned or row.is_planned) else None


def _place(webinar: Webinar, instance: WebinarInstance, assignment: rules.Assignment) -> None:
    date = assignment.date
    if assignment.place is not Place.PLANNED:
        date = _own_date(webinar, instance, is_unplanned=assignment.place is Place.UNPLANNED).pk
    if instance.occurrence_id != date:
        WebinarInstance.objects.filter(pk=instance.pk).update(occurrence=date)


def _own_date(webinar: Webinar, instance: WebinarInstance, *, is_unplanned: bool) -> WebinarOccurrence:
    """The date that an instance is alone with. The first of a webinar without fixed times was expected."""
    row = webinar.occurrences.filter(instance_uuid=instance.uuid).first()
    if row is None and not is_unplanned:
        row = webinar.occurrences.planned().filter(occurrence_id="").first()
    row = row or WebinarOccurrence(webinar=webinar)
    if row.pk is None or row.instance_uuid != instance.uuid or row.is_unplanned != is_unplanned:
        row.instance_uuid, row.is_unplanned = instance.uuid, is_unplanned
        row.save()
    return row


def _remove_empty(webinar: Webinar) -> None:
    """Dates that were there for an instance alone, and that instance is of another date by now."""
    empty = webinar.occurrences.filter(instances__isnull=True)
    gone = empty.exclude(instance_uuid="")
    if webinar.kind == Webinar.Kind.RECURRING and webinar.occurrences.exclude(occurrence_id="").exists():
        gone = gone | empty.filter(instance_uuid="", occurrence_id="")
    for row in gone.select_related("event").order_by("pk"):
        if row.event:
            remove_event(row.event)
        row.delete()


def _keep_one_to_come(webinar: Webinar) -> None:
    """A webinar of which nothing is planned and nothing was held has one date, at any time."""
    is_there = Q(is_deleted=False) | Q(instances__isnull=False)
    if not webinar.occurrences.filter(is_there).exists():
        WebinarOccurrence.objects.create(webinar=webinar)
