"""What the security log is told: who got in, who was kept out, and what was changed about that.

    record(SecurityCode.TOKEN_REVOKED, subject=token.name)

Any app may say so, inside the transaction of the change. Who did it, and from where, follows from the request
that is being answered. zoomsync keeps the rows; codes and values only, words are chosen when they are shown.
"""

# ruff: noqa: S105 - codes of events, no secrets

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Any

from django.dispatch import Signal
from django.http import HttpRequest

# Sent with `code`, `subject`, `values`, `actor` (an account user or None) and `request` (or None).
security_event = Signal()

_request: ContextVar[HttpRequest | None] = ContextVar("request_being_answered", default=None)


class SecurityCode(StrEnum):
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    LOCKED_OUT = "locked_out"
    SIGNED_OUT = "signed_out"
    IDLE_SIGN_OUT = "idle_sign_out"
    PASSWORD_CHANGED = "password_changed"
    PASSWORD_LINK = "password_link"
    PASSWORD_SET = "password_set"
    USER_ADDED = "user_added"
    ROLE_CHANGED = "role_changed"
    USER_DEACTIVATED = "user_deactivated"
    USER_REACTIVATED = "user_reactivated"
    TOKEN_CREATED = "token_created"
    TOKEN_REVOKED = "token_revoked"
    CONTACT_DELETED = "contact_deleted"
    CONTACT_MERGED = "contact_merged"
    MERGE_UNDONE = "merge_undone"
    IMPORT_STARTED = "import_started"
    IMPORT_CANCELLED = "import_cancelled"


def record(code: SecurityCode, *, subject: str = "", actor: Any = None, **values: str | int) -> None:
    """Tell the log. `subject` is whom or what it is about; `actor` only where it is not who is signed in."""
    security_event.send(
        sender=None, code=code, subject=subject, values=values, actor=actor, request=_request.get()
    )


def actor_name() -> str:
    """Who sent the request that is being answered: a person or an API token; "" outside of requests."""
    request = _request.get()
    caller = getattr(request, "caller", None)
    user = getattr(request, "user", None)
    if caller is not None:
        return str(caller)
    return str(user) if user is not None and user.is_authenticated else ""


@contextmanager
def answering(request: HttpRequest) -> Iterator[None]:
    """What is recorded in here is done by whoever sent the request."""
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)
