"""Wait until some time before or after a webinar's start. If it is moved, so is the wait; if not, it ends."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from workflows.definition.fields import ChoiceField, Names, Words
from workflows.definition.reference_fields import WebinarField
from workflows.definition.time_fields import DurationField
from workflows.registry import Done, StepContext, StepResult, Wait, register_action
from workflows.steps.wait import WAITED, WaitAction, wait_until
from workflows.steps.webinars import event_of, is_called_off, webinar_number

CALLED_OFF = "webinar_cancelled"
NOT_FOUND = "webinar_not_found"
OUTCOMES: dict[str, Words] = {
    CALLED_OFF: lazy("The webinar was cancelled"),
    NOT_FOUND: lazy("No date of the webinar is known"),
}


class WaitForStart(WaitAction):
    key = "wait_for_start"
    label = lazy("Wait for a webinar's start")
    icon = "alarm-clock"
    help = lazy("Until some time before or after. When the webinar is moved, the wait moves with it.")
    fields = (
        WebinarField(name="webinar"),
        DurationField(name="time", label=lazy("How long"), allows_zero=True),
        ChoiceField(
            name="when", label=lazy("When"), options={"before": lazy("before"), "after": lazy("after")}
        ),
    )
    outcomes: ClassVar[Mapping[str, Words]] = {**WAITED, **OUTCOMES}
    problems = frozenset({CALLED_OFF, NOT_FOUND})

    def sentence(self, arguments: Mapping[str, Any], names: Names) -> str:
        values = {name: self.words(name, arguments, names) for name in ("time", "when", "webinar")}
        return _("Wait until %(time)s %(when)s the start of %(webinar)s") % values

    def perform(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        number = webinar_number(arguments["webinar"], step.contact, step.data)
        event = event_of(arguments["webinar"], number, step) if number else None
        if event is None:
            return Done(CALLED_OFF if "event_id" in step.memory else NOT_FOUND)
        if is_called_off(event):
            return Done(CALLED_OFF, {"event_id": event.pk})
        memory, waits_for = {"event_id": event.pk}, f"event:{event.pk}"
        if event.starts_at is None:
            return Wait("no_date", waits_for=waits_for, values=memory, memory=memory)
        delta = arguments["time"].delta
        moment = event.starts_at + (delta if arguments["when"] == "after" else -delta)
        return wait_until(moment, step, waits_for=waits_for, **memory)


register_action(WaitForStart())
