"""The audit log of one webinar (R30, R31): what is wrong on top, with what to do about it; then all that
happened, newest first, each sync with what it changed."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from django_htmx.http import trigger_client_event

from contacts.models import Brand
from core.roles import Right
from core.web import Request, may, paginate, render_panel
from integrations.audit import Definition, open_of_account, skipped_reason
from integrations.models import AuditEntry, SkippedPerson, Webinar
from integrations.sync.change_summary import counts_of
from integrations.views._shared.getters import connected_brand, is_readable, webinar_of
from integrations.views._shared.labels import why_not
from integrations.views._shared.responses import WEBINAR_CHANGED
from integrations.views.audit.buttons import Button, Place, buttons_of, zoom_page
from integrations.views.audit.changes import Change, changes_of
from integrations.views.audit.entries import Explained, explained
from integrations.views.audit.skipped_shown import first_skipped
from integrations.views.webinars.table import Row, rows_of
from marketing_events.models import MarketingEvent

TEMPLATE = "integrations/audit_panel.html"
ENTRIES_PER_PAGE = 25
GRAVITY: dict[str, int] = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True)
class Cause:
    """Open entries of one code: a series has the same trouble in many of its sessions."""

    words: Definition
    entries: list[Explained]
    buttons: list[Button]
    people: list[SkippedPerson] = field(default_factory=list)  # the first of those who are skipped

    @property
    def messages(self) -> list[str]:
        """What the entries say beyond the meaning of their code, each once."""
        texts = {entry.entry.message for entry in self.entries}
        return sorted(texts - {str(self.words.meaning)})

    @property
    def sessions(self) -> list[datetime]:
        return sorted((entry.session for entry in self.entries if entry.session), reverse=True)


@dataclass(frozen=True)
class OpenWarning:
    """What is open of one label (E1 to E6) and needs attention, or doesn't, with its causes."""

    causes: list[Cause]

    @property
    def code(self) -> str:
        return self.causes[0].words.label

    @property
    def title(self) -> str:
        return str(self.causes[0].words.title)

    @property
    def severity(self) -> str:
        """The gravest."""
        return min((entry.entry.severity for entry in self._entries), key=GRAVITY.__getitem__)

    @property
    def needs_attention(self) -> bool:
        return self._entries[0].entry.needs_attention

    @property
    def since(self) -> datetime:
        return min(entry.entry.created_at for entry in self._entries)

    @property
    def last_seen(self) -> datetime:
        return max(entry.entry.last_seen_at for entry in self._entries)

    @property
    def _entries(self) -> list[Explained]:
        return [entry for cause in self.causes for entry in cause.entries]


@dataclass(frozen=True)
class Line:
    """Something that happened: an entry, with the counts that it opens into."""

    entry: AuditEntry
    words: Definition
    session: datetime | None
    changes: list[Change]


@require_safe
def audit_panel(request: Request, slug: str, zoom_webinar_id: int) -> HttpResponse:
    """The page, the panel, or the part of it that htmx asks for."""
    brand = connected_brand(slug)
    webinar = webinar_of(brand, zoom_webinar_id)
    (row,) = rows_of(brand, [webinar])
    entries = AuditEntry.objects.filter(webinar=webinar)
    past = (
        entries.filter(state=AuditEntry.State.RESOLVED).order_by("-created_at", "-pk").select_related("run")
    )
    page = paginate(request, past, ENTRIES_PER_PAGE)
    still_open = [
        *entries.open().order_by("-created_at", "-pk"),
        *open_of_account(brand, webinar).order_by("-pk"),
    ]
    warnings = _warnings(request, brand, row, explained(still_open))
    context = {
        "brand": brand,
        "page_url": reverse("zoom:audit", args=[brand.slug, zoom_webinar_id]),
        "webinar": webinar,
        "row": row,
        "events_url": _events_url(webinar),
        "skipped_url": f"{reverse('skipped:list')}?webinar={webinar.pk}",
        "zoom_url": zoom_page(zoom_webinar_id),
        "why_not": why_not(row.verdict),
        "warnings": [warning for warning in warnings if warning.needs_attention],
        "notes": [warning for warning in warnings if not warning.needs_attention],
        "lines": [_line(*row_) for row_ in explained(page.object_list)],
        "page": page,
        "may_sync": may(request, Right.SYNC_NOW) and is_readable(brand.connection) and bool(row.verdict),
        "may_acknowledge": may(request, Right.ACKNOWLEDGE_WARNINGS),
        "in_panel": bool(request.htmx) and request.htmx.target == "panel",
    }
    drawn = render_panel(request, TEMPLATE, context, "audit-log", "sync-status", "entries")
    has_ended = request.htmx and request.htmx.target == "sync-status" and not row.is_active
    return trigger_client_event(drawn, WEBINAR_CHANGED, {}) if has_ended else drawn


def _warnings(request: Request, brand: Brand, row: Row, shown: list[Explained]) -> list[OpenWarning]:
    """The gravest first."""
    is_skipping = any(skipped_reason(entry.entry.code) for entry in shown)
    skipped = first_skipped(row.webinar) if is_skipping else {}
    alike: dict[str, list[Explained]] = defaultdict(list)
    for entry in shown:
        alike[entry.words.code].append(entry)
    causes: dict[tuple[str, bool], list[Cause]] = defaultdict(list)
    for _code, entries in sorted(alike.items()):
        meaning, first = entries[0].words, entries[0].entry
        buttons = buttons_of(Place(request, brand, row, first), meaning.actions)
        people = skipped.get(skipped_reason(meaning.code), [])
        causes[meaning.label, first.needs_attention].append(Cause(meaning, entries, buttons, people))
    warnings = [OpenWarning(of_code) for of_code in causes.values()]
    return sorted(warnings, key=lambda entry: (GRAVITY[entry.severity], entry.code))


def _line(entry: AuditEntry, definition: Definition, session: datetime | None) -> Line:
    changes = changes_of(counts_of(entry.values.get("changes")), entry.run_id)
    return Line(entry, definition, session, changes)


def _events_url(webinar: Webinar) -> str:
    """The event of its only session, the list of those of a series, or nothing while there is none."""
    events = list(MarketingEvent.objects.filter(occurrence__webinar=webinar).values_list("pk", flat=True)[:2])
    if len(events) == 1:
        return reverse("events:detail", args=events)
    return f"{reverse('events:list')}?q={webinar.zoom_webinar_id}" if events else ""
