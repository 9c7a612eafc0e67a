"""The registrations on a contact's page and on an event's page, and removing a contact from a webinar."""

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from contacts.models import Contact
from core.roles import Right
from core.web import Request, may, render_page, render_panel, require, show_success
from marketing_events.models import MarketingEvent
from workflows.models import RegistrationJob
from workflows.models.registrations import RegistrationJobQuerySet
from workflows.registrations.jobs import Action, Options, Source, enqueue
from workflows.registrations.picker import choice_of
from workflows.registrations.views.job_rows import job_rows

SHOWN = 10


@require_safe
def of_contact(request: Request, pk: int) -> HttpResponse:
    context = {"contact_id": pk, "next": reverse("contacts:detail", args=[pk])}
    return _related(request, RegistrationJob.objects.filter(contact=pk), context)


@require_safe
def of_event(request: Request, pk: int) -> HttpResponse:
    """Jobs for the event's webinar, without those for another date of its series."""
    event = MarketingEvent.objects.select_related("occurrence").filter(pk=pk).first()
    if event is None:
        raise Http404
    jobs = RegistrationJob.objects.filter(zoom_webinar_id=event.zoom_webinar_id)
    date = getattr(event, "occurrence", None)
    if date and date.occurrence_id:
        jobs = jobs.filter(occurrence_id__in=["", date.occurrence_id])
    page = reverse("events:detail", args=[pk])
    return _related(request, jobs, {"zoom_webinar_id": event.zoom_webinar_id, "next": page})


def _related(request: Request, jobs: RegistrationJobQuerySet, context: dict[str, object]) -> HttpResponse:
    newest = list(jobs.select_related("contact").newest_first()[: SHOWN + 1])
    context |= {
        "rows": job_rows(request, newest[:SHOWN]),
        "has_more": len(newest) > SHOWN,
        "is_moving": any(job.is_active for job in newest),
        "may_register": may(request, Right.REGISTER_CONTACTS),
    }
    return render_page(request, "workflows/registrations/related.html", context, "registrations")


class RemovalForm(forms.Form):
    how = forms.ChoiceField(
        label=gettext_lazy("What should happen in Zoom?"),
        choices=[
            ("cancel", gettext_lazy("Cancel the registration. Zoom lists the person as denied; to register "
                                    "again they must be approved.")),
            ("delete", gettext_lazy("Delete the registration, so that the person can register again.")),
        ],
        widget=forms.RadioSelect,
        initial="cancel",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@require(Right.REGISTER_CONTACTS)
def remove(request: Request, pk: int, zoom_webinar_id: int) -> HttpResponse:
    """Says what Zoom will do before it is asked to do it."""
    contact = Contact.objects.filter(pk=pk).first()
    if contact is None:
        raise Http404
    form = RemovalForm(request.POST or None, initial={"how": "cancel"})
    if form.is_valid():
        options = Options(
            action=Action.REMOVE,
            occurrence_id=request.POST.get("occurrence", "")[:100],
            may_register_again=form.cleaned_data["how"] == "delete",
            requested_by=request.user,
        )
        enqueue(contact, zoom_webinar_id, Source.PAGE, options)
        show_success(request, _("%(contact)s is being removed from the webinar.") % {"contact": contact})
        return redirect("contacts:detail", pk)
    context = {
        "contact": contact,
        "webinar": choice_of(zoom_webinar_id),
        "occurrence": request.GET.get("occurrence", ""),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render_panel(request, "workflows/registrations/remove.html", context, status=status)
