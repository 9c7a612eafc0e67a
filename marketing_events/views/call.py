"""One recorded call: where it plays, what was said, who was there when."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from core.web import Request, render_page
from marketing_events.call_page import CallPage, CallQuery
from marketing_events.models import Call


@require_safe
def call(request: Request, pk: int) -> HttpResponse:
    recorded_call = get_object_or_404(Call.objects.select_related("event"), pk=pk)
    context = {"call": recorded_call, "view": CallPage(recorded_call, _query(request))}
    return render_page(request, "calls/detail.html", context, "call", "transcript", "people")


def _query(request: Request) -> CallQuery:
    params = request.GET
    hit = params.get("hit", "")
    return CallQuery(
        search=params.get("q", "").strip(),
        hit=int(hit) if hit.isdecimal() and len(hit) < 10 else 1,
        speaker=params.get("speaker", ""),
        page=params.get("page", ""),
        attendee=params.get("attendee", ""),
        people=params.get("people", ""),
        person=params.get("person", "").strip(),
    )
