"""Editing one property where it stands, and notes. Both work without a script, as pages of their own."""

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from contacts.actions import set_property
from contacts.errors import ContactError
from contacts.models import Contact
from contacts.notes import add_note, delete_note
from contacts.properties.definitions import custom_specs
from contacts.properties.fields import PropertyField
from contacts.properties.kinds import PropertySpec
from contacts.views.detail import contact_of, contact_page, property_row
from core.roles import Right
from core.web import Request, Undo, render_page, require, show_error, show_success, wants_fragment


class PropertyForm(forms.Form):
    """`value` is the one field, of the property's kind."""

    def __init__(self, *args: object, spec: PropertySpec, contact: Contact) -> None:
        super().__init__(*args)  # type: ignore[arg-type]  # the data, or nothing
        self.fields["value"] = PropertyField(spec, contact.properties.get(spec.name))
        self.fields["value"].widget.attrs |= {"autofocus": True}


@require_http_methods(["GET", "HEAD", "POST"])
@require(Right.EDIT_CONTACTS)
def edit_property(request: Request, pk: int, name: str) -> HttpResponse:
    """With ?cancel the row as it was."""
    contact, spec = contact_of(pk), _spec_of(name)
    if "cancel" in request.GET:
        return _row(request, contact, spec)
    form = PropertyForm(*([request.POST] if request.method == "POST" else []), spec=spec, contact=contact)
    if form.is_valid():
        try:
            contact = set_property(pk, name, form.cleaned_data["value"])
        except ContactError as refusal:
            form.add_error("value", str(refusal))
        else:
            return _row(request, contact, spec)
    context = {"contact": contact, "spec": spec, "form": form}
    status = 422 if form.errors else 200
    return _fragment(request, "contacts/property_form.html", context, status)


def _spec_of(name: str) -> PropertySpec:
    spec = custom_specs([name]).get(name)
    if spec is None or spec.is_archived:
        raise Http404
    return spec


def _row(request: Request, contact: Contact, spec: PropertySpec) -> HttpResponse:
    if not wants_fragment(request):
        return redirect("contacts:detail", contact.pk)
    context = {"contact": contact, "row": property_row(contact, spec), "may_edit": True, "is_saved": True}
    return render_page(request, "contacts/property_row.html", context)


def _fragment(request: Request, template: str, context: dict[str, object], status: int) -> HttpResponse:
    """In its place on the page, or as a page of its own."""
    in_place = wants_fragment(request)
    context |= {"in_place": in_place}
    name = template if in_place else "contacts/property_page.html"
    return render_page(request, name, context, status=status)


@require_POST
@require(Right.EDIT_CONTACTS)
def write_note(request: Request, pk: int) -> HttpResponse:
    contact = contact_of(pk)
    text = request.POST.get("text", "")
    try:
        note = add_note(pk, text)
    except ContactError as refusal:
        return contact_page(request, contact, note=text, note_error=str(refusal), status=422)
    address = reverse("contacts:note_delete", args=[pk, note.pk])
    show_success(request, _("The note was added."), Undo(address))
    return redirect("contacts:detail", pk)


@require_POST
@require(Right.EDIT_CONTACTS)
def remove_note(request: Request, pk: int, note: int) -> HttpResponse:
    contact_of(pk)
    text = delete_note(pk, note)
    if text is None:
        show_error(request, _("That note is gone already."))
    else:
        again = Undo(reverse("contacts:note", args=[pk]), {"text": text})
        show_success(request, _("The note was deleted."), again)
    return redirect("contacts:detail", pk)
