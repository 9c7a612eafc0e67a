"""What the sync writes into timelines, in words (R75): registered, cancelled, attended.

Registered with `contacts.timeline` when Django starts.
"""

from collections import defaultdict
from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contacts.models import TimelineEntry
from contacts.timeline import Kind, register
from marketing_events.models import MarketingEvent

type Events = dict[int, list[MarketingEvent]]


def _links(entries: list[TimelineEntry]) -> Mapping[int, str]:
    """The event that each entry is about; of a series registered for as a whole, the list of its events."""
    events: Events = defaultdict(list)
    webinars = {entry.webinar_id for entry in entries if entry.webinar_id}
    for event in MarketingEvent.objects.filter(webinar_id__in=webinars).only(
        "webinar_id", "session_uuid", "starts_at"
    ):
        events[event.webinar_id].append(event)
    return {entry.pk: _link(entry, events[entry.webinar_id]) for entry in entries if entry.webinar_id}


def _link(entry: TimelineEntry, events: list[MarketingEvent]) -> str:
    if entry.joined_at:
        events = [event for event in events if _is_about(entry, event)] or events
    if len(events) == 1:
        return reverse("events:detail", args=[events[0].pk])
    return f"{reverse('events:list')}?q={entry.webinar_id}" if events else ""


def _is_about(entry: TimelineEntry, event: MarketingEvent) -> bool:
    return entry.subject_key.removeprefix("zoom:session:") == event.session_uuid


REGISTERED = Kind(
    "webinar_registered",
    label=_("Registered for a webinar"),
    sentence="%(title)s",
    icon="ticket-check",
    tone="info",
    links=_links,
)
CANCELLED = Kind(
    "webinar_cancelled",
    label=_("Cancelled the registration"),
    sentence="%(title)s",
    icon="ticket-x",
    tone="warning",
    links=_links,
)
ATTENDED = Kind(
    "webinar_attended",
    label=_("Attended a webinar"),
    sentence="%(title)s",
    icon="video",
    tone="success",
    links=_links,
)

for kind in (REGISTERED, CANCELLED, ATTENDED):
    register(kind)
