"""Signs people out who have done nothing for a while, so that a computer left alone is not an open door.

A page that renews itself is no one's doing: its requests say so (`X-Background`, set by polling.js for each
poll) and do not count.
"""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase

from core.security_log import SecurityCode, record

type Handler = Callable[[HttpRequest], HttpResponseBase]

ACTIVE_AT = "active_at"
NOTED_EVERY = 60  # seconds: not each request writes the session


class IdleSignOutMiddleware:
    """After AuthenticationMiddleware."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> None:
        """A view that anyone may see needs no session: `/healthz` answers while the database is away."""
        if getattr(view, "login_required", True) and SESSION_KEY in request.session:
            _look_at_the_clock(request, time.time())


def _look_at_the_clock(request: HttpRequest, now: float) -> None:
    active_at = request.session.get(ACTIVE_AT, now)
    if now - active_at > settings.SIGN_IN_IDLE_SECONDS:
        record(SecurityCode.IDLE_SIGN_OUT, actor=request.user)
        request.session.flush()
        request.user = AnonymousUser()
    elif "X-Background" not in request.headers and now - active_at > NOTED_EVERY:
        request.session[ACTIVE_AT] = now


@receiver(user_logged_in, dispatch_uid="idle")
def _begin(request: HttpRequest | None, **_signal: Any) -> None:
    if request is not None:
        request.session[ACTIVE_AT] = time.time()
