"""The kind that a new property most likely has, by some of its values. Pure."""

import re
from collections.abc import Iterable

from contacts.properties.kinds import PropertyKind, PropertySpec
from contacts.properties.values import InvalidValueError, normalise

# Postcodes, telephone and customer numbers are no numbers to calculate with.
_COUNTED = re.compile(r"-?(0|[1-9][0-9]{0,14})([.,][0-9]+)?")
_YES_OR_NO = frozenset({"yes", "no", "true", "false"})


def guess_kind(values: Iterable[str]) -> PropertyKind:
    """Text, unless each value that is not blank is of the kind."""
    filled = [value.strip() for value in values if value.strip()]
    if not filled:
        return PropertyKind.TEXT
    if all(value.casefold() in _YES_OR_NO for value in filled):
        return PropertyKind.YES_NO
    if all(_COUNTED.fullmatch(value) for value in filled) and _fit(filled, PropertyKind.NUMBER):
        return PropertyKind.NUMBER
    if _fit(filled, PropertyKind.DATE) and not any(":" in value for value in filled):
        return PropertyKind.DATE
    if _fit(filled, PropertyKind.DATE_TIME):
        return PropertyKind.DATE_TIME
    if all(value.startswith(("https://", "http://")) for value in filled) and _fit(filled, PropertyKind.LINK):
        return PropertyKind.LINK
    return PropertyKind.LONG_TEXT if any("\n" in value for value in filled) else PropertyKind.TEXT


def _fit(values: list[str], kind: PropertyKind) -> bool:
    try:
        return all(normalise(value, PropertySpec("x", "x", kind)) is not None for value in values)
    except InvalidValueError:
        return False
