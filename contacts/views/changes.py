"""Creating, editing and deleting a contact by hand."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contacts.actions import create_contact, delete_contact, edit_contact
from contacts.errors import ContactError
from contacts.forms import ContactForm, NewContactForm
from contacts.views.detail import contact_of
from core.roles import Right
from core.web import Request, leave_for, render_page, render_panel, require, show_success

change = require_http_methods(["GET", "HEAD", "POST"])


@change
@require(Right.EDIT_CONTACTS)
def create(request: Request) -> HttpResponse:
    form = NewContactForm(request.POST or None)
    if form.is_valid():
        try:
            contact = create_contact(form.new_contact())
        except ContactError as refusal:
            form.refuse(refusal)
        else:
            show_success(request, _("%(contact)s was created.") % {"contact": contact})
            return leave_for(request, reverse("contacts:detail", args=[contact.pk]))
    return _form_page(request, form, {})


@change
@require(Right.EDIT_CONTACTS)
def edit(request: Request, pk: int) -> HttpResponse:
    contact = contact_of(pk)
    form = ContactForm(request.POST or None, contact=contact)
    if form.is_valid():
        try:
            edited = edit_contact(pk, **form.changes())
        except ContactError as refusal:
            form.refuse(refusal)
        else:
            show_success(request, _("%(contact)s was saved.") % {"contact": edited})
            return leave_for(request, reverse("contacts:detail", args=[pk]))
    return _form_page(request, form, {"contact": contact})


@change
@require(Right.DELETE_CONTACTS)
def delete(request: Request, pk: int) -> HttpResponse:
    """Asks on a page of its own what the deletion means, for it cannot be taken back."""
    contact = contact_of(pk)
    if request.method == "POST":
        delete_contact(pk)
        show_success(
            request, _("%(contact)s was deleted. The sync won't bring them back.") % {"contact": contact}
        )
        return redirect("contacts:list")
    context = {
        "contact": contact,
        "addresses": contact.addresses.primary_first(),
        "entries": contact.timeline.count(),
    }
    return render_page(request, "contacts/delete.html", context)


def _form_page(
    request: Request, form: ContactForm | NewContactForm, context: dict[str, object]
) -> HttpResponse:
    """On the right of the page that the link was on, or as a page; 422 with what was wrong."""
    status = 422 if form.errors else 200
    return render_panel(request, "contacts/form.html", {**context, "form": form}, status=status)
