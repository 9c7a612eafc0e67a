"""The OpenAPI 3.1 description: what the conventions add to each operation, and an example of everything.

django-ninja describes what an operation takes and gives when all goes well; this adds its headers, its
errors, and the examples that the schemas carry.
"""

import json
from typing import Any

from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from core.api.access import Bearer
from core.api.problems import KINDS, MEDIA_TYPE, Kind
from zoomsync.api.authentication import REQUESTS_PER_MINUTE

type Json = dict[str, Any]

WRITES = {"post", "put", "patch", "delete"}
WITH_BODY = {"post", "put", "patch"}
SCHEMAS = "#/components/schemas/"


class Description(OpenAPISchema):
    """The whole description, as a dictionary."""

    def operation_details(self, operation: Operation) -> Json:
        details: Json = super().operation_details(operation)
        method = operation.methods[0].lower()
        details["parameters"] = [self._written_out(row) for row in details["parameters"]]
        details["parameters"] += _headers_taken(method, details)
        _say_who_may(operation, details)
        _add_successes(details)
        _add_errors(method, operation, details)
        if method == "patch":
            content = details["requestBody"]["content"]
            content["application/merge-patch+json"] = content["application/json"]
        return details

    def _written_out(self, parameter: Json) -> Json:
        """With its enumeration in place (several are called State), and without null."""
        schema = dict(parameter["schema"])
        kinds = [kind for kind in schema.pop("anyOf", []) if kind != {"type": "null"}]
        if len(kinds) > 1:
            return {**parameter, "schema": {**schema, "anyOf": kinds}}
        schema = {**(kinds[0] if kinds else {}), **schema}
        if "$ref" in schema:
            schema = {**self.schemas[schema.pop("$ref").removeprefix(SCHEMAS)], **schema}
        return {**parameter, "schema": schema}

    def get_components(self) -> Json:
        components: Json = super().get_components()
        components["schemas"] |= {"Problem": PROBLEM, "FieldError": FIELD_ERROR}
        components["responses"] = {str(status): _error_response(status) for status in _STATUSES}
        return components


def complete(description: Description) -> Description:
    """With the examples, which need all schemas to be known."""
    for path in description["paths"].values():
        for details in path.values():
            _add_examples(details, description.schemas)
            details["responses"] = {str(status): row for status, row in details["responses"].items()}
    _drop_unused_schemas(description)
    return description


PROBLEM: Json = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457 problem details.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {
            "type": "string",
            "format": "uri-reference",
            "description": "Where the problem is explained.",
        },
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong with this request."},
        "code": {"type": "string", "enum": [], "description": "For programs; never changes."},
        "errors": {"type": "array", "items": {"$ref": SCHEMAS + "FieldError"}},
        "url": {"type": "string", "description": "Of what is there already (code `contact_exists`)."},
    },
}
FIELD_ERROR: Json = {
    "type": "object",
    "title": "FieldError",
    "required": ["field", "message"],
    "properties": {
        "field": {"type": "string", "description": "Path of the place, such as `contacts[3].email`."},
        "message": {"type": "string"},
    },
}
_STATUSES = (400, 401, 403, 404, 409, 412, 413, 415, 422, 429)


def kinds_of(status: int) -> list[Kind]:
    return [kind for kind in KINDS.values() if kind.status == status]


def _error_response(status: int) -> Json:
    kinds = kinds_of(status)
    PROBLEM["properties"]["code"]["enum"] = sorted(KINDS)
    headers = {401: "WWW-Authenticate", 429: "Retry-After"}.get(status)
    response: Json = {
        "description": " ".join(f"`{kind.code}`: {kind.meaning}" for kind in kinds),
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": SCHEMAS + "Problem"},
                "examples": {kind.code: {"value": _example_of(kind)} for kind in kinds},
            }
        },
    }
    return response | ({"headers": {headers: {"schema": {"type": "string"}}}} if headers else {})


def _example_of(kind: Kind) -> Json:
    example: Json = {
        "type": kind.uri,
        "title": kind.title,
        "status": kind.status,
        "detail": kind.meaning,
        "code": kind.code,
    }
    if kind.code == "invalid_input":
        example["errors"] = [{"field": "email", "message": 'The email address has no "@".'}]
    return example


def _drop_unused_schemas(description: Description) -> None:
    """Those of parameters, which are written out where they are used."""
    text = json.dumps(description)
    for name in list(description.schemas):
        if f'"{SCHEMAS}{name}"' not in text:
            del description.schemas[name]


def _headers_taken(method: str, details: Json) -> list[Json]:
    if method == "post":
        return [_IDEMPOTENCY_KEY]
    if method in WRITES:
        return [_IF_MATCH]
    return [_IF_NONE_MATCH] if 304 in details["responses"] else []


def _header(name: str, description: str, **schema: Any) -> Json:
    return {
        "in": "header",
        "name": name,
        "required": False,
        "description": description,
        "schema": {"type": "string", **schema},
    }


_IDEMPOTENCY_KEY = _header(
    "Idempotency-Key",
    "The same key and body give the first answer again for 24 hours, with `Idempotent-Replayed: true`.",
    minLength=1,
    maxLength=255,
)
_IF_MATCH = _header("If-Match", "The `ETag` of the version that you change; 412 when there is a newer one.")
_IF_NONE_MATCH = _header("If-None-Match", "The `ETag` that you have; 304 when it is still current.")


def _say_who_may(operation: Operation, details: Json) -> None:
    bearer = next((auth for auth in operation.auth_callbacks if isinstance(auth, Bearer)), None)
    if bearer and bearer.right:
        needs = f"Needs a token with the role {bearer.roles}."
        details["description"] = f"{details.get('description', '')}\n\n{needs}".strip()


_RATE_LIMIT = {
    "RateLimit-Limit": f"Requests a minute for this token: {REQUESTS_PER_MINUTE}.",
    "RateLimit-Remaining": "Requests that are left in this minute.",
    "RateLimit-Reset": "Seconds until the next minute begins.",
}


def _add_successes(details: Json) -> None:
    for status, response in details["responses"].items():
        headers = {
            name: {"description": text, "schema": {"type": "integer"}} for name, text in _RATE_LIMIT.items()
        }
        if status == 304 or 304 in details["responses"] or (status == 201):
            headers["ETag"] = {"schema": {"type": "string"}, "description": "Of this version."}
        if status in (201, 202):
            headers["Location"] = {"schema": {"type": "string"}, "description": "Where the thing is."}
        response["headers"] = headers


def _add_errors(method: str, operation: Operation, details: Json) -> None:
    statuses = {400, 401, 422, 429}
    statuses |= {403} if any(getattr(auth, "right", None) for auth in operation.auth_callbacks) else set()
    statuses |= {404} if "{" in operation.path else set()
    statuses |= {413, 415} if method in WITH_BODY else set()
    statuses |= {409} if method == "post" else set()
    statuses |= {412} if method in WRITES - {"post"} else set()
    statuses |= {status for status in details["responses"] if status >= 400}  # named by the operation itself
    for status in sorted(statuses):
        details["responses"].pop(status, None)
        details["responses"][status] = {"$ref": f"#/components/responses/{status}"}


def _add_examples(details: Json, schemas: Json) -> None:
    bodies = [details["requestBody"]] if "requestBody" in details else []
    answers = [response for status, response in details["responses"].items() if status < 300]
    for place in bodies + answers:
        for media in place.get("content", {}).values():
            if (example := example_of(media["schema"], schemas)) is not None:
                media.setdefault("example", example)


def example_of(schema: Json, schemas: Json) -> Any:
    """The example that a schema carries, or one put together from those of its parts; None: there is none."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].removeprefix(SCHEMAS)], schemas)
    if schema.get("examples"):
        return _in_order(schema["examples"][0], schema.get("properties", {}))
    if schema.get("type") == "array":
        item = example_of(schema["items"], schemas)
        return None if item is None else [item]
    if schema.get("title", "").startswith("Page["):
        return {"results": example_of(schema["properties"]["results"], schemas), "next": "YWZ0ZXI6NTA"}
    return None


def _in_order(example: Any, properties: Json) -> Any:
    """pydantic sorts what is in an example; people read it in the order of the fields."""
    if not isinstance(example, dict) or not properties.keys() >= example.keys():
        return example
    return {name: example[name] for name in properties if name in example}
