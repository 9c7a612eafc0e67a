"""Keeps the memberships of dynamic segments up to date, and writes who entered and left, each once.

Three things move contacts: a change of rows (a change set says whose), the clock (relative dates: only those
whose date passed are looked at), and a new definition (the whole segment, once). Each looks at a segment
under its lock and compares with the membership rows, so that doing it again changes nothing.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from functools import partial
from itertools import batched

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from contacts.models import Contact, Segment, SegmentBuild
from contacts.outbox import Changes, affected_contacts, register_follower
from contacts.segments import reasons
from contacts.segments.catalogue import Catalogue
from contacts.segments.compiling import crossings
from contacts.segments.definition import Node
from contacts.segments.errors import DefinitionError
from contacts.segments.members import FOLLOWER, catalogue, every, query
from contacts.segments.memberships import (
    Cause,
    locked,
    locked_together,
    members_before,
    move_all,
    move_few,
)
from contacts.segments.parsing import read_definition
from contacts.segments.registry import Span
from contacts.segments.usage import all_referring
from core import array_lookup  # noqa: F401 - a lookup
from core.jobs import JobQueue, JobState, Lease, register, wake
from core.retention import register_retention

AT_ONCE = 5_000  # contacts
SEGMENTS_AT_ONCE = 10  # locked for as long as their contacts are compared: some tens of milliseconds each
# Who takes part in an event, for a change of the event itself; the app above knows.
_participants: list[Callable[[Collection[int]], Iterator[int]]] = []


def register_participants(source: Callable[[Collection[int]], Iterator[int]]) -> None:
    """`source` answers the contacts that have to do with events."""
    _participants.append(source)


# Changes of rows


def follow_changes(changes: Changes, lease: Lease) -> None:
    """The segments with the contacts of one change set."""
    events = sorted(set(changes.events))
    of_events = {contact for source in _participants for contact in source(events)} if events else set()
    for contacts in batched(sorted(affected_contacts(changes) | of_events), AT_ONCE):
        why = reasons.by_contact(changes, contacts)
        busy: list[int] = []
        for segments in batched(_tracked(), SEGMENTS_AT_ONCE):
            with lease.writing():
                busy += follow_contacts(segments, contacts, why, waits=False)
        for segment in busy:  # while one is waited for, no lock of another is held
            with lease.writing():
                follow_contacts([segment], contacts, why)


def _tracked() -> list[int]:
    rows = Segment.objects.active().filter(kind=Segment.Kind.DYNAMIC, tracked_version__gt=0)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def follow_contacts(
    segment_ids: Collection[int],
    contacts: Collection[int],
    why: dict[int, str],
    *,
    waits: bool = True,
    now: datetime | None = None,
) -> list[int]:
    """Look at these contacts in these segments. Must run inside a transaction.

    Returns the segments that were not looked at: without `waits`, those that another transaction has locked.
    """
    segments = locked_together(segment_ids, waits=waits)
    # Read under the locks: whoever edits a segment also locks those that refer to it.
    known = catalogue()
    before = members_before(segment_ids, contacts)
    now = now or timezone.now()
    among = Contact.objects.filter(pk__any_of=list(contacts))
    for segment in segments:
        node = _node_of(segment, known)
        if node is None or segment.tracked_version != segment.version:
            continue  # a build will look at everyone
        members = set(query(node, among=among, now=now).values_list("pk", flat=True))
        cause_of = partial(_cause, why, now)
        move_few(segment, before[segment.pk], members, cause_of)
    return sorted(set(segment_ids) - {segment.pk for segment in segments})


def _cause(why: dict[int, str], now: datetime, contact: int) -> Cause:
    return Cause(why.get(contact, reasons.CLOCK), now)


def _node_of(segment: Segment | None, known: Catalogue | None = None) -> Node | None:
    """None for a segment that is gone, static, or cannot be computed: its members stay as they were.

    `known` is shared by the segments that are looked at together.
    """
    if segment is None or segment.is_static:
        return None
    try:
        return read_definition(segment.definition, (known or catalogue()).within(segment.pk))
    except DefinitionError:
        return None


# The clock


def follow_clock(now: datetime | None = None) -> None:
    """Look at contacts for whom a relative date has begun or ceased to hold since the last look."""
    until = now or timezone.now()
    _request_missing_builds()
    for segment_id in _tracked():
        with transaction.atomic():
            follow_clock_of(segment_id, until)


def follow_clock_of(segment_id: int, until: datetime) -> None:
    """The same for one segment. Must run inside a transaction."""
    segment = locked(segment_id)
    node = _node_of(segment)
    if segment is None or node is None or segment.tracked_version != segment.version:
        return
    if segment.tracked_until is None or segment.tracked_until >= until:
        return
    queries = list(crossings(node, Span(segment.tracked_until, until)))
    affected = {contact for contacts in queries for contact in contacts.iterator()}
    for contacts in batched(sorted(affected), AT_ONCE):
        among = Contact.objects.filter(pk__any_of=list(contacts))
        members = set(query(node, among=among, now=until).values_list("pk", flat=True))
        before = members_before([segment.pk], contacts)[segment.pk]
        move_few(segment, before, members, lambda _contact: Cause(reasons.CLOCK, until))
    if queries:
        Segment.objects.filter(pk=segment.pk).update(tracked_until=until)


# A new definition


def _request_missing_builds() -> None:
    """Heal what was left: a build that failed, a segment that was written some other way."""
    behind = Segment.objects.active().exclude(kind=Segment.Kind.STATIC).exclude(tracked_version=F("version"))
    waiting = SegmentBuild.objects.filter(state__in=SegmentBuild.ACTIVE).values("segment")
    for key in behind.exclude(pk__in=waiting).values_list("pk", flat=True):
        with transaction.atomic():
            request_builds(key)


def request_builds(segment_id: int) -> None:
    """Have the segment, and those that it is in, worked out as a whole. Call it inside the transaction that
    changes the definition."""
    outer = all_referring(segment_id)
    # Until they are built, no change is followed by what the inner definition was before.
    Segment.objects.filter(pk__in=outer).update(version=F("version") + 1)
    ids = [segment_id, *outer]
    queued = set(
        SegmentBuild.objects.filter(segment__in=ids, state=JobState.QUEUED)
        .select_for_update()
        .values_list("segment_id", flat=True)
    )
    SegmentBuild.objects.bulk_create(SegmentBuild(segment_id=key) for key in ids if key not in queued)
    wake()


def build_all() -> None:
    """A change could not be followed: nobody knows whom it moved."""
    followed = Segment.objects.active().exclude(kind=Segment.Kind.STATIC)
    followed.update(version=F("version") + 1)
    _request_missing_builds()


def build(segment_id: int, now: datetime | None = None) -> None:
    """Compare all contacts with the memberships. Must run inside a transaction."""
    segment = locked(segment_id)
    node = _node_of(segment)
    if segment is None or node is None:
        return
    now = now or timezone.now()
    is_first = segment.tracked_version == 0
    move_all(segment, every(node, now), Cause(reasons.DEFINITION, now), is_first=is_first)
    Segment.objects.filter(pk=segment.pk).update(tracked_version=segment.version, tracked_until=now)


def _old_builds(cutoff: datetime) -> QuerySet[SegmentBuild]:
    return SegmentBuild.objects.filter(finished_at__lte=cutoff).exclude(state__in=SegmentBuild.ACTIVE)


register_retention("segment builds", "KEEP_CHANGE_SETS_DAYS", _old_builds)


class BuildQueue(JobQueue[SegmentBuild]):
    name = "segments"
    model = SegmentBuild

    def perform(self, job: SegmentBuild, lease: Lease) -> None:
        with lease.writing():
            build(job.segment_id)


register(BuildQueue())
register_follower(FOLLOWER, follow_changes, given_up=build_all)
