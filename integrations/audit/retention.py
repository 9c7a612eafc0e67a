"""Which entries of the audit log are forgotten. What is open stays."""

from datetime import datetime

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from core.retention import register_retention
from integrations.models import AuditEntry

Severity = AuditEntry.Severity


def _over(cutoff: datetime) -> QuerySet[AuditEntry]:
    """What happened, or was resolved, at the cutoff or before."""
    resolved = AuditEntry.objects.filter(state=AuditEntry.State.RESOLVED, created_at__lte=cutoff)
    return resolved.alias(over_at=Coalesce("resolved_at", "created_at")).filter(over_at__lte=cutoff)


def old_information(cutoff: datetime) -> QuerySet[AuditEntry]:
    return _over(cutoff).filter(severity=Severity.INFO)


def old_warnings(cutoff: datetime) -> QuerySet[AuditEntry]:
    return _over(cutoff).exclude(severity=Severity.INFO)


register_retention("information in the audit log", "KEEP_AUDIT_INFORMATION_DAYS", old_information)
register_retention("resolved warnings", "KEEP_RESOLVED_WARNINGS_DAYS", old_warnings)
