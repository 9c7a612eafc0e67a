"""What an answer of Zoom means: data, or one of the errors of `errors.py`. No I/O: the answer is handed in.

All of Zoom's numbers and wordings of errors are in this file, each rule with where it was documented or seen.
Texts are cleaned here: what leaves as `Said` holds no token, no secret and no query string of a link.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.redact import without_queries
from integrations.zoom.errors import (
    BadAnswer,
    ErrorDetails,
    MissingScope,
    NoPermission,
    NotFound,
    NotServed,
    NoWebinarPlan,
    PageTokenExpired,
    PaidPlanNeeded,
    RateLimited,
    Refused,
    RegistrationNotEnabled,
    TokenRejected,
    TooOld,
    Unavailable,
    ZoomError,
)
from integrations.zoom.http.lenient_json import loads
from integrations.zoom.http.limits import Label
from integrations.zoom.http.rate_limit_headers import read_rate_limit

_LONGEST_TEXT = 300


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came. `secrets` are what the call was made with: they are struck out of every text."""

    call: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False, default=())
    label: Label = Label.LIGHT


@dataclass(frozen=True, slots=True)
class Rule:
    """An error that callers tell apart: by code, by words, or by both where a code means many things."""

    error: type[ZoomError]
    codes: frozenset[int] = frozenset()
    words: str = ""

    def fits(self, code: int | None, text: str) -> bool:
        """`words` as they came: a cleaned text may lack the very words, where a secret is one of them."""
        has_code = not self.codes or code in self.codes
        return has_code and re.search(self.words, text, re.IGNORECASE) is not None


RULES = (
    # 124: "Invalid access token." / "Access token is expired." (the spec shows it with 400 and with 401).
    # 4700 is the same, unless its words name a scope: see `_names_scopes`.
    Rule(TokenRejected, frozenset({124, 4700})),
    # 1010: "User does not belong to this account"; 3079: "This registrant does not exist";
    # 3301: no recording (none, still processing, or in the trash); 3322: no transcript
    Rule(NotFound, frozenset({1001, 1010, 3001, 3079, 3301, 3322})),
    # 12702: "Can not access a webinar a year ago."
    Rule(TooOld, frozenset({12702})),
    # 300 also means "Validation Failed." and "Invalid webinar ID."
    Rule(PageTokenExpired, frozenset({300}), "next page token"),
    # 3161: "Your user account is not allowed webinar hosting and scheduling capabilities."
    Rule(NoWebinarPlan, frozenset({3161})),
    Rule(NoWebinarPlan, words="not allowed webinar hosting"),
    # 200 is the code of everything about plans and permissions, with HTTP 400 and sometimes with HTTP 200:
    # "Webinar plan is missing. You must subscribe ..." / "Webinar plan subscription is missing. ..."
    Rule(NoWebinarPlan, words="webinar plan (subscription )?(is )?missing"),
    # "Only available for Paid or ZMP account" / "This is only available for paid account"
    Rule(PaidPlanNeeded, words="only available for (paid|zmp)"),
    # "No permission." / "You do not have the right permissions."; 12703: "No permission for the group"
    Rule(NoPermission, frozenset({200, 12703}), "permission"),
    # "... does not have registration as required" / "... doesn't have registration required" /
    # "Registration has not been enabled for this webinar" (3000, and 300 on the status call)
    Rule(
        RegistrationNotEnabled,
        words="registration has not been enabled|(does not|doesn't) have registration",
    ),
)
# 4711 names granular scopes, 104 classic ones: "Invalid access token, does not contain scopes:[a:b:c]."
_SCOPE_CODES = {104, 4711}
_NO_SUCH_ADDRESS = {403, 404, 405, 410}


def raise_for_error(reply: Reply, now: datetime) -> None:
    """Raises what the HTTP status says is wrong. Returns for 2xx, whose body may still be an error."""
    if not 200 <= reply.status < 300:
        raise _error(reply, _loads(reply.body), now)


def read_object(reply: Reply, now: datetime) -> dict[str, Any]:
    """The answer's JSON object. Raises for an error body, also for one that comes with HTTP 200."""
    data = _loads(reply.body)
    if data is None:
        raise BadAnswer(details=_details(reply, None))
    if "message" in data and ("code" in data or len(data) == 1):
        raise _error(reply, data, now)
    return data


def error_details(reply: Reply) -> ErrorDetails:
    """What the answer says of an error, cleaned."""
    return _details(reply, _loads(reply.body))


def bad_answer(reply: Reply, why: str) -> BadAnswer:
    """JSON, but not what is documented. `why` is for people and must come without raw values."""
    return BadAnswer(details=ErrorDetails(reply.call, reply.status, text=why))


def _loads(body: bytes) -> dict[str, Any] | None:
    try:
        data = loads(body)
    except ValueError:
        return None
    return data if isinstance(data, dict) else None


def _error(reply: Reply, data: dict[str, Any] | None, now: datetime) -> ZoomError:
    details, (code, text) = _details(reply, data), _code_and_text(reply, data)
    if reply.status == 429 or code == 429:
        return _rate_limited(reply, details, text, now)
    if reply.status >= 500 or reply.status == 408:
        return Unavailable(details=details)
    if code in _SCOPE_CODES or _names_scopes(text):
        return MissingScope(scopes=_scopes_in(reply.body), details=details)
    for rule in RULES:
        if rule.fits(code, text):
            return rule.error(details=details)
    if data is None and not code:
        return (NotServed if reply.status in _NO_SUCH_ADDRESS else BadAnswer)(details=details)
    return _by_status(reply.status)(details=details)


def _names_scopes(text: str) -> bool:
    """Zoom says "does not contain scopes:[a]" or "does not contain a scope." under several codes."""
    return re.search(r"does not contain .{0,200}\bscopes?\b", text, re.IGNORECASE | re.DOTALL) is not None


def _by_status(status: int) -> type[ZoomError]:
    """For an error body without a code of ours. One that is no JSON came from something before Zoom's API."""
    known: dict[int, type[ZoomError]] = {401: TokenRejected, 403: NoPermission, 404: NotFound}
    return known.get(status, BadAnswer if 300 <= status < 400 else Refused)


def _rate_limited(reply: Reply, details: ErrorDetails, text: str, now: datetime) -> RateLimited:
    per_minute = reply.label is Label.RESOURCE_INTENSIVE
    limit = read_rate_limit(reply.headers, text, now, per_minute=per_minute)
    return RateLimited(kind=limit.kind, not_before=limit.until, details=details)


def _details(reply: Reply, data: dict[str, Any] | None) -> ErrorDetails:
    code, text = _code_and_text(reply, data)
    fields = tuple(
        clean(str(error["field"]), reply.secrets) for error in _field_errors(data or {}) if error.get("field")
    )
    return ErrorDetails(reply.call, reply.status, code, clean(text, reply.secrets), fields)


def _code_and_text(reply: Reply, data: dict[str, Any] | None) -> tuple[int | None, str]:
    """As they came: for deciding, never for showing."""
    code, text = _from_broken_body(reply) if data is None else (data.get("code"), _text(data))
    return _number(code), text


def _text(data: dict[str, Any]) -> str:
    """Zoom's message, with the fields of a "Validation Failed."; OAuth errors say `reason` and `error`."""
    text = str(data.get("message") or data.get("reason") or data.get("error") or "")
    fields = (f"{error.get('field', '')}: {error.get('message', '')}" for error in _field_errors(data))
    return " ".join([text, *fields]).strip()


def _field_errors(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Which fields a "Validation Failed." is about."""
    errors = data.get("errors")
    return [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []


def _from_broken_body(reply: Reply) -> tuple[str | None, str]:
    """Scope errors have been seen with unescaped quotes inside (devforum 115792): read them all the same.

    Data that is cut off is not shown: it is about people.
    """
    text = reply.body.decode(errors="replace")
    code = re.search(r'"code"\s*:\s*"?(\d{1,6})\b', text)
    message = re.search(r'"message"\s*:\s*"(.*)"', text, re.DOTALL)
    if reply.status >= 400 and code and message:
        return code[1], message[1]
    is_html = text.lstrip().startswith("<")
    return None, re.sub(r"<[^<>]*>", " ", text) if is_html else f"{len(reply.body)} bytes that are no JSON"


def _scopes_in(body: bytes) -> tuple[str, ...]:
    text = body.decode(errors="replace")
    match = re.search(r"scopes?\s{0,9}:?\s{0,9}\[([^\[\]]*)\]", text)
    match = match or re.search(r"does not contain ([a-z_:,\s]{1,300}?) scopes?\b", text)
    return tuple(re.findall(r"[a-z_]+(?::[a-z_]+)+", match[1])) if match else ()


def _number(code: object) -> int | None:
    try:
        return int(str(code))
    except ValueError:
        return None


def clean(text: str, secrets: tuple[str, ...] = ()) -> str:
    """One short line without the given secrets, anything as long as a token, and query strings."""
    for secret in secrets:
        text = text.replace(secret, "…") if secret else text
    text = without_queries(text)
    text = re.sub(r"[\w.~+=-]{41,}", "…", text, flags=re.ASCII)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"
