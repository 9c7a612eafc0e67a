"""The API's documentation: a page drawn from its OpenAPI description, without a script."""

import json
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.api.problems import KINDS
from zoomsync.api.authentication import REQUESTS_PER_MINUTE
from zoomsync.api.root import the_api


@dataclass(frozen=True)
class Operation:
    """One operation as the page shows it."""

    name: str
    method: str
    path: str
    summary: str
    description: str
    tag: str
    parameters: list[dict[str, Any]]
    body: str
    answers: list[tuple[str, str]]  # status and example
    errors: list[str]


@login_not_required
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    operations = operations_of_api()
    context = {
        "groups": [(tag, list(group)) for tag, group in groupby(operations, key=lambda row: row.tag)],
        "problems": sorted(KINDS.values(), key=lambda kind: (kind.status, kind.code)),
        "root": request.build_absolute_uri("/api/v1/"),
        "limit": REQUESTS_PER_MINUTE,
        "layout": "base.html" if request.user.is_authenticated else "api_docs/alone.html",
    }
    return render(request, "api_docs/page.html", context)


@lru_cache(maxsize=1)
def operations_of_api() -> list[Operation]:
    description = the_api().get_openapi_schema()
    operations = [
        _operation(path, method, details)
        for path, methods in description["paths"].items()
        for method, details in methods.items()
    ]
    return sorted(operations, key=lambda row: (row.tag, row.path))


def _operation(path: str, method: str, details: dict[str, Any]) -> Operation:
    responses = details["responses"]
    return Operation(
        name=details["operationId"],
        method=method.upper(),
        path=path,
        summary=details["summary"],
        description=details.get("description", ""),
        tag=(details.get("tags") or ["Other"])[0],
        parameters=[row | {"kind": _kind_of(row["schema"])} for row in details["parameters"]],
        body=_example(details.get("requestBody", {})),
        answers=[(status, _example(row)) for status, row in responses.items() if status < "400"],
        errors=[status for status in responses if status >= "400"],
    )


def _example(place: dict[str, Any]) -> str:
    media: dict[str, Any] = next(iter(place.get("content", {}).values()), {})
    return json.dumps(media["example"], indent=2, ensure_ascii=False) if "example" in media else ""


def _kind_of(schema: dict[str, Any]) -> str:
    kinds = [part.get("type", "") for part in schema.get("anyOf", [schema])]
    text = " or ".join(kind for kind in kinds if kind != "null")
    if "enum" in schema:
        text = ", ".join(map(str, schema["enum"]))
    return f"{text} (default {schema['default']})" if schema.get("default") not in (None, "") else text
