"""Two events side by side: their numbers, their charts, and the people whom they have in common."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.row_keys import row_keys
from core.web import Request, render_page, show_error
from marketing_events.analysis import facts_of, overlap
from marketing_events.models import MarketingEvent
from marketing_events.views.charts import compared_charts

MOST_OFFERED = 200


@require_safe
def compare(request: Request) -> HttpResponse:
    """The two are `?event=`, given twice."""
    chosen = _chosen(request)
    if len(request.GET.getlist("event")) > 2:
        show_error(request, _("Choose two events. The first two are shown."))
    context: dict[str, object] = {
        "offered": _offered(chosen),
        "first": chosen[0] if chosen else None,
        "second": chosen[1] if len(chosen) > 1 else None,
    }
    if len(chosen) > 1:
        first, second = chosen
        context |= {
            "facts": (facts_of(first), facts_of(second)),
            "overlap": overlap(first, second),
            "charts": compared_charts(first, second),
        }
    return render_page(request, "marketing_events/compare.html", context)


def _chosen(request: Request) -> list[MarketingEvent]:
    """In the order of the address; the same event twice is one."""
    keys = row_keys(request.GET.getlist("event"))
    events = MarketingEvent.objects.in_bulk(keys)
    return [events[key] for key in dict.fromkeys(keys) if key in events][:2]


def _offered(chosen: list[MarketingEvent]) -> list[MarketingEvent]:
    newest = MarketingEvent.objects.filter(starts_at__isnull=False).order_by("-starts_at", "-pk")
    listed = list(newest[:MOST_OFFERED])
    return [*(event for event in chosen if event not in listed), *listed]
