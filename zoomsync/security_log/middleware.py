"""Tells the security log whose request is being answered."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from core.security_log import answering

type Handler = Callable[[HttpRequest], HttpResponseBase]


class SecurityLogMiddleware:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with answering(request):
            return self.get_response(request)
