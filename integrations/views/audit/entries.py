"""Entries of the audit log for the pages: which ones the address asks for, and each with its words."""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from django.utils.translation import gettext as _

from core.filters import Day, Filter, chosen_day, chosen_filter
from integrations import audit
from integrations.models import AuditEntry, WebinarInstance
from integrations.models.audit import AuditEntryQuerySet
from integrations.views._shared.list_query import ListQuery, conditions

ATTENTION = "attention"  # of the filter by state


class Explained(NamedTuple):
    """An entry with what its code means, and when the session that it is about began."""

    entry: AuditEntry
    words: audit.Definition
    session: datetime | None


def explained(entries: Iterable[AuditEntry]) -> list[Explained]:
    """At most one query."""
    listed = list(entries)
    known = session_starts({entry.session_uuid for entry in listed})
    return [
        Explained(entry, audit.definition_of_stored(entry.code), known.get(entry.session_uuid))
        for entry in listed
    ]


def session_starts(uuids: set[str]) -> dict[str, datetime | None]:
    """When each of these sessions began. At most one query."""
    known = uuids - {""}
    if not known:
        return {}
    return dict(WebinarInstance.objects.filter(uuid__in=known).values_list("uuid", "started_at"))


class EntryQuery(ListQuery):
    """What the address asks for of the audit log."""

    @cached_property
    def severity(self) -> Filter:
        options = [("", _("All")), *AuditEntry.Severity.choices]
        return chosen_filter(self.request, "severity", _("Severity"), options)

    @cached_property
    def state(self) -> Filter:
        states = ((state.value, str(state.label)) for state in AuditEntry.State)
        options = [("", _("All")), (ATTENTION, _("Needs attention")), *states]
        return chosen_filter(self.request, "state", _("State"), options)

    @cached_property
    def code(self) -> Filter:
        options = [
            (label, f"{label} {title}" if _is_warning(label) else title) for label, title in audit.titles()
        ]
        return chosen_filter(self.request, "code", _("Event"), [("", _("All")), *options])

    @cached_property
    def since(self) -> Day:
        return chosen_day(self.request, "from", _("From"))

    @cached_property
    def until(self) -> Day:
        return chosen_day(self.request, "to", _("To"))

    @property
    def choices(self) -> list[Filter]:
        return [self.severity, self.state, self.code]

    @property
    def days(self) -> list[Day]:
        return [self.since, self.until]

    def entries(self) -> AuditEntryQuerySet:
        """In no order."""
        rows = AuditEntry.objects.search(self.search).since(self.since.start).until(self.until.end)
        columns = conditions(
            severity=self.severity.chosen,
            webinar=self.webinar.chosen,
            webinar__host_email=self.host.chosen,
            brand__slug=self.brand.chosen,
        )
        if self.state.chosen == ATTENTION:
            rows = rows.open().needing_attention()
        elif self.state.chosen:
            rows = rows.filter(state=self.state.chosen)
        if self.code.chosen:
            rows = rows.filter(code__in=audit.codes_of(self.code.chosen))
        return rows.filter(**columns)


def _is_warning(label: str) -> bool:
    """E1 to E6 are known by their labels."""
    return label[:1] == "E" and label[1:].isdecimal()
