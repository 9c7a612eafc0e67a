"""Which addresses may be drawn as links: one from outside may hold anything, "javascript:" included."""

import unicodedata
from urllib.parse import urlsplit

LONGEST = 2000  # what our columns hold; a link that is cut leads nowhere


def web_link(address: str) -> str:
    """The address if a browser may be sent there (http or https, to a host), else ""."""
    address = address.strip()
    if len(address) > LONGEST or any(map(_is_odd, address)):
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in {"http", "https"} and parts.hostname else ""


def _is_odd(character: str) -> bool:
    """Spaces, control characters, lone surrogates: browsers drop some, and then read something else."""
    return character.isspace() or unicodedata.category(character) in {"Cc", "Cf", "Cs"}
