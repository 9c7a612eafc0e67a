"""How an endpoint of the API is declared, and what its handler is given.

A handler returns a body (sent as JSON with status 200) or an `Answer`; it raises `ZoomError` for everything
else.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import msgspec
from msgspec import Struct
from werkzeug.wrappers import Request

from zoom_simulator import errors
from zoom_simulator.account import SimulatedAccount
from zoom_simulator.account.rows import User
from zoom_simulator.limits import Limits
from zoom_simulator.paging import Pages
from zoom_simulator.tokens import Grant, Tokens


class Answer(Struct):
    status: int
    body: Any = None


class Call(Struct):
    """One request to the API, authorised and routed."""

    account: SimulatedAccount
    pages: Pages
    tokens: Tokens
    limits: Limits
    grant: Grant
    request: Request
    path: str
    args: dict[str, str]
    """The variable parts of the path, still percent-encoded."""

    def text(self, name: str, default: str = "") -> str:
        return str(self.request.args.get(name, default))

    def flag(self, name: str, default: bool = False) -> bool:
        return self.text(name, "true" if default else "false").lower() == "true"

    def wants(self, field: str) -> bool:
        """Whether a field was asked for that Zoom leaves out otherwise."""
        return self.text("include_fields") == field

    def word(self, name: str, allowed: tuple[str, ...]) -> str:
        """A parameter that takes one of some words; the first is the default."""
        value = self.text(name) or allowed[0]
        if value not in allowed:
            raise errors.bad_parameter(name)
        return value

    def arg(self, name: str) -> str:
        return unquote(self.args[name])

    def user(self) -> User:
        """The one in the path; `me` is whoever the token was given to."""
        user_id = self.arg("user_id")
        return self.account.user(self.grant.user_id if user_id == "me" else user_id)

    def webinar_id(self) -> int:
        try:
            return int(self.arg("webinar_id"))
        except ValueError:
            raise errors.bad_webinar_id() from None

    def key(self, name: str = "key") -> str:
        return path_key(self.args[name])

    def json(self) -> dict[str, Any]:
        try:
            body = msgspec.json.decode(self.request.get_data())
        except msgspec.DecodeError:
            raise errors.bad_json() from None
        if not isinstance(body, dict):
            raise errors.bad_json()
        return body


def path_key(raw: str) -> str:
    """A meeting id or uuid out of a path, by Zoom's rule for slashes.

    Its servers decode a path once and swallow empty segments, so that a uuid which starts with a slash or
    has two in a row arrives broken; encoded twice it survives.
    """
    once = unquote(raw)
    if "%" in once:
        return unquote(once)
    return re.sub("/+", "/", once).lstrip("/")


Handler = Callable[[Call], Any]


class Endpoint(Struct, frozen=True):
    method: str
    path: str
    """In werkzeug's routing syntax, below /v2."""
    label: str
    """Zoom's rate limit label: LIGHT, MEDIUM, HEAVY or RESOURCE-INTENSIVE."""
    scope: str
    """The granular scope, in its `:admin` form where there is one."""
    classic: str
    """One classic scope that also allows it."""
    handler: Handler


class Endpoints(list[Endpoint]):
    """Collects the endpoints of a module: `@endpoints.add("GET", "/users", …)` above each handler."""

    def add(
        self, method: str, path: str, label: str, scope: str, classic: str
    ) -> Callable[[Handler], Handler]:
        def keep(handler: Handler) -> Handler:
            self.append(
                Endpoint(method=method, path=path, label=label, scope=scope, classic=classic, handler=handler)
            )
            return handler

        return keep
