"""A definition as JSON in its canonical form: what versions store, and what export and the API answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from workflows.definition.events_field import write_test
from workflows.definition.parsing import VERSION
from workflows.definition.tree import (
    Again,
    Branch,
    Definition,
    EnrolmentRules,
    OnProblem,
    ResultTest,
    Step,
    TriggerUse,
)
from workflows.registry import Action, Trigger, action_of, trigger_of


def write_definition(definition: Definition) -> dict[str, Any]:
    return {
        "version": VERSION,
        "triggers": [_trigger(use) for use in definition.triggers],
        "enrolment": _rules(definition.enrolment),
        "steps": _steps(definition.steps),
    }


def _trigger(use: TriggerUse) -> dict[str, Any]:
    return {"trigger": use.trigger, "arguments": write_arguments(trigger_of(use.trigger), use.arguments)}


def write_arguments(kind: Action | Trigger, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Without those that have their default."""
    fields = [field for field in kind.fields if arguments.get(field.name) is not None]
    return {
        field.name: field.write(arguments[field.name])
        for field in fields
        if field.required or arguments[field.name] != field.default
    }


def _rules(rules: EnrolmentRules) -> dict[str, Any]:
    written: dict[str, Any] = {"again": rules.again.value}
    if rules.again == Again.AFTER_DAYS:
        written["days"] = rules.days
    if rules.only:
        written["only"] = rules.only.raw
    if rules.suppress:
        written["suppress"] = list(rules.suppress)
    return written | {"existing": rules.existing}


def _steps(steps: Sequence[Step]) -> list[dict[str, Any]]:
    return [_step(step) for step in steps]


def _step(step: Step) -> dict[str, Any]:
    written: dict[str, Any] = {"id": step.id, "action": step.action}
    if step.name:
        written["name"] = step.name
    if step.is_branch:
        written["branches"] = [_branch(branch) for branch in step.branches]
        return written | {"else": _steps(step.otherwise)}
    written["arguments"] = write_arguments(action_of(step.action), step.arguments)
    if step.on_problem != OnProblem.STOP:
        written["on_problem"] = step.on_problem.value
    return written


def _branch(branch: Branch) -> dict[str, Any]:
    written: dict[str, Any] = {"id": branch.id, "name": branch.name}
    if branch.where:
        written["where"] = branch.where.raw
    if branch.results:
        written["results"] = [_result(test) for test in branch.results]
    return written | {"steps": _steps(branch.steps)}


def _result(test: ResultTest) -> dict[str, Any]:
    if test.test is None:
        return {"step": test.step, "outcome": list(test.outcomes)}
    return {"step": test.step, "answer": test.answer, **write_test(test.test)}
