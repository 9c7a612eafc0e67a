"""A workflow's definition once it was read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from contacts.segments.definition import Node
from contacts.segments.value_tests import ValueTest
from workflows.definition.values import WebinarRef

BRANCH = "branch"
"""The one action whose steps are in the tree."""


class Again(StrEnum):
    """Whether a contact who was enrolled before is enrolled again."""

    NEVER = "never"
    ALWAYS = "always"
    ONCE_PER_EVENT = "once_per_event"
    AFTER_DAYS = "after_days"


class OnProblem(StrEnum):
    """What follows when a step could not do its work."""

    STOP = "stop"
    CONTINUE = "continue"


@dataclass(frozen=True)
class Conditions:
    """Conditions of a segment: as read, and as they were written."""

    node: Node
    raw: Any


@dataclass(frozen=True)
class TriggerUse:
    """A trigger with its arguments, by the names of its fields."""

    trigger: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class EnrolmentRules:
    again: Again = Again.NEVER
    days: int = 0
    only: Conditions | None = None
    suppress: tuple[int, ...] = ()
    existing: bool = False


@dataclass(frozen=True)
class ResultTest:
    """A test of what an earlier step came to: of its outcome, or of a value in a webhook's answer."""

    step: str
    outcomes: tuple[str, ...] = ()
    answer: str = ""
    test: ValueTest | None = None


@dataclass(frozen=True)
class Branch:
    id: str
    name: str
    where: Conditions | None
    results: tuple[ResultTest, ...]
    steps: tuple["Step", ...]


@dataclass(frozen=True)
class Step:
    """`branches` and `otherwise` are those of a branch, and empty for the other actions."""

    id: str
    action: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    on_problem: OnProblem = OnProblem.STOP
    branches: tuple[Branch, ...] = ()
    otherwise: tuple["Step", ...] = ()

    @property
    def is_branch(self) -> bool:
        return self.action == BRANCH


@dataclass(frozen=True)
class Definition:
    triggers: tuple[TriggerUse, ...]
    enrolment: EnrolmentRules
    steps: tuple[Step, ...]

    def all_steps(self) -> Iterator[Step]:
        """Each step, in the order of the text."""
        return walk(self.steps)

    @property
    def needs_webinar(self) -> bool:
        """Whether a step takes the webinar of the trigger: where none enrols, a person names it."""
        values = (value for step in self.all_steps() for value in step.arguments.values())
        return any(isinstance(value, WebinarRef) and value.is_from_trigger for value in values)


def walk(steps: tuple[Step, ...]) -> Iterator[Step]:
    for step in steps:
        yield step
        for branch in step.branches:
            yield from walk(branch.steps)
        yield from walk(step.otherwise)


def places(steps: tuple[Step, ...], path: str) -> Iterator[tuple[str, Step]]:
    """Each step with its path in the JSON, such as `steps[2].branches[0].steps[1]`."""
    for index, step in enumerate(steps):
        own = f"{path}[{index}]"
        yield own, step
        for number, branch in enumerate(step.branches):
            yield from places(branch.steps, f"{own}.branches[{number}].steps")
        yield from places(step.otherwise, f"{own}.else")


class Path:
    """Which step follows which: what the engine goes by. "" is the end."""

    def __init__(self, definition: Definition) -> None:
        self.steps: dict[str, Step] = {step.id: step for step in definition.all_steps()}
        self._after: dict[str, str] = {}
        self._into: dict[tuple[str, str], str] = {}
        self.first = self._lay(definition.steps, "")

    def after(self, step_id: str) -> str:
        """The step that follows, after all branches of a branch."""
        return self._after[step_id]

    def into(self, step_id: str, branch_id: str) -> str:
        """The first step of a branch; of the else branch for ""."""
        return self._into[step_id, branch_id]

    def _lay(self, steps: tuple[Step, ...], after: str) -> str:
        """The first of these steps, or what follows where there are none."""
        for index, step in enumerate(steps):
            following = steps[index + 1].id if index + 1 < len(steps) else after
            self._after[step.id] = following
            if step.is_branch:
                for branch in step.branches:
                    self._into[step.id, branch.id] = self._lay(branch.steps, following)
                self._into[step.id, ""] = self._lay(step.otherwise, following)
        return steps[0].id if steps else after
