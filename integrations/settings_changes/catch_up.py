"""Runs for many webinars at once, for what was missed while a switch was off (R35, D14).

Decides whose webinars can catch up: those of a brand that is connected. How a wish joins a run that is there
already is the queue's.
"""

from collections.abc import Collection

from contacts.models import Brand
from integrations.models import SyncRun, Webinar, ZoomConnection
from integrations.settings_changes.history import Actor
from integrations.sync.runs.queue import enqueue_webinars


def catch_up(brand: Brand, webinars: Collection[Webinar], actor: Actor | None, *, full: bool = False) -> int:
    """Have all of them synced soon. `full` reads what is final as well. Returns for how many it is queued.

    A run that waits already is pulled forward; one that is under way may be past what changed, and is
    followed by another.
    """
    connection = ZoomConnection.objects.filter(
        brand=brand, state__in=[ZoomConnection.State.CONNECTED, ZoomConnection.State.NEEDS_ATTENTION]
    ).first()
    if not webinars or connection is None:
        return 0
    enqueue_webinars(
        webinars, SyncRun.Trigger.CATCH_UP, requested_by=actor, depth=SyncRun.Depth.FULL if full else None
    )
    return len(webinars)
