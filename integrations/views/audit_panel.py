"""The audit log of one webinar (R30, R31): what is wrong on top, then all that happened, newest first."""

from django.db.models import QuerySet
from django.http import HttpResponse

from integrations.audit import Definition, definition
from integrations.models import AuditEntry
from integrations.views.lookup import connected_brand, is_readable, webinar_of
from integrations.views.rows import rows_of
from zoomsync.lib.roles import Right
from zoomsync.lib.web import Request, may, paginate, render_panel

ENTRIES_PER_PAGE = 25


def audit_panel(request: Request, brand: str, zoom_id: int) -> HttpResponse:
    found = connected_brand(brand)
    webinar = webinar_of(found, zoom_id)
    entries = AuditEntry.objects.filter(webinar=webinar).select_related("run")
    page = paginate(request, entries.order_by("-created_at", "-pk"), ENTRIES_PER_PAGE)
    (row,) = rows_of(found, [webinar])
    context = {
        "brand": found,
        "webinar": webinar,
        "row": row,
        "open": _explained(entries.open().order_by("-severity", "-last_seen_at", "-pk")),
        "entries": [(entry, definition(entry.code, entry.cause)) for entry in page.object_list],
        "page": page,
        "may_sync": may(request, Right.SYNC_NOW) and is_readable(found.connection) and bool(row.verdict),
    }
    return render_panel(request, "integrations/audit_panel.html", context, "entries")


def _explained(entries: QuerySet[AuditEntry]) -> list[tuple[AuditEntry, Definition]]:
    return [(entry, definition(entry.code, entry.cause)) for entry in entries]
