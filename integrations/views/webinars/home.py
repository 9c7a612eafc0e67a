"""The tab "Home" of Settings > Integrations > Connected apps > Zoom: a brand's webinars (R8, R31, R32)."""

from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contacts.models import Brand
from core.filters import Filter, chosen_filter
from core.web import Request, paginate, render_page, sorting
from integrations.models import AuditEntry, SyncRun, Webinar
from integrations.models.webinars import WebinarQuerySet
from integrations.settings.effective import brand_switches, excluded_hosts
from integrations.views._shared.brand_context import brand_context
from integrations.views._shared.getters import connected_brand
from integrations.views.webinars.live import Polling, listing_of, newest_webinar
from integrations.views.webinars.table import rows_of

COLUMNS = {
    "topic": ("topic",),
    "starts": ("starts_at",),
    "synced": ("last_synced_at",),
    "registered": ("registered_count",),
    "attended": ("attended_count",),
    "cancelled": ("cancelled_count",),
    "skipped": ("skipped_count",),
}
ROWS_PER_PAGE = 25  # many parts each; more of them make the page slow and long
BLANKS_LAST = ("starts_at", "last_synced_at")


@require_safe
def home(request: Request, slug: str) -> HttpResponse:
    brand = connected_brand(slug)
    order = sorting(request, COLUMNS, "-starts", BLANKS_LAST)
    webinars = _filtered(request.GET, brand).select_related("host").order_by(*order.order_by)
    page = paginate(request, webinars, ROWS_PER_PAGE)
    rows = rows_of(brand, page.object_list)
    context = {
        **brand_context(request, brand),
        "tab": "home",
        "page": page,
        "rows": rows,
        "order": order,
        "live": Polling(rows, listing_of(brand), newest_webinar(brand)),
        "filters": _filters(request),
        "search": request.GET.get("q", ""),
        "is_filtered": any(request.GET.get(name) for name in ("q", "state", "sync", "warnings")),
    }
    return render_page(request, "integrations/home.html", context, "webinars")


def _filtered(params: QueryDict, brand: Brand) -> WebinarQuerySet:
    webinars = Webinar.objects.filter(connection=brand.connection)
    if text := params.get("q", "").strip():
        webinars = webinars.search(text)
    if (state := params.get("state")) in Webinar.State.values:
        webinars = webinars.filter(state=state)
    if severity := params.get("warnings"):
        webinars = webinars.filter(_with_open_entries(brand, severity))
    return _by_switch(webinars, brand, params.get("sync", ""))


def _with_open_entries(brand: Brand, severity: str) -> Exists:
    attention = AuditEntry.objects.open().needing_attention()
    entries = attention.filter(brand=brand, webinar=OuterRef("pk"))
    if severity in (AuditEntry.Severity.WARNING, AuditEntry.Severity.ERROR):
        return Exists(entries.filter(severity=severity))
    return Exists(entries)


def _by_switch(webinars: WebinarQuerySet, brand: Brand, choice: str) -> WebinarQuerySet:
    """By what the switches come to (D3): syncing, switched off, or on but held back by something above.
    Or by the work on them: queued, or overdue."""
    if choice == "off":
        return webinars.filter(sync_enabled=False)
    if choice == "queued":
        queued = SyncRun.objects.filter(state=SyncRun.State.QUEUED, webinar=OuterRef("pk"))
        return webinars.filter(Exists(queued))
    if choice == "overdue":
        return _by_switch(webinars, brand, "on").overdue()
    if choice not in ("on", "held"):
        return webinars
    switches = brand_switches(brand)
    blocked = Q(is_zoom_event=True) | Q(host_email__in=excluded_hosts(brand))
    own = webinars.filter(sync_enabled=True)
    if not switches.sync_webinars:
        return own if choice == "held" else own.none()
    return own.filter(blocked) if choice == "held" else own.exclude(blocked)


def _filters(request: Request) -> list[Filter]:
    return [
        chosen_filter(request, "state", _("State"), [("", _("All")), *Webinar.State.choices]),
        chosen_filter(
            request,
            "sync",
            _("Sync"),
            [
                *[("", _("All")), ("on", _("Syncing")), ("off", _("Off")), ("held", _("Blocked"))],
                *[("queued", _("Queued")), ("overdue", _("Overdue"))],
            ],
        ),
        chosen_filter(
            request,
            "warnings",
            _("Warnings"),
            [("", _("All")), ("any", _("Any")), ("warning", _("Warnings")), ("error", _("Errors"))],
        ),
    ]
