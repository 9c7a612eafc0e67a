"""Add the contact to a static segment, or remove it from one."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from contacts.models import SegmentMembership
from contacts.segments.actions import SegmentError, add_people, remove_people
from workflows.definition.fields import Names
from workflows.definition.reference_fields import SegmentField
from workflows.registry import Action, Done, Group, Repeat, StepContext, StepResult, register_action

STATIC = SegmentField(name="segment", label=lazy("Static list"), only_static=True)


def _who(step: StepContext) -> str:
    return _("the workflow “%(name)s”") % {"name": step.enrolment.workflow.name if step.enrolment else ""}


def _is_member(segment: int, step: StepContext) -> bool:
    return SegmentMembership.objects.filter(segment=segment, contact=step.contact).exists()


class AddToSegment(Action):
    key = "add_to_segment"
    label = lazy("Add to a static segment")
    group = Group.SEGMENT
    icon = "list-plus"
    fields = (STATIC,)
    outcomes = {
        "added": lazy("Added"),
        "was_in": lazy("Was in it already"),
        "segment_unusable": lazy("The segment is no longer a static list"),
    }
    problems = frozenset({"segment_unusable"})
    repeat = Repeat.CHANGES_NOTHING

    def sentence(self, arguments: Mapping[str, Any], names: Names) -> str:
        return _("Add to the segment %(segment)s") % {"segment": self.words("segment", arguments, names)}

    def perform(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        try:
            moved = add_people(arguments["segment"], [step.contact.pk], who=_who(step))
        except SegmentError:
            return Done("segment_unusable")
        return Done("added" if moved else "was_in")

    def try_out(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        return Done("was_in" if _is_member(arguments["segment"], step) else "added")

    def effects(self, arguments: Mapping[str, Any]) -> Iterable[str]:
        return [f"segment:{arguments['segment']}"]


class RemoveFromSegment(Action):
    key = "remove_from_segment"
    label = lazy("Remove from a static segment")
    group = Group.SEGMENT
    icon = "list-minus"
    fields = (STATIC,)
    outcomes = {
        "removed": lazy("Removed"),
        "was_not_in": lazy("Was not in it"),
        "segment_unusable": lazy("The segment is no longer a static list"),
    }
    problems = frozenset({"segment_unusable"})
    repeat = Repeat.CHANGES_NOTHING

    def sentence(self, arguments: Mapping[str, Any], names: Names) -> str:
        return _("Remove from the segment %(segment)s") % {"segment": self.words("segment", arguments, names)}

    def perform(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        try:
            moved = remove_people(arguments["segment"], [step.contact.pk], who=_who(step))
        except SegmentError:
            return Done("segment_unusable")
        return Done("removed" if moved else "was_not_in")

    def try_out(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        return Done("removed" if _is_member(arguments["segment"], step) else "was_not_in")


for action in (AddToSegment(), RemoveFromSegment()):
    register_action(action)
