"""Merging two contacts, and undoing it (D28)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from contacts.actions import (
    NewContact,
    add_secondary,
    create_contact,
    delete_contact,
    edit_contact,
    make_primary,
    remove_secondary,
)
from contacts.errors import ContactError, ContactGoneError
from contacts.merging.merge import MergeError, merge_contacts, undo_merge
from contacts.merging.rules import merge_rules
from contacts.merging.snapshots import saved
from contacts.merging.values import choices_between
from contacts.models import (
    ChangeSet,
    Contact,
    ContactMerge,
    EmailAddress,
    PropertyDefinition,
    SegmentMembership,
    SegmentTransition,
    TimelineEntry,
)
from contacts.notes import add_note
from contacts.outbox import Changes
from contacts.segments.actions import add_people, create_segment, create_static, remove_people
from contacts.segments.tracking import build, follow_contacts
from contacts.suppression import deleted_among
from core.retention import prune_all
from marketing_events.models import AttendanceInterval, MarketingEvent, Participation
from tests.contacts.make import make_contact
from tests.marketing_events.make import make_attended, make_event, make_registered
from tests.support.at_once import at_once
from zoomsync.models import SecurityEvent

pytestmark = pytest.mark.django_db

ANNA, FORMER = "anna@new.example", "anna@former.example"
States = Participation.State


@pytest.fixture
def anna() -> Contact:
    return make_contact(ANNA, first_name="Anna", properties={"city": "Oslo"})


@pytest.fixture
def former() -> Contact:
    return make_contact(
        FORMER,
        secondary_emails=("a@private.example",),
        first_name="Ann",
        last_name="Berg",
        properties={"city": "Bergen", "team": "Sales"},
    )


def addresses(contact: Contact) -> dict[str, bool]:
    return dict(contact.addresses.values_list("email", "is_merged"))


def everything(*contacts: int, without: tuple[str, ...] = ("updated_at", "changed_in_run")) -> dict[str, Any]:
    """All rows about these contacts, but for what says itself that there was a merge."""
    found: dict[str, Any] = {}
    for name, rule in merge_rules().items():
        rows = [saved(row) for contact in contacts for row in rule.rows(contact)]
        found[name] = [row for row in rows if not str(row.get("kind")).startswith("contact_merge")]
    stays = AttendanceInterval.objects.filter(participation__contact__in=contacts)
    found["stays"] = sorted(map(str, stays.values_list("participation", "joined_at", "left_at")))
    found["contacts"] = [saved(row) for row in Contact.objects.filter(pk__in=contacts).order_by("pk")]
    for rows in found.values():
        for row in rows:
            for field in without if isinstance(row, dict) else ():
                row.pop(field, None)
    return found


def test_the_survivor_has_its_own_values_and_what_it_lacked(anna: Contact, former: Contact) -> None:
    merge_contacts(anna.pk, former.pk)
    anna.refresh_from_db()
    assert (anna.first_name, anna.last_name) == ("Anna", "Berg")
    assert anna.properties == {"city": "Oslo", "team": "Sales"}
    assert not Contact.objects.filter(pk=former.pk).exists()


def test_values_can_be_chosen_one_by_one(anna: Contact, former: Contact) -> None:
    merge_contacts(anna.pk, former.pk, {"first_name", "properties.city"})
    anna.refresh_from_db()
    assert (anna.first_name, anna.last_name) == ("Ann", "")
    assert anna.properties == {"city": "Bergen"}


def test_the_preview_offers_what_differs_and_chooses_what_fills_a_gap(anna: Contact, former: Contact) -> None:
    PropertyDefinition.objects.create(name="team", label="Team")
    choices = {choice.name: choice for choice in choices_between(anna, former)}
    assert {name: choice.takes_merged for name, choice in choices.items()} == {
        "first_name": False,
        "last_name": True,
        "properties.city": False,
        "properties.team": True,
    }
    team = choices["properties.team"]
    assert (team.label, team.kept, team.merged) == ("Team", "", "Sales")


def test_the_former_primary_address_is_a_merged_one_and_the_others_stay_secondary(
    anna: Contact, former: Contact
) -> None:
    merge_contacts(anna.pk, former.pk)
    assert addresses(anna) == {ANNA: False, FORMER: True, "a@private.example": False}
    with pytest.raises(ContactError, match="secondary address of anna@new"):
        create_contact(NewContact(email=FORMER))


def test_the_timeline_moves_and_says_what_was_merged(anna: Contact, former: Contact) -> None:
    add_note(former.pk, "Likes roses")
    merge = merge_contacts(anna.pk, former.pk)
    entries = anna.timeline.order_by("pk")
    assert [entry.kind for entry in entries] == ["contact_note", "contact_merged"]
    assert entries[1].details["changes"] == [
        ["last_name", "", "Berg"],
        ["properties.team", None, "Sales"],
    ]
    assert str(merge) == "Ann Berg"
    assert SecurityEvent.objects.get().code == "contact_merged"


def test_both_in_one_event_are_one_participation_with_the_union_of_the_stays(
    anna: Contact, former: Contact
) -> None:
    event, other = make_event(), make_event("Pruning")
    make_attended(event, anna, (0, 20))
    make_attended(event, former, (10, 45))
    make_registered(other, anna, state=States.CANCELLED, cancelled_at=timezone.now())
    make_registered(other, former, state=States.NO_SHOW)
    merge_contacts(anna.pk, former.pk)
    part = anna.participations.get(event=event)
    assert (part.duration_seconds, part.attendance_percent, part.intervals.count()) == (2700, 75.0, 1)
    assert anna.participations.get(event=other).state == States.NO_SHOW
    assert anna.participations.get(event=other).cancelled_at is None
    anna.refresh_from_db()
    assert (anna.zoom_webinar_registration_count, anna.zoom_webinar_attendance_count) == (2, 1)
    assert MarketingEvent.objects.get(pk=event.pk).attended_count == 1


def test_whoever_is_in_a_segment_enters_it_no_second_time(anna: Contact, former: Contact) -> None:
    """And leaves it once where the conditions hold no more."""
    berg = {"filter": "property", "property": "last_name", "is": "equals", "value": "Berg"}
    ann = {"filter": "property", "property": "first_name", "is": "equals", "value": "Ann"}
    stays = create_segment("Berg", {"version": 1, "where": berg})
    leaves = create_segment("Ann", {"version": 1, "where": ann})
    listed = create_static("Guests")
    add_people(listed.pk, [anna.pk, former.pk], who="Mia")
    for segment in (stays, leaves):
        build(segment.pk)
    before = SegmentTransition.objects.filter(segment__in=[stays, leaves]).count()
    merge_contacts(anna.pk, former.pk)
    changes = Changes.of(ChangeSet.objects.latest("pk"))
    assert (changes.contacts_changed.count(anna.pk) > 0, changes.contacts_created) == (True, [])
    for segment in (stays, leaves):
        follow_contacts([segment.pk], [anna.pk], {})
        follow_contacts([segment.pk], [anna.pk], {})
    new = SegmentTransition.objects.filter(segment__in=[stays, leaves]).order_by("pk")[before:]
    assert [(row.segment, row.contact_id, row.kind) for row in new] == [(leaves, anna.pk, "left")]
    memberships = SegmentMembership.objects.filter(contact=anna).order_by("segment")
    assert {row.segment for row in memberships} == {stays, listed}


@pytest.fixture
def full(anna: Contact, former: Contact) -> None:
    """Rows of every kind that contacts and events have, some of them about the same."""
    event, other, third = make_event(), make_event("Pruning"), make_event("Cuttings")
    make_attended(event, anna, (0, 20))
    make_attended(event, former, (10, 45), (50, 55))
    make_registered(other, former)
    make_registered(third, anna)
    for contact, number in ((anna, 1), (former, 2)):
        TimelineEntry.objects.create(
            contact=contact,
            kind="webinar_attended",
            subject_key="zoom:session:1",
            occurred_at=timezone.now() - timedelta(days=number),
            joined_at=timezone.now() - timedelta(days=number),
            left_at=timezone.now() - timedelta(days=number, minutes=-5),
        )
        add_note(contact.pk, f"Note {number}")
    static, own = create_static("Guests"), create_static("Others")
    add_people(static.pk, [anna.pk, former.pk], who="Mia")
    add_people(own.pk, [former.pk], who="Mia")


@pytest.mark.usefixtures("full")
def test_undone_both_are_as_if_they_had_never_been_merged(anna: Contact, former: Contact) -> None:
    before = everything(anna.pk, former.pk)
    merge = merge_contacts(anna.pk, former.pk, {"first_name"})
    assert everything(anna.pk, former.pk) != before
    undone = undo_merge(merge.pk)
    assert (undone.contact.pk, undone.survivor.pk, undone.lost) == (former.pk, anna.pk, 0)
    counters = tuple(name for name in before["contacts"][0] if name.startswith("zoom_webinar_"))
    without = ("updated_at", "changed_in_run", *counters)
    for rows in before["contacts"]:
        for name in counters:
            rows.pop(name)
    assert everything(anna.pk, former.pk, without=without) == before
    assert not ContactMerge.objects.exists()
    assert anna.timeline.filter(kind="contact_merge_undone").exists()
    assert former.timeline.filter(kind="contact_merge_undone").exists()


def test_what_was_edited_since_stays_when_the_merge_is_undone(anna: Contact, former: Contact) -> None:
    listed = create_static("Guests")
    add_people(listed.pk, [former.pk], who="Mia")
    merge = merge_contacts(anna.pk, former.pk)
    edit_contact(anna.pk, first_name="Anna", last_name="Berg-Holm", properties={"team": "Press"})
    remove_people(listed.pk, [anna.pk], who="Mia")
    remove_secondary(anna.pk, "a@private.example")
    add_secondary(make_contact("eve@x.example").pk, "a@private.example")
    undone = undo_merge(merge.pk)
    anna.refresh_from_db()
    assert (anna.last_name, anna.properties) == ("Berg-Holm", {"city": "Oslo", "team": "Press"})
    assert undone.contact.properties == {"city": "Bergen", "team": "Sales"}
    assert addresses(undone.contact) == {FORMER: False}
    assert undone.lost == 3  # the last name, a property, the address that went elsewhere
    assert SegmentMembership.objects.get().contact_id == former.pk


def elsewhere(anna: Contact) -> None:
    remove_secondary(anna.pk, FORMER)
    add_secondary(make_contact("eve@x.example").pk, FORMER)


def deleted_since(anna: Contact) -> None:
    remove_secondary(anna.pk, FORMER)
    delete_contact(create_contact(NewContact(email=FORMER)).pk)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda anna: make_primary(anna.pk, FORMER), "Make another address primary"),
        (elsewhere, "belongs to the contact eve@x.example"),
        (deleted_since, "belonged to a deleted contact"),
        (lambda anna: merge_contacts(make_contact("eve@x.example").pk, anna.pk), "Undo that merge first"),
        (lambda anna: undo_merge(ContactMerge.objects.get().pk), "can't be undone any more"),
    ],
    ids=["primary", "elsewhere", "deleted", "merged again", "undone"],
)
def test_an_undo_that_cannot_be_says_why_and_changes_nothing(
    anna: Contact, former: Contact, change: Callable[[Contact], Any], words: str
) -> None:
    merge = merge_contacts(anna.pk, former.pk)
    change(anna)
    contacts = Contact.objects.count()
    with pytest.raises(MergeError, match=words):
        undo_merge(merge.pk)
    assert Contact.objects.count() == contacts


def test_merges_into_merged_contacts_are_undone_the_last_one_first(anna: Contact, former: Contact) -> None:
    eve = make_contact("eve@x.example")
    first = merge_contacts(anna.pk, former.pk)
    second = merge_contacts(eve.pk, anna.pk)
    assert addresses(eve) == {eve.email: False, ANNA: True, FORMER: True, "a@private.example": False}
    undo_merge(second.pk)
    assert addresses(anna) == {ANNA: False, FORMER: True, "a@private.example": False}
    undo_merge(first.pk)
    assert addresses(anna) == {ANNA: False}
    assert addresses(former) == {FORMER: False, "a@private.example": False}


def test_r28_deleting_the_survivor_keeps_all_its_addresses_out(anna: Contact, former: Contact) -> None:
    merge_contacts(anna.pk, former.pk)
    delete_contact(anna.pk)
    assert deleted_among([ANNA, FORMER, "a@private.example"]) == {ANNA, FORMER, "a@private.example"}
    assert not ContactMerge.objects.exists()


def test_it_can_be_undone_for_thirty_days(anna: Contact, former: Contact) -> None:
    merge = merge_contacts(anna.pk, former.pk)
    ContactMerge.objects.update(merged_at=timezone.now() - timedelta(days=29, hours=23))
    prune_all()
    assert ContactMerge.objects.exists()
    ContactMerge.objects.update(merged_at=timezone.now() - timedelta(days=30))
    prune_all()
    with pytest.raises(MergeError, match="too long ago"):
        undo_merge(merge.pk)


def test_a_contact_is_not_merged_with_itself_or_with_a_deleted_one(anna: Contact, former: Contact) -> None:
    with pytest.raises(MergeError, match="same contact"):
        merge_contacts(anna.pk, anna.pk)
    delete_contact(former.pk)
    with pytest.raises(ContactGoneError):
        merge_contacts(anna.pk, former.pk)
    assert addresses(anna) == {ANNA: False}


@pytest.mark.django_db(transaction=True)
def test_two_merges_and_a_deletion_at_once_leave_one_contact_with_all_addresses() -> None:
    """Each way around: no one waits for ever, and no address is lost or doubled."""
    one, two = make_contact(ANNA), make_contact(FORMER)
    ways = [(one.pk, two.pk), (two.pk, one.pk), (one.pk, two.pk)]
    merges, problems = at_once(3, lambda number: merge_contacts(*ways[number]))
    assert len(merges) == 1
    assert {type(problem) for problem in problems} == {ContactGoneError}
    (survivor,) = Contact.objects.all()
    assert set(addresses(survivor)) == {ANNA, FORMER}
    outcomes, _problems = at_once(
        2, lambda number: undo_merge(merges[0].pk) if number else delete_contact(survivor.pk)
    )
    left = set(EmailAddress.objects.values_list("email", flat=True))
    assert left == {ANNA, FORMER} - deleted_among([ANNA, FORMER])
    assert Contact.objects.count() == len(left)
    assert len(outcomes) in {1, 2}
