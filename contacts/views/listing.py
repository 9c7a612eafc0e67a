"""The list of contacts: search, filters, columns, order, pages, and the same as a CSV file."""

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.views.decorators.http import require_safe

from contacts.listing.address import MEMBERS, kept_query, list_url
from contacts.listing.columns import DEFAULT, OF_MEMBERS
from contacts.listing.criteria import Criteria, criteria_of
from contacts.listing.table import ContactTable, Layout
from contacts.models import SavedView
from core.filters import chips
from core.roles import Right
from core.web import Request, may, render_page, render_panel


@require_safe
def contacts(request: Request) -> HttpResponse:
    criteria = Criteria(request)
    kept = kept_query(request.GET)
    table = ContactTable(request, criteria, Layout.of(request))
    context = table.context(f"list=contacts&{kept}", "contacts") | {
        "kept": kept,
        "filters": criteria.quick,
        "days": [criteria.created_from, criteria.created_to],
        "only": [row for row in criteria.active if row.name in ("where", "result")],
        "chips": chips(request, criteria.active),
        "is_filtered": criteria.is_filtered,
        "may_edit": may(request, Right.EDIT_CONTACTS),
        "may_connect": may(request, Right.CONNECT_ZOOM),
    }
    if not request.htmx:
        context["views"] = _views(request)
    return render_page(request, "contacts/list.html", context, "contacts")


@require_safe
def count(request: Request) -> HttpResponse:
    """How many contacts the list with the address `matching` shows, for a page that did not wait for it."""
    return HttpResponse(intcomma(criteria_of(QueryDict(request.GET.get("matching", ""))).count()))


def _views(request: Request) -> list[tuple[SavedView, bool]]:
    """The person's own views and those that are shared, and which of them is shown. One query."""
    shown = kept_query(request.GET)
    rows = SavedView.objects.seen_by(request.user.pk).select_related("owner").order_by("name", "pk")
    return [(view, view.query == shown) for view in rows]


@require_safe
def columns(request: Request) -> HttpResponse:
    """Which columns, in which order: the chosen ones first. What is ticked goes by its place.

    `matching` is the list that they are of.
    """
    if "do" in request.GET:
        return _with_columns(request)
    matching = request.GET.get("matching", "")
    layout = layout_of(matching)
    chosen = [column.key for column in layout.columns]
    others = [column for column in layout.known.values() if column.key not in chosen]
    context = {"chosen": layout.columns, "others": others, "matching": matching, "back": list_url(matching)}
    return render_panel(request, "contacts/columns.html", context)


def layout_of(matching: str) -> Layout:
    """The columns and the order of the list with this address."""
    fields = QueryDict(matching)
    default = OF_MEMBERS if fields.get("list") == MEMBERS else DEFAULT
    return Layout.of(criteria_of(fields).request, default)


def _with_columns(request: HttpRequest) -> HttpResponseRedirect:
    """Redirects to the list with the columns from the form."""
    fields = QueryDict(request.GET.get("matching", ""), mutable=True)
    fields.pop("columns", None)
    if request.GET["do"] != "reset":
        known = layout_of("").known
        ticked = [key for key in request.GET.getlist("column") if key in known]
        places = {key: request.GET.get(f"place:{key}", "") for key in ticked}
        order = sorted(ticked, key=lambda key: int(places[key]) if places[key].isdecimal() else 1_000)
        if order:
            fields["columns"] = ",".join(order)
    return HttpResponseRedirect(list_url(fields.urlencode()))


@require_safe
def download(request: Request) -> HttpResponseBase:
    """What the list shows, all pages of it, with its columns in its order."""
    return ContactTable(request, Criteria(request), Layout.of(request)).csv()
