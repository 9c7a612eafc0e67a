"""The audit log of the whole account: every entry, by severity, code, webinar, host and time, and as CSV."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.csv_download import csv_download
from core.filters import chips
from core.keyset import keyset_page
from core.roles import Right
from core.web import Request, may, render_page
from integrations.audit import definition_of_stored, label_of
from integrations.models.audit import AuditEntryQuerySet, message_of
from integrations.views.audit.entries import EntryQuery, explained


@require_safe
def audit_list(request: Request) -> HttpResponse:
    query = EntryQuery(request)
    entries = query.entries().select_related("webinar", "brand__connection", "run")
    page = keyset_page(request, entries, "created_at")
    context = {
        "page": page,
        "rows": explained(page.rows),
        "asked": query,
        "chips": chips(request, query.all),
        "tab": "entries",
        "may_acknowledge": may(request, Right.ACKNOWLEDGE_WARNINGS),
    }
    return render_page(request, "integrations/audit_list.html", context, "entries")


HEADER = (
    *("created", "severity", "state", "code", "cause", "title", "message", "brand", "webinar_id", "topic"),
    *("host", "session", "last_seen", "resolved", "resolution", "acknowledged", "acknowledged_by", "note"),
)
_COLUMNS = (
    *("created_at", "severity", "state", "code", "values", "brand__name", "webinar__zoom_webinar_id"),
    *("webinar__topic", "webinar__host_email", "session_uuid", "last_seen_at", "resolved_at", "resolution"),
    *("acknowledged_at", "acknowledged_by_name", "acknowledgement"),
)


@require_safe
def download(request: Request) -> StreamingHttpResponse:
    """The same entries as CSV, all of them, newest first."""
    return csv_download(_("audit-log"), HEADER, _rows(EntryQuery(request).entries()))


def _rows(entries: AuditEntryQuerySet) -> Iterator[list[Any]]:
    ordered = entries.order_by("-created_at", "-pk").values_list(*_COLUMNS)
    for created, severity, state, code, values, *rest in ordered.iterator(chunk_size=2000):
        title = definition_of_stored(code).title
        yield [created, severity, state, label_of(code), code, title, message_of(code, values), *rest]
