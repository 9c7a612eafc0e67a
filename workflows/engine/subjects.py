"""What contacts are enrolled about when no trigger says so: the event or webinar that a person names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.row_keys import row_key
from integrations.rules.registration_checks import normalise_webinar_id
from marketing_events.models import MarketingEvent
from workflows.engine.happenings import about_event, load_events
from workflows.errors import WorkflowError

CALLED_OFF = (MarketingEvent.Status.CANCELLED, MarketingEvent.Status.NOT_HELD)
_PICKED = re.compile(r"#(\d+)\s*$")


@dataclass(frozen=True)
class Subject:
    """`data` is what steps read in the place of a trigger's."""

    event_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


NO_SUBJECT = Subject()


def subject_of_event(event_id: int) -> Subject | None:
    """None for an event that there is not."""
    facts = load_events([event_id]).get(event_id)
    return Subject(event_id, about_event(facts)) if facts else None


def subject_of_webinar(zoom_webinar_id: int, now: datetime) -> Subject:
    """About its next date, else its last; about the webinar alone where no event is known yet."""
    event = next_or_last_event(zoom_webinar_id, now)
    subject = subject_of_event(event.pk) if event else None
    return subject or Subject(data={"webinar_id": str(zoom_webinar_id)})


def next_or_last_event(zoom_webinar_id: int, now: datetime) -> MarketingEvent | None:
    rows: QuerySet[MarketingEvent] = MarketingEvent.objects.filter(
        zoom_webinar_id=zoom_webinar_id, is_unplanned=False
    )
    coming = rows.exclude(status__in=CALLED_OFF).filter(starts_at__gte=now)
    return coming.order_by("starts_at", "pk").first() or rows.order_by("-starts_at", "-pk").first()


def subject_of(typed: str) -> Subject:
    """The subject for an event picked from the list, which ends in "#ID", or for a webinar ID; none if blank.

    Raises `WorkflowError`.
    """
    if not typed.strip():
        return NO_SUBJECT
    picked = _PICKED.search(typed)
    if picked:
        subject = subject_of_event(row_key(picked[1]))
        if subject is None:
            raise WorkflowError(_("There is no such event."), "webinar_id")
        return subject
    number = normalise_webinar_id(typed)
    if number is None:
        message = _("Choose an event from the list, or enter a webinar ID such as 931 1234 5678.")
        raise WorkflowError(message, "webinar_id")
    return subject_of_webinar(number, timezone.now())
