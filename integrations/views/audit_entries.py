"""Entries of the audit log for the pages: which ones the address asks for, and each with its words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from django.utils.translation import gettext as _

from integrations import audit
from integrations.models import AuditEntry, Brand, Webinar, WebinarSession
from integrations.models.audit import AuditEntryQuerySet
from zoomsync.lib.filters import Day, Filter, Only, Set, chosen_day, chosen_filter
from zoomsync.lib.web import Request

MOST_HOSTS = 500  # in a list to choose from; others are found by the search


class Explained(NamedTuple):
    """An entry with what its code means, and when the session that it is about began."""

    entry: AuditEntry
    words: audit.Definition
    session: datetime | None


def explained(entries: Iterable[AuditEntry]) -> list[Explained]:
    """At most one query."""
    listed = list(entries)
    uuids = {entry.session_uuid for entry in listed} - {""}
    starts = WebinarSession.objects.filter(uuid__in=uuids).values_list("uuid", "started_at") if uuids else ()
    known = dict(starts)
    return [
        Explained(entry, audit.definition(entry.code, entry.cause), known.get(entry.session_uuid))
        for entry in listed
    ]


@dataclass(frozen=True)
class Asked:
    """What the address asks for. At most three queries, for the names to choose from."""

    request: Request

    @cached_property
    def search(self) -> str:
        return self.request.GET.get("q", "").strip()

    @cached_property
    def severity(self) -> Filter:
        options = [("", _("All")), *((s.value, str(s.label)) for s in AuditEntry.Severity)]
        return chosen_filter(self.request, "severity", _("Severity"), options)

    @cached_property
    def state(self) -> Filter:
        options = [("", _("All")), *((s.value, str(s.label)) for s in AuditEntry.State)]
        return chosen_filter(self.request, "state", _("State"), options)

    @cached_property
    def code(self) -> Filter:
        titles = {code: str(words.title) for (code, _cause), words in sorted(audit.DEFINITIONS.items())}
        options = [
            (code, f"{code} {title}" if _is_warning(code) else title) for code, title in titles.items()
        ]
        return chosen_filter(self.request, "code", _("What"), [("", _("All")), *options])

    @cached_property
    def host(self) -> Filter:
        hosts = Webinar.objects.exclude(host_email="").values_list("host_email", flat=True)
        listed = hosts.order_by("host_email").distinct()[:MOST_HOSTS]
        return chosen_filter(self.request, "host", _("Host"), [("", _("All")), *((h, h) for h in listed)])

    @cached_property
    def brand(self) -> Filter:
        brands = Brand.objects.order_by("-is_primary", "name").values_list("slug", "name")
        return chosen_filter(self.request, "brand", _("Brand"), [("", _("All")), *brands])

    @cached_property
    def webinar(self) -> Only:
        """One that a link named."""
        asked = self.request.GET.get("webinar", "")
        key = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else 0
        found = Webinar.objects.filter(pk=key).only("topic", "zoom_id").first() if key else None
        return Only("webinar", _("Webinar"), str(found.pk) if found else "", str(found or ""))

    @cached_property
    def since(self) -> Day:
        return chosen_day(self.request, "from", _("From"))

    @cached_property
    def until(self) -> Day:
        return chosen_day(self.request, "to", _("To"))

    @property
    def filters(self) -> list[Filter]:
        """Those with a list to choose from; a choice among one brand is none."""
        brand = [self.brand] if len(self.brand.options) > 2 or self.brand.chosen else []
        return [self.severity, self.state, self.code, self.host, *brand]

    @property
    def days(self) -> list[Day]:
        return [self.since, self.until]

    @property
    def only(self) -> list[Only]:
        return [self.webinar]

    @property
    def all(self) -> list[Set]:
        return [*self.filters, *self.only, *self.days]

    @property
    def is_filtered(self) -> bool:
        return bool(self.search) or any(one.chosen for one in self.all)

    def entries(self) -> AuditEntryQuerySet:
        """In no order."""
        found = AuditEntry.objects.search(self.search).since(self.since.start).until(self.until.end)
        columns = {
            "severity": self.severity.chosen,
            "state": self.state.chosen,
            "code": self.code.chosen,
            "webinar": self.webinar.chosen,
            "webinar__host_email": self.host.chosen,
            "brand__slug": self.brand.chosen,
        }
        return found.filter(**{name: value for name, value in columns.items() if value})


def _is_warning(code: str) -> bool:
    """E1 to E6 are known by their codes."""
    return code[:1] == "E" and code[1:].isdecimal()
