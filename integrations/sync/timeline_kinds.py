"""What the sync writes into timelines, in words (R75): registered, cancelled, attended.

Registered with `contacts.timeline` when Django starts.
"""

from collections import defaultdict
from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contacts.models import TimelineEntry
from contacts.timeline import Kind, More, register
from marketing_events.models import CallAttendee, MarketingEvent

type Events = dict[int, list[MarketingEvent]]


def _links(entries: list[TimelineEntry]) -> Mapping[int, str]:
    """The event that each entry is about; of a series registered for as a whole, the list of its events."""
    events: Events = defaultdict(list)
    webinars = {entry.zoom_webinar_id for entry in entries if entry.zoom_webinar_id}
    for event in MarketingEvent.objects.filter(zoom_webinar_id__in=webinars).only(
        "zoom_webinar_id", "session_uuid", "starts_at"
    ):
        events[event.zoom_webinar_id].append(event)
    return {
        entry.pk: _link(entry, events[entry.zoom_webinar_id]) for entry in entries if entry.zoom_webinar_id
    }


def _link(entry: TimelineEntry, events: list[MarketingEvent]) -> str:
    if entry.joined_at:
        events = [event for event in events if _is_about(entry, event)] or events
    if len(events) == 1:
        return reverse("events:detail", args=[events[0].pk])
    return f"{reverse('events:list')}?q={entry.zoom_webinar_id}" if events else ""


def _is_about(entry: TimelineEntry, event: MarketingEvent) -> bool:
    return entry.subject_key.removeprefix(_SESSION) == event.session_uuid


def _call_links(entries: list[TimelineEntry]) -> Mapping[int, str]:
    """The recorded call of what was attended, as this contact heard it (D10, X12). One query."""
    about = {entry.pk: (entry.contact_id, entry.subject_key.removeprefix(_SESSION)) for entry in entries}
    tied = CallAttendee.objects.filter(
        contact__in={contact for contact, _uuid in about.values()},
        call__event__session_uuid__in={uuid for _contact, uuid in about.values()},
    )
    rows = tied.values_list("contact_id", "call__event__session_uuid", "call_id")
    calls = {
        (contact, uuid): f"{reverse('calls:detail', args=[call])}?attendee={contact}"
        for contact, uuid, call in rows
    }
    return {pk: calls[key] for pk, key in about.items() if key in calls}


_SESSION = "zoom:session:"

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
    more=(More(_("Recorded call"), "circle-play", _call_links),),
)

for kind in (REGISTERED, CANCELLED, ATTENDED):
    register(kind)
