"""The root of /api/v1/: mounts what the apps registered, and turns every exception into a problem."""

import logging
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from core.api.access import Bearer
from core.api.problems import BAD_REQUEST, INTERNAL_ERROR, INVALID_INPUT, NOT_FOUND, Problem
from core.api.routers import routers
from zoomsync.api.conventions import StrictParser, field_errors, keep_conventions
from zoomsync.api.openapi import Description, complete

logger = logging.getLogger(__name__)

DESCRIPTION = """\
Read what is known of contacts, events, calls and webinars; change contacts and settings; register contacts \
for Zoom webinars. JSON in UTF-8 everywhere, times in UTC."""


class Api(NinjaAPI):
    """django-ninja's, with an OpenAPI description that says of each operation all that it may answer."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        return complete(Description(self, prefix))

    def get_openapi_operation_id(self, operation: Any) -> str:
        return str(operation.view_func.__name__)


@lru_cache(maxsize=1)
def the_api() -> Api:
    """Made when its addresses are: by then each app has registered its router."""
    api = Api(
        title="zoomsync",
        version="1.0.0",
        description=DESCRIPTION,
        urls_namespace="api",
        auth=Bearer(),
        parser=StrictParser(),
        docs_url=None,  # a page of our own: theirs need scripts and styles that our policy forbids
        openapi_url="openapi.json",
    )
    api.add_decorator(keep_conventions, mode="view")
    for kind, handler in _HANDLERS.items():
        api.add_exception_handler(kind, handler)
    for prefix, router in routers():
        api.add_router(prefix, router)
    return api


def _problem(_request: HttpRequest, problem: Problem) -> HttpResponse:
    return problem.response()


def _invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = field_errors(error.errors)
    detail = " ".join(f"{row.field}: {row.message}" if row.field else row.message for row in errors[:3])
    return Problem(INVALID_INPUT, detail, errors=errors).response()


def _not_found(_request: HttpRequest, _error: Http404) -> HttpResponse:
    return Problem(NOT_FOUND).response()


def _http_error(_request: HttpRequest, error: HttpError) -> HttpResponse:
    """django-ninja wraps what our parser raises."""
    if isinstance(error.__cause__, Problem):
        return error.__cause__.response()
    return Problem(BAD_REQUEST, str(error)).response()


def _bug(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("The API could not answer %s %s", request.method, request.path, exc_info=error)
    return Problem(INTERNAL_ERROR).response()


_HANDLERS: dict[type[Exception], Any] = {
    Problem: _problem,
    ValidationError: _invalid,
    Http404: _not_found,
    HttpError: _http_error,
    Exception: _bug,
}
