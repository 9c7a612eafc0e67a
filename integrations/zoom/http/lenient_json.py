"""JSON as Zoom may send it: text that was cut inside a character, and characters that no database stores."""

import re
from typing import Any

import msgspec

# In order: a pair, half a pair (a name cut at n UTF-16 units), NUL (PostgreSQL refuses it), another escape.
_ESCAPE = re.compile(
    rb"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
    rb"|(\\u0000)"
    rb"|\\.",
    re.DOTALL,
)


def needs_mending(body: bytes) -> bool:
    """Valid JSON all the same, so no decoder would complain."""
    return b"\\u0000" in body


def mend(body: bytes) -> bytes:
    """The same JSON without NULs, half characters, byte order mark and bytes that are not UTF-8."""
    text = body.removeprefix(b"\xef\xbb\xbf").decode(errors="replace").encode()
    return _ESCAPE.sub(_mended_escape, text)


def loads(body: bytes) -> Any:
    """The decoded JSON. Raises ValueError for what is none."""
    try:
        return msgspec.json.decode(mend(body) if needs_mending(body) else body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _loads_mended(body)


def _loads_mended(body: bytes) -> Any:
    try:
        return msgspec.json.decode(mend(body))
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError("not JSON") from error


def _mended_escape(match: re.Match[bytes]) -> bytes:
    if match[2]:
        return b"\\ufffd"
    return b"" if match[3] else match[0]
