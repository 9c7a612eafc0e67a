"""Add the contact to a static segment, or remove it from one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from contacts.models import SegmentMembership
from contacts.segments.actions import SegmentError, add_people, remove_people
from core import array_lookup  # noqa: F401 - a lookup
from workflows.definition.fields import Names
from workflows.definition.reference_fields import SegmentField
from workflows.registry import Action, Done, Group, Repeat, StepContext, StepResult, register_action

STATIC = SegmentField(name="segment", label=lazy("Static list"), only_static=True)


def _who(step: StepContext) -> str:
    return _("the workflow “%(name)s”") % {"name": step.enrolment.workflow.name if step.enrolment else ""}


def _is_member(segment: int, step: StepContext) -> bool:
    return bool(_members(segment, [step]))


def _members(segment: int, steps: Sequence[StepContext]) -> set[int]:
    contacts = [step.contact.pk for step in steps]
    rows = SegmentMembership.objects.filter(segment=segment, contact__any_of=contacts)
    return set(rows.values_list("contact_id", flat=True))


def _move(
    move: Callable[..., int],
    segment: int,
    steps: Sequence[StepContext],
    outcome_of: Callable[[bool], str],
) -> list[StepResult]:
    """The segment's history names the workflow."""
    members = _members(segment, steps)
    try:
        move(segment, [step.contact.pk for step in steps], who=_who(steps[0]))
    except SegmentError:
        return [Done("segment_unusable") for _step in steps]
    return [Done(outcome_of(step.contact.pk in members)) for step in steps]


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
        (result,) = self.perform_many(arguments, [step])
        return result

    def perform_many(self, arguments: Mapping[str, Any], steps: Sequence[StepContext]) -> list[StepResult]:
        return _move(add_people, arguments["segment"], steps, lambda was_in: "was_in" if was_in else "added")

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
        (result,) = self.perform_many(arguments, [step])
        return result

    def perform_many(self, arguments: Mapping[str, Any], steps: Sequence[StepContext]) -> list[StepResult]:
        return _move(
            remove_people, arguments["segment"], steps, lambda was_in: "removed" if was_in else "was_not_in"
        )

    def effects(self, arguments: Mapping[str, Any]) -> Iterable[str]:
        return [f"left:{arguments['segment']}"]

    def try_out(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        return Done("removed" if _is_member(arguments["segment"], step) else "was_not_in")


for action in (AddToSegment(), RemoveFromSegment()):
    register_action(action)
