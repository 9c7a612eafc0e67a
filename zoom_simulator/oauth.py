"""Zoom's OAuth: the page that asks a person for consent, and the exchange of codes and tokens."""

import hashlib
import hmac
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import msgspec
from msgspec import Struct
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from zoom_simulator.account import SimulatedAccount
from zoom_simulator.console.render import html
from zoom_simulator.tokens import Code, Tokens

EXPIRES_IN = 3600


class App(Struct):
    """The app as it is registered in Zoom's marketplace."""

    account_id: str
    scopes: list[str]
    client_id: str = "simulator-client-id"
    client_secret: str = "simulator-client-secret"  # noqa: S105 - a toy, printed on start
    name: str = "Zoomsync"
    redirect_uris: list[str] = []
    """Empty allows every address."""
    active: bool = True
    classic_scopes: bool = False


class OAuth:
    def __init__(self, account: SimulatedAccount, tokens: Tokens, app: App) -> None:
        self.account, self.tokens, self.app = account, tokens, app
        self.accounts = [account]
        """All between which a person chooses on the page that asks for consent."""
        self.on_refresh_token: Callable[[str, str, str], None] = lambda family, token, user: None

    def authorize(self, request: Request) -> Response:
        """GET shows the consent page; its form is posted to the same address and query."""
        problem = self._problem(request)
        if problem:
            return html("oauth_error.html", {"problem": problem}, status=400)
        if request.method == "POST":
            return self._decide(request)
        others = [
            (account.company, account.users[account.owner_id], _with_account(request, account.account_id))
            for account in self.accounts
            if account is not self.account
        ]
        owner = self.account.users[self.account.owner_id]
        context = {"app": self.app, "account": self.account, "owner": owner, "others": others}
        return html("oauth_consent.html", context | {"action": request.full_path})

    def token(self, request: Request) -> Response:
        if self._client_of(request) != (self.app.client_id, self.app.client_secret):
            return _refused(401, "invalid_client", "Invalid client_id or client_secret")
        given = request.values
        match given.get("grant_type"):
            case "account_credentials":
                return self._account_credentials(given.get("account_id", ""))
            case "authorization_code":
                return self._authorization_code(
                    given.get("code", ""), given.get("redirect_uri", ""), given.get("code_verifier", "")
                )
            case "refresh_token":
                return self._refresh(given.get("refresh_token", ""))
            case other:
                return _refused(400, "unsupported_grant_type", f"Unsupported grant type: {other}")

    def revoke(self, request: Request) -> Response:
        if self._client_of(request) != (self.app.client_id, self.app.client_secret):
            return _refused(401, "invalid_client", "Invalid client_id or client_secret")
        if not self.tokens.revoke(request.values.get("token", "")):
            return _refused(400, "invalid_grant", "Invalid Token!")
        return _json({"status": "success"})

    def _problem(self, request: Request) -> str:
        given = request.args
        if given.get("response_type") != "code":
            return "Unsupported response type."
        if given.get("client_id") != self.app.client_id:
            return f"Invalid client_id: {given.get('client_id', '')} (4,700)"
        uri = given.get("redirect_uri", "")
        if not uri or (self.app.redirect_uris and uri not in self.app.redirect_uris):
            return f"Invalid redirect: {uri} (4,700)"
        return ""

    def _decide(self, request: Request) -> Response:
        given = request.args
        if request.form.get("answer") != "allow":
            answer = {"error": "access_denied"}
        else:
            code = self.tokens.new_code(
                given["redirect_uri"],
                given.get("code_challenge", ""),
                given.get("code_challenge_method", "plain"),
                self.account.owner_id,
            )
            answer = {"code": code}
        if "state" in given:
            answer["state"] = given["state"]
        glue = "&" if "?" in given["redirect_uri"] else "?"
        return redirect(given["redirect_uri"] + glue + urlencode(answer), Response=Response)

    def _client_of(self, request: Request) -> tuple[str, str]:
        header = request.headers.get("Authorization", "")
        if header.startswith("Basic "):
            try:
                client_id, _, secret = b64decode(header[6:]).decode().partition(":")
            except ValueError:
                return "", ""
            return client_id, secret
        return request.values.get("client_id", ""), request.values.get("client_secret", "")

    def _account_credentials(self, account_id: str) -> Response:
        if account_id != self.app.account_id or not self.app.active:
            return _refused(400, "invalid_request", "Bad Request")
        return self._granted(self.account.owner_id)

    def _authorization_code(self, text: str, redirect_uri: str, verifier: str) -> Response:
        code = self.tokens.take_code(text)
        if code is None:
            return _refused(400, "invalid_request", f"Invalid authorization code {text}")
        if code.redirect_uri != redirect_uri:
            return _refused(400, "invalid_request", f"Redirect URI mismatch: {redirect_uri}")
        if code.challenge and not _verifies(code, verifier):
            return _refused(400, "invalid_grant", "Invalid code verifier")
        token, family = self.tokens.new_refresh(code.user_id)
        self.on_refresh_token(family, token, code.user_id)
        return self._granted(code.user_id, token, family)

    def _refresh(self, token: str) -> Response:
        following = self.tokens.rotate(token) if self.app.active else None
        if following is None:
            return _refused(400, "invalid_grant", "Invalid Token!")
        new, family, user_id = following
        self.on_refresh_token(family, new, user_id)
        return self._granted(user_id, new, family)

    def _granted(self, user_id: str, refresh: str = "", family: str = "") -> Response:
        scopes = frozenset(self.app.scopes)
        body: dict[str, Any] = {
            "access_token": self.tokens.new_access(user_id, scopes, family),
            "token_type": "bearer",
            "expires_in": EXPIRES_IN,
            "scope": " ".join(sorted(scopes)),
            "api_url": self.account.base_url,
        }
        return _json(body | ({"refresh_token": refresh} if refresh else {}))


def _with_account(request: Request, account_id: str) -> str:
    """The page's address for a person of another account."""
    query = request.args.to_dict() | {"account": account_id}
    return f"{request.path}?{urlencode(query)}"


def _verifies(code: Code, verifier: str) -> bool:
    digest = hashlib.sha256(verifier.encode()).digest()
    s256 = urlsafe_b64encode(digest).decode().rstrip("=")
    return hmac.compare_digest(code.challenge, s256 if code.challenge_method == "S256" else verifier)


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status=status, mimetype="application/json")


def _refused(status: int, error: str, reason: str) -> Response:
    return _json({"reason": reason, "error": error}, status)
