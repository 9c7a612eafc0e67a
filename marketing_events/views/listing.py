"""The list of marketing events: search, filters, order, series folded, pages, CSV."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contacts.filters import brand_filter
from core.csv_download import ROWS_AT_ONCE, csv_download
from core.filters import Day, Filter, FixedFilter, chips, chosen_day, chosen_filter, offered
from core.web import Request, paginate, render_page, sorting
from marketing_events import folding
from marketing_events.models import MarketingEvent

COLUMNS = {
    "name": ("name",),
    "starts": ("starts_at",),
    "registered": ("registered_count",),
    "attended": ("attended_count",),
    "no_shows": ("no_show_count",),
    "cancelled": ("cancelled_count",),
}
EXPORTED = {
    "webinar_id": "zoom_webinar_id",
    "session_uuid": "session_uuid",
    "name": "name",
    "host": "organizer",
    "brand": "brand__name",
    "status": "status",
    "starts_at": "starts_at",
    "ended_at": "ended_at",
    "final": "is_final",
    "registered": "registered_count",
    "attended": "attended_count",
    "no_shows": "no_show_count",
    "cancelled": "cancelled_count",
}
MOST_HOSTS = 200


@dataclass(frozen=True)
class EventQuery:
    """What the address asks for."""

    search: str
    status: Filter
    when: Filter
    brand: Filter
    host: Filter
    first: Day
    last: Day
    webinar: FixedFilter
    fold: Filter

    @property
    def narrowing(self) -> list[Filter | Day | FixedFilter]:
        return [
            self.status,
            self.when,
            self.brand,
            self.host,
            self.first,
            self.last,
            self.webinar,
        ]

    @property
    def is_folded(self) -> bool:
        return not (self.fold.chosen or self.webinar.chosen)

    @property
    def is_filtered(self) -> bool:
        return bool(self.search) or any(row.chosen for row in self.narrowing)

    def events(self) -> QuerySet[MarketingEvent]:
        events = MarketingEvent.objects.search(self.search).within(self.when.chosen)
        columns: dict[str, Any] = {
            "status": self.status.chosen,
            "brand__slug": self.brand.chosen,
            "organizer": self.host.chosen,
            "starts_at__gte": self.first.start,
            "starts_at__lt": self.last.end,
            "zoom_webinar_id": self.webinar.chosen,
        }
        return events.filter(**{name: value for name, value in columns.items() if value})


@require_safe
def events(request: Request) -> HttpResponse:
    query = _query(request)
    page, rows, order = _folded_page(request, query) if query.is_folded else _page(request, query)
    context = {
        "page": page,
        "rows": rows,
        "order": order,
        "search": query.search,
        "filters": [*offered(query.status, query.when, query.brand, query.host), query.fold],
        "days": [query.first, query.last],
        "only": [query.webinar],
        "chips": chips(request, query.narrowing),
        "is_filtered": query.is_filtered,
    }
    return render_page(request, "marketing_events/list.html", context, "events")


def _page(request: Request, query: EventQuery) -> tuple[Page[Any], list[folding.ListRow], Any]:
    order = sorting(request, COLUMNS, "-starts", ("starts_at",))
    page = paginate(request, query.events().select_related("brand").order_by(*order.order_by))
    return page, [folding.event_row(event) for event in page.object_list], order


def _folded_page(request: Request, query: EventQuery) -> tuple[Page[Any], list[folding.ListRow], Any]:
    order = sorting(request, folding.COLUMNS, "-starts", ("last_at",))
    groups = folding.folded(query.events()).order_by(*order.order_by[:-1], "-newest")
    page = paginate(request, groups)
    return page, folding.folded_rows(page.object_list), order


@require_safe
def download(request: Request) -> HttpResponseBase:
    """The events of the list as CSV, each date as a line of its own."""
    order = sorting(request, COLUMNS, "-starts", ("starts_at",))
    rows = _query(request).events().order_by(*order.order_by).values_list(*EXPORTED.values())
    return csv_download("marketing-events", list(EXPORTED), rows.iterator(chunk_size=ROWS_AT_ONCE))


def _query(request: Request) -> EventQuery:
    states = [("", _("All")), *MarketingEvent.Status.choices]
    times = [
        ("", _("Any time")),
        ("coming", _("Live and upcoming")),
        ("week", _("Last 7 days")),
        ("month", _("Last 30 days")),
        ("year", _("Last 12 months")),
    ]
    return EventQuery(
        search=request.GET.get("q", "").strip(),
        status=chosen_filter(request, "status", _("Status"), states),
        when=chosen_filter(request, "when", _("Date"), times),
        brand=brand_filter(request),
        host=chosen_filter(request, "host", _("Host"), [("", _("All")), *_hosts()]),
        first=chosen_day(request, "from", _("From")),
        last=chosen_day(request, "to", _("To")),
        webinar=_webinar(request),
        fold=chosen_filter(request, "fold", _("Series"), [("", _("Folded")), ("no", _("Each date"))]),
    )


def _hosts() -> Iterator[tuple[str, str]]:
    hosts = MarketingEvent.objects.exclude(organizer="").order_by("organizer")
    for host in hosts.values_list("organizer", flat=True).distinct()[:MOST_HOSTS]:
        yield host, host


def _webinar(request: Request) -> FixedFilter:
    """The dates of one webinar: a link of the folded list."""
    number = request.GET.get("webinar", "")
    is_id = number.isascii() and number.isdecimal() and len(number) < 19
    return FixedFilter("webinar", _("Webinar"), number if is_id else "", number if is_id else "")
