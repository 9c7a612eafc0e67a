"""Merging a contact: whom with, a preview of all that moves, the merge, and its undoing."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from contacts.errors import ContactError
from contacts.merging.merge import merge_contacts, undo_merge
from contacts.merging.preview import preview
from contacts.models import Contact, ContactMerge
from contacts.views.detail import contact_of
from core.roles import Right
from core.row_keys import row_key
from core.web import Request, Undo, render_page, require, show_error, show_success

MOST_FOUND = 20
FIELD = "field:"  # before a field's name in the form


@require_http_methods(["GET", "HEAD", "POST"])
@require(Right.EDIT_CONTACTS)
def merge(request: Request, pk: int) -> HttpResponse:
    """The contact of the address survives; `with` is the key of the one that is merged into it."""
    survivor = contact_of(pk)
    other = _other(request)
    if other is None:
        return _picker(request, survivor)
    if request.method == "POST":
        return _merge(request, survivor, other)
    return _preview(request, survivor, other)


def _other(request: Request) -> Contact | None:
    given = request.POST if request.method == "POST" else request.GET
    key = row_key(given.get("with", ""))
    return Contact.objects.filter(pk=key).first() if key else None


def _picker(request: Request, survivor: Contact) -> HttpResponse:
    typed = request.GET.get("q", "").replace("\0", "").strip()
    matches = _found(survivor, typed)
    context = {
        "contact": survivor,
        "typed": typed,
        "found": matches,
        "is_gone": "with" in request.GET or request.method == "POST",
    }
    return render_page(request, "contacts/merge.html", context, "found")


def _found(survivor: Contact, typed: str) -> QuerySet[Contact]:
    """Whoever the search finds; before anything is typed, others of the same name."""
    others = Contact.objects.exclude(pk=survivor.pk).order_by("last_name", "first_name", "pk")
    if typed:
        return others.search(typed)[:MOST_FOUND]
    if survivor.name:
        return others.filter(last_name=survivor.last_name, first_name=survivor.first_name)[:MOST_FOUND]
    return others.none()


def _preview(request: Request, survivor: Contact, other: Contact, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "contact": survivor,
        "other": other,
        "preview": preview(survivor, other),
        "days": settings.KEEP_MERGES_DAYS,
    }
    return render_page(request, "contacts/merge_preview.html", context, status=status)


def _merge(request: Request, survivor: Contact, other: Contact) -> HttpResponse:
    chosen = {
        name.removeprefix(FIELD)
        for name, value in request.POST.items()
        if name.startswith(FIELD) and value == "merged"
    }
    try:
        merged = merge_contacts(survivor.pk, other.pk, chosen)
    except ContactError as refusal:
        show_error(request, str(refusal))
        return redirect("contacts:merge", survivor.pk)
    message = _("%(contact)s was merged into this contact.") % {"contact": merged}
    show_success(request, message, Undo(reverse("contacts:merge_undo", args=[merged.pk])))
    return redirect("contacts:detail", survivor.pk)


@require_POST
@require(Right.EDIT_CONTACTS)
def undo(request: Request, pk: int) -> HttpResponse:
    into = ContactMerge.objects.filter(pk=pk).values_list("into", flat=True).first()
    try:
        undone = undo_merge(pk)
    except ContactError as refusal:
        show_error(request, str(refusal))
        return redirect("contacts:detail", into) if into else redirect("contacts:list")
    message = _("%(contact)s is a separate contact again.") % {"contact": undone.contact}
    if undone.lost:
        message += " " + ngettext(
            "%(count)s thing was changed since and stays as it is.",
            "%(count)s things were changed since and stay as they are.",
            undone.lost,
        ) % {"count": undone.lost}
    show_success(request, message)
    return redirect("contacts:detail", undone.contact.pk)
