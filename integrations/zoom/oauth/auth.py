"""Zoom's OAuth as requests to send and answers to read: both ways of signing in (D2). No I/O, no models.

Server-to-Server: `account_credentials`, a token for an hour, no refresh token. OAuth: `authorization_code`
with state and PKCE, then `refresh_token`, where each answer brings a new refresh token and ends the old one.
Who stores tokens, and when they are asked for, is decided in `tokens.py`.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

import msgspec

from core.messages import Message
from integrations.zoom.errors import SignInRefused
from integrations.zoom.http.decoding import decode_one
from integrations.zoom.http.lenient_json import loads
from integrations.zoom.http.responses import (
    Reply,
    bad_answer,
    error_details,
    raise_for_error,
    read_object,
)
from integrations.zoom.http.transport import Request


@dataclass(frozen=True, slots=True)
class App:
    """The app in Zoom (in its Marketplace) that we act as. `oauth_url` is "https://zoom.us" or a stand-in."""

    oauth_url: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """What Zoom hands out when it lets us in. `refresh_token` is "" for Server-to-Server."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime
    scopes: str
    api_url: str


@dataclass(frozen=True, slots=True)
class Authorization:
    """A visit to Zoom's consent page: the browser goes to `url`, its session keeps the rest meanwhile."""

    url: str
    state: str = field(repr=False)
    code_verifier: str = field(repr=False)


class _TokenAnswer(msgspec.Struct):
    access_token: str
    expires_in: int = 3600
    refresh_token: str = ""
    scope: str = ""
    api_url: str = ""


def begin_authorization(app: App, redirect_uri: str) -> Authorization:
    """A fresh visit, with a state that no one can guess and a PKCE verifier (RFC 7636, S256)."""
    state = secrets.token_urlsafe(32)
    verifier = secrets.token_urlsafe(64)
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": redirect_uri,
        "state": state,
        "code_challenge": pkce_challenge(verifier),
        "code_challenge_method": "S256",
    }
    return Authorization(f"{app.oauth_url}/oauth/authorize?{urlencode(query)}", state, verifier)


def pkce_challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


# Server-to-Server: the account owner's token, 3600 s. Zoom has been said to end the previous token when it
# gives a new one (ZoomNet 269), so all workers share one.
def account_credentials(app: App, account_id: str) -> Request:
    return _token_request(app, {"grant_type": "account_credentials", "account_id": account_id})


# The code lives for 5 minutes.
def exchange_code(app: App, code: str, redirect_uri: str, code_verifier: str) -> Request:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
    return _token_request(app, form | {"code_verifier": code_verifier}, code, code_verifier)


# "New access and new refresh token; the old one becomes invalid": the answer must be stored at once.
def refresh(app: App, refresh_token: str) -> Request:
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return _token_request(app, form, refresh_token)


# In the form, as in Zoom's own collection of examples: a query string ends up in logs.
def revoke(app: App, token: str) -> Request:
    return Request(
        call="POST /oauth/revoke",
        method="POST",
        url=f"{app.oauth_url}/oauth/revoke",
        authorization=_basic(app),
        form={"token": token},
        secrets=(token, app.client_secret),
    )


def read_grant(reply: Reply, now: datetime) -> Grant:
    """The answer of a token call. Raises TryLater, or SignInRefused with what to do about it."""
    _raise_refusal(reply)
    raise_for_error(reply, now)
    try:
        answer = decode_one(read_object(reply, now), _TokenAnswer)
    except msgspec.ValidationError as error:
        raise bad_answer(reply, str(error)) from None
    return Grant(
        access_token=answer.access_token,
        refresh_token=answer.refresh_token,
        expires_at=now + timedelta(seconds=answer.expires_in),
        scopes=answer.scope,
        api_url=answer.api_url,
    )


def refused_at_consent(error: str) -> SignInRefused:
    """For when Zoom sends the browser back with `?error=` instead of a code."""
    return SignInRefused(_REMEDIES.get(error), reason=error[:50])


# The `error` of an OAuth answer, and what a person can do about it.
_REMEDIES = {
    "invalid_client": Message("zoom.unknown_client"),
    "unauthorized_client": Message("zoom.wrong_way_to_connect"),
    "unsupported_grant_type": Message("zoom.wrong_app_type"),
    "invalid_grant": Message("zoom.permission_over"),
    "invalid_request": Message("zoom.bad_account_or_code"),
    "access_denied": Message("zoom.access_not_approved"),
}


def _raise_refusal(reply: Reply) -> None:
    """OAuth errors look like `{"reason": "Invalid Token!", "error": "invalid_grant"}`, mostly HTTP 400."""
    try:
        body = loads(reply.body)
    except ValueError:
        return
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, str) and reply.status < 429:
        raise SignInRefused(_REMEDIES.get(error), reason=error, details=error_details(reply))


def _token_request(app: App, form: dict[str, str], *form_secrets: str) -> Request:
    return Request(
        call="POST /oauth/token",
        method="POST",
        url=f"{app.oauth_url}/oauth/token",
        authorization=_basic(app),
        form=form,
        secrets=(app.client_secret, *form_secrets),
    )


def _basic(app: App) -> str:
    pair = f"{app.client_id}:{app.client_secret}".encode()
    return f"Basic {base64.b64encode(pair).decode()}"
