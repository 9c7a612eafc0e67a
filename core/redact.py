"""Removes secrets from texts and payloads before they are stored, logged or shown (invariant 3).

Secrets are credentials, tokens, personal join links and webinar passwords. Each leaves an ellipsis, so that
the reader sees that something was removed.
"""

import re
from collections.abc import Iterable
from typing import Any

GONE = "…"
DEEPEST = 100  # levels of JSON; Zoom's messages have about six

# Keys under which Zoom sends what no one but the person it belongs to, or the app itself, may have.
SECRET_KEYS = frozenset(
    {
        "access_token",
        "authorization",
        "client_secret",
        "code_verifier",
        "download_access_token",
        "download_token",
        "download_url",
        "encrypted_password",
        "h323_password",
        "join_url",
        "passcode",
        "password",
        "play_url",
        "pstn_password",
        "recording_play_passcode",
        "refresh_token",
        "registration_url",
        "secret",
        "secret_token",
        "share_url",
        "start_url",
        "token",
        "tracking_url",
        "zak",
    }
)

# Every text may come from a stranger, and may be long: no pattern tries the same characters from many starts.
_LINK = re.compile(r"https?://[^\s\"'<>]*")
_JOIN_PATH = re.compile(r"/(?:j|s|w|wc|my|rec|webinar/register|recording)/")
_CREDENTIALS = re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]{8,}", re.ASCII | re.IGNORECASE)
_JWT = re.compile(r"(?<![\w-])((?>[\w-]*?(?=\beyJ)))eyJ[\w-]++\.[\w-]+(?:\.[\w-]*)?", re.ASCII)
_ASSIGNED = re.compile(
    r"\b((?:access_|refresh_|download_|client_)?(?:token|secret)|password|passcode|pwd|tk|zak)(\"?\s*[=:]\s*\"?)"
    r"[^\s\"'&,;]{4,}",
    re.IGNORECASE,
)


def redact(text: str) -> str:
    """The text without credentials, tokens, join links and query strings of links."""
    text = _LINK.sub(_public_part, text)
    text = _CREDENTIALS.sub(rf"\1 {GONE}", text)
    text = _JWT.sub(rf"\1{GONE}", text)
    return _ASSIGNED.sub(rf"\1\2{GONE}", text)


def without_queries(text: str) -> str:
    """The text with its links, but without their query strings."""
    return _LINK.sub(lambda link: _without_query(link[0]), text)


def _public_part(link: re.Match[str]) -> str:
    """Nothing of a join link; of any other link all but its query string."""
    after_scheme = link[0].index("//") + 2
    return GONE if _JOIN_PATH.search(link[0], after_scheme) else _without_query(link[0])


def _without_query(link: str) -> str:
    address, mark, _query = link.partition("?")
    return f"{address}?{GONE}" if mark else address


def redact_json(value: Any) -> Any:
    """The same value without secrets: keys that hold one are dropped at any depth, texts are redacted.

    What is nested deeper than `DEEPEST` is left out whole: no one sends that but to break a reader.
    """
    return GONE if is_deeper_than(DEEPEST, value) else _redact_json(value)


def is_deeper_than(most: int, value: Any) -> bool:
    """Whether lists and dictionaries are nested more than `most` deep. Takes any depth."""
    level = [value]
    for _depth in range(most + 1):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list | tuple) else ()


def _redact_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _redact_json(inner) for key, inner in value.items() if str(key).lower() not in SECRET_KEYS
        }
    if isinstance(value, list | tuple):
        return [_redact_json(inner) for inner in value]
    return redact(value) if isinstance(value, str) else value
