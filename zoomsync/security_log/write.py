"""Writes what is recorded as rows, and forgets it after some time."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest

from core.retention import register_retention
from core.security_log import SecurityCode, record, security_event
from zoomsync.api.models import ApiToken
from zoomsync.login_throttle import address_of
from zoomsync.models import User
from zoomsync.security_log.models import SecurityEvent

Via = SecurityEvent.Via


def connect() -> None:
    """Called once, when the app is ready."""
    security_event.connect(_write, dispatch_uid="security_log")
    user_logged_in.connect(_signed_in, dispatch_uid="security_log")
    user_logged_out.connect(_signed_out, dispatch_uid="security_log")


register_retention(
    "security events",
    "KEEP_SECURITY_EVENTS_DAYS",
    lambda cutoff: SecurityEvent.objects.filter(at__lte=cutoff),
)


def _write(
    *,
    code: SecurityCode,
    subject: str,
    values: dict[str, Any],
    actor: User | None,
    request: HttpRequest | None,
    **_signal: Any,
) -> None:
    actor = actor or _user_of(request)
    token = getattr(request, "auth", None)
    is_api = isinstance(token, ApiToken)
    SecurityEvent.objects.create(
        code=code,
        actor=actor,
        actor_name=str(token if is_api else actor.email if actor else "")[:254],
        subject=subject.replace("\0", "")[:255],
        via=Via.API if is_api else Via.PAGE if request else Via.COMMAND,
        address=address_of(request) if request else "",
        values=values,
    )


def _user_of(request: HttpRequest | None) -> User | None:
    user = getattr(request, "user", None)
    return user if isinstance(user, User) or getattr(user, "is_authenticated", False) else None


def _signed_in(request: HttpRequest | None, user: User, **_signal: Any) -> None:
    record(SecurityCode.SIGNED_IN, actor=user)


def _signed_out(request: HttpRequest | None, user: User | None, **_signal: Any) -> None:
    if user is not None:
        record(SecurityCode.SIGNED_OUT, actor=user)
