"""The list of segments, and how many members each has now."""

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from contacts.models import Segment
from contacts.segments.builder.page import sentences_of
from contacts.segments.errors import DefinitionError
from contacts.segments.members import listed_members
from contacts.segments.templates import segment_templates
from core.filters import chips, chosen_filter
from core.roles import Right
from core.web import Request, may, paginate, render_page, sorting

COLUMNS = {"name": ("name",), "kind": ("kind", "name"), "updated": ("updated_at",)}


@require_safe
def segments(request: Request) -> HttpResponse:
    order = sorting(request, COLUMNS, "-updated")
    search = request.GET.get("q", "").strip()
    kinds = [("", _("All")), *Segment.Kind.choices]
    shown = [("", _("In use")), ("archived", _("Archived"))]
    kind = chosen_filter(request, "kind", _("Kind"), kinds)
    state = chosen_filter(request, "state", _("State"), shown)
    rows = Segment.objects.filter(archived_at__isnull=not state.chosen, name__icontains=search)
    if kind.chosen:
        rows = rows.filter(kind=kind.chosen)
    page = paginate(request, rows.select_related("created_by").order_by(*order.order_by))
    context = {
        "page": page,
        "order": order,
        "search": search,
        "filters": (kind, state),
        "chips": chips(request, (kind, state)),
        "is_filtered": bool(search or kind.chosen or state.chosen),
        "templates": segment_templates().values(),
        "may_edit": may(request, Right.EDIT_SEGMENTS),
    }
    return render_page(request, "segments/list.html", context, "segments")


@require_safe
def count(request: Request, pk: int) -> HttpResponse:
    """How many members there are, for a page that did not wait for it. With `words`, as a heading."""
    try:
        number = listed_members(segment_of(pk)).count()
    except DefinitionError:
        return HttpResponse(_("unknown"))
    return HttpResponse(members_in_words(number) if "words" in request.GET else intcomma(number))


def members_in_words(number: int) -> str:
    return ngettext("%s member", "%s members", number) % intcomma(number)


def segment_of(pk: int) -> Segment:
    segment = Segment.objects.select_related("created_by").filter(pk=pk).first()
    if segment is None:
        raise Http404
    return segment


def words_of(segment: Segment) -> list[tuple[int, str]]:
    """The definition in words; what is wrong with it, if it cannot be used any more."""
    try:
        return sentences_of(segment.definition, segment.pk) if segment.definition else []
    except DefinitionError as error:
        return [(0, str(error))]
