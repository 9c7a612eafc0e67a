"""One sync: its steps with how far they are, what it changed, and its own log."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from core.web import Request, paginate, render_page
from integrations.models import SyncRun
from integrations.views.audit.changes import changes_of

LINES_PER_PAGE = 200


@require_safe
def run_page(request: Request, pk: int) -> HttpResponse:
    run = get_object_or_404(
        SyncRun.objects.select_related("webinar", "connection__brand", "requested_by"), pk=pk
    )
    context = {
        "run": run,
        "brand": run.connection.brand,
        "steps": run.steps.order_by("started_at", "pk"),
        "changes": changes_of(run.changes, run.pk),
        "page": paginate(request, run.log_lines.order_by("pk"), LINES_PER_PAGE),
        "is_active": run.state in SyncRun.ACTIVE,
    }
    return render_page(request, "integrations/run.html", context, "run", "log")
