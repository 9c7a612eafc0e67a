"""The list of contacts: search, filters, order, pages."""

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contacts.models import Contact
from core.filters import Day, Filter, chips, chosen_day, chosen_filter
from core.roles import Right
from core.web import Request, may, paginate, render_page, sorting

COLUMNS = {
    "name": ("last_name", "first_name"),
    "email": ("email",),
    "registered": ("zoom_webinar_registration_count",),
    "attended": ("zoom_webinar_attendance_count",),
    "average": ("zoom_webinar_attendance_average_duration",),
    "updated": ("updated_at",),
}
BLANKS_LAST = ("zoom_webinar_attendance_average_duration",)


@require_safe
def contacts(request: Request) -> HttpResponse:
    order = sorting(request, COLUMNS, "-updated", BLANKS_LAST)
    search = request.GET.get("q", "").strip()
    filters = _filters(request)
    found = _filtered(search, *filters).order_by(*order.order_by)
    context = {
        "page": paginate(request, found),
        "order": order,
        "search": search,
        "filters": filters[:2],
        "days": filters[2:],
        "chips": chips(request, filters),
        "is_filtered": bool(search) or any(row.chosen for row in filters),
        "may_edit": may(request, Right.EDIT_CONTACTS),
        "may_register": may(request, Right.REGISTER_CONTACTS),
        "may_connect": may(request, Right.CONNECT_ZOOM),
    }
    return render_page(request, "contacts/list.html", context, "contacts")


def matching_contacts(fields: QueryDict) -> QuerySet[Contact]:
    """The contacts of a list with this address, for what is done to all of them."""
    request = Request()
    request.GET = fields  # type: ignore[assignment]  # of the stubs: any QueryDict will do
    return _filtered(fields.get("q", "").strip(), *_filters(request))


def _filters(request: Request) -> tuple[Filter, Filter, Day, Day]:
    activity = [
        ("", _("All")),
        ("registered", _("Registered for a webinar")),
        ("attended", _("Attended a webinar")),
        ("absent", _("Registered, never attended")),
        ("none", _("No webinar")),
    ]
    return (
        chosen_filter(request, "zoom", _("Zoom"), activity),
        chosen_filter(request, "source", _("Source"), _sources()),
        chosen_day(request, "created_from", _("Created from")),
        chosen_day(request, "created_to", _("to")),
    )


def _sources() -> list[tuple[str, str]]:
    return [("", _("All")), *((source.value, str(source.label)) for source in Contact.Source)]


def _filtered(search: str, activity: Filter, source: Filter, first: Day, last: Day) -> QuerySet[Contact]:
    found = Contact.objects.search(search).with_activity(activity.chosen)
    columns = {"source": source.chosen, "created_at__gte": first.start, "created_at__lt": last.end}
    return found.filter(**{name: value for name, value in columns.items() if value})
