"""Resets what earlier attempts at a run marked as seen. Their rows stay.

"Seen in this run" means seen by this attempt. An earlier attempt was put off or its worker died, and what
disappeared from Zoom since then would still count as listed.
"""

from django.db.models import Model, QuerySet

from integrations.models import AttendanceRow, Registrant, SkippedPerson, SyncRun, Webinar, ZoomUser
from integrations.sync.context import Context


def forget_earlier(ctx: Context) -> None:
    """Nothing was seen yet, when an attempt begins that is not the run's first."""
    if ctx.run.attempts <= 1:
        return
    with ctx.writing():
        for rows in _listed(ctx.run):
            rows.filter(seen_in_run=ctx.run.pk).update(seen_in_run=None)


def _listed(run: SyncRun) -> tuple[QuerySet[Model], ...]:
    """All that a run of this kind marks as seen."""
    if run.webinar is None:
        return (
            ZoomUser.objects.filter(connection=run.connection),
            Webinar.objects.filter(connection=run.connection),
        )
    return (
        Registrant.objects.filter(webinar=run.webinar),
        AttendanceRow.objects.filter(instance__in=run.webinar.instances.all()),
        SkippedPerson.objects.filter(webinar=run.webinar),
    )
