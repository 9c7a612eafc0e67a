"""Finds the words of a code. A code that nobody explained is a bug, and is refused."""

from integrations.audit import errors, events, people, recordings, switches
from integrations.audit.codes import Definition


class UnknownCodeError(LookupError):
    """Nobody has written words for this code and cause."""


def _by_key(*families: tuple[Definition, ...]) -> dict[tuple[str, str], Definition]:
    found: dict[tuple[str, str], Definition] = {}
    for definition in (one for family in families for one in family):
        if definition.key in found:
            raise ValueError(f"{definition.key} is defined twice")
        found[definition.key] = definition
    return found


DEFINITIONS = _by_key(
    switches.DEFINITIONS, recordings.DEFINITIONS, people.DEFINITIONS, errors.DEFINITIONS, events.DEFINITIONS
)


def definition(code: str, cause: str = "") -> Definition:
    """The words for a code and its cause. Raises `UnknownCodeError`."""
    try:
        return DEFINITIONS[code, cause]
    except KeyError:
        raise UnknownCodeError(f"The audit code {code!r} with the cause {cause!r} has no words.") from None
