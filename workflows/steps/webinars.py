"""Which webinar a step means (R79, R80), and which date of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from contacts.models import Contact
from contacts.properties.values import as_text
from integrations.rules.registration_checks import normalise_webinar_id
from marketing_events.models import MarketingEvent
from workflows.definition.values import WebinarRef
from workflows.engine.subjects import CALLED_OFF, next_or_last_event
from workflows.registry import StepContext


def webinar_number(ref: WebinarRef, contact: Contact, data: Mapping[str, Any]) -> int | None:
    """Zoom's number; None where the property or the trigger holds none."""
    if ref.zoom_webinar_id is not None:
        return ref.zoom_webinar_id
    text = (
        property_text(contact, ref.from_property) if ref.from_property else str(data.get("webinar_id") or "")
    )
    return normalise_webinar_id(text)


def property_text(contact: Contact, name: str) -> str:
    """A column of the contact, or a custom property; blank for none."""
    return as_text(getattr(contact, name) if name in _columns() else contact.properties.get(name))


@cache
def _columns() -> frozenset[str]:
    return frozenset(field.name for field in Contact._meta.concrete_fields)


def event_of(ref: WebinarRef, number: int, step: StepContext) -> MarketingEvent | None:
    """The date that was chosen when the person came here, else the trigger's, the next one, or the last."""
    known = step.memory.get("event_id") or (step.data.get("event_id") if ref.is_from_trigger else None)
    if known:
        return MarketingEvent.objects.filter(pk=known).first()
    return next_or_last_event(number, step.started_at)


def is_called_off(event: MarketingEvent) -> bool:
    return event.status in CALLED_OFF


def placeholders(step: StepContext) -> dict[str, Any]:
    """What may stand in braces in a text."""
    (values,) = placeholders_of([step])
    return values


def placeholders_of(steps: Sequence[StepContext]) -> list[dict[str, Any]]:
    """The same for many: one query, and none where no trigger was about an event."""
    keys = {step.data["event_id"] for step in steps if step.data.get("event_id")}
    events = MarketingEvent.objects.in_bulk(keys) if keys else {}
    return [_placeholders(step, events.get(step.data.get("event_id", 0))) for step in steps]


def _placeholders(step: StepContext, event: MarketingEvent | None) -> dict[str, Any]:
    return {
        "first_name": step.contact.first_name,
        "last_name": step.contact.last_name,
        "email": step.contact.email,
        "webinar": event.name if event else "",
        "webinar_id": step.data.get("webinar_id", ""),
        "webinar_starts": _shown(event.starts_at) if event else "",
        "workflow": step.enrolment.workflow.name if step.enrolment else "",
    }


def _shown(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""
