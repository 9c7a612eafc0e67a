"""Acknowledging a warning: someone knows of it, so it counts no more until it gets worse (D20)."""

from typing import Any, Protocol

from django.db.models import QuerySet
from django.utils import timezone

from integrations.models import AuditEntry

LONGEST_NOTE = 500
CLEARED: dict[str, Any] = {
    "acknowledged_at": None,
    "acknowledged_by": None,
    "acknowledged_by_name": "",
    "acknowledgement": "",
}


class Person(Protocol):
    pk: Any


def acknowledge(entry: AuditEntry, by: Person, note: str = "") -> int:
    """Acknowledge the warning, of all sessions of its webinar. Returns how many entries that are."""
    return _same(entry).update(
        acknowledged_at=timezone.now(),
        acknowledged_by=by.pk,
        acknowledged_by_name=str(by)[:254],
        acknowledgement=note.replace("\0", "").strip()[:LONGEST_NOTE],
    )


def undo_acknowledgement(entry: AuditEntry) -> int:
    """Have the warning count again."""
    return _same(entry).update(**CLEARED)


def is_worse(old: AuditEntry, new: AuditEntry) -> bool:
    """Whether what was acknowledged is not all of it any more: graver, or of more people or rows."""
    return _gravity(new) > _gravity(old) or _count(new) > _count(old)


def _same(entry: AuditEntry) -> QuerySet[AuditEntry]:
    warnings = AuditEntry.objects.open().exclude(severity=AuditEntry.Severity.INFO)
    return warnings.filter(brand=entry.brand_id, webinar=entry.webinar_id, code=entry.code)


def _gravity(entry: AuditEntry) -> int:
    return list(AuditEntry.Severity).index(AuditEntry.Severity(entry.severity))


def _count(entry: AuditEntry) -> int:
    count = entry.values.get("count", 0)
    return count if isinstance(count, int) else 0
