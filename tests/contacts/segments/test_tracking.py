"""Entering and leaving follow from changes and the clock, once each (D25)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise
from time import monotonic, sleep
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contacts.actions import NewContact, create_contact, delete_contact, edit_contact
from contacts.models import ChangeSet, Contact, Segment, SegmentBuild, SegmentMembership, SegmentTransition
from contacts.outbox import Changes, FollowUpQueue, one_change_set, record_contacts
from contacts.segments import actions, tracking
from contacts.segments.actions import create_segment, edit_segment
from contacts.segments.members import listed_members, members_of
from contacts.segments.memberships import locked
from contacts.segments.tracking import follow_changes, follow_clock
from core.jobs import RunResult, run_job
from core.retention import prune_all
from marketing_events.bulk import ParticipationRow, retract_participations, write_participations
from tests.contacts.make import make_contact
from tests.contacts.segments.following import follow_all
from tests.marketing_events.make import START, make_event
from tests.support.examples import examples

pytestmark = pytest.mark.django_db

CALLED_ANNA = {"filter": "property", "property": "first_name", "is": "equals", "value": "Anna"}
NO_SHOW = {"filter": "event_no_show", "events": {}}


def definition(where: Any) -> dict[str, Any]:
    return {"version": 1, "where": where}


def tracked(where: Any, name: str = "Segment") -> Segment:
    segment = create_segment(name, definition(where))
    follow_all()
    return segment


def moves(segment: Segment) -> list[tuple[str, str, str]]:
    rows = segment.transitions.order_by("pk").select_related("contact")
    return [(row.contact.email, row.kind, row.reason) for row in rows]


def rename(contact: Contact, first_name: str) -> None:
    edit_contact(contact.pk, first_name=first_name, last_name="")


def write(*parts: ParticipationRow) -> None:
    with transaction.atomic():
        write_participations(parts)


def test_d25_contacts_enter_and_leave_with_the_reason():
    contact = make_contact("a@x.example", first_name="Ben")
    segment = tracked(CALLED_ANNA)
    rename(contact, "anna")
    follow_all()
    rename(contact, "Ben")
    follow_all()
    assert moves(segment) == [("a@x.example", "entered", "changed"), ("a@x.example", "left", "changed")]
    assert not segment.memberships.exists()


def test_d25_whoever_is_in_a_new_segment_from_the_beginning_does_not_enter():
    make_contact(first_name="Anna")
    segment = tracked(CALLED_ANNA)
    assert segment.memberships.count() == 1
    assert moves(segment) == []


def test_d25_nothing_is_written_twice_when_a_change_is_followed_again():
    segment = tracked(CALLED_ANNA)
    create_contact(NewContact(email="a@x.example", first_name="Anna"))
    change_set = ChangeSet.objects.get()
    follow_all()
    changes = Changes.of(change_set)
    for _again in range(2):
        follow_changes(changes, _Always())
    assert moves(segment) == [("a@x.example", "entered", "created")]


class _Always:
    """A lease that is never lost."""

    @staticmethod
    def writing() -> Any:
        return transaction.atomic()


def test_d25_attendance_that_becomes_final_lets_no_shows_enter():
    contact, event = make_contact("a@x.example"), make_event(is_final=False)
    segment = tracked(NO_SHOW)
    write(ParticipationRow(event.pk, contact.pk, "registered", START))
    follow_all()
    assert moves(segment) == []
    write(ParticipationRow(event.pk, contact.pk, "no_show", START))
    follow_all()
    with transaction.atomic():
        retract_participations([event.pk], [contact.pk], ())
    follow_all()
    assert moves(segment) == [("a@x.example", "entered", "no_show"), ("a@x.example", "left", "gone")]


def by_rows(segment: Segment) -> bool:
    """Whether pages list the membership rows, and need not ask the conditions of each contact."""
    segment.refresh_from_db()
    return listed_members(segment).are_rows


def test_pages_list_the_membership_rows_only_while_these_are_who_the_definition_selects():
    contact = make_contact(first_name="Anna")
    segment = tracked(CALLED_ANNA)
    assert by_rows(segment)
    rename(contact, "Ben")
    assert not by_rows(segment)  # a change waits to be followed
    assert not listed_members(segment).contacts().exists()
    follow_all()
    assert by_rows(segment)
    assert not listed_members(segment).contacts().exists()
    Segment.objects.filter(pk=segment.pk).update(version=F("version") + 1)
    assert not by_rows(segment)  # nobody was compared with these conditions yet


def test_pages_ask_conditions_with_relative_dates_themselves():
    assert not by_rows(
        tracked({"filter": "property", "property": "created_at", "is": "last_days", "value": 30})
    )


def test_a_change_that_cannot_be_followed_has_all_segments_worked_out_anew(monkeypatch):
    contact = make_contact(first_name="Ben")
    segment = tracked(CALLED_ANNA)
    rename(contact, "Anna")
    with monkeypatch.context() as broken:
        broken.setattr(tracking, "reasons", None)
        (lease,) = FollowUpQueue().claim(1, among=Q(follower="segments"))
        assert run_job(FollowUpQueue(), lease) == RunResult.FAILED
    assert not by_rows(segment)
    assert list(listed_members(segment).contacts()) == [contact]
    follow_all()
    assert by_rows(segment)
    assert list(listed_members(segment).contacts()) == [contact]


def test_what_is_written_again_unchanged_is_no_change():
    contact, event = make_contact(), make_event()
    write(ParticipationRow(event.pk, contact.pk, "registered", START))
    assert ChangeSet.objects.count() == 1
    write(ParticipationRow(event.pk, contact.pk, "registered", START))
    assert ChangeSet.objects.count() == 1


def test_all_that_one_transaction_changes_is_one_change_set_that_falls_with_it():
    with transaction.atomic(), one_change_set():
        record_contacts(created=[1])
        record_contacts(changed=[2])
    assert Changes.of(ChangeSet.objects.get()) == Changes(contacts_created=[1], contacts_changed=[2])
    with suppress(ZeroDivisionError), transaction.atomic(), one_change_set():
        record_contacts(changed=[3])
        raise ZeroDivisionError
    assert ChangeSet.objects.count() == 1


def test_d25_a_date_that_passes_moves_contacts_without_a_change():
    now = timezone.now()
    contact = make_contact("a@x.example", created_at=now - timedelta(days=6))
    segment = tracked({"filter": "property", "property": "created_at", "is": "last_days", "value": 7})
    follow_clock(now + timedelta(hours=12))
    assert moves(segment) == []
    follow_clock(now + timedelta(days=2))
    follow_clock(now + timedelta(days=3))
    assert moves(segment) == [(contact.email, "left", "clock")]


def test_d25_an_event_that_begins_lets_its_participants_enter():
    now = timezone.now()
    event = make_event(starts_at=now + timedelta(days=1))
    make_contact("b@x.example")  # so that the contact and the participation have different keys
    contact = make_contact("a@x.example")
    write(ParticipationRow(event.pk, contact.pk, "registered", now))
    begun = {"filter": "event_registered", "events": {"starts": {"is": "last_days", "value": 2}}}
    segment = tracked(begun)
    follow_clock(now + timedelta(days=2))
    follow_clock(now + timedelta(days=4))
    assert moves(segment) == [("a@x.example", "entered", "clock"), ("a@x.example", "left", "clock")]


def test_the_clock_looks_at_nobody_whose_date_did_not_pass(django_assert_max_num_queries):
    for _ in range(20):
        make_contact(created_at=timezone.now() - timedelta(days=3))
    tracked({"filter": "property", "property": "created_at", "is": "last_days", "value": 7})
    with django_assert_max_num_queries(12):
        follow_clock(timezone.now() + timedelta(hours=1))


def test_d25_a_new_definition_moves_whom_it_means_otherwise():
    make_contact("a@x.example", first_name="Anna")
    make_contact("b@x.example", first_name="Ben")
    segment = tracked(CALLED_ANNA)
    edit_segment(segment.pk, name="Segment", definition=definition({**CALLED_ANNA, "value": "Ben"}))
    follow_all()
    assert sorted(moves(segment)) == [
        ("a@x.example", "left", "definition"),
        ("b@x.example", "entered", "definition"),
    ]


def test_d25_a_segment_follows_the_segments_that_it_is_made_of():
    contact = make_contact("a@x.example")
    inner = tracked(CALLED_ANNA, "Inner")
    static = actions.freeze_segment(actions.duplicate_segment(inner.pk, None).pk)
    outer = tracked(
        {"any": [{"filter": "segment", "id": inner.pk}, {"filter": "segment", "id": static.pk}]}, "Outer"
    )
    actions.add_people(static.pk, [contact.pk], who="Charlie")
    follow_all()
    assert moves(outer) == [("a@x.example", "entered", "changed")]
    actions.remove_people(static.pk, [contact.pk], who="Charlie")
    follow_all()
    edit_segment(inner.pk, name="Inner", definition=definition({"all": []}))
    follow_all()
    assert moves(outer)[1:] == [("a@x.example", "left", "changed"), ("a@x.example", "entered", "definition")]


def test_changes_before_a_build_are_followed_by_it():
    contact = make_contact("a@x.example")
    segment = tracked(CALLED_ANNA)
    edit_segment(segment.pk, name="Segment", definition=definition({**CALLED_ANNA, "is": "starts_with"}))
    rename(contact, "Annabel")
    follow_changes(Changes.of(ChangeSet.objects.order_by("-pk")[0]), _Always())
    assert moves(segment) == []
    follow_all()
    assert moves(segment) == [("a@x.example", "entered", "definition")]


def test_a_restored_segment_lists_who_is_in_it_now_before_it_is_built():
    contact = make_contact(first_name="Anna")
    segment = tracked(CALLED_ANNA)
    actions.archive_segment(segment.pk)
    rename(contact, "Ben")
    follow_all()
    actions.restore_segment(segment.pk)
    assert not by_rows(segment)
    assert not listed_members(segment).contacts().exists()
    follow_all()
    assert by_rows(segment)
    assert not listed_members(segment).contacts().exists()


def test_a_follow_up_compares_by_the_conditions_of_the_moment(monkeypatch):
    """An inner segment is edited, and its outer ones are built, while a worker follows a change."""
    monkeypatch.setattr(tracking, "SEGMENTS_AT_ONCE", 1)
    contact = make_contact("a@x.example", first_name="Anna")
    inner = tracked(CALLED_ANNA, "Inner")
    for name in ("First", "Second"):
        outer = tracked({"filter": "segment", "id": inner.pk}, name)
    rename(contact, "Annabel")
    rename(contact, "Anna")
    changes = Changes.of(ChangeSet.objects.order_by("-pk")[0])

    def edit() -> None:
        edit_segment(inner.pk, name="Inner", definition=definition({**CALLED_ANNA, "value": "Ben"}))
        follow_all()

    follow_changes(changes, _Interrupted(3, edit))  # before the last of three
    assert moves(outer) == [("a@x.example", "left", "definition")]


class _Interrupted:
    """A lease before whose `turn`-th transaction something else happens."""

    def __init__(self, turn: int, happens: Callable[[], None]) -> None:
        self.turns, self.turn, self.happens = 0, turn, happens

    def writing(self) -> Any:
        self.turns += 1
        if self.turns == self.turn:
            self.happens()
        return transaction.atomic()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks no rows")
def test_a_segment_that_is_being_built_holds_up_no_other():
    contact = make_contact("a@x.example", first_name="Ben")
    busy, free = tracked(CALLED_ANNA, "Busy"), tracked(CALLED_ANNA, "Free")
    rename(contact, "Anna")
    changes = Changes.of(ChangeSet.objects.get())
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            locked(busy.pk)
            following = pool.submit(_follow_and_close, changes)
            deadline = monotonic() + 20
            while not free.memberships.exists() and monotonic() < deadline:
                sleep(0.02)
            assert moves(free) == [("a@x.example", "entered", "changed")]
            assert not busy.memberships.exists()
        following.result(20)
    assert moves(busy) == [("a@x.example", "entered", "changed")]


def _follow_and_close(changes: Changes) -> None:
    try:
        follow_changes(changes, _Always())
    finally:
        connection.close()


def test_a_segment_without_memberships_is_built_by_the_clock():
    make_contact(first_name="Anna")
    segment = Segment.objects.create(name="Of the demo", definition=definition(CALLED_ANNA))
    follow_clock()
    assert SegmentBuild.objects.get().segment == segment
    follow_all()
    assert segment.memberships.count() == 1


def test_a_deleted_contact_takes_its_memberships_along():
    contact = create_contact(NewContact(email="a@x.example", first_name="Anna"))
    segment = tracked(CALLED_ANNA)
    rename(contact, "Anna")
    delete_contact(contact.pk)
    follow_all()
    assert not SegmentMembership.objects.exists()
    assert moves(segment) == []


def test_a_segment_that_cannot_be_computed_stops_no_other():
    broken = tracked({**CALLED_ANNA, "value": "x"}, "Broken")
    Segment.objects.filter(pk=broken.pk).update(definition={"version": 1, "where": {"filter": "gone"}})
    segment = tracked(CALLED_ANNA)
    create_contact(NewContact(email="a@x.example", first_name="Anna"))
    follow_all()
    assert len(moves(segment)) == 1


def test_what_everybody_followed_is_forgotten_after_some_days():
    record_contacts(changed=[1])
    old = timezone.now() - timedelta(days=8)
    ChangeSet.objects.update(created_at=old)
    prune_all()
    assert ChangeSet.objects.exists()
    follow_all()
    prune_all()
    assert not ChangeSet.objects.exists()


kinds_of_step = st.sampled_from(["name", "state", "gone", "clock", "skip"])
steps = st.lists(st.tuples(kinds_of_step, st.integers(0, 2), st.integers(0, 3)), max_size=12)


@settings(max_examples=examples(0.3), suppress_health_check=[*HealthCheck])
@given(steps=steps)
def test_memberships_are_what_a_count_from_scratch_finds_whatever_happens(steps):
    with transaction.atomic():
        people = [make_contact() for _ in range(3)]
        event = make_event(starts_at=timezone.now() + timedelta(days=1))
        starts = {"starts": {"is": "last_days", "value": 2}}
        segments = [
            tracked(CALLED_ANNA, "One"),
            tracked({"not": {"any": [CALLED_ANNA, NO_SHOW]}}, "Two"),
            tracked({"filter": "event_registered", "events": starts}, "Three"),
        ]
        segments.append(tracked({"filter": "segment", "id": segments[1].pk, "did": False}, "Four"))
        for what, who, value in steps:
            take(what, people[who], event.pk, value)
            follow_all()
        for segment in segments:
            members = set(members_of(segment).values_list("pk", flat=True))
            if segment.name != "Three":  # the clock of the test goes its own way
                assert set(segment.memberships.values_list("contact_id", flat=True)) == members
            alternates(segment)
        transaction.set_rollback(True)


def take(what: str, contact: Contact, event: int, value: int) -> None:
    if what == "name":
        rename(contact, ("Anna", "Ben", "", "ANNA")[value])
    elif what == "state":
        state = ("registered", "no_show", "cancelled", "registered")[value]
        write(ParticipationRow(event, contact.pk, state, START))
    elif what == "gone":
        retract_participations([event], [contact.pk], ())
    elif what == "clock":
        follow_clock(timezone.now() + timedelta(days=value))


def alternates(segment: Segment) -> None:
    """No one enters twice without leaving in between."""
    for contact in set(segment.transitions.values_list("contact_id", flat=True)):
        rows = SegmentTransition.objects.filter(segment=segment, contact=contact).order_by("pk")
        kinds = list(rows.values_list("kind", flat=True))
        assert all(first != second for first, second in pairwise(kinds)), kinds
