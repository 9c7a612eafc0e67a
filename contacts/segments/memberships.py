"""The membership rows of a segment, and who entered and left it, written together and once.

A few contacts are compared here; for a whole segment the database does it, and memory does not grow. Whoever
calls holds the lock of the segment (`locked`), so that two workers never write the same transition.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from contacts.models import Contact, Segment, SegmentMembership, SegmentTransition
from contacts.signals import segment_entered
from core import array_lookup  # noqa: F401 - a lookup
from core.insert_select import insert_selected

_MEMBERSHIP = SegmentMembership._meta.db_table
_TRANSITION = SegmentTransition._meta.db_table


@dataclass(frozen=True)
class Cause:
    """Why contacts enter or leave: a code of `reasons`, with the values of its words."""

    reason: str
    at: datetime
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Moved:
    entered: int = 0
    left: int = 0


def locked(segment_id: int) -> Segment | None:
    """The segment, with other writers of its memberships waiting until this transaction is over."""
    return Segment.objects.select_for_update(no_key=True).filter(pk=segment_id).first()


def locked_together(segment_ids: Collection[int], *, waits: bool = True) -> list[Segment]:
    """Those that are still there, each locked, always in the same order.

    Without `waits`, those that another transaction has locked are left out (SQLite has one writer at a time).
    """
    rows = Segment.objects.select_for_update(no_key=True, skip_locked=not waits).filter(pk__in=segment_ids)
    return list(rows.order_by("pk"))


def members_before(segment_ids: Collection[int], contacts: Collection[int]) -> dict[int, set[int]]:
    """By segment, who of these contacts is a member. Ask once the segments are locked."""
    members: dict[int, set[int]] = {key: set() for key in segment_ids}
    rows = SegmentMembership.objects.filter(segment__in=segment_ids, contact__any_of=contacts)
    for segment, contact in rows.values_list("segment_id", "contact_id"):
        members[segment].add(contact)
    return members


def move_few(
    segment: Segment, before: set[int], members: set[int], cause_of: Callable[[int], Cause]
) -> Moved:
    """Make `members` of those contacts members of whom `before` were. `cause_of` says why, for each."""
    entered, left = sorted(members - before), sorted(before - members)
    SegmentMembership.objects.bulk_create(
        SegmentMembership(segment=segment, contact_id=contact, entered_at=cause_of(contact).at)
        for contact in entered
    )
    if left:
        SegmentMembership.objects.filter(segment=segment, contact__any_of=left).delete()
    kinds = SegmentTransition.Kind
    moves = [*((contact, kinds.ENTERED) for contact in entered), *((contact, kinds.LEFT) for contact in left)]
    SegmentTransition.objects.bulk_create(_transition(segment, *move, cause_of(move[0])) for move in moves)
    for at, number in Counter(cause_of(contact).at for contact in entered).items():
        segment_entered.send(Segment, segment=segment, at=at, number=number)
    return Moved(len(entered), len(left))


def _transition(
    segment: Segment, contact: int, kind: SegmentTransition.Kind, cause: Cause
) -> SegmentTransition:
    return SegmentTransition(
        segment=segment,
        contact_id=contact,
        kind=kind,
        occurred_at=cause.at,
        reason=cause.reason,
        details=cause.details,
    )


def move_all(segment: Segment, members: QuerySet[Contact], cause: Cause, *, is_first: bool = False) -> Moved:
    """Make exactly `members` members. The first time no one enters: they are who the segment begins with."""
    rows = SegmentMembership.objects.filter(segment=segment)
    leaving = rows.exclude(contact__in=members.values("pk"))
    left = _insert_transitions(leaving, segment, SegmentTransition.Kind.LEFT, cause)
    if left:
        gone = SegmentTransition.objects.filter(
            segment=segment, kind=SegmentTransition.Kind.LEFT, occurred_at=cause.at
        )
        rows.filter(contact__in=gone.values("contact")).delete()
    entered = _insert_memberships(segment, members, cause)
    if entered and not is_first:
        entering = rows.filter(entered_at=cause.at)
        _insert_transitions(entering, segment, SegmentTransition.Kind.ENTERED, cause)
        segment_entered.send(Segment, segment=segment, at=cause.at, number=entered)
    return Moved(0 if is_first else entered, left)


def _insert_memberships(segment: Segment, members: QuerySet[Contact], cause: Cause) -> int:
    return insert_selected(
        f"{_MEMBERSHIP} (segment_id, contact_id, entered_at)",
        "%s, found, %s",
        [segment.pk, _time(cause.at)],
        members.values_list("pk"),
    )


def _insert_transitions(
    rows: QuerySet[SegmentMembership], segment: Segment, kind: SegmentTransition.Kind, cause: Cause
) -> int:
    return insert_selected(
        f"{_TRANSITION} (segment_id, contact_id, kind, occurred_at, reason, details)",
        "%s, found, %s, %s, %s, %s",
        [segment.pk, kind.value, _time(cause.at), cause.reason, json.dumps(cause.details)],
        rows.values_list("contact_id"),
    )


def _time(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)
