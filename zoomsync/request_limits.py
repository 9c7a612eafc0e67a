"""What a request may not bring: bodies that are too large, other charsets than UTF-8, NUL characters.

All of it is refused before a body is read, so that people who are not signed in can fill neither memory nor
disk, and before a database, a file system or a codec meets input that it cannot take.
"""

import codecs
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase
from django.shortcuts import render

from core.web import ACCEPTED_BYTES, AcceptedBytes
from zoomsync.chunked_bodies import BYTES_BEFORE_SIGN_IN

type Handler = Callable[[HttpRequest], HttpResponseBase]

_CHARSETS = {"utf-8", "ascii"}
_FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}


class WellFormedRequests:
    """400 for NUL in a path, which databases and file systems do not take; 415 for odd charsets.

    From a query NUL is taken out: someone may have pasted it into a search. A cookie with NUL, which no
    browser sends, counts as missing.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path_info:
            return HttpResponseBadRequest()
        if not _is_utf8(
            request.content_params.get("charset", "utf-8") if request.content_params else "utf-8"
        ):
            return HttpResponse(status=415)
        while "%00" in (query := request.META.get("QUERY_STRING", "")):
            request.META["QUERY_STRING"] = query.replace("%00", "")
        request.COOKIES = {name: text for name, text in request.COOKIES.items() if "\0" not in text}
        return self.get_response(request)


class BodyLimit:
    """413 for a body that is larger than its view accepts from this person; nothing of it is read.

    In front of CsrfViewMiddleware, which reads the body of each form.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        length = _length(request)
        if length <= BYTES_BEFORE_SIGN_IN or length <= _most_bytes(request, view):
            return None
        return render(request, "413.html", status=413)


class NoNulInForms:
    """400 for NUL in a field of a form. After CsrfViewMiddleware, so that forms of strangers stay unread."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        is_form = request.method == "POST" and request.content_type in _FORMS
        if not is_form or getattr(view, "csrf_exempt", False):  # such a view reads the body itself
            return None
        texts = (text for name, values in request.POST.lists() for text in (name, *map(str, values)))
        return HttpResponseBadRequest() if any("\0" in text for text in texts) else None


def _is_utf8(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name in _CHARSETS
    except (LookupError, ValueError):  # no such codec; a NUL in its name
        return False


def _length(request: HttpRequest) -> int:
    length = request.headers.get("Content-Length", "")
    return int(length) if length.isascii() and length.isdecimal() and len(length) < 20 else 0


def _most_bytes(request: HttpRequest, view: Any) -> int:
    accepted: AcceptedBytes | None = getattr(view, ACCEPTED_BYTES, None)
    if accepted and (accepted.from_anyone or request.user.is_authenticated):
        return accepted.most
    return (
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0 if request.user.is_authenticated else BYTES_BEFORE_SIGN_IN
    )
