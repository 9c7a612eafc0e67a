"""Whether a definition may be published: what is missing, and circles that would never end."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from contacts.segments.catalogue import Catalogue
from contacts.segments.errors import DefinitionError, Problem
from contacts.segments.members import catalogue as load_catalogue
from workflows.definition.parsing import read_definition
from workflows.definition.tree import Again, Definition, places
from workflows.definition.values import WebinarRef
from workflows.definition.writing import write_definition
from workflows.models import Workflow
from workflows.registry import action_of, trigger_of


@dataclass(frozen=True)
class Reach:
    """What sets a workflow off, and what its steps change. One that enrols once cannot go round."""

    workflow: int
    name: str
    causes: frozenset[str]
    effects: frozenset[str]
    repeats: bool


def checked(workflow: Workflow, raw: Any) -> Definition:
    """The definition of the workflow's draft. Raises `DefinitionError` with what is in the way."""
    catalogue = load_catalogue()
    definition = read_definition(raw, catalogue)
    problems = [*_missing(definition), *_circles(workflow, definition, catalogue)]
    if problems:
        raise DefinitionError(problems)
    return definition


def publishing_problems(workflow: Workflow, raw: Any) -> list[Problem]:
    """The same as a list; empty where it may be published."""
    try:
        checked(workflow, raw)
    except DefinitionError as error:
        return error.problems
    return []


def has_unpublished_changes(workflow: Workflow) -> bool:
    """Whether the draft differs from the version that runs. An edit that was undone is no change."""
    version = workflow.current
    if version is None:
        return True
    if version.draft_revision == workflow.draft_revision:
        return False
    try:
        definition = read_definition(workflow.draft, load_catalogue())
    except DefinitionError:
        return True
    return bool(write_definition(definition) != version.definition)


def _missing(definition: Definition) -> Iterator[Problem]:
    if not definition.steps:
        yield Problem("steps", _("Add at least one step."))
    if all(trigger_of(use.trigger).is_about_event for use in definition.triggers):
        return  # with no trigger, whoever enrols contacts names the webinar
    for path, step in places(definition.steps, "steps"):
        for name, value in step.arguments.items():
            if isinstance(value, WebinarRef) and value.is_from_trigger:
                message = _("“The webinar of the trigger” needs triggers that are all about events.")
                yield Problem(f"{path}.arguments.{name}", message)


# Circles


def _circles(workflow: Workflow, definition: Definition, catalogue: Catalogue) -> Iterator[Problem]:
    """Ways from this workflow's steps to its own triggers, be it through other published workflows."""
    own = reach_of(workflow, definition)
    if not own.repeats:
        return
    others = [reach for reach in _published(workflow, catalogue) if reach.repeats]
    circle = circle_from(own, others)
    if circle:
        names = " → ".join(f"“{reach.name}”" for reach in (*circle, own))
        yield Problem("triggers", _("The steps would enrol the same contact without end: %s.") % names)


def reach_of(workflow: Workflow, definition: Definition) -> Reach:
    causes = (trigger_of(use.trigger).causes(use.arguments) for use in definition.triggers)
    effects = (
        action_of(step.action).effects(step.arguments)
        for step in definition.all_steps()
        if not step.is_branch
    )
    return Reach(
        workflow.pk or 0,
        workflow.name,
        frozenset(name for names in causes for name in names),
        frozenset(name for names in effects for name in names),
        definition.enrolment.again in (Again.ALWAYS, Again.ONCE_PER_EVENT),
    )


def _published(workflow: Workflow, catalogue: Catalogue) -> Iterator[Reach]:
    rows = Workflow.objects.published().exclude(pk=workflow.pk).select_related("current")
    for other in rows.order_by("pk"):
        if other.current is None:
            continue
        try:
            yield reach_of(other, read_definition(other.current.definition, catalogue))
        except DefinitionError:  # a segment is gone, say: it enrols no one
            continue


def circle_from(own: Reach, others: Iterable[Reach]) -> list[Reach]:
    """The workflows of the shortest circle through `own`, itself first; empty for none."""
    known = {reach.workflow: reach for reach in (*others, own)}
    ways: list[list[Reach]] = [[own]]
    seen: set[int] = set()
    while ways:
        way = ways.pop(0)
        for following in known.values():
            if not sets_off(way[-1].effects, following.causes):
                continue
            if following is own:
                return way
            if following.workflow not in seen:
                seen.add(following.workflow)
                ways.append([*way, following])
    return []


def sets_off(effects: Iterable[str], causes: Iterable[str]) -> bool:
    """Whether one of the effects is among the causes; "registration:*" is any of its kind."""
    return any(_matches(effect, cause) for effect in effects for cause in causes)


def _matches(effect: str, cause: str) -> bool:
    kind, _colon, name = effect.partition(":")
    other_kind, _colon, other = cause.partition(":")
    return kind == other_kind and (name == other or "*" in (name, other))
