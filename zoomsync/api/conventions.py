"""What happens around each operation of the API, in this order: token, rate limit, body, idempotency."""

import json
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponseBase
from django.utils.datastructures import MultiValueDict
from ninja.operation import Operation
from ninja.parser import Parser

from core.api.access import ApiRequest
from core.api.problems import (
    INVALID_INPUT,
    INVALID_JSON,
    TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    FieldError,
    Problem,
    invalid,
)
from zoomsync.api.authentication import Usage, admit, demand_within_limit
from zoomsync.api.idempotency import answer_once

WITH_BODY = {"POST", "PUT", "PATCH"}
JSON_TYPES = {"application/json", "application/merge-patch+json"}

type Run = Callable[..., HttpResponseBase]


def keep_conventions(run: Run) -> Run:
    """Wraps an operation's `run`, which turns exceptions into answers itself."""
    known = _parameters_of(getattr(run, "__self__", None))

    @wraps(run)
    def wrapped(request: ApiRequest, **path: Any) -> HttpResponseBase:
        usage = None
        try:
            token, usage = admit(request)
            request.caller = token
            demand_within_limit(usage)
            _demand_known(known, request)
            _demand_json(request)
            response = answer_once(request, token, partial(run, request, **path))
        except Problem as problem:
            response = problem.response()
        return _with_headers(response, usage)

    return wrapped


def _with_headers(response: HttpResponseBase, usage: Usage | None) -> HttpResponseBase:
    """Nothing between us and the caller may keep an answer that a token opened."""
    response.headers.setdefault("Cache-Control", "no-store")
    for name, value in (usage.headers if usage else {}).items():
        response[name] = value
    return response


def _parameters_of(operation: Operation | None) -> set[str]:
    """Those that may stand in the address after the question mark."""
    models = operation.models if operation else []
    queries = [model for model in models if model.__ninja_param_source__ == "query"]
    return {name for model in queries for name in getattr(model, "__ninja_flatten_map__", {})}


def _demand_known(known: set[str], request: HttpRequest) -> None:
    """A filter that is misspelt must not answer with everything."""
    if unknown := request.GET.keys() - known:
        message = "There is no such parameter here."
        raise Problem(INVALID_INPUT, message, errors=[FieldError(name, message) for name in sorted(unknown)])


def _demand_json(request: HttpRequest) -> None:
    if request.method not in WITH_BODY:
        return
    try:
        body = request.body
    except RequestDataTooBig:
        raise Problem(TOO_LARGE) from None
    if body and request.content_type not in JSON_TYPES:
        raise Problem(UNSUPPORTED_MEDIA_TYPE)


class StrictParser(Parser):
    """Reads JSON and queries, and refuses what no column can hold."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            text = request.body.decode()
            data = json.loads(text, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):  # UnicodeDecodeError and JSONDecodeError are ValueErrors
            raise Problem(INVALID_JSON) from None
        if "\\u" in text or "\0" in text:
            _demand_storable(data)
        return data

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        for name, value in data.items():
            if isinstance(value, str) and not _is_storable(value):
                raise invalid(name, _UNSTORABLE)
        return super().parse_querydict(data, list_fields, request)


_UNSTORABLE = "The text contains a character that can't be stored (NUL or half of a surrogate pair)."


def _refuse_constant(name: str) -> None:
    """Python reads NaN and Infinity, which JSON does not have."""
    raise ValueError(name)


def _demand_storable(value: Any, path: str = "") -> None:
    if isinstance(value, str):
        if not _is_storable(value):
            raise invalid(path, _UNSTORABLE)
    elif isinstance(value, dict):
        for key, inner in value.items():
            _demand_storable(key, path)
            _demand_storable(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _demand_storable(inner, f"{path}[{index}]")


def _is_storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def path_of(location: tuple[int | str, ...]) -> str:
    """`contacts[3].email` of pydantic's ("body", "payload", "contacts", 3, "email")."""
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{part}" if path else part
    return path


def field_errors(errors: list[dict[str, Any]]) -> list[FieldError]:
    """pydantic's errors for callers: without the name of our parameter, which they don't know."""
    return [FieldError(path_of(_inner(error["loc"])), _message(error)) for error in errors]


def _inner(location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Without the source ("body", "query", "path"), and of a body without our parameter's name."""
    return location[2:] if location[0] == "body" else location[1:]


def _message(error: dict[str, Any]) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")
    return message if message.endswith(".") else f"{message}."
