"""The periodic part of the sync: queues the lists of accounts, and the webinars that are due (D13).

A rule has set when a webinar is due, at its last sync. Running this twice at once does no harm: the queue has
one run per webinar.
"""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from integrations.models import SyncRun, Webinar, ZoomConnection
from integrations.settings.effective import excluded_hosts
from integrations.settings.policy import Policy, load_policy
from integrations.sync.runs.queue import enqueue_discovery, enqueue_webinar

DISCOVERY_EVERY = timedelta(minutes=15)
# An account that does not let us in is tried now and then: it may have been put right in Zoom.
DISCOVERY_OF_TROUBLED = timedelta(hours=1)
# So that a first connection of a large account does not fill the queue in one go.
DUE_AT_ONCE = 500

Trigger = SyncRun.Trigger


def tick() -> None:
    """Once a minute: queue what has become due."""
    connected = ZoomConnection.objects.exclude(state=ZoomConnection.State.DISCONNECTED)
    for connection in connected.select_related("brand").order_by("pk"):
        if _discovery_is_due(connection):
            enqueue_discovery(connection, Trigger.SCHEDULE)
        if connection.state == ZoomConnection.State.CONNECTED:
            enqueue_due(connection)


def enqueue_due(connection: ZoomConnection) -> int:
    """Queue the webinars of an account whose time has come and whose switches are on; how many.

    Where only a recording is due, nothing else is read.
    """
    policy = load_policy(connection.brand)
    if not policy.switches.sync_webinars:
        return 0
    own = _switched_on(connection, policy)
    webinars = _syncing(Webinar.objects.due().filter(own), policy)
    for webinar in webinars:
        enqueue_webinar(webinar, Trigger.SCHEDULE)
    recorded = _syncing(Webinar.objects.due_for_recordings().filter(own), policy)
    for webinar in recorded:
        enqueue_webinar(webinar, Trigger.SCHEDULE, depth=SyncRun.Depth.RECORDINGS)
    return len(webinars) + len(recorded)


def _switched_on(connection: ZoomConnection, policy: Policy) -> Q:
    """Those of the account that may be read. What may not stays due, and must not stand before the others."""
    own = Q(connection=connection, sync_enabled=True, is_zoom_event=False)
    if not policy.switches.excluded_hosts:
        return own
    return own & ~Q(host_email__in=excluded_hosts(connection.brand))


def _syncing(due: QuerySet[Webinar], policy: Policy) -> list[Webinar]:
    """Those that sync, and that no run is under way for."""
    idle = due.exclude(runs__state__in=SyncRun.ACTIVE).select_related("host")
    return [webinar for webinar in idle[:DUE_AT_ONCE] if policy.effect(webinar).webinar]


def _discovery_is_due(connection: ZoomConnection) -> bool:
    is_troubled = connection.state == ZoomConnection.State.NEEDS_ATTENTION
    pause = DISCOVERY_OF_TROUBLED if is_troubled else DISCOVERY_EVERY
    begun = SyncRun.objects.filter(
        Q(created_at__gt=timezone.now() - pause) | Q(state__in=SyncRun.ACTIVE),
        connection=connection,
        kind=SyncRun.Kind.DISCOVERY,
    )
    return not begun.exists()
