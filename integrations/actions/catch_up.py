"""Runs for many webinars at once, for what was missed while a switch was off (R35, D14).

The same rule as `integrations.sync.queue` keeps for one webinar (one run that is not over yet for each), in a
constant number of statements however many webinars there are.
"""

from collections.abc import Collection

from django.utils import timezone

from integrations.actions.history import Actor
from integrations.models import Brand, SyncRun, Webinar, ZoomConnection
from integrations.sync.wake import wake_worker


def catch_up(brand: Brand, webinars: Collection[Webinar], actor: Actor | None, *, full: bool = False) -> int:
    """Have all of them synced soon. `full` reads what is final as well. Returns for how many it is queued.

    A run that waits already is pulled forward; one that is under way may be past what changed, and is
    followed by another. Must run inside a transaction.
    """
    connection = ZoomConnection.objects.filter(
        brand=brand, state__in=[ZoomConnection.State.CONNECTED, ZoomConnection.State.NEEDS_ATTENTION]
    ).first()
    if not webinars or connection is None:
        return 0
    same = SyncRun.objects.filter(webinar__in=[webinar.pk for webinar in webinars])
    fuller = {"is_full": True} if full else {}
    same.filter(state=SyncRun.State.RUNNING).update(run_again=True, **fuller)
    same.filter(state=SyncRun.State.QUEUED).update(not_before=timezone.now(), **fuller)
    SyncRun.objects.bulk_create(
        (_run(connection, webinar, actor, full) for webinar in webinars), ignore_conflicts=True
    )
    wake_worker()
    return len(webinars)


def _run(connection: ZoomConnection, webinar: Webinar, actor: Actor | None, full: bool) -> SyncRun:
    return SyncRun(
        connection=connection,
        webinar=webinar,
        kind=SyncRun.Kind.WEBINAR,
        trigger=SyncRun.Trigger.CATCH_UP,
        requested_by_id=actor.pk if actor else None,
        is_full=full,
    )
