"""The names of what a definition refers to, and its triggers and steps as sentences."""

from collections.abc import Iterator
from typing import Any

from contacts.segments.catalogue import Catalogue
from marketing_events.segment_pickers import EVENTS, WEBINARS
from workflows.definition.fields import Names
from workflows.definition.occurrence_field import NEXT, OccurrenceField
from workflows.definition.tree import Definition, Step, TriggerUse
from workflows.definition.values import EventChoice, WebinarRef
from workflows.occurrences import occurrence_names
from workflows.registry import action_of, trigger_of


def names_of(definition: Definition, catalogue: Catalogue) -> Names:
    """Two queries beside those of the catalogue, and one for the dates of series where a step names one."""
    values = list(_values(definition))
    webinars = {value.zoom_webinar_id for value in values if isinstance(value, WebinarRef)}
    choices = [value for value in values if isinstance(value, EventChoice)]
    webinars |= {number for choice in choices for number in choice.webinar_ids or ()}
    events = {key for choice in choices for key in choice.event_ids or ()}
    return Names(
        segments={key: segment.name for key, segment in catalogue.segments.items()},
        properties={name: row.label for name, row in catalogue.properties.items()},
        webinars=WEBINARS.names([number for number in webinars if number is not None]),
        events=EVENTS.names(list(events)),
        occurrences=occurrence_names(_occurrences(definition)),
    )


def _values(definition: Definition) -> Iterator[Any]:
    for use in definition.triggers:
        yield from use.arguments.values()
    for step in definition.all_steps():
        yield from step.arguments.values()


def _occurrences(definition: Definition) -> set[str]:
    return {
        step.arguments[argument.name]
        for step in definition.all_steps()
        for argument in action_of(step.action).fields
        if isinstance(argument, OccurrenceField)
    } - {"", NEXT}


def trigger_sentence(use: TriggerUse, names: Names) -> str:
    return trigger_of(use.trigger).sentence(use.arguments, names)


def step_sentence(step: Step, names: Names) -> str:
    """Its own name, if a person gave it one."""
    return step.name or action_of(step.action).sentence(step.arguments, names)


def step_sentences(definition: Definition, catalogue: Catalogue) -> dict[str, str]:
    """The sentence of each step, by its ID."""
    names = names_of(definition, catalogue)
    return {step.id: step_sentence(step, names) for step in definition.all_steps()}
