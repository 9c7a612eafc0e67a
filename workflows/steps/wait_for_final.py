"""Wait until a webinar's attendance is final (X2, D8), with a longest time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from workflows.definition.fields import Names, Words
from workflows.definition.reference_fields import WebinarField
from workflows.definition.time_fields import DurationField
from workflows.registry import Done, StepContext, StepResult, Wait, register_action
from workflows.steps.wait import WaitAction
from workflows.steps.wait_for_start import CALLED_OFF, NOT_FOUND, OUTCOMES
from workflows.steps.webinars import event_of, is_called_off, webinar_number


class WaitForFinal(WaitAction):
    """The longest time counts from the webinar's start, or from when the person came, if that is later."""

    key = "wait_for_final"
    label = lazy("Wait until attendance is final")
    icon = "flag"
    help = lazy("Only then no-shows are known for sure.")
    fields = (
        WebinarField(name="webinar"),
        DurationField(
            name="longest",
            label=lazy("At the longest"),
            help=lazy("After the webinar's start. Then the path goes on all the same."),
        ),
    )
    outcomes: ClassVar[Mapping[str, Words]] = {
        "final": lazy("Attendance is final"),
        "timed_out": lazy("Attendance was not final in time"),
        **OUTCOMES,
    }
    problems = frozenset({CALLED_OFF, NOT_FOUND})

    def sentence(self, arguments: Mapping[str, Any], names: Names) -> str:
        values = {name: self.words(name, arguments, names) for name in ("webinar", "longest")}
        return _("Wait until the attendance of %(webinar)s is final, at the longest %(longest)s") % values

    def perform(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        number = webinar_number(arguments["webinar"], step.contact, step.data)
        event = event_of(arguments["webinar"], number, step) if number else None
        if event is None:
            return Done(CALLED_OFF if "event_id" in step.memory else NOT_FOUND)
        memory = {"event_id": event.pk}
        if event.is_final:
            return Done("final", memory)
        if is_called_off(event):
            return Done(CALLED_OFF, memory)
        begins = max(event.starts_at or step.started_at, step.started_at)
        until: datetime = begins + arguments["longest"].delta
        if until <= step.now:
            return Done("timed_out", memory)
        values = memory | {"until": until.isoformat()}
        return Wait("not_final", until, f"event:{event.pk}", values, memory)

    def try_out(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        result = self.perform(arguments, step)
        return Done("final", result.values) if isinstance(result, Wait) else result


register_action(WaitForFinal())
