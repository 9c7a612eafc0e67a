"""Zoom's people of one event beside the CRM's (X3): the totals, and the difference person by person.

Zoom's side are the rows that the last sync read. The database compares; only those who are missing are read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet

from integrations.models import AttendanceRow, Registrant, SkippedPerson, WebinarOccurrence
from marketing_events.models import MarketingEvent, Participation

MOST_NAMED = 500


class Difference(StrEnum):
    """Why someone is in Zoom's list and not in the CRM, where no rule keeps them out."""

    PENDING = "pending"
    NOT_SYNCED = "not_synced"


@dataclass(frozen=True, slots=True)
class Missing:
    """Someone in Zoom's list who is not here. `reason` is that of skipping, else of `Difference`."""

    email: str
    name: str
    stage: str
    reason: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    in_zoom: int
    in_crm: int

    @property
    def difference(self) -> int:
        return self.in_zoom - self.in_crm


@dataclass(frozen=True, slots=True)
class Reconciliation:
    webinar: int
    registered: Totals
    attended: Totals
    missing: list[Missing]

    @property
    def is_cut(self) -> bool:
        """Whether more are missing than are named."""
        return len(self.missing) >= MOST_NAMED


def reconcile(event: MarketingEvent) -> Reconciliation | None:
    """None for an event without a date of a webinar here. A constant number of queries."""
    date = WebinarOccurrence.objects.select_related("webinar").filter(event=event).first()
    if date is None:
        return None
    registrants, attendees = _registrants(date), _attendees(date)
    here = Participation.objects.filter(event=event)
    return Reconciliation(
        webinar=date.webinar_id,
        registered=Totals(
            registrants.filter(status=Registrant.Status.APPROVED).values("email").distinct().count(),
            here.filter(registered_at__isnull=False, cancelled_at=None).count(),
        ),
        attended=Totals(attendees.values("person_key").distinct().count(), here.attended().count()),
        missing=_missing(date, registrants, attendees, here),
    )


def _registrants(date: WebinarOccurrence) -> QuerySet[Registrant]:
    """Those whose registration counts for this date, or would once it is approved."""
    standing = (Registrant.Status.APPROVED, Registrant.Status.PENDING)
    return Registrant.objects.filter(
        webinar=date.webinar_id, occurrence_id__in=("", date.occurrence_id), status__in=standing
    )


def _attendees(date: WebinarOccurrence) -> QuerySet[AttendanceRow]:
    return AttendanceRow.objects.filter(instance__occurrence=date, instance__is_practice=False)


def _missing(
    date: WebinarOccurrence,
    registrants: QuerySet[Registrant],
    attendees: QuerySet[AttendanceRow],
    here: QuerySet[Participation],
) -> list[Missing]:
    reasons = _reasons(date)
    stages = SkippedPerson.Stage
    came = _absent(attendees, here.filter(state=Participation.State.ATTENDED), "person_key")
    rows = came.values_list("person_key").annotate(address=Max("email"), shown=Max("name"))
    missing = [_named(reasons, stages.ATTENDANCE, *row) for row in rows.order_by("person_key")[:MOST_NAMED]]
    absent = _absent(registrants.filter(contact=None), here, "email")
    listed = absent.values_list("email").annotate(
        address=F("email"), first=Max("first_name"), last=Max("last_name"), standing=Max("status")
    )
    for key, address, first, last, status in listed.order_by("email")[: MOST_NAMED - len(missing)]:
        pending = Difference.PENDING if status == Registrant.Status.PENDING else None
        missing.append(_named(reasons, stages.REGISTRATION, key, address, f"{first} {last}".strip(), pending))
    return missing


def _absent(rows: QuerySet[Any], here: QuerySet[Participation], key: str) -> QuerySet[Any]:
    """Rows whose address belongs to no participation."""
    known = here.filter(contact__addresses__email=OuterRef(key))
    return rows.filter(~Exists(known)).order_by()


def _reasons(date: WebinarOccurrence) -> dict[str, tuple[str, str]]:
    """By person, why a rule keeps them out, with the entry of the list that hit."""
    uuids = date.instances.values_list("uuid", flat=True)
    skipped = SkippedPerson.objects.filter(
        Q(session_uuid="") | Q(session_uuid__in=uuids), webinar=date.webinar_id
    )
    return {key: (reason, rule) for key, reason, rule in skipped.values_list("person_key", "reason", "rule")}


def _named(
    reasons: dict[str, tuple[str, str]],
    stage: str,
    key: str,
    address: str,
    name: str,
    otherwise: Difference | None = None,
) -> Missing:
    reason, rule = reasons.get(key, (otherwise or Difference.NOT_SYNCED, ""))
    is_deleted = reason == SkippedPerson.Reason.DELETED_CONTACT
    return Missing("" if is_deleted else address, "" if is_deleted else name, stage, str(reason), rule)


def by_reason(missing: Iterable[Missing]) -> dict[str, int]:
    """How many are missing for each reason, the most frequent first."""
    counts: dict[str, int] = {}
    for person in missing:
        counts[person.reason] = counts.get(person.reason, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: -item[1]))
