"""The words of each code. A code without words can't be written; one that is stored is still shown."""

from collections.abc import Iterable

from core.messages import define
from integrations.audit import errors, events, people, recordings, switches
from integrations.audit.codes import Definition, Severity


class UnknownCodeError(LookupError):
    """The code has no words."""


DEFINITIONS: dict[str, Definition] = {
    definition.code: definition
    for family in (switches, recordings, people, errors, events)
    for definition in family.DEFINITIONS
}
define({f"audit.{code}": row.message or row.meaning for code, row in DEFINITIONS.items()})
define({f"audit.{code}.meaning": row.meaning for code, row in DEFINITIONS.items()})


def definition(code: str) -> Definition:
    """The words for a code. Raises `UnknownCodeError`."""
    try:
        return DEFINITIONS[code]
    except KeyError:
        raise UnknownCodeError(f"The audit code {code!r} has no words.") from None


def definition_of_stored(code: str) -> Definition:
    """The words for a code that may be of another version of the app."""
    unknown = code.replace("_", " ").capitalize()
    return DEFINITIONS.get(code) or Definition(code, "", Severity.INFO, unknown, "", "")


def label_of(code: str) -> str:
    """What people know the code by: E1 to E6, "connection", or the code of something that happened."""
    known = DEFINITIONS.get(code)
    return known.label if known and known.label else code


def codes_of(*labels: str) -> list[str]:
    """The codes that have one of these labels, or are one of them."""
    return [code for code in DEFINITIONS if code in labels or label_of(code) in labels]


def titles() -> Iterable[tuple[str, str]]:
    """Each label once, with its title."""
    return sorted({label_of(code): str(row.title) for code, row in DEFINITIONS.items()}.items())
