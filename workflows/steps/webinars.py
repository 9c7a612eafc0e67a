"""Which webinar a step means (R79, R80), and which date of it."""

from collections.abc import Mapping
from datetime import datetime
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
    columns = {field.name for field in Contact._meta.concrete_fields}
    value = getattr(contact, name) if name in columns else contact.properties.get(name)
    return as_text(value)


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
    event = MarketingEvent.objects.filter(pk=step.data.get("event_id") or 0).first()
    workflow = step.enrolment.workflow.name if step.enrolment else ""
    return {
        "first_name": step.contact.first_name,
        "last_name": step.contact.last_name,
        "email": step.contact.email,
        "webinar": event.name if event else "",
        "webinar_id": step.data.get("webinar_id", ""),
        "webinar_starts": _shown(event.starts_at) if event else "",
        "workflow": workflow,
    }


def _shown(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""
