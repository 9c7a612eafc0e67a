"""One segment: who is in it, who came and went, where it is used, and what can be done with it."""

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.defaultfilters import date as format_date
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from contacts.addresses import read_pasted
from contacts.listing.address import list_url, member_fields
from contacts.listing.columns import OF_MEMBERS
from contacts.listing.criteria import criteria_of
from contacts.listing.table import ContactTable, Layout
from contacts.models import Segment
from contacts.segments import actions
from contacts.segments.errors import DefinitionError
from contacts.segments.growth import Day, growth
from contacts.segments.members import ListedMembers
from contacts.segments.reasons import words_of_reason
from contacts.segments.usage import usages
from contacts.views.segments.listing import members_in_words, segment_of, words_of
from core.charts import Chart, ChartKind, Series
from core.roles import Right
from core.row_keys import row_keys
from core.web import Request, may, render_page, require, show_error, show_result, show_success

MOVES_SHOWN = 10


@require_safe
def segment(request: Request, pk: int) -> HttpResponse:
    row = segment_of(pk)
    table = _members_table(request, row)
    matching = table.criteria.fields.urlencode()
    is_editable_list = row.is_static and row.archived_at is None and may(request, Right.EDIT_SEGMENTS)
    context: dict[str, Any] = table.context(matching, "members") | {
        "segment": row,
        "filters": (),
        "may_edit": may(request, Right.EDIT_SEGMENTS),
        "removes_from": row if is_editable_list else None,
        "only": [kept for kept in map(table.kept, ("columns", "size")) if kept.chosen],
        "export_query": urlsplit(list_url(matching)).query,
    }
    if not request.htmx:
        context |= _aside(row, None if table.criteria.problem else table.criteria.members)
    return render_page(request, "segments/detail.html", context, "members")


def _members_table(request: Request, row: Segment) -> ContactTable:
    criteria = criteria_of(member_fields(request.GET, row.pk))
    return ContactTable(request, criteria, Layout.of(criteria.request, OF_MEMBERS))


def _aside(row: Segment, members: ListedMembers | None) -> dict[str, Any]:
    """What is beside the list, and not drawn anew when someone searches it.

    A count that has to ask the conditions is asked for by the page, afterwards.
    """
    tracked = row.memberships.count()
    days = growth(row, tracked)
    is_counted = members is None or members.are_rows
    moves = row.transitions.select_related("contact").order_by("-occurred_at", "-pk")[:MOVES_SHOWN]
    return {
        "members": members_in_words(tracked if members else 0) if is_counted else "",
        "sentences": words_of(row),
        "usages": usages(row.pk),
        "charts": _growth_charts(days),
        "charts_may_lag": not is_counted,
        "entered": sum(day.entered for day in days),
        "left": sum(day.left for day in days),
        "moves": [(move, words_of_reason(move.reason, move.details)) for move in moves],
    }


def _growth_charts(days: list[Day]) -> list[Chart]:
    labels = [format_date(day.day, "j M") for day in days]
    members = Series("people", _("Members"), [day.members for day in days])
    entered = Series("attended", _("Entered"), [day.entered for day in days])
    left = Series("no_show", _("Left"), [day.left for day in days])
    return [
        Chart(_("Members"), _("Day"), labels, [members], kind=ChartKind.LINE),
        Chart(_("Entered and left"), _("Day"), labels, [entered, left]),
    ]


@require_safe
def export(request: Request, pk: int) -> HttpResponseBase:
    """What the list of members shows, all pages of it, with its columns in its order."""
    row = segment_of(pk)
    table = _members_table(request, row)
    if table.criteria.problem:
        show_error(request, table.criteria.problem)
        return redirect("contacts:segment", pk)
    return table.csv(f"segment-{row.pk}")


@require_POST
@require(Right.EDIT_SEGMENTS)
def change(request: Request, pk: int) -> HttpResponse:
    """What to do is in the field `do`: archive, restore, duplicate or freeze."""
    row = segment_of(pk)
    try:
        match request.POST.get("do"):
            case "archive":
                actions.archive_segment(pk)
                show_success(request, _("“%s” was archived.") % row)
                return redirect("contacts:segments")
            case "restore":
                row = actions.restore_segment(pk)
                show_success(request, _("“%s” is in use again.") % row)
            case "duplicate":
                row = actions.duplicate_segment(pk, request.user.pk)
                show_success(request, _("“%s” was created.") % row)
                return redirect("contacts:segment_edit", row.pk)
            case "freeze":
                actions.freeze_segment(pk)
                show_success(request, _("“%s” is a static list now.") % row)
    except (actions.SegmentError, DefinitionError) as error:
        show_error(request, str(error))
    return redirect("contacts:segment", row.pk)


@require_POST
@require(Right.EDIT_SEGMENTS)
def people(request: Request, pk: int) -> HttpResponse:
    """Adds the contacts with the addresses in `emails`, or removes those with the IDs in `remove`."""
    segment_of(pk)
    try:
        if removed := row_keys(request.POST.getlist("remove")):
            count = actions.remove_people(pk, removed, who=str(request.user))
            message = ngettext("%d person was removed.", "%d people were removed.", count)
            show_success(request, message % count)
        else:
            _add(request, pk)
    except actions.SegmentError as error:
        show_error(request, str(error))
    return redirect(reverse("contacts:segment", args=[pk]))


def _add(request: Request, pk: int) -> None:
    pasted = read_pasted(request.POST.get("emails", ""))
    added = ""
    if pasted.contacts:
        count = actions.add_people(pk, pasted.contacts, who=str(request.user))
        added = ngettext("%d person was added.", "%d people were added.", count) % count
    if pasted.is_empty:
        show_error(request, _("Enter the email address of a contact."))
    else:
        show_result(request, added, pasted.unknown_in_words)
