"""A value in a definition together with its path, so that every error can name its place."""

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from contacts.segments.errors import Problem

MOST_ITEMS = 10_000  # of a list of values
MOST_CHARACTERS = 1_000  # of one text


@dataclass(frozen=True)
class Place:
    """Reads of a value that has the wrong type note a problem and answer None."""

    value: Any
    path: str = ""
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, message: str) -> None:
        self.problems.append(Problem(self.path, message))

    def at(self, key: str) -> "Place":
        path = f"{self.path}.{key}" if self.path else key
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return Place(value, path, self.problems)

    def items(self) -> Iterator["Place"]:
        for number, item in enumerate(self.value):
            yield Place(item, f"{self.path}[{number}]", self.problems)

    def has(self, key: str) -> bool:
        return isinstance(self.value, dict) and key in self.value

    def is_object(self, required: Collection[str] = (), optional: Collection[str] = ()) -> bool:
        """Whether it is an object with all of the required keys, and no others than the named ones."""
        if not isinstance(self.value, dict):
            self.refuse(_("Must be an object."))
            return False
        before = len(self.problems)
        for key in self.value:
            if key not in required and key not in optional:
                self.at(str(key)).refuse(_("Unknown key."))
        for key in required:
            if key not in self.value:
                self.at(key).refuse(_("Is missing."))
        return len(self.problems) == before

    def list_items(self, most: int = MOST_ITEMS) -> list["Place"] | None:
        if not isinstance(self.value, list):
            self.refuse(_("Must be a list."))
            return None
        if len(self.value) > most:
            self.refuse(_("Has more than %(most)s items.") % {"most": f"{most:,}"})
            return None
        return list(self.items())

    def text(self) -> str | None:
        """PostgreSQL stores neither NUL nor half a surrogate pair, so nothing can be equal to them."""
        if not isinstance(self.value, str):
            self.refuse(_("Must be a text."))
        elif len(self.value) > MOST_CHARACTERS:
            self.refuse(_("Is longer than %(most)s characters.") % {"most": f"{MOST_CHARACTERS:,}"})
        elif any(character == "\0" or "\ud800" <= character <= "\udfff" for character in self.value):
            self.refuse(_("Contains a character that no stored text can have."))
        else:
            return self.value
        return None

    def number(self) -> float | None:
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            self.refuse(_("Must be a number."))
            return None
        if not _is_finite(self.value):
            self.refuse(_("Is too large."))
            return None
        return self.value

    def whole_number(self) -> int | None:
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            self.refuse(_("Must be a whole number."))
        elif not 0 < self.value < 2**63:
            self.refuse(_("Is not an ID."))
        else:
            return self.value
        return None

    def boolean(self) -> bool | None:
        if isinstance(self.value, bool):
            return self.value
        self.refuse(_("Must be true or false."))
        return None


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False
