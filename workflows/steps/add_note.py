"""Add a note to the contact's timeline."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from contacts.models import TimelineEntry
from workflows.definition.fields import Names, TextField
from workflows.definition.values import fill_in
from workflows.registry import Action, Done, Group, Repeat, StepContext, StepResult, register_action
from workflows.steps.webinars import placeholders, placeholders_of

KIND = "workflow_note"


class AddNote(Action):
    key = "add_note"
    label = lazy("Add a note to the timeline")
    group = Group.CONTACT
    icon = "notebook-pen"
    fields = (TextField(name="text", label=lazy("Note"), is_long=True, most=400, takes_names=True),)
    outcomes = {"noted": lazy("Noted")}
    repeat = Repeat.CHANGES_NOTHING

    def sentence(self, arguments: Mapping[str, Any], names: Names) -> str:
        return _("Add the note %(text)s") % {"text": self.words("text", arguments, names)}

    def perform(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        (result,) = self.perform_many(arguments, [step])
        return result

    def perform_many(self, arguments: Mapping[str, Any], steps: Sequence[StepContext]) -> list[StepResult]:
        texts = [fill_in(arguments["text"], values)[:500] for values in placeholders_of(steps)]
        TimelineEntry.objects.bulk_create(
            [
                TimelineEntry(
                    contact=step.contact, kind=KIND, subject_key=step.key, occurred_at=step.now, title=text
                )
                for step, text in zip(steps, texts, strict=True)
            ],
            ignore_conflicts=True,
        )
        return [Done("noted", {"text": text}) for text in texts]

    def try_out(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        return Done("noted", {"text": fill_in(arguments["text"], placeholders(step))})


register_action(AddNote())
