"""The addresses of a contact: one more, another one primary, one less."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contacts.actions import add_secondary, make_primary, remove_secondary
from contacts.errors import ContactError
from contacts.forms import AddressForm
from contacts.views.detail import contact_of, contact_page
from core.roles import Right
from core.web import Request, Undo, require, show_error, show_success


@require_POST
@require(Right.EDIT_CONTACTS)
def change(request: Request, pk: int) -> HttpResponse:
    """What to do with the address is in the field `do`: add, make_primary or remove."""
    contact = contact_of(pk)
    if request.POST.get("do") == "add":
        return _add(request, pk)
    email = request.POST.get("email", "")
    undo = None
    try:
        if request.POST.get("do") == "make_primary":
            make_primary(pk, email)
            message = _("%(address)s is now the primary address. Zoom activity syncs only for this address.")
            undo = _undo(pk, "make_primary", contact.email)
        else:
            remove_secondary(pk, email)
            message = _("%(address)s was removed.")
            undo = _undo(pk, "add", email)
    except ContactError as refusal:
        show_error(request, str(refusal))
    else:
        show_success(request, message % {"address": email}, undo)
    return redirect("contacts:detail", pk)


def _add(request: Request, pk: int) -> HttpResponse:
    form = AddressForm(request.POST)
    if form.is_valid():
        email = form.cleaned_data["email"]
        try:
            add_secondary(pk, email)
        except ContactError as refusal:
            form.add_error("email", str(refusal))
        else:
            show_success(
                request, _("%(address)s was added.") % {"address": email}, _undo(pk, "remove", email)
            )
            return redirect("contacts:detail", pk)
    return contact_page(request, contact_of(pk), form, status=422)


def _undo(pk: int, do: str, email: str) -> Undo:
    return Undo(reverse("contacts:addresses", args=[pk]), {"do": do, "email": email})
