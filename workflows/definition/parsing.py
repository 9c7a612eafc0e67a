"""Reads a definition as it comes from the editor, a file or the API, and names every place that is wrong."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from contacts.segments.catalogue import Catalogue
from contacts.segments.definition import Node
from contacts.segments.errors import DefinitionError, Problem
from contacts.segments.parsing import read_definition as read_segment
from contacts.segments.place import Place
from contacts.segments.value_tests import OF_A_LIST, WITHOUT_VALUE, Operator, ValueKind, ValueTest, read_test
from workflows.definition.fields import Field, NumberField
from workflows.definition.tree import (
    BRANCH,
    Again,
    Branch,
    Conditions,
    Definition,
    EnrolmentRules,
    OnProblem,
    ResultTest,
    Step,
    TriggerUse,
)
from workflows.registry import Action, Trigger, actions, triggers

VERSION = 1
MOST_TRIGGERS = 20
MOST_STEPS = 200
MOST_BRANCHES = 20
MOST_LEVELS = 8
_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")


def read_definition(raw: Any, catalogue: Catalogue) -> Definition:
    """Raises `DefinitionError` with all that is wrong."""
    place = Place(raw)
    definition = _Reader(catalogue).definition(place)
    if place.problems or definition is None:
        raise DefinitionError(place.problems)
    return definition


def problems_of(raw: Any, catalogue: Catalogue) -> list[Problem]:
    """What is wrong with a draft; nothing, if it can be published."""
    try:
        read_definition(raw, catalogue)
    except DefinitionError as error:
        return error.problems
    return []


@dataclass
class _Reader:
    catalogue: Catalogue
    ids: set[str] = field(default_factory=set)
    earlier: set[str] = field(default_factory=set)
    """The steps that came before, whose results may be tested."""
    count: int = 0

    def definition(self, place: Place) -> Definition | None:
        if not place.is_object(required=["version", "triggers", "steps"], optional=["enrolment"]):
            return None
        version = place.at("version")
        if version.value != VERSION or isinstance(version.value, bool):
            version.refuse(_("Must be %(version)s.") % {"version": VERSION})
        items = place.at("triggers").list_items(MOST_TRIGGERS) or []
        uses = [use for item in items if (use := self._trigger(item)) is not None]
        rules = self._rules(place.at("enrolment")) if place.has("enrolment") else EnrolmentRules()
        steps = self._steps(place.at("steps"), level=1)
        return None if rules is None else Definition(tuple(uses), rules, steps)

    # Enrolment

    def _trigger(self, place: Place) -> TriggerUse | None:
        if not place.is_object(required=["trigger"], optional=["arguments"]):
            return None
        trigger = _known(place.at("trigger"), triggers())
        if trigger is None:
            return None
        arguments = self._arguments(place, trigger)
        return None if arguments is None else TriggerUse(trigger.key, arguments)

    def _rules(self, place: Place) -> EnrolmentRules | None:
        if not place.is_object(optional=["again", "days", "only", "suppress", "existing"]):
            return None
        again = _choice(place, "again", Again, Again.NEVER)
        days = self._days(place, again)
        only = self._conditions(place.at("only")) if place.has("only") else None
        existing = place.at("existing").boolean() if place.has("existing") else False
        if again is None or days is None or existing is None:
            return None
        return EnrolmentRules(again, days, only, self._segments(place), existing)

    def _days(self, place: Place, again: Again | None) -> int | None:
        if again == Again.AFTER_DAYS:
            return NumberField(name="days", label="", least=1, most=3_650).read(
                place.at("days"), self.catalogue
            )
        if place.has("days"):
            place.at("days").refuse(_("Goes only with after_days."))
        return 0

    def _segments(self, place: Place) -> tuple[int, ...]:
        items = (place.at("suppress").list_items(most=50) if place.has("suppress") else None) or []
        for item in items:
            key = item.whole_number()
            if key is not None and key not in self.catalogue.segments:
                item.refuse(_("There is no such segment."))
        return tuple(item.value for item in items if isinstance(item.value, int))

    # Steps

    def _steps(self, place: Place, level: int) -> tuple[Step, ...]:
        if level > MOST_LEVELS:
            place.refuse(_("Is more than %(most)s levels deep.") % {"most": MOST_LEVELS})
            return ()
        items = place.list_items(MOST_STEPS) or []
        return tuple(step for item in items if (step := self._step(item, level)) is not None)

    def _step(self, place: Place, level: int) -> Step | None:
        self.count += 1
        if self.count > MOST_STEPS:
            if self.count == MOST_STEPS + 1:
                place.refuse(_("Is one of more than %(most)s steps.") % {"most": MOST_STEPS})
            return None
        if not isinstance(place.value, dict):
            place.refuse(_("Must be an object."))
            return None
        if place.at("action").value == BRANCH:
            return self._branching(place, level)
        if not place.is_object(required=["id", "action"], optional=["arguments", "name", "on_problem"]):
            return None
        step_id, name = self._id(place.at("id")), self._name(place)
        action = _known(place.at("action"), actions())
        on_problem = _choice(place, "on_problem", OnProblem, OnProblem.STOP)
        arguments = self._arguments(place, action) if action else None
        if step_id is None or action is None or arguments is None or on_problem is None or name is None:
            return None
        self.earlier.add(step_id)
        return Step(step_id, action.key, arguments, name, on_problem)

    def _branching(self, place: Place, level: int) -> Step | None:
        if not place.is_object(required=["id", "action", "branches"], optional=["name", "else"]):
            return None
        step_id, name = self._id(place.at("id")), self._name(place)
        items = place.at("branches").list_items(MOST_BRANCHES)
        if items is not None and not items:
            place.at("branches").refuse(_("Must have at least one branch."))
        branches = [branch for item in items or [] if (branch := self._branch(item, level)) is not None]
        otherwise = self._steps(place.at("else"), level + 1) if place.has("else") else ()
        if step_id is None or name is None:
            return None
        self.earlier.add(step_id)
        return Step(step_id, BRANCH, name=name, branches=tuple(branches), otherwise=otherwise)

    def _branch(self, place: Place, level: int) -> Branch | None:
        if not place.is_object(required=["id", "steps"], optional=["name", "where", "results"]):
            return None
        branch_id, name = self._id(place.at("id")), self._name(place)
        where = self._conditions(place.at("where")) if place.has("where") else None
        items = (place.at("results").list_items(most=20) if place.has("results") else None) or []
        if not place.has("where") and not items:
            place.refuse(_("Must have “where” or “results”."))
        results = [test for item in items if (test := self._result(item)) is not None]
        steps = self._steps(place.at("steps"), level + 1)
        if branch_id is None or name is None:
            return None
        return Branch(branch_id, name, where, tuple(results), steps)

    def _result(self, place: Place) -> ResultTest | None:
        if not place.is_object(required=["step"], optional=["outcome", "answer", "is", "value"]):
            return None
        step = place.at("step")
        if not isinstance(step.value, str) or step.value not in self.earlier:
            step.refuse(_("Must be the ID of an earlier step."))
            return None
        if place.has("outcome"):
            items = place.at("outcome").list_items(most=50)
            outcomes = [text for item in items or () if (text := item.text()) is not None]
            return ResultTest(step.value, tuple(outcomes)) if outcomes else None
        answer = place.at("answer").text()
        test = _answer_test(place)
        return None if answer is None or test is None else ResultTest(step.value, (), answer, test)

    # Parts

    def _arguments(self, place: Place, kind: Action | Trigger) -> dict[str, Any] | None:
        """By the names of the kind's fields; those that are left out have their default."""
        inner = place.at("arguments") if place.has("arguments") else Place({}, f"{place.path}.arguments",
                                                                          place.problems)  # fmt: skip
        required = [field.name for field in kind.fields if field.required]
        optional = [field.name for field in kind.fields if not field.required]
        if not inner.is_object(required, optional):
            return None
        before = len(place.problems)
        arguments = {field.name: self._argument(inner, field) for field in kind.fields}
        if len(place.problems) == before:
            for name, message in kind.mistakes(arguments):
                inner.at(name).refuse(message)
        return arguments if len(place.problems) == before else None

    def _argument(self, place: Place, field: Field) -> Any:
        if not place.has(field.name) or (place.at(field.name).value is None and not field.required):
            return field.default
        return field.read(place.at(field.name), self.catalogue)

    def _conditions(self, place: Place) -> Conditions | None:
        """A NODE of a segment's definition, whose problems get the path of this place."""
        try:
            node: Node = read_segment({"version": 1, "where": place.value}, self.catalogue)
        except DefinitionError as error:
            for problem in error.problems:
                path = place.path + problem.path.removeprefix("where")
                place.problems.append(Problem(path, problem.message))
            return None
        return Conditions(node, place.value)

    def _id(self, place: Place) -> str | None:
        if not isinstance(place.value, str) or not _ID.fullmatch(place.value):
            place.refuse(_("Must be 1 to 40 letters, digits, _ or -."))
        elif place.value in self.ids:
            place.refuse(_("Another step or branch has this ID."))
        else:
            self.ids.add(place.value)
            return place.value
        return None

    def _name(self, place: Place) -> str | None:
        name = place.at("name").text() if place.has("name") else ""
        if name is not None and len(name) > 200:
            place.at("name").refuse(_("Is longer than %(most)s characters.") % {"most": 200})
            return None
        return name


def _known[K: Action | Trigger](place: Place, known: Mapping[str, K]) -> K | None:
    if isinstance(place.value, str) and place.value in known:
        return known[place.value]
    place.refuse(_("Must be one of %(keys)s.") % {"keys": ", ".join(known)})
    return None


def _choice[E: (Again, OnProblem)](place: Place, key: str, options: type[E], default: E) -> E | None:
    if not place.has(key):
        return default
    try:
        return options(place.at(key).value)
    except ValueError:
        place.at(key).refuse(_("Must be one of %(options)s.") % {"options": ", ".join(options)})
        return None


def _answer_test(place: Place) -> ValueTest | None:
    """A test on a JSON value: of a number where a number is given, else of a text."""
    values = {key: place.at(key).value for key in ("is", "value") if place.has(key)}
    value = values.get("value")
    sample = value[0] if isinstance(value, list) and value else value
    is_number = isinstance(sample, int | float) and not isinstance(sample, bool)
    if isinstance(sample, bool) and values.get("is") not in (*OF_A_LIST, *WITHOUT_VALUE):
        return read_test(Place(values, place.path, place.problems), ValueKind.BOOLEAN)
    return read_test(
        Place(values, place.path, place.problems), ValueKind.NUMBER if is_number else ValueKind.TEXT
    )


__all__ = ["MOST_STEPS", "VERSION", "Operator", "problems_of", "read_definition"]
