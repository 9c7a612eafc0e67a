"""The page of an event's difference: Zoom's totals beside ours, and who is missing for which reason (X3)."""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core.web import Request, render_panel
from integrations.models import SkippedPerson
from integrations.people.reconciliation import Difference, by_reason, reconcile
from marketing_events.models import MarketingEvent

REASONS = {
    **{reason.value: reason.label for reason in SkippedPerson.Reason},
    Difference.PENDING: _("Waiting for approval in Zoom"),
    Difference.NOT_SYNCED: _("Not synced yet"),
}
STAGES = {stage.value: stage.label for stage in SkippedPerson.Stage}


@require_safe
def difference(request: Request, pk: int) -> HttpResponse:
    event = MarketingEvent.objects.select_related("brand").filter(pk=pk).first()
    if event is None:
        raise Http404
    reconciliation = reconcile(event)
    missing = reconciliation.missing if reconciliation else []
    context = {
        "event": event,
        "reconciliation": reconciliation,
        "reasons": [(REASONS.get(reason, reason), number) for reason, number in by_reason(missing).items()],
        "people": [
            (person, REASONS.get(person.reason, person.reason), STAGES[person.stage]) for person in missing
        ],
    }
    return render_panel(request, "integrations/difference.html", context)
