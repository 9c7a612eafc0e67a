"""The dates of one webinar side by side, and the people who came to them."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.template.defaultfilters import date as format_date
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from contacts.models import Contact
from core.charts import Chart, Series
from core.csv_download import ROWS_AT_ONCE, csv_download
from core.web import Request, paginate, render_page, sorting
from marketing_events.series import SeriesSummary, attendees, summary_of

COLUMNS = {
    "name": ("contact__last_name", "contact__first_name", "contact"),
    "dates": ("dates",),
    "average": ("average",),
}
EXPORTED = {
    "email": "contact__email",
    "first_name": "contact__first_name",
    "last_name": "contact__last_name",
    "dates_attended": "dates",
    "average_percent": "average",
}


@require_safe
def series(request: Request, zoom_webinar_id: int) -> HttpResponse:
    summary = _summary(zoom_webinar_id)
    order = _sorting(request)
    people = attendees(zoom_webinar_id).order_by(*order)
    page = paginate(request, people)
    rows: list[dict[str, Any]] = list(page.object_list)
    contacts = Contact.objects.in_bulk([row["contact"] for row in rows])
    context: dict[str, Any] = {
        "name": summary.dates[-1].event.name,
        "brand": summary.dates[-1].event.brand,
        "zoom_webinar_id": zoom_webinar_id,
        "page": page,
        "rows": [(contacts[row["contact"]], row) for row in rows if row["contact"] in contacts],
        "held": len(summary.held),
        "sort": request.GET.get("sort", "-dates"),
    }
    if not request.htmx:
        context |= {"summary": summary, "charts": [_side_by_side(summary), _came_to(summary)]}
    return render_page(request, "marketing_events/series.html", context, "people")


@require_safe
def download(request: Request, zoom_webinar_id: int) -> HttpResponseBase:
    _summary(zoom_webinar_id)
    rows = attendees(zoom_webinar_id).order_by(*_sorting(request)).values_list(*EXPORTED.values())
    return csv_download(f"series-{zoom_webinar_id}", list(EXPORTED), rows.iterator(chunk_size=ROWS_AT_ONCE))


def _sorting(request: Request) -> tuple[Any, ...]:
    order = sorting(request, COLUMNS, "-dates", ("average",)).order_by
    return (*order[:-1], "contact")


def _summary(zoom_webinar_id: int) -> SeriesSummary:
    summary = summary_of(zoom_webinar_id)
    if not summary.dates:
        raise Http404
    return summary


def _side_by_side(summary: SeriesSummary) -> Chart:
    dated = [row for row in summary.dates if row.event.starts_at]
    return Chart(
        title=_("Registered and attended, by date"),
        head=_("Date"),
        labels=[format_date(timezone.localtime(row.event.starts_at), "j M Y") for row in dated],
        series=[
            Series("registered", _("Registered"), [row.event.registered_count for row in dated]),
            Series("attended", _("Attended"), [row.event.attended_count for row in dated]),
        ],
        urls=[reverse("events:detail", args=[row.event.pk]) for row in dated],
    )


def _came_to(summary: SeriesSummary) -> Chart:
    numbers = list(range(1, max(summary.came_to, default=0) + 1))
    return Chart(
        title=_("People by the number of dates they came to"),
        head=_("Dates"),
        labels=[ngettext("%d date", "%d dates", number) % number for number in numbers],
        series=[Series("people", _("People"), [summary.came_to.get(number, 0) for number in numbers])],
    )
