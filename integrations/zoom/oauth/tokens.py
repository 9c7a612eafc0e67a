"""The access token of a connection, shared by all workers through the database and fetched by one of them.

Single flight: who fetches holds a lease, taken by a conditional UPDATE; no lock is held while Zoom is called,
and the others wait and read again. Rotation: the refresh token that came with an answer is stored before
anything else happens with it, and never over a newer one. Knows how to ask for a token, not what for.
"""

import logging
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from core.database import flush_this_commit
from core.messages import Message
from core.retry import retrying
from integrations.models import ZoomConnection
from integrations.zoom.errors import NotConnected, SignInRefused, TokenUnavailable, TryLater, Unavailable
from integrations.zoom.http.transport import Request, Timeouts, Transport
from integrations.zoom.oauth import auth
from integrations.zoom.oauth.auth import App, Grant

logger = logging.getLogger(__name__)

# A token must still be valid for a call that waits for its slot first and then takes all of its time.
MARGIN = timedelta(seconds=120)
OAUTH_TIMEOUTS = Timeouts(connect=5, read=15, total=20)
ASK_TRIES = 3  # with a pause of a second after the first, and of two after the second
# Longer than all tries together (3 x 20 s and the pauses), so that a lease ends only when its worker is dead.
LEASE = timedelta(seconds=90)
_LOOK_AGAIN = 0.2  # seconds
_STORE_TRIES = 6


@dataclass(frozen=True, slots=True)
class AccessToken:
    value: str = field(repr=False)
    expires_at: datetime
    api_url: str = ""


class TokenSource(Protocol):
    def current(self) -> AccessToken:
        """A valid token. Raises NeedsPerson or TryLater."""

    def renew(self, rejected: AccessToken) -> AccessToken:
        """Another token than this one, which Zoom did not accept."""


class FixedToken:
    """The token of a grant that is not stored yet."""

    def __init__(self, grant: Grant) -> None:
        self._token = AccessToken(grant.access_token, grant.expires_at, grant.api_url)

    def current(self) -> AccessToken:
        return self._token

    def renew(self, rejected: AccessToken) -> AccessToken:
        return rejected


def app_of(zoom: ZoomConnection) -> App:
    """The app that the connection was made with; its secret is kept with it or in ZOOM_CLIENT_SECRET."""
    return App(
        settings.ZOOM_OAUTH_URL,
        zoom.client_id or settings.ZOOM_CLIENT_ID,
        zoom.client_secret or settings.ZOOM_CLIENT_SECRET,
    )


def ask_for_grant(
    request: Request, transport: Transport, sleep: Callable[[float], None] = time.sleep
) -> Grant:
    """Sends a token request, again if Zoom does not answer. Raises SignInRefused or TryLater."""

    def ask() -> Grant:
        return auth.read_grant(transport.send(request), timezone.now())

    return retrying(TryLater, tries=ASK_TRIES, pause=float, sleep=sleep)(ask)


class SharedTokens:
    def __init__(
        self,
        connection_id: int,
        transport: Transport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._connection_id = connection_id
        self._transport = transport
        self._sleep = sleep
        self._token: AccessToken | None = None  # asking the database once is enough while it is valid

    def current(self) -> AccessToken:
        if self._token is None or not _is_fresh(self._token.expires_at):
            self._token = self._obtain(rejected="")
        return self._token

    def renew(self, rejected: AccessToken) -> AccessToken:
        self._token = self._obtain(rejected=rejected.value)
        return self._token

    def _obtain(self, rejected: str) -> AccessToken:
        """The stored token, or one that this worker or another one fetches now."""
        give_up = time.monotonic() + LEASE.total_seconds() * 2
        while time.monotonic() < give_up:
            row = self._row()
            token = _usable(row, rejected)
            if token is not None:
                return token
            holder = self._take_lease()
            if holder:
                return self._fetch(holder, rejected, after_a_crash=bool(row.token_lease_holder))
            self._sleep(_LOOK_AGAIN)
        raise TokenUnavailable(Message("zoom.token_being_fetched"))

    def _row(self) -> ZoomConnection:
        row = ZoomConnection.objects.filter(pk=self._connection_id).first()
        if row is None or row.state == ZoomConnection.State.DISCONNECTED:
            raise NotConnected
        return row

    def _take_lease(self) -> str:
        """This worker's name as the holder; "" when another one holds the lease."""
        holder, now = uuid.uuid4().hex, timezone.now()
        is_free = Q(token_lease_until=None) | Q(token_lease_until__lt=now)
        taken = ZoomConnection.objects.filter(is_free, pk=self._connection_id).update(
            token_lease_until=now + LEASE, token_lease_holder=holder
        )
        return holder if taken else ""

    def _release(self, holder: str) -> None:
        ZoomConnection.objects.filter(pk=self._connection_id, token_lease_holder=holder).update(
            token_lease_until=None, token_lease_holder=""
        )

    def _fetch(self, holder: str, rejected: str, *, after_a_crash: bool) -> AccessToken:
        try:
            row = self._row()  # again: another worker may have come to its end before our lease began
            token = _usable(row, rejected)
            if token is not None:
                return token
            grant = self._ask(row, after_a_crash=after_a_crash)
            return _stored_safely(row, grant)
        finally:
            self._release(holder)

    def _ask(self, row: ZoomConnection, *, after_a_crash: bool) -> Grant:
        try:
            with closing(self._transport or Transport(OAUTH_TIMEOUTS)) as transport:
                return ask_for_grant(_request_for(row), transport, self._sleep)
        except Unavailable as error:
            raise TokenUnavailable(error.explanation, details=error.details) from None
        except SignInRefused as error:
            if error.reason == "invalid_grant" and after_a_crash:
                error = SignInRefused(
                    Message("zoom.renewal_lost"),
                    reason=error.reason,
                    details=error.details,
                )
            _note_refusal(row, error)
            raise error from None


def _request_for(row: ZoomConnection) -> Request:
    if row.auth_kind == ZoomConnection.Auth.SERVER_TO_SERVER:
        return auth.account_credentials(app_of(row), row.account_id)
    return auth.refresh(app_of(row), row.refresh_token)


def _is_fresh(expires_at: datetime | None) -> bool:
    return expires_at is not None and expires_at > timezone.now() + MARGIN


def _usable(row: ZoomConnection, rejected: str) -> AccessToken | None:
    """The row's token if it will do; None if one must be fetched; raises if none can be."""
    if row.access_token and row.access_token != rejected and _is_fresh(row.token_expires_at):
        assert row.token_expires_at is not None  # noqa: S101 - fresh
        return AccessToken(row.access_token, row.token_expires_at, row.api_url)
    if row.auth_kind == ZoomConnection.Auth.OAUTH and not row.refresh_token:
        raise SignInRefused(row.state_reason or Message("zoom.reconnect"), reason="invalid_grant")
    return None


def _note_refusal(row: ZoomConnection, error: SignInRefused) -> None:
    """For the pages. A permission that is over is forgotten too, so that no worker tries it for ever.

    Only if it is still the one that was refused: a person may have connected again meanwhile.
    """
    with transaction.atomic():
        current = ZoomConnection.objects.select_for_update().get(pk=row.pk)
        is_over = current.state == ZoomConnection.State.DISCONNECTED
        if is_over or current.refresh_token != row.refresh_token:
            return
        if error.reason == "invalid_grant":
            current.access_token = current.refresh_token = ""
        current.state = ZoomConnection.State.NEEDS_ATTENTION
        current.state_reason = error.with_details
        current.save(update_fields=["access_token", "refresh_token", "state", "state_reason"])


def _stored_safely(row: ZoomConnection, grant: Grant) -> AccessToken:
    """Stores at all costs: the old refresh token is void from the moment that Zoom answered."""

    def on_a_new_connection(_state: object) -> None:
        logger.critical("The new permission of Zoom connection %s is not stored yet", row.pk)
        connection.close()

    once_a_second = retrying(
        DatabaseError, tries=_STORE_TRIES, pause=lambda _tries: 1.0, before_sleep=on_a_new_connection
    )
    return once_a_second(lambda: store_grant(row.pk, grant, spent=row.refresh_token))


def store_grant(connection_id: int, grant: Grant, *, spent: str | None = None) -> AccessToken:
    """Makes the grant the connection's own, and returns the token that holds from now on.

    `spent` is the refresh token that the grant was got for. Where the row meanwhile has another one, a person
    has connected again: theirs stays. None stores in any case.
    """
    with transaction.atomic():
        flush_this_commit()
        row = ZoomConnection.objects.select_for_update().get(pk=connection_id)
        is_newer = spent is not None and row.refresh_token not in {"", spent}
        if row.state == ZoomConnection.State.DISCONNECTED and spent is not None:
            raise NotConnected
        if not is_newer:
            _put_into(row, grant)
            row.save(update_fields=_GRANTED)
        expires_at = row.token_expires_at or timezone.now()
        return AccessToken(row.access_token, expires_at, row.api_url)


_GRANTED = [
    "access_token", "refresh_token", "token_expires_at", "scopes", "api_url", "state", "state_reason",
]  # fmt: skip


def _put_into(row: ZoomConnection, grant: Grant) -> None:
    row.access_token = grant.access_token
    row.refresh_token = grant.refresh_token or row.refresh_token
    row.token_expires_at = grant.expires_at
    row.scopes = grant.scopes or row.scopes
    row.api_url = grant.api_url
    row.state = ZoomConnection.State.CONNECTED
    row.state_reason = None
