"""The dates of the series that a step of the editor is about, for its list of suggestions."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from core.roles import Right
from core.web import Request, render_page, require
from workflows.editor.controls import picked_webinar_number
from workflows.occurrences import coming_occurrences


@require_safe
@require(Right.EDIT_WORKFLOWS)
def occurrences(request: Request) -> HttpResponse:
    number = picked_webinar_number(request.GET.get("webinar.number", ""))
    dates = coming_occurrences(number) if number else []
    options = [f"{name} #{key}" for key, name in dates]
    return render_page(request, "segments/suggestions.html", {"options": options})
