"""One marketing event: its facts, its counts, and everyone who had to do with it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db.models import Count, QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import ngettext_lazy
from django.views.decorators.http import require_safe

from core.csv_download import ROWS_AT_ONCE, csv_download
from core.filters import chips
from core.roles import Right
from core.sorted_anew import FEW, FEW_SEARCHED, sorted_anew
from core.web import Request, may, paginate, render_page, wants_fragment
from marketing_events.drawing import Piece, Share, presence, shares
from marketing_events.models import AttendanceInterval, MarketingEvent, Participation
from marketing_events.participants import NOT_OF_STAFF, ParticipantCriteria
from marketing_events.views.charts import event_charts

_State = Participation.State
_ORDER = (_State.ATTENDED, _State.NO_SHOW, _State.REGISTERED, _State.CANCELLED)
_COURSES = {
    _State.ATTENDED: ngettext_lazy("%(shown)s attended", "%(shown)s attended", "number"),
    _State.NO_SHOW: ngettext_lazy("%(shown)s no-show", "%(shown)s no-shows", "number"),
    _State.REGISTERED: ngettext_lazy("%(shown)s registered", "%(shown)s registered", "number"),
    _State.CANCELLED: ngettext_lazy("%(shown)s cancelled", "%(shown)s cancelled", "number"),
}
EXPORTED = {
    "email": "contact__email",
    "first_name": "contact__first_name",
    "last_name": "contact__last_name",
    "state": "state",
    "role": "role",
    "registered_at": "registered_at",
    "cancelled_at": "cancelled_at",
    "first_joined_at": "first_joined_at",
    "last_left_at": "last_left_at",
    "duration_seconds": "duration_seconds",
    "attendance_percent": "attendance_percent",
}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many are in each state. Hosts and panelists are shown apart (D26)."""

    everyone: Counter[str]
    audience: Counter[str]
    registered: Counter[str]  # of the audience, who had registered
    registered_staff: int

    @classmethod
    def of(cls, everybody: QuerySet[Participation]) -> Self:
        everyone, audience, registered, registered_staff = Counter[str](), Counter[str](), Counter[str](), 0
        rows = everybody.order_by().values_list("state", "role")
        for state, role, number, of_them in rows.annotate(all=Count("pk"), registered=Count("registered_at")):
            everyone[state] += number
            if role == Participation.Role.ATTENDEE:
                audience[state] += number
                registered[state] += of_them
            else:
                registered_staff += of_them
        return cls(everyone, audience, registered, registered_staff)

    @property
    def by_state(self) -> dict[str, int]:
        """Everyone's, as the list shows them: but no host is a no-show, or a cancellation."""
        return {**self.everyone, **{state: self.audience[state] for state in NOT_OF_STAFF}}

    @property
    def parts(self) -> list[str]:
        """What the registrations of the audience have come to, in words."""
        numbers = [(state, self.registered[state]) for state in _ORDER if self.registered[state]]
        return [_COURSES[state] % {"number": number, "shown": f"{number:,}"} for state, number in numbers]

    @property
    def total(self) -> int:
        return self.registered.total() + self.registered_staff

    @property
    def unregistered(self) -> int:
        """Who came without having registered."""
        return self.audience[_State.ATTENDED] - self.registered[_State.ATTENDED]


@dataclass(frozen=True)
class Row:
    participation: Participation
    stays: list[tuple[datetime, datetime]]
    pieces: list[Piece]


@require_safe
def event(request: Request, pk: int) -> HttpResponse:
    shown = _event_of(pk)
    everybody = Participation.objects.filter(event=shown)
    counts = Counts.of(everybody)
    criteria = ParticipantCriteria(request, counts.by_state)
    listed = criteria.listed(everybody).select_related("contact")
    if counts.everyone.total() <= (FEW_SEARCHED if criteria.search else FEW):
        listed = listed.order_by(*sorted_anew(criteria.order.order_by))
    page = paginate(request, listed)
    context: dict[str, object] = {
        "event": shown,
        "is_awaited": shown.is_awaited(timezone.now()),
        "counts": counts,
        "shares": _shares(counts.audience),
        "total": counts.audience.total(),
        "page": page,
        "rows": _rows(shown, page.object_list),
        "order": criteria.order,
        "search": criteria.search,
        "filters": [criteria.state, criteria.role, criteria.stay],
        "texts": [criteria.domain],
        "chips": chips(request, criteria.active),
        "is_filtered": criteria.is_filtered,
        "may_register": may(request, Right.REGISTER_CONTACTS),
    }
    if not wants_fragment(request):
        dates = MarketingEvent.objects.filter(zoom_webinar_id=shown.zoom_webinar_id).count()
        context |= {"charts": event_charts(shown), "dates": dates}
    return render_page(request, "marketing_events/detail.html", context, "participants")


@require_safe
def download(request: Request, pk: int) -> HttpResponseBase:
    """The participants as they are listed, all pages of them, as CSV."""
    event = _event_of(pk)
    rows = ParticipantCriteria(request, {}).listed(Participation.objects.filter(event=event))
    values = rows.values_list(*EXPORTED.values()).iterator(chunk_size=ROWS_AT_ONCE)
    return csv_download(f"event-{event.pk}", list(EXPORTED), values)


def _event_of(pk: int) -> MarketingEvent:
    event = MarketingEvent.objects.select_related("brand").prefetch_related("calls").filter(pk=pk).first()
    if event is None:
        raise Http404
    return event


def _shares(counts: dict[str, int]) -> list[Share]:
    return shares([(state.value, str(state.label), counts.get(state, 0)) for state in _ORDER])


def _rows(event: MarketingEvent, participations: Iterable[Participation]) -> list[Row]:
    """With the stays of all these people, which are one query."""
    listed = list(participations)
    stays: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    intervals = AttendanceInterval.objects.filter(participation__in=listed).order_by("joined_at", "pk")
    for participation_id, joined, left in intervals.values_list("participation_id", "joined_at", "left_at"):
        stays[participation_id].append((joined, left))
    return [Row(row, stays[row.pk], _pieces(event, stays[row.pk])) for row in listed]


def _pieces(event: MarketingEvent, stays: list[tuple[datetime, datetime]]) -> list[Piece]:
    if event.starts_at is None or event.ended_at is None:
        return []
    return presence(stays, event.starts_at, event.ended_at)
