"""What is done with the members of a segment that are ticked."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from contacts.models import Segment
from contacts.models.segments import SegmentQuerySet
from contacts.segments import actions
from contacts.views.segments.listing import segment_of
from core.roles import Right
from core.row_keys import row_key, row_keys
from core.web import Request, require, show_error, show_success


@require_POST
@require(Right.EDIT_SEGMENTS)
def bulk(request: Request, pk: int) -> HttpResponse:
    """`do` is "add", to the static list `to`, or "remove", from this one; of each `contact`."""
    row = segment_of(pk)
    contacts = row_keys(request.POST.getlist("contact"))
    try:
        if not contacts:
            show_error(request, _("Select at least one person."))
        elif request.POST.get("do") == "remove":
            count = actions.remove_people(pk, contacts, who=str(request.user))
            words = ngettext("%d person was removed.", "%d people were removed.", count)
            show_success(request, words % count)
        else:
            _add(request, contacts)
    except actions.SegmentError as error:
        show_error(request, str(error))
    return redirect("contacts:segment", row.pk)


def _add(request: Request, contacts: list[int]) -> None:
    static = static_lists().filter(pk=row_key(request.POST.get("to", ""))).first()
    if static is None:
        show_error(request, _("Choose a static list."))
        return
    count = actions.add_people(static.pk, contacts, who=str(request.user))
    words = ngettext(
        "%(count)d person was added to “%(list)s”.", "%(count)d people were added to “%(list)s”.", count
    )
    show_success(request, words % {"count": count, "list": static})


def static_lists() -> SegmentQuerySet:
    return Segment.objects.active().filter(kind=Segment.Kind.STATIC).order_by("name", "pk")
