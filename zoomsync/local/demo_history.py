"""The history of the demo's segments: who entered and left them over the last weeks.

Nothing is invented. The code that follows changes and the clock runs again over the events that the sync
found, with the clock moved to when they took place; it writes who enters and leaves, and why.
"""

from datetime import datetime, timedelta
from typing import cast

from django.db import transaction
from django.utils import timezone

from contacts.models import Segment, SegmentMembership, SegmentTransition
from contacts.segments.templates import segment_templates
from contacts.segments.tracking import build, follow_clock_of, follow_contacts
from marketing_events.models import MarketingEvent, Participation
from zoomsync.local.demo import SEGMENTS

BEFORE = timedelta(weeks=6)
A_MOMENT = timedelta(seconds=1)


def age_segments() -> None:
    """Follow the segments of the templates again, from six weeks ago until now. Before workflows wait for
    who enters. Doing it again changes nothing.

    Their conditions are about when events took place. What a person registers for has no such date: the
    segment of registrations begins with the sync.
    """
    begin = timezone.now() - BEFORE
    templates = segment_templates()
    names = [str(templates[name].label) for name in SEGMENTS]
    for segment in Segment.objects.active().filter(name__in=names, created_at__gt=begin):
        with transaction.atomic():
            _age(segment, begin)


def _age(segment: Segment, begin: datetime) -> None:
    SegmentMembership.objects.filter(segment=segment).delete()
    SegmentTransition.objects.filter(segment=segment).delete()
    Segment.objects.filter(pk=segment.pk).update(created_at=begin, tracked_version=0)
    build(segment.pk, begin)
    now = timezone.now()
    held = MarketingEvent.objects.filter(starts_at__gt=begin, ended_at__lt=now).order_by("starts_at", "pk")
    for event, starts_at, ended_at in held.values_list("pk", "starts_at", "ended_at"):
        follow_clock_of(segment.pk, cast("datetime", starts_at) - A_MOMENT)  # not null, by the query
        states = dict(Participation.objects.filter(event=event).values_list("contact_id", "state"))
        follow_contacts([segment.pk], states.keys(), states, now=ended_at)
    follow_clock_of(segment.pk, now)
