"""How participations and recorded calls move when a contact is merged into another (D28).

Where both had to do with the same event, one participation says what both amount to. The next sync works it
out anew from Zoom's rows and comes to the same.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from contacts.merging.rules import MergeRule, Moved, register_merge_rule
from contacts.merging.snapshots import insert_again, saved
from core.intervals import Interval, union
from marketing_events.bulk import recount_events
from marketing_events.models import AttendanceInterval, CallAttendee, Participation

States = Participation.State


class ParticipationRule(MergeRule[Participation]):
    is_recomputed = True

    def shown(self, contact_id: int) -> QuerySet[Participation]:
        return self.rows(contact_id).select_related("event").order_by("-event__starts_at", "-pk")

    def describe(self, rows: Sequence[Participation]) -> list[str]:
        return [f"{row.event.name}{_date(row.event.starts_at)}: {row.get_state_display()}" for row in rows]

    def move(self, merged: int, survivor: int) -> Moved:
        events = list(self.rows(merged).values_list("event_id", flat=True))
        same = self.rows(survivor).filter(event__in=events)
        before = _intervals_of(same)
        moved = super().move(merged, survivor)
        after = _intervals_of(same)
        moved["intervals"] = [[key, before[key], after[key]] for key in before if before[key] != after[key]]
        moved["events"] = events
        recount_events(events)
        return moved

    def restore(self, moved: Moved, merged: int, survivor: int) -> int:
        parts = self.rows(survivor).in_bulk([key for key, _before, _after in moved["intervals"]])
        now = _intervals_of(self.rows(survivor).filter(pk__in=list(parts)))
        for key, before, after in moved["intervals"]:
            if key in parts and now[key] == after:
                _write_intervals(
                    parts[key], [Interval(*map(datetime.fromisoformat, span)) for span in before]
                )
        lost = super().restore(moved, merged, survivor)
        recount_events(moved["events"])
        return lost

    def combine(self, row: Participation, same: Participation) -> None:
        stays = [
            Interval(stay.joined_at, stay.left_at) for part in (row, same) for stay in part.intervals.all()
        ]
        length = _session_length(row, same)
        _combine_registrations(row, same)
        if same.role == Participation.Role.ATTENDEE:
            same.role = row.role
        if States.ATTENDED in {row.state, same.state}:
            _combine_attendance(row, same, union(stays), length)
            _write_intervals(same, union(stays))
        same.updated_at = timezone.now()
        same.save()

    def save(self, row: Participation) -> dict[str, Any]:
        return super().save(row) | {"intervals": [saved(stay) for stay in row.intervals.order_by("pk")]}

    def insert(self, removed: list[dict[str, Any]]) -> int:
        again = insert_again(Participation, [row["row"] for row in removed])
        insert_again(AttendanceInterval, [stay for row in removed for stay in row["intervals"]])
        return len(again)


def _combine_registrations(row: Participation, same: Participation) -> None:
    """Registered if either is, since the first time; cancelled when the last was."""
    both = [part for part in (row, same) if part.registered_at or part.cancelled_at]
    active = [part for part in both if part.cancelled_at is None]
    counted = active or both
    last = max((part for part in counted if part.cancelled_at), key=_cancelled_at, default=None)
    same.registered_at = min((part.registered_at for part in counted if part.registered_at), default=None)
    same.cancelled_at = last.cancelled_at if last else None
    same.cancellation_noticed_at = last.cancellation_noticed_at if last else None
    states = {row.state, same.state}
    order = (States.ATTENDED, States.NO_SHOW, States.REGISTERED, States.CANCELLED)
    same.state = next(state for state in order if state in states)


def _combine_attendance(
    row: Participation, same: Participation, stays: Sequence[Interval], length: timedelta | None
) -> None:
    parts = [part for part in (row, same) if part.first_joined_at and part.last_left_at]
    same.first_joined_at = min(part.first_joined_at for part in parts if part.first_joined_at)
    same.last_left_at = max(part.last_left_at for part in parts if part.last_left_at)
    attended = sum((stay.length for stay in stays), timedelta())
    percents = [part.attendance_percent for part in parts if part.attendance_percent is not None]
    same.duration_seconds = max(
        round(attended.total_seconds()), *(part.duration_seconds for part in parts), 0
    )
    same.attendance_percent = max(percents, default=None)
    if length:
        same.attendance_percent = min(100.0, round(100 * (attended / length), 2))


def _session_length(*parts: Participation) -> timedelta | None:
    """From the seconds and the percentage of one of them: the event itself does not keep it."""
    known = [part for part in parts if part.attendance_percent and part.attendance_percent < 100]
    longest = max(known, key=lambda part: part.duration_seconds, default=None)
    if longest is None or not longest.attendance_percent:
        return None
    return timedelta(seconds=round(100 * longest.duration_seconds / longest.attendance_percent))


def _cancelled_at(part: Participation) -> datetime:
    assert part.cancelled_at is not None  # noqa: S101 - asked by the caller
    return part.cancelled_at


def _intervals_of(parts: QuerySet[Participation]) -> dict[int, list[list[str]]]:
    intervals: dict[int, list[list[str]]] = {key: [] for key in parts.values_list("pk", flat=True)}
    rows = AttendanceInterval.objects.filter(participation__in=list(intervals)).order_by("joined_at")
    for key, joined, left in rows.values_list("participation_id", "joined_at", "left_at"):
        intervals[key].append([joined.isoformat(), left.isoformat()])
    return intervals


def _write_intervals(part: Participation, stays: Collection[Interval]) -> None:
    part.intervals.all().delete()
    AttendanceInterval.objects.bulk_create(
        AttendanceInterval(participation=part, joined_at=stay.start, left_at=stay.end) for stay in stays
    )


def _date(moment: datetime | None) -> str:
    return f" ({date_format(localtime(moment), 'j M Y')})" if moment else ""


class AttendeeRule(MergeRule[CallAttendee]):
    is_recomputed = True

    def shown(self, contact_id: int) -> QuerySet[CallAttendee]:
        return self.rows(contact_id).select_related("call").order_by("-call__starts_at", "-pk")

    def describe(self, rows: Sequence[CallAttendee]) -> list[str]:
        return [f"{row.call.title}{_date(row.call.starts_at)}" for row in rows]


register_merge_rule(ParticipationRule(Participation, ("event_id",), label=_("Participations")))
register_merge_rule(AttendeeRule(CallAttendee, ("call_id",), label=_("Recorded calls")))
