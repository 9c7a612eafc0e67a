"""A test run: the path that one contact would take now, each decision with its reason. Nothing is sent.

Branches are judged by the contact as it is. What earlier steps would have changed (a property, a segment) is
not there yet; what they would come to is assumed to go well, but for what is known to be in their way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from contacts.models import Contact, Segment
from contacts.segments.errors import DefinitionError
from contacts.segments.members import members_of
from workflows.definition.tree import Definition, OnProblem, Path, Step
from workflows.engine.runner import arguments_of
from workflows.engine.subjects import NO_SUBJECT, Subject
from workflows.registry import Choose, Done, End, StepContext, StepError, action_of
from workflows.steps.branch import conditions_hold
from workflows.wording import REFUSALS, outcome_words, reason_words


@dataclass(frozen=True)
class TriedStep:
    """`text` says what it would come to; `decision` what was tried, for a branch."""

    step_id: str
    action: str
    outcome: str
    text: str
    is_problem: bool = False
    decision: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Trial:
    """`refusal` says why the contact would not be enrolled; the steps are shown all the same."""

    steps: list[TriedStep]
    refusal: str = ""


def try_out(definition: Definition, contact: Contact, subject: Subject = NO_SUBJECT) -> Trial:
    """`subject` stands for what a trigger about events would bring."""
    with transaction.atomic():
        trial = Trial(_walk(definition, contact, subject.data), _refusal(definition, contact))
        transaction.set_rollback(True)  # whatever an action may write when it is only asked
    return trial


def _refusal(definition: Definition, contact: Contact) -> str:
    rules = definition.enrolment
    for segment in Segment.objects.filter(pk__in=rules.suppress):
        try:
            if members_of(segment).filter(pk=contact.pk).exists():
                return str(REFUSALS["suppressed"])
        except DefinitionError:
            continue
    if rules.only and not conditions_hold(rules.only, contact, timezone.now()):
        return str(REFUSALS["conditions"])
    return ""


def _walk(definition: Definition, contact: Contact, data: Mapping[str, Any]) -> list[TriedStep]:
    path, tried = Path(definition), list[TriedStep]()
    results: dict[str, dict[str, Any]] = {}
    step_id = path.first
    while step_id:
        step = path.steps[step_id]
        tried_step, step_id = _try(step, path, contact, data, results)
        tried.append(tried_step)
    return tried


def _try(
    step: Step,
    path: Path,
    contact: Contact,
    data: Mapping[str, Any],
    results: dict[str, dict[str, Any]],
) -> tuple[TriedStep, str]:
    """The step, and the one that would follow."""
    now = timezone.now()
    context = StepContext(contact, data, now, started_at=now, key=f"trial:{step.id}", results=results)
    action = action_of(step.action)
    try:
        result = action.try_out(arguments_of(step), context)
    except StepError as error:
        return TriedStep(step.id, step.action, error.code, reason_words(error.code, error.values), True), ""
    match result:
        case Choose(branch, decision):
            text = outcome_words(step.action, "chosen" if branch else "else")
            chosen = TriedStep(step.id, step.action, branch, text, decision=decision)
            return chosen, path.into(step.id, branch)
        case End():
            return TriedStep(step.id, step.action, "ended", outcome_words(step.action, "ended")), ""
        case Done(outcome, values):
            results[step.id] = {"outcome": outcome, "values": values}
            is_problem = outcome in action.problems
            text = str(values.get("detail") or outcome_words(step.action, outcome))
            stops = is_problem and step.on_problem == OnProblem.STOP
            tried = TriedStep(step.id, step.action, outcome, text, is_problem, values)
            return tried, "" if stops else path.after(step.id)
    raise AssertionError(f"{step.action} waits in a test run")
