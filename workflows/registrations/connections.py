"""The account that contacts are registered through: the primary brand's (R77), and a client that is kept."""

import threading
from typing import NamedTuple

from integrations.models import Webinar, ZoomConnection
from integrations.rules.registration_checks import Connection
from integrations.rules.registration_reasons import RefusalReason
from integrations.zoom.client import ZoomClient

# Of what Zoom allows in a day, so that the sync can still read what it must.
SHARE_OF_DAY = 0.8

_clients: dict[tuple[object, ...], ZoomClient] = {}
_lock = threading.Lock()


def primary_connection() -> ZoomConnection | None:
    """The primary brand's connection, also while it is disconnected."""
    return ZoomConnection.objects.select_related("brand").filter(brand__is_primary=True).first()


class Account(NamedTuple):
    """Where Zoom can be asked about a webinar, which is None while no listing has shown it."""

    connection: ZoomConnection
    webinar: Webinar | None


def account_for(zoom_webinar_id: int) -> Account | RefusalReason:
    """The primary brand's account, or why it can't be used. Two queries."""
    connection = primary_connection()
    known = {row.connection_id: row for row in Webinar.objects.filter(zoom_webinar_id=zoom_webinar_id)}
    webinar = known.get(connection.pk) if connection else None
    if known and webinar is None:  # only another brand's account is known to have it (R78)
        return RefusalReason.OTHER_BRAND
    if connection is None:
        return RefusalReason.NO_PRIMARY_CONNECTION
    if connection.state == ZoomConnection.State.DISCONNECTED:
        return RefusalReason.NOT_CONNECTED
    return Account(connection, webinar)


def as_rule_input(zoom: ZoomConnection | None) -> Connection | None:
    if zoom is None:
        return None
    is_connected = zoom.state != ZoomConnection.State.DISCONNECTED
    return Connection(is_connected=is_connected, user_email=zoom.owner_email)


def client_of(zoom: ZoomConnection) -> ZoomClient:
    """One client for all threads of this process: they share its open connections to Zoom."""
    key = zoom.pk, zoom.account_id, zoom.client_id, zoom.plan
    with _lock:
        if key not in _clients:
            _clients[key] = ZoomClient.of(zoom, share_of_day=SHARE_OF_DAY)
        return _clients[key]


def close_clients() -> None:
    """For tests, and before a process forks."""
    with _lock:
        for client in _clients.values():
            client.close()
        _clients.clear()
