"""Connecting a brand with its Zoom account and disconnecting it, with all that goes with it (D2, R9).

Beside the connection itself (`zoom_account`): the brand's settings, the contact properties (R59-R63), the
history, the audit log, and which scopes the Zoom app lacks. One transaction each, so that a rejected change
leaves nothing behind. The caller reads the account's users and webinars.
"""

from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import Brand
from core.messages import Message
from integrations import audit
from integrations.audit import AuditCode
from integrations.connections import zoom_account
from integrations.connections.brands import complete_brand
from integrations.connections.contact_properties import ensure_zoom_properties
from integrations.models import SyncRun, ZoomConnection
from integrations.settings_changes.apply_change import demand_right
from integrations.settings_changes.history import Actor, Scope, change_of
from integrations.sync.scope_warnings import settle_missing_scopes


def connect_server_to_server(
    brand: Brand, *, account_id: str, client_id: str, client_secret: str, actor: Actor | None
) -> ZoomConnection:
    """By Server-to-Server OAuth. Raises `ZoomError` with what to do about it; then nothing was written.

    A brand that is not saved yet is saved along with its connection.
    """
    demand_right(actor)
    return zoom_account.connect_server_to_server(
        brand,
        account_id=account_id.strip(),
        client_id=client_id.strip(),
        client_secret=client_secret.strip(),
        also=partial(_connected, actor=actor),
    )


def finish_oauth(
    brand: Brand, *, code: str, redirect_uri: str, code_verifier: str, actor: Actor | None
) -> ZoomConnection:
    """The end of a visit to Zoom's consent page. Raises `ZoomError`; then nothing was written."""
    demand_right(actor)
    return zoom_account.finish_authorization(
        brand,
        code=code,
        redirect_uri=redirect_uri,
        code_verifier=code_verifier,
        also=partial(_connected, actor=actor),
    )


def disconnect(connection: ZoomConnection, *, actor: Actor | None) -> None:
    """Ends the connection here and in Zoom. All that was synced stays."""
    demand_right(actor)
    zoom_account.disconnect(connection, also=partial(_disconnected, actor=actor))


def deauthorized(connection: ZoomConnection) -> None:
    """The app was removed in Zoom: the permission is over, whatever we do."""

    def also(connection: ZoomConnection) -> None:
        _disconnected(connection, actor=None, by=_("Zoom"))
        audit.warn(connection.brand, AuditCode.APP_REMOVED)

    zoom_account.forget(connection, reason=Message("zoom.app_removed"), also=also)


def _connected(connection: ZoomConnection, *, actor: Actor | None) -> None:
    brand = connection.brand
    complete_brand(brand)
    ensure_zoom_properties()
    account = connection.account_id
    change_of(brand, actor, Scope.CONNECTION, "account", "", account, target=account).save()
    way = Message(f"auth_kind.{connection.auth_kind}")
    audit.record(brand, AuditCode.CONNECTED, {"account": account, "way": way})
    cured = (AuditCode.ACCOUNT_CREDENTIALS_REJECTED, AuditCode.APP_REMOVED)
    audit.clear(brand, *cured, because=Message("resolution.reconnected"))
    settle_missing_scopes(connection)


def _disconnected(connection: ZoomConnection, *, actor: Actor | None, by: str = "") -> None:
    """Runs that wait for this account would only fail; those under way end by themselves."""
    brand, account = connection.brand, connection.account_id
    change = change_of(brand, actor, Scope.CONNECTION, "account", account, "", target=account)
    change.actor_name = by or change.actor_name
    change.save()
    SyncRun.objects.filter(connection=connection, state=SyncRun.State.QUEUED).update(
        state=SyncRun.State.FAILED, error=Message("resolution.disconnected"), finished_at=timezone.now()
    )
    audit.clear(brand, "connection", because=Message("resolution.disconnected"))
    audit.record(brand, AuditCode.DISCONNECTED, {"account": account})
