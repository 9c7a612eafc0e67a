"""One recorded call: where it plays, what was said, who was there when."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from core.web import Request, render_page
from marketing_events.call_page import CallPage, CallQuery
from marketing_events.models import Call


@require_safe
def call(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Call.objects.select_related("event"), pk=pk)
    context = {"call": found, "view": CallPage(found, _asked(request))}
    return render_page(request, "calls/detail.html", context, "call", "transcript", "people")


def _asked(request: Request) -> CallQuery:
    asked = request.GET
    hit = asked.get("hit", "")
    return CallQuery(
        search=asked.get("q", "").strip(),
        hit=int(hit) if hit.isdecimal() and len(hit) < 10 else 1,
        speaker=asked.get("speaker", ""),
        page=asked.get("page", ""),
        attendee=asked.get("attendee", ""),
        people=asked.get("people", ""),
        person=asked.get("person", "").strip(),
    )
