"""The list of contacts: search, filters, columns, order, pages, and the same as a CSV file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contacts.bulk_actions import bulk_actions
from contacts.listing.columns import Cell, ColumnChoice, all_columns, cells, chosen_columns
from contacts.listing.criteria import Criteria, criteria_of
from contacts.listing.saved import kept_query
from contacts.models import Contact, SavedView
from contacts.models.contact import ContactQuerySet
from contacts.properties.definitions import custom_specs
from contacts.segments.catalogue import Property
from contacts.segments.properties import KINDS, column_of
from contacts.segments.value_tests import ValueKind
from core.csv_download import ROWS_AT_ONCE, csv_download
from core.filters import chips
from core.roles import Right
from core.web import Request, Sorting, may, paginate, render_page, render_panel, sorting

BLANKS_LAST = ("zoom_webinar_attendance_average_duration", "sorted_by")
SIZES = (25, 50, 100, 200)
DEFAULT_SIZE = 50
DEFAULT_SORT = "-updated"


@dataclass(frozen=True)
class Row:
    contact: Contact
    cells: list[Cell]


@dataclass(frozen=True)
class Listing:
    """Columns and order, as the address says."""

    known: dict[str, ColumnChoice]
    columns: list[ColumnChoice]
    order: Sorting

    @classmethod
    def of(cls, request: HttpRequest) -> "Listing":
        """One query, for the properties. Of the request only its address counts."""
        known = all_columns(custom_specs())
        columns = chosen_columns(request.GET.get("columns", ""), known)
        fields = {key: column.fields or ("sorted_by",) for key, column in known.items()}
        return cls(known, columns, sorting(request, fields, DEFAULT_SORT, BLANKS_LAST))

    def ordered(self, contacts: ContactQuerySet) -> QuerySet[Contact]:
        by = self.known[self.order.key.removeprefix("-")]
        if by.spec:
            row = Property(by.spec.name, by.spec.label, KINDS[by.spec.kind])
            kind = row.kind if row.kind in (ValueKind.NUMBER, ValueKind.TIME) else ValueKind.TEXT
            expression = column_of(Property(row.name, row.label, kind)).expression
            return contacts.annotate(sorted_by=expression).order_by(*self.order.order_by)
        return contacts.order_by(*self.order.order_by)


@require_safe
def contacts(request: Request) -> HttpResponse:
    criteria, listing = Criteria(request), Listing.of(request)
    page, is_similar = _page(request, criteria, listing)
    context: dict[str, Any] = {
        "page": page,
        "rows": [Row(contact, cells(contact, listing.columns)) for contact in page.object_list],
        "columns": listing.columns,
        "order": listing.order,
        "search": criteria.search,
        "filters": criteria.quick,
        "days": [criteria.created_from, criteria.created_to],
        "only": [row for row in criteria.active if row.name == "where"],
        "chips": chips(request, criteria.active),
        "problem": criteria.problem,
        "is_filtered": criteria.is_filtered,
        "is_similar": is_similar,
        "sizes": SIZES,
        "size": _size(request),
        "matching": kept_query(request.GET),
        "bulk": [action for action in bulk_actions() if may(request, action.right)],
        "may_edit": may(request, Right.EDIT_CONTACTS),
        "may_connect": may(request, Right.CONNECT_ZOOM),
    }
    if not request.htmx:
        context["views"] = _views(request)
    return render_page(request, "contacts/list.html", context, "contacts")


def _page(request: Request, criteria: Criteria, listing: Listing) -> tuple[Page[Contact], bool]:
    """The page, and whether it is of names that are only like what was searched for."""
    size = _size(request)
    page = paginate(request, listing.ordered(criteria.contacts()), size)
    if criteria.search and not page.object_list:
        similar = criteria.filtered().search_similar(criteria.search)
        page = paginate(request, listing.ordered(similar), size)
        return page, bool(page.object_list)
    return page, False


def _size(request: Request) -> int:
    asked = request.GET.get("size", "")
    return int(asked) if asked in map(str, SIZES) else DEFAULT_SIZE


def _views(request: Request) -> list[tuple[SavedView, bool]]:
    """The person's own views and those that are shared, and which of them is shown. One query."""
    shown = kept_query(request.GET)
    rows = SavedView.objects.seen_by(request.user.pk).select_related("owner").order_by("name", "pk")
    return [(view, view.query == shown) for view in rows]


@require_safe
def columns(request: Request) -> HttpResponse:
    """Which columns, in which order: the chosen ones first. What is ticked goes by its place."""
    listing = Listing.of(request)
    if "do" in request.GET:
        return _with_columns(request, listing)
    chosen = [column.key for column in listing.columns]
    others = [column for column in listing.known.values() if column.key not in chosen]
    context = {"chosen": listing.columns, "others": others, "kept": kept_query(request.GET)}
    return render_panel(request, "contacts/columns.html", context)


def _with_columns(request: Request, listing: Listing) -> HttpResponseRedirect:
    """To the list with the columns that the form says."""
    kept = QueryDict(kept_query(QueryDict(request.GET.get("kept", ""))), mutable=True)
    kept.pop("columns", None)
    if request.GET["do"] != "reset":
        ticked = [key for key in request.GET.getlist("column") if key in listing.known]
        places = {key: request.GET.get(f"place:{key}", "") for key in ticked}
        order = sorted(ticked, key=lambda key: int(places[key]) if places[key].isdecimal() else 1_000)
        if order:
            kept["columns"] = ",".join(order)
    return HttpResponseRedirect(f"{reverse('contacts:list')}?{kept.urlencode()}")


@require_safe
def download(request: Request) -> HttpResponseBase:
    """What the list shows, all pages of it, with its columns in its order."""
    criteria, listing = Criteria(request), Listing.of(request)
    found = criteria.contacts()
    if criteria.search and not found.exists():
        found = criteria.filtered().search_similar(criteria.search)
    return csv_of(listing.ordered(found), listing.columns)


def csv_of(contacts: QuerySet[Contact], columns: Sequence[ColumnChoice]) -> HttpResponseBase:
    rows = contacts.iterator(chunk_size=ROWS_AT_ONCE)
    header = [str(column.label) for column in columns]
    return csv_download("contacts", header, _lines(rows, columns))


def _lines(contacts: Iterator[Contact], columns: Sequence[ColumnChoice]) -> Iterator[list[Any]]:
    for contact in contacts:
        yield [cell.time or cell.words for cell in cells(contact, columns)]


def matching_contacts(fields: QueryDict) -> ContactQuerySet:
    """The contacts of a list with this address, for what is done to all of them."""
    criteria = criteria_of(fields)
    found = criteria.contacts()
    if criteria.search and not found.exists():
        return criteria.filtered().search_similar(criteria.search)
    return found


def count_words(contacts: QuerySet[Contact]) -> str:
    number = contacts.count()
    return _("%s contacts") % intcomma(number) if number != 1 else _("1 contact")
