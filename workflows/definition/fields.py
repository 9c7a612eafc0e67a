"""The fields of triggers and actions: what one asks for, how it is read and written, and how it reads aloud.

`control` names the input that the editor draws for a field. A field reads its value from a `Place`, which
notes each mistake with its path, and writes it again as JSON. Fields of times are in `time_fields`, those
that refer to something in `reference_fields`, the choice of events in `events_field`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from contacts.segments.catalogue import Catalogue
from contacts.segments.place import Place
from workflows.definition.values import PLACEHOLDERS, unknown_names

type Words = str | Promise


@dataclass(frozen=True)
class Names:
    """The names of what a definition refers to, for sentences: see `workflows.definition.naming`."""

    segments: Mapping[int, str]
    properties: Mapping[str, str]
    webinars: Mapping[int, str]
    events: Mapping[int, str]
    occurrences: Mapping[str, str] = field(default_factory=dict)
    """The dates of series, by Zoom's occurrence ID."""


@dataclass(frozen=True, kw_only=True)
class Field(ABC):
    """`default` is the value where an optional field is left out."""

    control: ClassVar[str]
    name: str
    label: Words
    help: Words = ""
    required: bool = True
    default: Any = None

    @abstractmethod
    def read(self, place: Place, catalogue: Catalogue) -> Any | None:
        """The value at this place; None where a problem was noted."""

    def write(self, value: Any) -> Any:
        """The value as JSON."""
        return value

    def words(self, value: Any, names: Names) -> str:
        """The value in a sentence."""
        return str(value)


def known_names() -> str:
    return ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)


@dataclass(frozen=True, kw_only=True)
class TextField(Field):
    """`takes_names`: placeholders such as {first_name} may be in it."""

    control = "text"
    is_long: bool = False
    most: int = 200
    takes_names: bool = False

    def read(self, place: Place, catalogue: Catalogue) -> str | None:
        text = place.value if self.is_long and isinstance(place.value, str) else place.text()
        if text is None:
            return None
        if not text.strip() and self.required:
            place.refuse(_("Must not be blank."))
        elif len(text) > self.most:
            place.refuse(_("Is longer than %(most)s characters.") % {"most": f"{self.most:,}"})
        elif "\0" in text:
            place.refuse(_("Contains a character that no stored text can have."))
        elif self.takes_names and (unknown := unknown_names(text)):
            words = _("{%(name)s} is unknown. Known: %(known)s.")
            place.refuse(words % {"name": unknown[0], "known": known_names()})
        else:
            return text
        return None

    def words(self, value: Any, names: Names) -> str:
        return f"“{value if len(value) <= 60 else value[:59] + '…'}”"


@dataclass(frozen=True, kw_only=True)
class NumberField(Field):
    """A whole number."""

    control = "number"
    least: int = 0
    most: int = 1_000_000

    def read(self, place: Place, catalogue: Catalogue) -> int | None:
        value = place.value
        if isinstance(value, bool) or not isinstance(value, int) or not self.least <= value <= self.most:
            limits = {"least": self.least, "most": f"{self.most:,}"}
            place.refuse(_("Must be a whole number between %(least)s and %(most)s.") % limits)
            return None
        return value


@dataclass(frozen=True, kw_only=True)
class ChoiceField(Field):
    control = "choice"
    options: Mapping[str, Words]

    def read(self, place: Place, catalogue: Catalogue) -> str | None:
        if isinstance(place.value, str) and place.value in self.options:
            return place.value
        place.refuse(_("Must be one of %(options)s.") % {"options": ", ".join(self.options)})
        return None

    def words(self, value: Any, names: Names) -> str:
        return str(self.options[value])


@dataclass(frozen=True, kw_only=True)
class FlagField(Field):
    control = "flag"
    required: bool = False
    default: Any = False

    def read(self, place: Place, catalogue: Catalogue) -> bool | None:
        return place.boolean()
