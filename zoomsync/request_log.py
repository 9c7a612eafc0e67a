"""The request and its user in every line that is logged on the way to the answer."""

from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware

# Links that sign people in or set their password carry a secret that is at least this long.
SECRET_LENGTH = 32


class RequestLog(RequestMiddleware):
    """Binds `request_id` first of all, and `user_id` once something has asked who is signed in.

    The answer carries the ID as X-Request-ID. Neither query strings (searches, OAuth codes) nor secrets in
    paths are logged.
    """

    def prepare(self, request: HttpRequest) -> None:
        structlog.contextvars.clear_contextvars()  # of a request that broke off in the same thread
        super().prepare(request)
        request.request_id = structlog.contextvars.get_contextvars()["request_id"]  # type: ignore[attr-defined]

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        response.headers["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        super().handle_response(request, response)

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        """Only if the user was loaded: /healthz must not need the database because of a line in the log."""
        user: Any = getattr(request, "_cached_user", None)  # where Django's `get_user` leaves it
        if user is not None:
            structlog.contextvars.bind_contextvars(user_id=user.pk)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        parts = ("…" if len(part) >= SECRET_LENGTH else part for part in request.path.split("/"))
        return f"{request.method} {'/'.join(parts)}"
