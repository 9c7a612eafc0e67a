"""The list of marketing events: search, filters, order, pages."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contacts.filters import brand_filter
from core.filters import Filter, chips, chosen_filter, offered
from core.web import Request, paginate, render_page, sorting
from marketing_events.models import MarketingEvent

COLUMNS = {
    "name": ("name",),
    "starts": ("starts_at",),
    "registered": ("registered_count",),
    "attended": ("attended_count",),
    "no_shows": ("no_show_count",),
    "cancelled": ("cancelled_count",),
}
BLANKS_LAST = ("starts_at",)


@require_safe
def events(request: Request) -> HttpResponse:
    order = sorting(request, COLUMNS, "-starts", BLANKS_LAST)
    search = request.GET.get("q", "").strip()
    filters = _filters(request)
    rows = _filtered(search, *filters).select_related("brand")
    context = {
        "page": paginate(request, rows.order_by(*order.order_by)),
        "order": order,
        "search": search,
        "filters": offered(*filters),
        "chips": chips(request, filters),
        "is_filtered": bool(search) or any(row.chosen for row in filters),
    }
    return render_page(request, "marketing_events/list.html", context, "events")


def _filters(request: Request) -> tuple[Filter, Filter, Filter]:
    states = [("", _("All")), *((s.value, str(s.label)) for s in MarketingEvent.Status)]
    times = [
        ("", _("Any time")),
        ("coming", _("Upcoming")),
        ("week", _("Last 7 days")),
        ("month", _("Last 30 days")),
        ("year", _("Last 12 months")),
    ]
    return (
        chosen_filter(request, "status", _("Status"), states),
        chosen_filter(request, "when", _("Date"), times),
        brand_filter(request),
    )


def _filtered(search: str, status: Filter, when: Filter, brand: Filter) -> QuerySet[MarketingEvent]:
    found = MarketingEvent.objects.search(search).within(when.chosen)
    if status.chosen:
        found = found.filter(status=status.chosen)
    return found.filter(brand__slug=brand.chosen) if brand.chosen else found
