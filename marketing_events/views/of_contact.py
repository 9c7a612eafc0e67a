"""A contact's webinars: registrations, attendance, no-shows and calls, each stay drawn and explained (X4)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from contacts.models import Contact
from core.web import Request, paginate, render_page
from marketing_events.drawing import Piece, presence
from marketing_events.models import AttendanceInterval, CallAttendee, Participation

PER_PAGE = 8


@dataclass(frozen=True)
class Attended:
    participation: Participation
    stays: list[tuple[datetime, datetime]]
    pieces: list[Piece]
    call_id: int | None

    @property
    def session_seconds(self) -> float | None:
        """What the percentage is of: the length of the session, or of all its parts together (D7, D17)."""
        row = self.participation
        if row.attendance_percent and row.attendance_percent < 100:
            return row.duration_seconds / row.attendance_percent * 100
        event = row.event
        if event.starts_at and event.ended_at and event.ended_at > event.starts_at:
            return (event.ended_at - event.starts_at).total_seconds()
        return None


@require_safe
def participations(request: Request, pk: int) -> HttpResponse:
    contact = Contact.objects.filter(pk=pk).first()
    if contact is None:
        raise Http404
    rows = (
        Participation.objects.filter(contact=pk).select_related("event").order_by("-event__starts_at", "-pk")
    )
    page = paginate(request, rows, PER_PAGE)
    context = {"contact": contact, "page": page, "rows": _rows(pk, list(page.object_list))}
    return render_page(request, "marketing_events/of_contact.html", context, "webinars")


def _rows(contact_id: int, participations: list[Participation]) -> list[Attended]:
    """Two queries: the stays, and the calls that the contact is on."""
    stays: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    intervals = AttendanceInterval.objects.filter(participation__in=participations).order_by(
        "joined_at", "pk"
    )
    for participation_id, joined, left in intervals.values_list("participation_id", "joined_at", "left_at"):
        stays[participation_id].append((joined, left))
    events = [row.event_id for row in participations]
    tied = CallAttendee.objects.filter(contact=contact_id, call__event__in=events)
    calls = dict(tied.values_list("call__event_id", "call_id"))
    return [
        Attended(row, stays[row.pk], _pieces(row, stays[row.pk]), calls.get(row.event_id))
        for row in participations
    ]


def _pieces(row: Participation, stays: list[tuple[datetime, datetime]]) -> list[Piece]:
    event = row.event
    if event.starts_at is None or event.ended_at is None:
        return []
    return presence(stays, event.starts_at, event.ended_at)
