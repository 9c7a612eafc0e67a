"""One segment: who is in it, who came and went, where it is used, and what can be done with it."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.defaultfilters import date as format_date
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from contacts.addresses import clean_address
from contacts.errors import ContactError
from contacts.models import Contact, EmailAddress, Segment
from contacts.segments import actions
from contacts.segments.errors import DefinitionError
from contacts.segments.growth import Day, growth
from contacts.segments.members import members_of
from contacts.segments.reasons import words_of_reason
from contacts.segments.usage import usages
from contacts.views.segments.bulk import static_lists
from contacts.views.segments.listing import segment_of, words_of
from core.charts import Chart, ChartKind, Series
from core.csv_download import ROWS_AT_ONCE, csv_download
from core.roles import Right
from core.row_keys import row_keys
from core.web import Request, may, paginate, render_page, require, show_error, show_success, sorting

COLUMNS = {
    "name": ("last_name", "first_name"),
    "email": ("email",),
    "registered": ("zoom_webinar_registration_count",),
    "attended": ("zoom_webinar_attendance_count",),
    "average": ("zoom_webinar_attendance_average_duration",),
    "newest": ("pk",),
}
EXPORTED = (
    "email",
    "first_name",
    "last_name",
    "zoom_webinar_registration_count",
    "zoom_webinar_attendance_count",
    "zoom_webinar_attendance_average_duration",
)
MOVES_SHOWN = 10
MOST_LISTS = 200


@require_safe
def segment(request: Request, pk: int) -> HttpResponse:
    row = segment_of(pk)
    order = sorting(request, COLUMNS, "-newest", ("zoom_webinar_attendance_average_duration",))
    search = request.GET.get("q", "").strip()
    problem = ""
    try:
        members = members_of(row)
    except DefinitionError as error:
        members, problem = Contact.objects.none(), str(error)
    page = paginate(request, members.search(search).order_by(*order.order_by))
    context: dict[str, Any] = {
        "segment": row,
        "problem": problem,
        "page": page,
        "order": order,
        "search": search,
        "filters": (),
        "may_edit": may(request, Right.EDIT_SEGMENTS),
        "may_register": may(request, Right.REGISTER_CONTACTS),
        "static_lists": static_lists().exclude(pk=row.pk)[:MOST_LISTS],
    }
    if not request.htmx:
        context |= _aside(row, members)
    return render_page(request, "segments/detail.html", context, "members")


def _aside(row: Segment, members: QuerySet[Contact]) -> dict[str, Any]:
    """What is beside the list, and not drawn anew when somebody searches it."""
    count = members.count()
    days = growth(row, count)
    moves = row.transitions.select_related("contact").order_by("-occurred_at", "-pk")[:MOVES_SHOWN]
    return {
        "count": count,
        "sentences": words_of(row),
        "usages": usages(row.pk),
        "charts": _growth_charts(days),
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
    """The members as CSV, with the search and the order of the list."""
    row = segment_of(pk)
    order = sorting(request, COLUMNS, "-newest", ("zoom_webinar_attendance_average_duration",))
    try:
        members = members_of(row).search(request.GET.get("q", "").strip())
    except DefinitionError as error:
        show_error(request, str(error))
        return redirect("contacts:segment", pk)
    rows = members.order_by(*order.order_by).values_list(*EXPORTED).iterator(chunk_size=ROWS_AT_ONCE)
    return csv_download(f"segment-{row.pk}", EXPORTED, rows)


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
            words = ngettext("%d person was removed.", "%d people were removed.", count)
            show_success(request, words % count)
        else:
            _add(request, pk)
    except actions.SegmentError as error:
        show_error(request, str(error))
    return redirect(reverse("contacts:segment", args=[pk]))


def _add(request: Request, pk: int) -> None:
    typed = request.POST.get("emails", "").replace(",", " ").replace(";", " ").split()
    found, unknown = _contacts_of(typed)
    if found:
        count = actions.add_people(pk, found, who=str(request.user))
        show_success(request, ngettext("%d person was added.", "%d people were added.", count) % count)
    if unknown:
        shown = ", ".join(unknown[:5]) + (" …" if len(unknown) > 5 else "")
        show_success(request, _("No contact has the address %s.") % shown, level=messages.WARNING)
    elif not found:
        show_error(request, _("Enter the email address of a contact."))


def _contacts_of(typed: list[str]) -> tuple[list[int], list[str]]:
    """The contacts with these addresses, primary or not, and the addresses that nobody has."""
    addresses: dict[str, str] = {}
    for text in typed:
        try:
            addresses[clean_address(text)] = text
        except ContactError:
            addresses[text] = text
    owners = dict(EmailAddress.objects.filter(email__in=addresses).values_list("email", "contact_id"))
    return sorted(set(owners.values())), [text for email, text in addresses.items() if email not in owners]
