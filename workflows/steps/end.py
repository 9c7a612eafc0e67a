"""End: the person leaves the workflow here."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as lazy

from workflows.registry import Action, End, Group, Repeat, StepContext, StepResult, register_action


class EndHere(Action):
    key = "end"
    label = lazy("End")
    group = Group.FLOW
    icon = "circle-stop"
    outcomes = {"ended": lazy("Ended here")}
    repeat = Repeat.CHANGES_NOTHING

    def perform(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        return End()

    def try_out(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        return End()


register_action(EndHere())
