"""The conditions of a list of contacts, made with the builder of segments; and views that are saved."""

import json

from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from contacts.listing.address import kept_query
from contacts.listing.criteria import as_definition
from contacts.listing.saved import ViewError, save_view
from contacts.models import SavedView
from contacts.segments.builder.page import Builder
from contacts.segments.errors import DefinitionError
from contacts.segments.members import parse
from core.roles import Right
from core.web import Request, leave_for, may, render_page, show_error, show_success

EMPTY = {"version": 1, "where": {"all": []}}


@require_http_methods(["GET", "HEAD", "POST"])
def conditions(request: Request) -> HttpResponse:
    """Each click sends the whole draft; "show" leads to the list with the conditions in its address."""
    if request.method == "POST":
        builder = Builder.of_form(request.POST)
        kept = request.POST.get("kept", "")
        if request.POST.get("do") == "show" and not builder.problems:
            return _to_list(request, kept, builder.definition["where"])
    else:
        builder = Builder.of_definition(_readable(request.GET.get("where", "")))
        kept = kept_query(request.GET)
    is_refused = request.POST.get("do") == "show"
    context = {"builder": builder, "kept": kept, "is_refused": is_refused}
    status = 422 if is_refused else 200
    return render_page(request, "contacts/conditions.html", context, "builder", status=status)


def _readable(where: str) -> dict[str, object]:
    definition = as_definition(where)
    try:
        parse(definition)
    except DefinitionError:
        return EMPTY
    return dict(definition)


def _to_list(request: Request, kept: str, where: object) -> HttpResponse:
    fields = QueryDict(kept_query(QueryDict(kept)), mutable=True)
    fields["where"] = json.dumps(where, ensure_ascii=False, separators=(",", ":"))
    if where == EMPTY["where"]:
        del fields["where"]
    return leave_for(request, f"{reverse('contacts:list')}?{fields.urlencode()}")


@require_POST
def save(request: Request) -> HttpResponse:
    """Anyone keeps views of their own; who may edit segments may share them."""
    query = kept_query(QueryDict(request.POST.get("query", "")))
    is_shared = request.POST.get("shared") == "on" and may(request, Right.EDIT_SEGMENTS)
    try:
        view = save_view(request.user.pk, request.POST.get("name", ""), query, is_shared=is_shared)
    except ViewError as error:
        show_error(request, str(error))
    else:
        show_success(request, _("The view “%s” was saved.") % view)
    return HttpResponseRedirect(f"{reverse('contacts:list')}?{query}")


@require_POST
def delete(request: Request, pk: int) -> HttpResponse:
    """One's own view; a shared one also by who may delete contacts (D24: deleting is the admin's)."""
    view = SavedView.objects.seen_by(request.user.pk).filter(pk=pk).first()
    if view is None or not (view.owner_id == request.user.pk or may(request, Right.DELETE_CONTACTS)):
        raise Http404
    view.delete()
    show_success(request, _("The view “%s” was deleted.") % view)
    return HttpResponseRedirect(reverse("contacts:list"))
