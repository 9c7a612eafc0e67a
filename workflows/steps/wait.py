"""Wait for a length of time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from workflows.definition.fields import Names, Words
from workflows.definition.time_fields import DurationField
from workflows.registry import (
    Action,
    Done,
    Group,
    Repeat,
    StepContext,
    StepResult,
    Wait,
    register_action,
)


def wait_until(moment: datetime, step: StepContext, *, waits_for: str = "", **memory: Any) -> StepResult:
    """Done once that moment has come; `already_past` if it had before the person came."""
    if moment <= step.started_at:
        return Done("already_past", {"until": moment.isoformat()})
    if moment <= step.now:
        return Done("waited", {"until": moment.isoformat()})
    return Wait("time", moment, waits_for, {"until": moment.isoformat()}, memory)


WAITED: dict[str, Words] = {"waited": lazy("Waited"), "already_past": lazy("The time had passed already")}


class WaitAction(Action):
    """In a test run no one waits: it says until when they would."""

    group = Group.FLOW
    icon = "hourglass"
    repeat = Repeat.CHANGES_NOTHING
    outcomes: ClassVar[Mapping[str, Words]] = WAITED

    def try_out(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        result = self.perform(arguments, step)
        return Done("waited", result.values) if isinstance(result, Wait) else result


class WaitFor(WaitAction):
    key = "wait"
    label = lazy("Wait for a time")
    fields = (DurationField(name="for", label=lazy("How long")),)

    def sentence(self, arguments: Mapping[str, Any], names: Names) -> str:
        return _("Wait %(time)s") % {"time": self.words("for", arguments, names)}

    def perform(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        return wait_until(step.started_at + arguments["for"].delta, step)


register_action(WaitFor())
