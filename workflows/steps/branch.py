"""Branch: the first branch whose conditions hold, else the last one. Its branches are in the definition."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as lazy

from contacts.models import Contact
from contacts.segments.members import query
from core import array_lookup  # noqa: F401 - a lookup
from workflows.definition.tree import Branch, Conditions, ResultTest
from workflows.definition.value_tests import holds
from workflows.registry import Action, Choose, Group, Repeat, StepContext, StepResult, register_action


class Branching(Action):
    """`arguments` are the step's branches: the engine passes them."""

    key = "branch"
    label = lazy("Branch")
    group = Group.FLOW
    icon = "split"
    help = lazy("By conditions of segments, or by what an earlier step came to.")
    outcomes = {"chosen": lazy("Went on in a branch"), "else": lazy("No branch held")}
    repeat = Repeat.CHANGES_NOTHING

    def perform(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        (result,) = self.perform_many(arguments, [step])
        return result

    def perform_many(self, arguments: Mapping[str, Any], steps: Sequence[StepContext]) -> list[StepResult]:
        """A statement for each branch, with those whom no earlier one took."""
        chosen = [""] * len(steps)
        tried: list[list[dict[str, Any]]] = [[] for _step in steps]
        for branch in arguments["branches"]:
            left = [index for index, taken in enumerate(chosen) if not taken]
            meeting = those_who_hold(branch, [steps[index] for index in left])
            for index in left:
                is_held = steps[index].contact.pk in meeting
                tried[index].append({"branch": branch.id, "held": is_held})
                chosen[index] = branch.id if is_held else ""
        return [
            Choose(branch, {"branch": branch, "tried": looks})
            for branch, looks in zip(chosen, tried, strict=True)
        ]

    def try_out(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        return self.perform(arguments, step)


def those_who_hold(branch: Branch, steps: Sequence[StepContext]) -> set[int]:
    """The contacts for whom the branch holds."""
    meeting = [
        step for step in steps if all(result_holds(test, step.results, step.now) for test in branch.results)
    ]
    contacts = {step.contact.pk for step in meeting}
    if branch.where is None or not meeting:
        return contacts
    among = Contact.objects.filter(pk__any_of=sorted(contacts))
    return set(query(branch.where.node, among=among, now=meeting[0].now).values_list("pk", flat=True))


def conditions_hold(conditions: Conditions, contact: Contact, now: datetime) -> bool:
    among = Contact.objects.filter(pk=contact.pk)
    return query(conditions.node, among=among, now=now).exists()


def result_holds(test: ResultTest, results: Mapping[str, Mapping[str, Any]], now: datetime) -> bool:
    """False where the person did not come by that step."""
    result = results.get(test.step)
    if result is None:
        return False
    if test.test is None:
        return result["outcome"] in test.outcomes
    return holds(test.test, value_at(result["values"].get("answer"), test.answer), now)


def value_at(answer: Any, path: str) -> Any:
    """A value in a JSON answer: "lead.score", "items.0.name"; None where there is none."""
    for name in filter(None, path.split(".")):
        if isinstance(answer, Mapping):
            answer = answer.get(name)
        elif isinstance(answer, list) and name.isdecimal() and int(name) < len(answer):
            answer = answer[int(name)]
        else:
            return None
    return answer


register_action(Branching())
