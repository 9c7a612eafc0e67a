"""What is wrong with a segment's definition, each with its place."""

from collections.abc import Sequence
from typing import NamedTuple


class Problem(NamedTuple):
    path: str
    """Such as `where.all[1].value`; empty for the definition as a whole."""
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class DefinitionError(ValueError):
    """The definition cannot be used. `problems` names every place that is wrong, in the order of the text."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = list(problems)
