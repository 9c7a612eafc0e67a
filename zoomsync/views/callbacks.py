"""Settings > Callback deliveries: what was sent to programs outside, each try, and a button to send again."""

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from core.filters import chips, chosen_filter
from core.jobs import JobState
from core.keyset import keyset_page
from core.roles import Right
from core.web import Request, back, render_page, require, show_error, show_success
from zoomsync.callbacks import subscriptions
from zoomsync.callbacks.models import CallbackDelivery, CallbackTry

# In the words of the list.
STATES = (
    (JobState.QUEUED, lazy("Waiting or retrying")),
    (JobState.RUNNING, lazy("Being sent")),
    (JobState.COMPLETE, lazy("Delivered")),
    (JobState.FAILED, lazy("Failed")),
)


@require_safe
@require(Right.MANAGE_TOKENS)
def deliveries(request: Request) -> HttpResponse:
    return render_page(request, "callbacks/list.html", _context(request), "deliveries")


@require_POST
@require(Right.MANAGE_TOKENS)
def send_again(request: Request, pk: int) -> HttpResponse:
    delivery = get_object_or_404(CallbackDelivery, pk=pk)
    if subscriptions.send_again(delivery):
        show_success(request, _("The message is being sent again."))
    else:
        show_error(request, _("The message is being sent right now."))
    if request.htmx:
        return render_page(request, "callbacks/list.html", _context(request), "deliveries")
    return back(request, reverse("callbacks:list"))


def _context(request: Request) -> dict[str, object]:
    state = chosen_filter(request, "state", _("State"), [("", _("All")), *STATES])
    tries = Prefetch("tries", CallbackTry.objects.order_by("-at", "-pk"))
    deliveries = CallbackDelivery.objects.select_related("callback__token").prefetch_related(tries)
    if state.chosen:
        deliveries = deliveries.filter(state=state.chosen)
    return {
        "page": keyset_page(request, deliveries, "created_at"),
        "filters": [state],
        "chips": chips(request, [state]),
        "is_filtered": bool(state.chosen),
    }
