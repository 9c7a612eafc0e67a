"""Branch: the first branch whose conditions hold, else the last one. Its branches are in the definition."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as lazy

from contacts.models import Contact
from contacts.segments.members import query
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
        tried: list[dict[str, Any]] = []
        for branch in arguments["branches"]:
            is_held = does_hold(branch, step)
            tried.append({"branch": branch.id, "held": is_held})
            if is_held:
                return Choose(branch.id, {"branch": branch.id, "tried": tried})
        return Choose("", {"branch": "", "tried": tried})

    def try_out(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        return self.perform(arguments, step)


def does_hold(branch: Branch, step: StepContext) -> bool:
    results = (result_holds(test, step.results, step.now) for test in branch.results)
    return all(results) and (branch.where is None or conditions_hold(branch.where, step.contact, step.now))


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
