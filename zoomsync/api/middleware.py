"""What holds for every answer below /api/, also where no operation was reached or something broke."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from core.api.problems import (
    BAD_REQUEST,
    INTERNAL_ERROR,
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    Problem,
)

PREFIX = "/api/"
_KINDS = {404: NOT_FOUND, 405: METHOD_NOT_ALLOWED, 413: TOO_LARGE, 415: UNSUPPORTED_MEDIA_TYPE}


class HeadAsGet:
    """HEAD works wherever GET does: the same answer without its content (RFC 9110, 9.3.2)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        is_head = request.method == "HEAD"
        if is_head:
            request.method = "GET"
        response = self.get_response(request)
        methods = response.get("Allow", "").split(", ")
        if "GET" in methods and "HEAD" not in methods:
            response["Allow"] = ", ".join([*methods, "HEAD"])
        if is_head and isinstance(response, HttpResponse):
            response["Content-Length"] = str(len(response.content))
            response.content = b""
        return response


class ApiProblems:
    """Replaces error pages, which are for people, by problem details."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not request.path_info.startswith(PREFIX) or response.status_code < 400 or _is_json(response):
            return response
        headers = {name: response[name] for name in ("Allow",) if name in response}
        unknown = BAD_REQUEST if response.status_code < 500 else INTERNAL_ERROR
        return Problem(_KINDS.get(response.status_code, unknown), headers=headers).response()


def _is_json(response: HttpResponseBase) -> bool:
    return "json" in response.get("Content-Type", "")
