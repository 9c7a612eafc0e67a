"""Values that steps and triggers take: a webinar, a length of time, a choice of events, text with names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from contacts.segments.value_tests import ValueTest
from workflows.definition.value_tests import holds


@dataclass(frozen=True)
class WebinarRef:
    """One of: a webinar's number, a contact's property that holds it (R80), or the trigger's own webinar."""

    zoom_webinar_id: int | None = None
    from_property: str = ""

    @property
    def is_from_trigger(self) -> bool:
        return self.zoom_webinar_id is None and not self.from_property


@dataclass(frozen=True)
class Duration:
    amount: int
    unit: str
    """minutes, hours, days or weeks."""

    @property
    def delta(self) -> timedelta:
        return timedelta(**{self.unit: self.amount})


@dataclass(frozen=True)
class EventFacts:
    """What a choice of events looks at."""

    id: int
    zoom_webinar_id: int
    name: str
    starts_at: datetime | None
    is_final: bool = False


@dataclass(frozen=True)
class EventChoice:
    """Any event, or those for which all of this holds; `events` of a segment's conditions."""

    webinar_ids: tuple[int, ...] | None = None
    event_ids: tuple[int, ...] | None = None
    name: ValueTest | None = None
    starts: ValueTest | None = None

    @property
    def is_any(self) -> bool:
        return self == EventChoice()

    def includes(self, event: EventFacts, now: datetime) -> bool:
        return (
            (self.webinar_ids is None or event.zoom_webinar_id in self.webinar_ids)
            and (self.event_ids is None or event.id in self.event_ids)
            and (self.name is None or holds(self.name, event.name, now))
            and (self.starts is None or holds(self.starts, event.starts_at, now))
        )


NAMES = re.compile(r"{([a-z_]+)}")
PLACEHOLDERS = ("first_name", "last_name", "email", "webinar", "webinar_id", "webinar_starts", "workflow")


def fill_in(text: str, values: Mapping[str, Any]) -> str:
    """Put values in the place of their names in braces."""
    return NAMES.sub(lambda match: str(values.get(match[1], match[0])), text)


def unknown_names(text: str) -> list[str]:
    return [name for name in NAMES.findall(text) if name not in PLACEHOLDERS]
