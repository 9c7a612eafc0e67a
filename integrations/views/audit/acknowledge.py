"""Acknowledging warnings, and undoing it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.roles import Right
from core.web import Request, Undo, require, show_error, show_success
from integrations.audit import acknowledge, undo_acknowledgement
from integrations.models import AuditEntry
from integrations.views._shared import responses


@require_POST
@require(Right.ACKNOWLEDGE_WARNINGS)
def acknowledge_warning(request: Request, pk: int) -> HttpResponse:
    entry = _entry(pk)
    if acknowledge(entry, request.user, request.POST.get("note", "")):
        undo = Undo(reverse("audit:unacknowledge", args=[pk]), in_place=True)
        show_success(request, _("Acknowledged. It counts again if it gets worse."), undo)
    else:
        show_error(request, _("This warning is already resolved."))
    return _answer(request, entry)


@require_POST
@require(Right.ACKNOWLEDGE_WARNINGS)
def unacknowledge_warning(request: Request, pk: int) -> HttpResponse:
    entry = _entry(pk)
    undo_acknowledgement(entry)
    show_success(request, _("The warning counts again."))
    return _answer(request, entry)


def _entry(pk: int) -> AuditEntry:
    return get_object_or_404(AuditEntry.objects.select_related("brand", "webinar"), pk=pk)


def _answer(request: Request, entry: AuditEntry) -> HttpResponse:
    fallback = reverse("audit:list")
    if entry.webinar:
        fallback = reverse("zoom:audit", args=[entry.brand.slug, entry.webinar.zoom_webinar_id])
    return responses.changed(request, fallback, responses.WEBINAR_CHANGED)
