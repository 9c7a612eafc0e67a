"""Errors of the API, as RFC 9457 problem details.

Whatever a caller did wrong ends as a `Problem`, raised wherever it is noticed. Each kind has a code that is
relied on from outside; the page with the API's documentation lists them all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.http import JsonResponse

MEDIA_TYPE = "application/problem+json"
DOCS = "/api/v1/docs"


@dataclass(frozen=True)
class Kind:
    """`meaning` says what the caller can do about it."""

    code: str
    status: int
    title: str
    meaning: str

    @property
    def uri(self) -> str:
        return f"{DOCS}#problem-{self.code}"


KINDS: dict[str, Kind] = {}


def define(code: str, status: int, title: str, meaning: str) -> Kind:
    """For a module that raises problems of its own; each code once."""
    if code in KINDS:
        raise ValueError(f"A problem {code!r} is defined already.")
    KINDS[code] = Kind(code, status, title, meaning)
    return KINDS[code]


BAD_REQUEST = define(
    "bad_request", 400, "Bad request", "The request is malformed. Check its headers and path."
)
INVALID_JSON = define("invalid_json", 400, "Not JSON", "The body isn't valid JSON in UTF-8.")
NOT_AUTHENTICATED = define(
    "not_authenticated",
    401,
    "Not authenticated",
    "Send a live token as “Authorization: Bearer TOKEN”. Tokens can expire or be revoked.",
)
FORBIDDEN = define("forbidden", 403, "Not allowed", "The token's role doesn't allow this. Use another token.")
NOT_FOUND = define("not_found", 404, "Not found", "There is nothing under this address, or it was deleted.")
METHOD_NOT_ALLOWED = define(
    "method_not_allowed", 405, "Method not allowed", "The header “Allow” lists the methods that work here."
)
PRECONDITION_FAILED = define(
    "precondition_failed",
    412,
    "Changed in the meantime",
    "“If-Match” names an older version. Fetch the current one, and apply your change to it.",
)
TOO_LARGE = define("body_too_large", 413, "Body too large", "Send less at once.")
UNSUPPORTED_MEDIA_TYPE = define(
    "unsupported_media_type", 415, "Not sent as JSON", "Send the body with “Content-Type: application/json”."
)
INVALID_INPUT = define(
    "invalid_input",
    422,
    "Invalid input",
    "“errors” names each field that is wrong, and what is wrong with it.",
)
RATE_LIMITED = define("rate_limited", 429, "Too many requests", "Wait as many seconds as “Retry-After” says.")
INTERNAL_ERROR = define("internal_error", 500, "Internal error", "A bug, or the database is down. Try later.")


class FieldError(NamedTuple):
    """`field` is the path of the place, such as `contacts[3].email`."""

    field: str
    message: str


class Problem(Exception):  # noqa: N818 - the word that the RFC uses
    """Ends the request. `members` are further members of the answer's object."""

    def __init__(
        self,
        kind: Kind,
        detail: str = "",
        *,
        errors: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail or kind.title)
        self.kind = kind
        self.detail = detail or kind.meaning
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.members = members

    def as_json(self) -> dict[str, Any]:
        content: dict[str, Any] = {
            "type": self.kind.uri,
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
            "code": self.kind.code,
            **self.members,
        }
        if self.errors:
            content["errors"] = [error._asdict() for error in self.errors]
        return content

    def response(self) -> JsonResponse:
        return JsonResponse(
            self.as_json(), status=self.kind.status, content_type=MEDIA_TYPE, headers=self.headers
        )


def invalid(field: str, message: str) -> Problem:
    """422 about one field."""
    return Problem(INVALID_INPUT, message, errors=[FieldError(field, message)])
