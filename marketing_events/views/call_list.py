"""The list of recorded calls: search in titles and in what was said, order, pages."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contacts.filters import brand_filter
from core.filters import chips, chosen_filter, offered
from core.web import Request, paginate, render_page, sorting
from marketing_events.models import Call
from marketing_events.transcript import Search, clock

COLUMNS = {
    "title": ("title",),
    "starts": ("starts_at",),
    "duration": ("duration_seconds",),
    "attendees": ("attendee_count",),
}
PER_PAGE = 25


@require_safe
def calls(request: Request) -> HttpResponse:
    order = sorting(request, COLUMNS, "-starts")
    search = request.GET.get("q", "").strip()
    options = [("", _("All")), *Call.Transcript.choices]
    transcript = chosen_filter(request, "transcript", _("Transcript"), options)
    brand = brand_filter(request)
    rows = Call.objects.search(search).with_attendee_count()
    if transcript.chosen:
        rows = rows.filter(transcript_state=transcript.chosen)
    if brand.chosen:
        rows = rows.filter(event__brand__slug=brand.chosen)
    if search:
        rows = rows.with_first_hit(search)
    page = paginate(request, rows.select_related("event__brand").order_by(*order.order_by), PER_PAGE)
    context = {
        "page": page,
        "rows": [(call, _hit(call, search)) for call in page.object_list],
        "order": order,
        "search": search,
        "filters": offered(transcript, brand),
        "chips": chips(request, [transcript, brand]),
        "is_filtered": bool(search or transcript.chosen or brand.chosen),
    }
    return render_page(request, "calls/list.html", context, "calls")


def _hit(call: Call, search: str) -> dict[str, object] | None:
    """What was said first of what was searched, in pieces to be marked."""
    text = getattr(call, "hit_text", None)
    if not text:
        return None
    return {"at": clock(getattr(call, "hit_seconds", 0)), "pieces": Search(search).pieces(text)}
