"""Who calls the API, and what they may do: `auth=Bearer(Right.SYNC_NOW)` on an operation.

The root of the API has looked the token up before, and left who it is in `request.caller`.
"""

from typing import Any, Protocol

from django.http import HttpRequest
from ninja.security.base import AuthBase

from core.api.problems import FORBIDDEN, Problem
from core.roles import RIGHTS, Right


class Caller(Protocol):
    """The API token of this request; `str()` gives its name."""

    pk: Any

    def may(self, right: Right) -> bool: ...


class ApiRequest(HttpRequest):
    caller: Caller


class Bearer(AuthBase):
    """Lets in who has a token, and, where a right is named, whose role carries it."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, right: Right | None = None) -> None:
        self.right = right
        super().__init__()

    def __call__(self, request: ApiRequest) -> Caller:  # type: ignore[override]
        if self.right and not request.caller.may(self.right):
            raise Problem(FORBIDDEN, f"This needs a token with the role {self.roles}.")
        return request.caller

    @property
    def roles(self) -> str:
        """Those that carry the right: "admin or operator"."""
        names = [str(role) for role, rights in RIGHTS.items() if self.right is None or self.right in rights]
        return " or ".join(names)
