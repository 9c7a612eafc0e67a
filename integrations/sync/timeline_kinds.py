"""What the sync writes into timelines, in words (R75): registered, cancelled, attended.

Registered with `contacts.timeline` when Django starts.
"""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contacts.models import TimelineEntry
from contacts.timeline import Kind, More, register
from marketing_events.models import CallAttendee


def _links(entries: list[TimelineEntry]) -> Mapping[int, str]:
    """The event that each entry is about; of a series registered for as a whole, the list of its events."""
    return {entry.pk: url for entry in entries if (url := _link(entry))}


def _link(entry: TimelineEntry) -> str:
    if entry.event_id:
        return reverse("events:detail", args=[entry.event_id])
    return f"{reverse('events:list')}?q={entry.zoom_webinar_id}" if entry.zoom_webinar_id else ""


def _call_links(entries: list[TimelineEntry]) -> Mapping[int, str]:
    """The recorded call of what was attended, as this contact heard it (D10, X12). One query."""
    about = {entry.pk: (entry.contact_id, entry.event_id) for entry in entries if entry.event_id}
    tied = CallAttendee.objects.filter(
        contact__in={contact for contact, _event in about.values()},
        call__event__in={event for _contact, event in about.values()},
    )
    calls = {
        (contact, event): f"{reverse('calls:detail', args=[call])}?attendee={contact}"
        for contact, event, call in tied.values_list("contact_id", "call__event_id", "call_id")
    }
    return {pk: calls[key] for pk, key in about.items() if key in calls}


REGISTERED = Kind(
    "webinar_registered",
    label=_("Registered for a webinar"),
    sentence="%(title)s",
    icon="ticket-check",
    tone="info",
    links=_links,
    group=_("Webinars"),
)
CANCELLED = Kind(
    "webinar_cancelled",
    label=_("Cancelled their registration"),
    sentence="%(title)s",
    icon="ticket-x",
    tone="warning",
    links=_links,
    group=_("Webinars"),
)
ATTENDED = Kind(
    "webinar_attended",
    label=_("Attended a webinar"),
    sentence="%(title)s",
    icon="video",
    tone="success",
    links=_links,
    group=_("Webinars"),
    more=(More(_("Recorded call"), "circle-play", _call_links),),
)

for kind in (REGISTERED, CANCELLED, ATTENDED):
    register(kind)
