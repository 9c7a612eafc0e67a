"""The inputs of a trigger's or a step's fields: what they show of the draft, and the draft that they make.

Whatever was typed is kept in the draft, right or wrong: the reader says what is wrong with it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import available_timezones

from django.http import QueryDict
from django.utils.translation import gettext as _

from contacts.segments.catalogue import Catalogue
from integrations.rules.registration_checks import normalise_webinar_id
from marketing_events.segment_pickers import EVENTS, WEBINARS
from workflows.definition.fields import ChoiceField, Field, TextField, known_names
from workflows.definition.occurrence_field import NEXT, OccurrenceField
from workflows.definition.reference_fields import PropertyField, SegmentField, is_settable
from workflows.definition.time_fields import UNITS, WEEKDAYS, ZoneField
from workflows.occurrences import occurrence_names

_PICKED = re.compile(r"#(\d+)\s*$")
_PICKED_DATE = re.compile(r"#(\S+)\s*$")
NO_DATE = "date"
"""In a draft: a date is to be chosen, and was not yet. The reader refuses it."""
type Options = list[tuple[str, str]]


@dataclass
class Control:
    """One field as the template draws it. `value` is a text; `values` those of several parts, by name."""

    name: str
    kind: str
    label: str
    help: str
    required: bool
    value: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    options: Options = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"field-{self.name}"


def controls(
    fields: Iterable[Field],
    arguments: Mapping[str, Any],
    catalogue: Catalogue,
    problems: Mapping[str, list[str]],
    *,
    has_trigger_webinar: bool,
) -> list[Control]:
    """`problems` by the name of the field."""
    made = []
    for argument in fields:
        kind = "long_text" if isinstance(argument, TextField) and argument.is_long else argument.control
        control = Control(argument.name, kind, str(argument.label), _help_of(argument), argument.required)
        raw = arguments.get(argument.name, argument.default)
        _fill(control, argument, raw, catalogue, has_trigger_webinar=has_trigger_webinar)
        control.problems = list(problems.get(argument.name, ()))
        made.append(control)
    return made


def _help_of(argument: Field) -> str:
    if not (isinstance(argument, TextField) and argument.takes_names):
        return str(argument.help)
    return f"{argument.help} {_('Filled in for each contact:')} {known_names()}".strip()


def _fill(
    control: Control, argument: Field, raw: Any, catalogue: Catalogue, *, has_trigger_webinar: bool
) -> None:
    match control.kind:
        case "flag":
            control.value = "on" if raw is True else ""
        case "duration":
            unit = next(iter(raw), "days") if isinstance(raw, dict) else "days"
            amount = raw.get(unit, "") if isinstance(raw, dict) else ""
            control.values = {"amount": amount, "unit": unit}
            control.options = [(key, str(label)) for key, label in UNITS.items()]
        case "weekdays":
            control.values = {"days": raw if isinstance(raw, list) else []}
            control.options = [(key, str(label)) for key, label in WEEKDAYS.items()]
        case "emails":
            control.value = "\n".join(map(str, raw)) if isinstance(raw, list | tuple) else _text(raw)
        case "webinar":
            control.values = _webinar_values(raw) | {"has_trigger": has_trigger_webinar}
            control.options = [(name, row.label) for name, row in catalogue.properties.items()]
        case "events":
            control.values = _events_values(raw)
        case "occurrence" if isinstance(argument, OccurrenceField):
            control.values = _occurrence_values(_text(raw), argument)
        case _:
            control.options = _options(argument, catalogue)
            control.value = _text(raw)


def _options(argument: Field, catalogue: Catalogue) -> Options:
    """The options of a field whose value is one of a few; none for the others."""
    match argument:
        case ChoiceField():
            return [(key, str(label)) for key, label in argument.options.items()]
        case SegmentField():
            rows = catalogue.segments.items()
            return [(str(key), row.name) for key, row in rows if row.is_static or not argument.only_static]
        case PropertyField():
            known = catalogue.properties.items()
            return [
                (name, row.label) for name, row in known if is_settable(row) or not argument.only_settable
            ]
        case ZoneField():
            return [(name, name) for name in sorted(available_timezones())]
    return []


def _text(raw: Any) -> str:
    return "" if raw is None else str(raw)


def _webinar_values(raw: Any) -> dict[str, Any]:
    if isinstance(raw, dict) and "property" in raw:
        return {"from": "property", "property": _text(raw["property"]), "number": ""}
    if isinstance(raw, dict) and "trigger" in raw:
        return {"from": "trigger", "property": "", "number": ""}
    return {"from": "number", "property": "", "number": _picked_webinar(_text(raw))}


def picked_webinar_number(text: str) -> int | None:
    """Of what was typed or picked from the list."""
    picked = _PICKED.search(text)
    return normalise_webinar_id(picked[1] if picked else text)


def _occurrence_values(text: str, argument: OccurrenceField) -> dict[str, Any]:
    values = {"of_blank": str(argument.of_blank), "takes_next": argument.takes_next, "date": ""}
    if text == "" or (text == NEXT and argument.takes_next):
        return values | {"from": text}
    name = occurrence_names([text]).get(text)
    return values | {"from": "date", "date": "" if text == NO_DATE else f"{name} #{text}" if name else text}


def _picked_webinar(text: str) -> str:
    """As it is picked from the list, with its topic; what was typed where no such webinar is known."""
    number = normalise_webinar_id(text)
    topic = WEBINARS.names([number]).get(number) if number else None
    return f"{topic} #{number}" if topic else text


def _events_values(raw: Any) -> dict[str, Any]:
    choice = raw if isinstance(raw, dict) else {}
    webinars, events = _whole(choice.get("webinar_ids")), _whole(choice.get("event_ids"))
    name = choice.get("name")
    contains = _text(name.get("value")) if isinstance(name, dict) and name.get("is") == "contains" else ""
    return {
        "webinars": list(_named(webinars, WEBINARS.names(webinars))),
        "events": list(_named(events, EVENTS.names(events))),
        "contains": contains,
    }


def _whole(raw: Any) -> list[int]:
    items = raw if isinstance(raw, list) else []
    return [int(str(item)) for item in items if str(item).isascii() and str(item).isdecimal()]


def _named(numbers: Sequence[int], names: Mapping[int, str]) -> Iterable[tuple[int, str]]:
    return ((number, names.get(number, str(number))) for number in numbers)


def read_controls(fields: Iterable[Field], data: QueryDict, before: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as JSON. An optional field that was left blank is left out.

    `before` keeps what the form cannot show, such as a test of an event's start that a program wrote.
    """
    values = {argument.name: _read(argument, data, before.get(argument.name)) for argument in fields}
    return {name: value for name, value in values.items() if value is not None}


def _read(argument: Field, data: QueryDict, before: Any) -> Any:
    text = data.get(argument.name, "").strip()
    match argument.control:
        case "flag":
            return True if text else None
        case "number" | "segment":
            return _number(text)
        case "duration":
            amount = data.get(f"{argument.name}.amount", "").strip()
            return {data.get(f"{argument.name}.unit", "days"): _number(amount)} if amount else None
        case "weekdays":
            return data.getlist(argument.name) or None
        case "emails":
            return [part for part in re.split(r"[\s,;]+", text) if part] or None
        case "webinar":
            return _read_webinar(argument.name, data)
        case "occurrence":
            return _read_occurrence(argument.name, data)
        case "events":
            return _read_events(argument.name, data, before if isinstance(before, dict) else {})
        case _:
            return data.get(argument.name, "").replace("\r\n", "\n") if text or argument.required else None


def _number(text: str) -> int | str | None:
    """A text that is no number stays as it is, for the reader to refuse."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else text


def _read_webinar(name: str, data: QueryDict) -> Any:
    match data.get(f"{name}.from"):
        case "trigger":
            return {"trigger": "webinar_id"}
        case "property":
            return {"property": data.get(f"{name}.property", "")}
    text = data.get(f"{name}.number", "").strip()
    picked = _PICKED.search(text)
    return (picked[1] if picked else text) or None


def _read_occurrence(name: str, data: QueryDict) -> str | None:
    if data.get(f"{name}.from") != "date":
        return data.get(f"{name}.from") or None
    text = data.get(f"{name}.date", "").strip()
    picked = _PICKED_DATE.search(text)
    return (picked[1] if picked else text) or NO_DATE


def _read_events(name: str, data: QueryDict, before: Mapping[str, Any]) -> dict[str, Any] | None:
    """Those that stay ticked, and the one that was typed."""
    choice: dict[str, Any] = {key: value for key, value in before.items() if key == "starts"}
    webinars = [*data.getlist(f"{name}.webinars"), *_picked(data.get(f"{name}.webinar", ""))]
    events = [*data.getlist(f"{name}.events"), *_picked(data.get(f"{name}.event", ""))]
    if webinars:
        choice["webinar_ids"] = list(dict.fromkeys(webinars))
    if events:
        choice["event_ids"] = [_number(key) for key in dict.fromkeys(events)]
    if contains := data.get(f"{name}.contains", "").strip():
        choice["name"] = {"is": "contains", "value": contains}
    elif isinstance(before.get("name"), dict) and before["name"].get("is") != "contains":
        choice["name"] = before["name"]
    return choice or None


def _picked(text: str) -> list[str]:
    """An option of the list ends in "#ID"; an ID alone, with spaces and dashes, is taken too."""
    match = _PICKED.search(text)
    if match:
        return [match[1]]
    digits = re.sub(r"[\s-]", "", text)
    return [digits] if digits else []
