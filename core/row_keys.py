"""Keys of rows as a request names them: digits, or nothing.

A key that no row can have is left out before it meets `int`, which refuses thousands of digits, or the
database, which refuses what is no bigint.
"""

from collections.abc import Iterable

MOST_DIGITS = 18


def row_key(text: str) -> int:
    """0, which no row has, for what is no key."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else 0


def row_keys(texts: Iterable[str]) -> list[int]:
    return [key for text in texts if (key := row_key(text))]
