"""Connects a brand with its Zoom account, in both ways (D2), and disconnects it.

An account belongs to one brand, and a brand keeps its account. A row is written only after Zoom has let us in
and let us read. `also` writes what goes with it in the same transaction.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.conf import settings
from django.db import IntegrityError, transaction
from msgspec.structs import replace

from contacts.models import Brand
from core.messages import Message
from integrations.models import ZoomConnection
from integrations.zoom.client import ZoomClient
from integrations.zoom.errors import NeedsPerson, NeedsSettings, NoWebinarPlan, ZoomError
from integrations.zoom.http.pacing import Unpaced
from integrations.zoom.http.page_prefetcher import Fetcher
from integrations.zoom.http.transport import Transport
from integrations.zoom.oauth import auth
from integrations.zoom.oauth.auth import App, Authorization, Grant
from integrations.zoom.oauth.tokens import (
    OAUTH_TIMEOUTS,
    FixedToken,
    app_of,
    ask_for_grant,
    store_grant,
)
from integrations.zoom.records import Account

type Also = Callable[[ZoomConnection], object]


def _nothing_else(_connection: ZoomConnection) -> None:
    pass


def connect_server_to_server(
    brand: Brand, *, account_id: str, client_id: str, client_secret: str, also: Also = _nothing_else
) -> ZoomConnection:
    """Raises SignInRefused for credentials that Zoom does not accept, MissingScope where we could not read
    its webinars; then nothing has changed. A brand that is new is saved along with its connection.
    """
    app = App(settings.ZOOM_OAUTH_URL, client_id, client_secret)
    grant = ask_for_grant(auth.account_credentials(app, account_id), Transport(OAUTH_TIMEOUTS))
    _look_at_webinars(grant)
    return _save(
        brand,
        grant,
        replace(_owner_if_known(grant), account_id=account_id),
        also,
        auth_kind=ZoomConnection.Auth.SERVER_TO_SERVER,
        client_id=client_id,
        client_secret=client_secret,
    )


def begin_authorization(redirect_uri: str) -> Authorization:
    """Where to send the browser, and what its session has to keep until it is back."""
    return auth.begin_authorization(_own_app(), redirect_uri)


def finish_authorization(
    brand: Brand, *, code: str, redirect_uri: str, code_verifier: str, also: Also = _nothing_else
) -> ZoomConnection:
    """The browser is back with a code, and its state was the one we gave it (checked by the caller)."""
    app = _own_app()
    request = auth.exchange_code(app, code, redirect_uri, code_verifier)
    grant = ask_for_grant(request, Transport(OAUTH_TIMEOUTS))
    with _revoked_unless_kept(app, grant):
        owner = _owner(grant)
        _look_at_webinars(grant, "me")
        return _save(brand, grant, owner, also, auth_kind=ZoomConnection.Auth.OAUTH, client_id=app.client_id)


def forget(connection: ZoomConnection, *, reason: Message | None = None, also: Also = _nothing_else) -> None:
    """Forgets how to sign in. What was synced stays."""
    with transaction.atomic():
        ZoomConnection.objects.filter(pk=connection.pk).update(
            state=ZoomConnection.State.DISCONNECTED, state_reason=reason, access_token="", refresh_token="",
            client_secret="", webhook_secret="", token_expires_at=None,
        )  # fmt: skip
        also(connection)
    connection.refresh_from_db()


def disconnect(connection: ZoomConnection, *, also: Also = _nothing_else) -> None:
    """Forgets the tokens here, whatever Zoom says, then revokes them in Zoom."""
    app, tokens = app_of(connection), (connection.access_token, connection.refresh_token)
    forget(connection, also=also)
    _revoke(app, *tokens)


@contextmanager
def _revoked_unless_kept(app: App, grant: Grant) -> Iterator[None]:
    """Revokes the permission where the connection fails: it would never be used."""
    try:
        yield
    except BaseException:
        _revoke(app, grant.access_token, grant.refresh_token)
        raise


def _revoke(app: App, *tokens: str) -> None:
    transport = Transport(OAUTH_TIMEOUTS)
    for token in sorted({*tokens} - {""}):
        try:
            transport.send(auth.revoke(app, token))
        except ZoomError:
            continue  # it ends by itself within the hour; the page must not fail because Zoom is away


def _own_app() -> App:
    if not settings.ZOOM_CLIENT_ID or not settings.ZOOM_CLIENT_SECRET:
        raise NeedsSettings(Message("zoom.app_not_set"))
    return App(settings.ZOOM_OAUTH_URL, settings.ZOOM_CLIENT_ID, settings.ZOOM_CLIENT_SECRET)


def _look_at_webinars(grant: Grant, user_id: str = "") -> None:
    """What nothing works without: a scope that lacks is named now, not by the first sync.

    Without a user the first one of the account is meant: Server-to-Server may have no "me".
    """
    with ZoomClient(Fetcher(FixedToken(grant), Unpaced())) as zoom:
        user_ids = [user_id] if user_id else [user.id for user in next(zoom.users()).items[:1]]
        with suppress(NoWebinarPlan):
            for key in user_ids:
                next(zoom.webinars(key))


def _owner(grant: Grant) -> Account:
    with ZoomClient(Fetcher(FixedToken(grant), Unpaced())) as zoom:
        return zoom.account()


def _owner_if_known(grant: Grant) -> Account:
    """Whether "me" works with Server-to-Server is not settled, and the account is known without it."""
    try:
        return _owner(grant)
    except ZoomError:
        return Account(id="")


def _save(brand: Brand, grant: Grant, owner: Account, also: Also, **app: str) -> ZoomConnection:
    if not owner.account_id:
        raise NeedsPerson(Message("zoom.account_unknown"))
    with transaction.atomic():
        if brand.pk is None:
            brand.save()
        connection = _row_of(brand, owner.account_id)
        values = {"access_token": "", "refresh_token": "", "client_secret": "", **app}
        values |= {"account_id": owner.account_id, "owner_email": owner.email}
        for name, value in values.items():
            setattr(connection, name, value)
        connection.state = ZoomConnection.State.CONNECTED
        _save_unless_taken(connection)
        store_grant(connection.pk, grant)
        connection.refresh_from_db()
        also(connection)
    return connection


def _row_of(brand: Brand, account_id: str) -> ZoomConnection:
    """The brand's connection, or a new one. Webinars of two accounts must not mix."""
    row = ZoomConnection.objects.select_for_update().filter(brand=brand).first()
    if row and row.account_id != account_id and row.webinars.exists():
        raise NeedsPerson(Message("zoom.brand_has_other_account", brand=brand.name))
    return row or ZoomConnection(brand=brand)


def _save_unless_taken(connection: ZoomConnection) -> None:
    taken = ZoomConnection.objects.filter(account_id=connection.account_id).exclude(pk=connection.pk)
    other = taken.exclude(state=ZoomConnection.State.DISCONNECTED).select_related("brand").first()
    if other:
        raise NeedsPerson(Message("zoom.account_of_other_brand", brand=other.brand.name))
    try:
        with transaction.atomic():
            connection.save()
    except IntegrityError as error:  # the other brand was quicker, just now
        raise NeedsPerson(Message("zoom.account_of_other_brand")) from error
