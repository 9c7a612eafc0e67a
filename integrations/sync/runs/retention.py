"""Which runs are forgotten: at once those that found nothing, later those that a newer success replaced."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.retention import register_retention
from integrations.models import AuditEntry, SyncLogLine, SyncRun

_AUTOMATIC = (SyncRun.Trigger.SCHEDULE, SyncRun.Trigger.WEBHOOK)


def forget_idle_before(run: SyncRun) -> None:
    """Deletes automatic runs before this one that changed nothing and have nothing to tell.

    So a webinar that is checked every few minutes keeps one such run, the newest.
    """
    idle = SyncRun.objects.filter(
        connection=run.connection_id,
        webinar=run.webinar_id,
        kind=run.kind,
        state=SyncRun.State.COMPLETE,
        trigger__in=_AUTOMATIC,
        changes={},
        pk__lt=run.pk,
    )
    log_lines = Exists(SyncLogLine.objects.filter(run=OuterRef("pk")))
    named = Exists(AuditEntry.objects.filter(run=OuterRef("pk")))
    idle.filter(~log_lines, ~named).delete()


def replaced_runs(cutoff: datetime) -> QuerySet[SyncRun]:
    """Runs that are over and have had a newer success since before the cutoff, with steps and log lines.

    The last success of a webinar stays, and so does every failure after it.
    """
    newer = SyncRun.objects.filter(
        state=SyncRun.State.COMPLETE, finished_at__lte=cutoff, pk__gt=OuterRef("pk")
    )
    of_webinar = Exists(newer.filter(webinar=OuterRef("webinar")))
    of_account = Q(webinar=None) & Exists(newer.filter(webinar=None, connection=OuterRef("connection")))
    over = SyncRun.objects.filter(created_at__lte=cutoff).exclude(state__in=SyncRun.ACTIVE)
    return over.filter(of_webinar | of_account)


register_retention("sync runs", "KEEP_SYNC_RUNS_DAYS", replaced_runs)
