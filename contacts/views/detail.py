"""One contact: names, addresses, properties, segments, notes, timeline."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contacts.forms import AddressForm
from contacts.history import MERGED
from contacts.models import Contact, TimelineEntry
from contacts.properties.definitions import custom_specs
from contacts.properties.kinds import PropertyKind, PropertySpec
from contacts.properties.values import in_words
from contacts.segments.of_contact import segments_of
from contacts.timeline import groups, lines
from core.filters import chips, chosen_filter
from core.links import web_link
from core.roles import Right
from core.web import Request, may, paginate, render_page

ENTRIES_PER_PAGE = 30


@dataclass(frozen=True)
class PropertyRow:
    """A property of a contact as the page shows it."""

    spec: PropertySpec
    value: Any
    text: str
    is_defined: bool = True

    @property
    def is_blank(self) -> bool:
        return self.value is None

    @property
    def is_link(self) -> bool:
        return self.spec.kind == PropertyKind.LINK and self.text.startswith(("https://", "http://"))

    @property
    def may_change(self) -> bool:
        return self.is_defined and not self.spec.is_archived


@dataclass(frozen=True)
class PropertyGroup:
    name: str
    filled: list[PropertyRow]
    blank: list[PropertyRow]


@require_safe
def contact(request: Request, pk: int) -> HttpResponse:
    return contact_page(request, contact_of(pk))


@require_safe
def segments(request: Request, pk: int) -> HttpResponse:
    """The segments that the contact is in, for a page that is not to wait for them."""
    context = {"contact": contact_of(pk), "segments": segments_of(pk)}
    return render_page(request, "contacts/segments_of.html", context, "contact-segments")


def contact_of(pk: int) -> Contact:
    contact = Contact.objects.filter(pk=pk).first()
    if contact is None:
        raise Http404
    return contact


def contact_page(
    request: Request,
    contact: Contact,
    address_form: AddressForm | None = None,
    note: str = "",
    note_error: str = "",
    status: int = 200,
) -> HttpResponse:
    """`address_form` and `note` are what was typed when it was refused."""
    of_group = groups()
    shown = chosen_filter(request, "show", _("Show"), [("", _("All")), *((name, name) for name in of_group)])
    entries = contact.timeline.order_by("-occurred_at", "-pk")
    if shown.chosen:
        entries = entries.filter(kind__in=of_group[shown.chosen])
    page = paginate(request, entries, ENTRIES_PER_PAGE)
    addresses = list(contact.addresses.primary_first())
    context = {
        "contact": contact,
        "addresses": addresses,
        "join_link": web_link(contact.zoom_webinar_joinlink),
        "has_merged_address": any(address.is_merged for address in addresses),
        "address_form": address_form or AddressForm(),
        "note": note,
        "note_error": note_error,
        "property_groups": property_groups(contact),
        "undoable_merges": _undoable(contact, page.object_list),
        "shown": shown,
        "chips": chips(request, [shown]),
        "page": page,
        "lines": lines(page.object_list),
        "may_edit": may(request, Right.EDIT_CONTACTS),
        "may_register": may(request, Right.REGISTER_CONTACTS),
        "may_delete": may(request, Right.DELETE_CONTACTS),
    }
    return render_page(request, "contacts/detail.html", context, "timeline", status=status)


def _undoable(contact: Contact, entries: Iterable[TimelineEntry]) -> set[int]:
    """Of the merges that these entries tell of. A query only where one does."""
    if all(entry.kind != MERGED for entry in entries):
        return set()
    return set(contact.merges.values_list("pk", flat=True))


def property_groups(contact: Contact) -> list[PropertyGroup]:
    """Custom properties in their groups; archived and undefined ones only where filled. One query."""
    specs = custom_specs()
    rows = [
        property_row(contact, spec)
        for spec in specs.values()
        if not spec.is_archived or spec.name in contact.properties
    ]
    undefined = sorted(contact.properties.keys() - specs.keys())
    rows += [property_row(contact, PropertySpec(name, name), is_defined=False) for name in undefined]
    return [_group(name, list(of_group)) for name, of_group in groupby(rows, lambda row: row.spec.group)]


def _group(name: str, rows: list[PropertyRow]) -> PropertyGroup:
    filled = [row for row in rows if not row.is_blank]
    return PropertyGroup(name or _("Other"), filled, [row for row in rows if row.is_blank])


def property_row(contact: Contact, spec: PropertySpec, *, is_defined: bool = True) -> PropertyRow:
    value = contact.properties.get(spec.name)
    text = "" if value is None else in_words(value, spec, get_current_timezone())
    return PropertyRow(spec, value, text, is_defined)
