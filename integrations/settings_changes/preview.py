"""What a change would come to, found out by making it and taking it back (X6).

The change itself runs, within a transaction that is rolled back: what is foretold cannot differ from what is
done, and nothing of it is seen by anybody else, sent, or kept. What it means for people is asked of the rules
while the change stands.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, Max, Q, QuerySet, Sum, Value
from django.db.models.functions import StrIndex, Substr
from django.utils import timezone

from contacts.bulk import known_among
from contacts.models import Brand, Contact
from core.domains import DomainList
from integrations.models import SkippedPerson, Webinar, WebinarStaff
from integrations.people.eligibility import eligibility_of
from integrations.rules.people import Entry, Reason, Skip
from integrations.rules.retention import Loss, Reach, loss_of, reach_of_catch_up
from integrations.rules.switches import Switch
from integrations.settings.effective import brand_switches, effects
from integrations.settings.policy import load_policy
from integrations.settings_changes.apply_change import Outcome
from integrations.settings_changes.history import ON

MOST_ROWS = 20_000  # of skipped people that are judged anew; a page says when there are more
MOST_LOSSES = 100  # that are named one by one


@dataclass(frozen=True, slots=True)
class Entrance:
    """What becomes of people who are skipped now."""

    people: int = 0  # who would enter, and are no contacts yet
    resuming: int = 0  # contacts already, whose activity would sync
    webinars: int = 0  # that they all would be seen in
    waiting: int = 0  # who would enter if their webinars synced
    staying: Mapping[Reason, int] | None = None  # people whom another rule keeps out all the same
    is_capped: bool = False  # there are more rows than were looked at


@dataclass(frozen=True, slots=True)
class Lost:
    """A webinar of which Zoom may not have everything any more."""

    webinar: Webinar
    loss: Loss


@dataclass(frozen=True, slots=True)
class SettingsPreview:
    outcome: Outcome
    webinars: int  # of the brand
    blocked: Mapping[Switch, int]  # webinars that do not sync after the change, by what says no first
    registered: int  # people in the webinars whose sync starts or stops, as far as they were read
    attended: int
    unread: int  # of those webinars, how many were never read
    entrance: Entrance | None
    staff: int  # hosts and panelists of whom nothing new is written after the change
    lost: list[Lost]  # the newest of them
    losses: int
    reaches_to: Reach


@contextmanager
def rolled_back() -> Iterator[None]:
    """Whatever is written in here, and whatever would happen when it is committed, does not happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def preview(
    brand: Brand, change: Callable[[], Outcome], skipped: QuerySet[SkippedPerson] | None = None
) -> SettingsPreview:
    """Make the change and take it back. `skipped` are those whom it may let in.

    Raises what the change raises.
    """
    webinars = Webinar.objects.filter(connection__brand=brand)
    with rolled_back():
        outcome = change()
        switches = brand_switches(brand)
        verdicts = effects(switches, webinars.select_related("host"))
        entrance = None if skipped is None else entrance_of(brand, skipped)
        staff = _staff_excluded(brand, outcome)
    blocked = Counter(no.switch for verdict in verdicts.values() if (no := verdict.webinar.first))
    turned = webinars.filter(pk__in=(*outcome.webinars.on, *outcome.webinars.off))
    counts = turned.aggregate(registered=Sum("registered_count"), attended=Sum("attended_count"))
    lost = _losses(webinars.filter(pk__in=outcome.webinars.on))
    return SettingsPreview(
        outcome=outcome,
        webinars=len(verdicts),
        blocked=blocked,
        registered=counts["registered"] or 0,
        attended=counts["attended"] or 0,
        unread=turned.filter(last_synced_at=None).count(),
        entrance=entrance,
        staff=staff,
        lost=lost[:MOST_LOSSES],
        losses=len(lost),
        reaches_to=reach_of_catch_up(timezone.now()),
    )


def entrance_of(brand: Brand, skipped: QuerySet[SkippedPerson]) -> Entrance:
    """What the rules say now of people of this brand who are skipped."""
    policy = load_policy(brand)
    here = skipped.filter(webinar__connection__brand=brand).order_by("pk")
    rows = list(here.values_list("email", "webinar")[: MOST_ROWS + 1])
    listed = Webinar.objects.filter(pk__in={webinar for _email, webinar in rows}).select_related("host")
    syncing = {webinar.pk for webinar in listed if policy.effect(webinar).webinar}
    decisions = eligibility_of(policy, (email for email, _webinar in rows))
    may_enter = [(email, webinar) for email, webinar in rows if isinstance(decisions[email], Entry)]
    staff = _staff_among(may_enter) if policy.excludes_staff else set()
    entering = [row for row in may_enter if row not in staff]
    seen = [(email, webinar) for email, webinar in entering if webinar in syncing]
    known = {
        email for email, decision in decisions.items() if isinstance(decision, Entry) and decision.contact_id
    }
    people = {email for email, _webinar in seen}
    staying = Counter(decision.reason for decision in decisions.values() if isinstance(decision, Skip))
    if kept := {email for email, _webinar in staff} - {email for email, _webinar in entering}:
        staying[Reason.STAFF] = len(kept)
    return Entrance(
        people=len(people - known),
        resuming=len(people & known),
        webinars=len({webinar for _email, webinar in seen}),
        waiting=len({email for email, _webinar in entering} - people),
        staying=staying,
        is_capped=len(rows) > MOST_ROWS,
    )


def _staff_among(rows: Collection[tuple[str, int]]) -> set[tuple[str, int]]:
    """Those of these addresses and webinars that are the webinar's host or panelist."""
    asked_for = set(rows)
    staff = WebinarStaff.objects.filter(webinar__in={webinar for _email, webinar in asked_for})
    return asked_for & set(staff.values_list("email", "webinar"))


def _staff_excluded(brand: Brand, outcome: Outcome) -> int:
    if not any((change.field, change.new) == ("exclude_staff", ON) for change in outcome.changes):
        return 0
    return WebinarStaff.objects.filter(webinar__connection__brand=brand).values("email").distinct().count()


def entrance_of_one(change: Callable[[], object], skipped: QuerySet[SkippedPerson]) -> Entrance:
    """What becomes of one person, in all brands, if something about their contact is changed.

    `skipped` are the rows of that person. Raises what the change raises.
    """
    brands = Brand.objects.filter(connection__webinars__skipped_people__in=skipped).distinct()
    was_known = bool(known_among(skipped.values_list("email", flat=True)))
    with rolled_back():
        change()
        entrances = [entrance_of(brand, skipped) for brand in brands]
    enters = any(entrance.people or entrance.resuming for entrance in entrances)
    return Entrance(
        people=int(enters and not was_known),
        resuming=int(enters and was_known),
        webinars=sum(entrance.webinars for entrance in entrances),
        waiting=int(not enters and any(entrance.waiting for entrance in entrances)),
        staying={reason: 1 for entrance in entrances for reason in entrance.staying or {}},
    )


def contacts_with(brand: Brand, domains: Iterable[str]) -> int:
    """How many contacts' activity an exclusion of these domains stops, whom no rule keeps out already."""
    listed, excluded = DomainList(domains), load_policy(brand).excluded_contacts
    domain = Substr("email", StrIndex(F("email"), Value("@")) + 1)
    counted = Contact.objects.annotate(domain=domain).values_list("domain").annotate(Count("pk"))
    return sum(count for known, count in counted.order_by() if known in listed and known not in excluded)


def _losses(started: QuerySet[Webinar]) -> list[Lost]:
    """Webinars whose latest session that is not final yet is too old for some of its data. Newest first."""
    now = timezone.now()
    unread = Q(instances__is_practice=False, instances__reading__final_at=None)
    rows = started.annotate(last_end=Max("instances__ended_at", filter=unread))
    ended = [(row, end) for row in rows if (end := row.last_end or _planned_end(row)) and end < now]
    lost = [Lost(row, loss) for row, end in ended if (loss := loss_of(end, now))]
    return sorted(lost, key=lambda row: (row.loss.ended_at, row.webinar.pk), reverse=True)


def _planned_end(webinar: Webinar) -> datetime | None:
    """Only of a webinar that never synced: the others know when their sessions ended."""
    if webinar.starts_at is None or webinar.last_synced_at is not None:
        return None
    return webinar.starts_at + timedelta(minutes=webinar.duration_minutes)
