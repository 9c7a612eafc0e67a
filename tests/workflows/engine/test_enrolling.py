"""Who is enrolled, by which trigger, how often."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contacts.actions import NewContact, create_contact, edit_contact
from contacts.models import ChangeFollowUp, PropertyDefinition, Segment
from contacts.outbox import Changes, record
from contacts.segments.actions import add_people, create_segment, remove_people
from core.jobs import JobState
from marketing_events.models import Call, CallAttendee, MarketingEvent, Participation
from marketing_events.recorded import Facts, mark_transcript, write_call
from tests.contacts.make import make_contact
from tests.marketing_events.make import make_event
from tests.workflows.definition.examples import CAME, note, step, trigger, workflow
from tests.workflows.engine.conftest import Clock
from tests.workflows.engine.helpers import notes, publish, take_part, trail, work
from workflows.actions import archive_workflow, pause_workflow, resume_workflow, save_draft
from workflows.engine.enrolling import MOST_AN_HOUR
from workflows.engine.subjects import subject_of, subject_of_event
from workflows.errors import WorkflowError
from workflows.models import (
    Enrolment,
    EnrolmentBatch,
    EnrolmentOutcome,
    EnrolmentState,
    OutgoingMessage,
)
from workflows.people import enrol_contact, enrol_contacts

pytestmark = pytest.mark.django_db

State = Participation.State


def recent(**fields) -> MarketingEvent:
    return make_event(starts_at=timezone.now() - timedelta(hours=2), ended_at=timezone.now(), **fields)


def on(key: str, *steps, again="never", **arguments) -> dict:
    return workflow(*(steps or (note("hi"),)), triggers=[trigger(key, **arguments)], again=again)


def enrolled() -> list[int]:
    work()
    return list(Enrolment.objects.order_by("pk").values_list("contact_id", flat=True))


@pytest.mark.parametrize(
    ("key", "state"),
    [
        ("event_registered", State.REGISTERED),
        ("event_cancelled", State.CANCELLED),
        ("event_attended", State.ATTENDED),
        ("event_no_show", State.NO_SHOW),
    ],
)
def test_each_state_of_a_participation_enrols_by_its_own_trigger_only(key, state):
    publish(on(key))
    event, people = recent(), {each: make_contact() for each in State}
    for each, contact in people.items():
        take_part(contact, event, each)
    assert enrolled() == [people[state].pk]
    enrolment = Enrolment.objects.get()
    assert enrolment.subject == f"event:{event.pk}"
    assert enrolment.data["webinar_id"] == str(event.zoom_webinar_id)


def test_the_same_facts_again_enrol_no_one_again():
    """FreeScout #5079: the same workflow ran twice for one event."""
    publish(on("event_registered", again="always"))
    event, contact = recent(), make_contact()
    take_part(contact, event, State.REGISTERED)
    work()
    again = ChangeFollowUp.objects.filter(follower="workflows")
    assert again.update(state=JobState.QUEUED, finished_at=None) == 1  # as if its worker had died
    work()
    take_part(contact, event, State.REGISTERED, role="host")
    assert enrolled() == [contact.pk]


def test_someone_who_is_enrolled_again_does_all_the_steps_again():
    """Mautic #7729: who came again did not repeat the steps inside."""
    mail = step("mail", "email_team", to=["team@acme.test"], subject="Hi", text="!")
    publish(on("event_registered", note("a"), mail, note("b"), again="always"))
    contact = make_contact()
    for _time in range(2):
        take_part(contact, recent(), State.REGISTERED)
        work()
    assert notes(contact) == ["came by a", "came by b"] * 2
    assert OutgoingMessage.objects.filter(state=JobState.COMPLETE).count() == 2  # outside, too


def test_once_for_each_event_means_each_event():
    publish(on("event_registered", again="once_per_event"))
    contact, first, second = make_contact(), recent(), recent()
    take_part(contact, first, State.REGISTERED)
    work()
    take_part(contact, first, State.CANCELLED)
    take_part(contact, first, State.REGISTERED, registered_at=timezone.now())
    work()
    assert Enrolment.objects.count() == 1
    take_part(contact, second, State.REGISTERED)
    assert len(enrolled()) == 2


def test_after_days_lets_someone_in_again_once_they_are_over(clock: Clock):
    made = publish(workflow(note("hi"), again="after_days", days=30))
    contact = make_contact()
    enrol_contact(made, contact.pk)
    work()
    with pytest.raises(WorkflowError) as refusal:
        enrol_contact(made, contact.pk)
    assert refusal.value.code == "too_soon"
    clock.move(days=31)
    enrol_contact(made, contact.pk)
    assert len(enrolled()) == 2


@pytest.mark.parametrize(
    ("arguments", "is_meant"),
    [
        ({"minutes": 60}, True),
        ({"minutes": 61}, False),
        ({"percent": 80}, True),
        ({"percent": 81}, False),
        ({"events": {"name": {"is": "contains", "value": "ROSES"}}}, True),
        ({"events": {"name": {"is": "contains", "value": "tulips"}}}, False),
        ({"events": {"webinar_ids": [4711]}}, True),
        ({"events": {"webinar_ids": [4712]}}, False),
        ({"events": {"starts": {"is": "last_days", "value": 1}}}, True),
        ({"events": {"starts": {"is": "next_days", "value": 1}}}, False),
    ],
)
def test_attended_asks_for_time_and_percent_and_for_the_events_that_are_meant(arguments, is_meant):
    publish(on("event_attended", **arguments))
    take_part(make_contact(), recent(zoom_webinar_id=4711), State.ATTENDED, attendance_percent=80)
    assert bool(enrolled()) == is_meant


def become_final(event: MarketingEvent) -> None:
    """As a sync writes it."""
    MarketingEvent.objects.filter(pk=event.pk).update(is_final=True)
    record(Changes(events=[event.pk], finals=[event.pk]))


def test_who_left_early_is_enrolled_once_attendance_is_final_and_only_then():
    publish(on("event_left_early", percent=50, again="always"))
    event, (early, long, unknown, host, late) = (
        recent(is_final=False),
        [make_contact() for _number in range(5)],
    )
    for contact, percent, role in (
        (early, 49.9, "attendee"),
        (long, 50, "attendee"),
        (unknown, None, "attendee"),
        (host, 5, "host"),
    ):
        take_part(contact, event, State.ATTENDED, attendance_percent=percent, role=role)
    assert enrolled() == []
    become_final(event)
    assert enrolled() == [early.pk]
    take_part(late, event, State.ATTENDED, attendance_percent=10)  # the report was corrected
    assert enrolled() == [early.pk, late.pk]
    record(Changes(events=[event.pk]))  # it was renamed
    become_final(event)
    assert enrolled() == [early.pk, late.pk]


def test_who_left_early_before_is_enrolled_on_publishing_only_if_that_is_wanted():
    event, early, other = recent(is_final=True), make_contact(), make_contact()
    take_part(early, event, State.ATTENDED, attendance_percent=10)
    take_part(other, recent(is_final=False), State.ATTENDED, attendance_percent=10)
    work()
    publish(on("event_left_early"), "From now on")
    assert enrolled() == []
    publish(on("event_left_early") | {"enrolment": {"existing": True}}, "All")
    assert enrolled() == [early.pk]


def test_events_of_long_ago_that_are_synced_late_enrol_no_one():
    publish(on("event_attended"))
    take_part(make_contact(), make_event(starts_at=timezone.now() - timedelta(days=90)), State.ATTENDED)
    assert enrolled() == []


def test_a_recording_enrols_those_who_attended_and_its_transcript_too():
    publish(on("recording_available"), "Recordings")
    publish(on("transcript_ready"), "Transcripts")
    event, contact = recent(), make_contact()
    call, _is_new = write_call(event, "u", Facts("Roses", timezone.now(), 60, "https://zoom.us/rec", ""), [])
    CallAttendee.objects.create(call=call, contact=contact)
    assert enrolled() == [contact.pk]
    mark_transcript(call, Call.Transcript.READY)
    mark_transcript(call, Call.Transcript.READY)
    assert enrolled() == [contact.pk] * 2


def test_a_new_contact_is_enrolled_and_an_edit_is_not_a_new_contact():
    publish(on("contact_created"))
    contact = create_contact(NewContact(email="new@customer.example"))
    edit_contact(contact.pk, first_name="Ana", last_name="")
    assert enrolled() == [contact.pk]


def test_a_property_that_changes_enrols_each_time_and_others_do_not():
    for name in ("city", "country"):
        PropertyDefinition.objects.create(name=name, label=name)
    contact = make_contact(properties={"city": "Bonn"})
    publish(on("property_changed", property="city", again="always"))
    work()
    for properties in ({"city": "Bonn"}, {"country": "DE"}, {"city": "Köln"}, {"city": "Köln"}, {"city": ""}):
        edit_contact(contact.pk, first_name="", last_name="", properties=properties)
        work()
    assert enrolled() == [contact.pk] * 2


def test_entering_a_segment_enrols_each_time_someone_enters():
    segment = create_segment("Anas", {"version": 1, "where": {"filter": "property", "property": "first_name",
                                                              "is": "equals", "value": "Ana"}})  # fmt: skip
    there, other = make_contact(first_name="Ana"), make_contact(first_name="Bo")
    work()
    publish(on("segment_entered", segment=segment.pk, again="always"))
    assert enrolled() == []
    for name in ("Ana", "Bo", "Ana"):
        edit_contact(other.pk, first_name=name, last_name="")
        work()
    assert enrolled() == [other.pk] * 2
    assert there.pk not in enrolled()


def test_those_who_are_in_already_are_enrolled_when_that_is_wanted():
    segment = Segment.objects.create(name="Called", kind=Segment.Kind.STATIC)
    people = [make_contact() for _number in range(3)]
    add_people(segment.pk, [contact.pk for contact in people], who="x")
    definition = on("segment_entered", segment=segment.pk)
    publish({**definition, "enrolment": {"again": "never", "existing": True, "suppress": []}})
    assert enrolled() == [contact.pk for contact in people]
    assert EnrolmentBatch.objects.get().enrolled == 3
    remove_people(segment.pk, [people[0].pk], who="x")
    add_people(segment.pk, [people[0].pk], who="x")
    assert len(enrolled()) == 3


def test_suppressed_people_and_those_who_miss_the_conditions_stay_out():
    segment = Segment.objects.create(name="Partners", kind=Segment.Kind.STATIC)
    partner, absent, present = (make_contact() for _number in range(3))
    add_people(segment.pk, [partner.pk], who="x")
    event = recent()
    for contact in (partner, present):
        take_part(contact, event, State.ATTENDED)
    made = publish(workflow(note("hi"), only=CAME, suppress=[segment.pk]))
    enrol_contacts(made, contacts=[partner.pk, absent.pk, present.pk, 10**9])
    assert enrolled() == [present.pk]
    assert EnrolmentBatch.objects.get().refused == {"suppressed": 1, "conditions": 1, "gone": 1}


def test_while_it_is_paused_no_one_comes_in_and_no_one_goes_on(clock: Clock):
    made = publish(on("contact_created", step("w", "wait", **{"for": {"hours": 1}}), note("after")))
    first = create_contact(NewContact(email="first@customer.example"))
    work()
    pause_workflow(made.pk)
    create_contact(NewContact(email="second@customer.example"))
    clock.move(hours=2)
    assert enrolled() == [first.pk]
    assert Enrolment.objects.get().state == EnrolmentState.PAUSED
    resume_workflow(made.pk)
    work()
    assert trail(Enrolment.objects.get()) == ["w:waited", "after:noted"]


def test_archiving_ends_it_for_those_inside(clock: Clock):
    made = publish(workflow(step("w", "wait", **{"for": {"hours": 1}}), note("after")))
    enrolment = enrol_contact(made, make_contact().pk)
    work()
    archive_workflow(made.pk)
    clock.move(hours=2)
    work()
    enrolment.refresh_from_db()
    assert (enrolment.outcome, trail(enrolment)) == (EnrolmentOutcome.ARCHIVED, ["w:left"])


@pytest.mark.parametrize(("moves", "expected"), [(False, ["old"]), (True, ["new"])])
def test_people_inside_go_on_in_their_version_or_move_over_as_was_chosen(moves, expected, clock: Clock):
    wait = step("w", "wait", **{"for": {"hours": 1}})
    made = publish(workflow(wait, note("a", "old")))
    enrolment = enrol_contact(made, make_contact().pk)
    work()
    publish(workflow(wait, note("b", "new")), moves_people=moves)
    clock.move(hours=2)
    work()
    assert notes(enrolment.contact) == expected


def test_those_whose_step_is_gone_stay_in_their_version(clock: Clock):
    made = publish(workflow(step("w", "wait", **{"for": {"hours": 1}}), note("a", "old")))
    enrolment = enrol_contact(made, make_contact().pk)
    work()
    publish(workflow(note("b", "new")), moves_people=True)
    clock.move(hours=2)
    work()
    assert notes(enrolment.contact) == ["old"]


def test_a_circle_that_no_one_saw_is_stopped():
    segment = Segment.objects.create(name="Round", kind=Segment.Kind.STATIC)
    out = step("out", "remove_from_segment", segment=segment.pk)
    made = publish(on("segment_entered", out, segment=segment.pk, again="always"))
    contact = make_contact()
    for _time in range(MOST_AN_HOUR + 3):
        add_people(segment.pk, [contact.pk], who="a program outside")
        work()
        remove_people(segment.pk, [contact.pk], who="a program outside")
    rows = Enrolment.objects.filter(workflow=made)
    assert rows.filter(state=EnrolmentState.COMPLETE).count() == MOST_AN_HOUR
    assert set(rows.exclude(state=EnrolmentState.COMPLETE).values_list("state", "reason_code")) == {
        ("failed", "too_often")
    }


def test_a_key_enrols_once_and_answers_with_the_same_enrolment():
    made, contact = publish(workflow(note("hi"), again="always")), make_contact()
    first = enrol_contact(made, contact.pk, key="order-1")
    assert enrol_contact(made, contact.pk, key="order-1") == first
    work()
    assert enrol_contact(made, contact.pk, key="order-1") == first
    assert enrol_contact(made, contact.pk, key="order-2") != first


WAIT_FOR_START = step(
    "start", "wait_for_start", webinar={"trigger": "webinar_id"}, time={"hours": 1}, when="before"
)


def test_who_enrols_by_hand_names_the_webinar_that_a_step_takes_from_the_trigger():
    made = publish(on("event_registered", WAIT_FOR_START, note("n", "{webinar} is near"), again="always"))
    event = make_event(starts_at=timezone.now() + timedelta(minutes=30), status="upcoming", name="Roses")
    contact, another, third = (make_contact() for _number in range(3))
    for refuse in (
        lambda: enrol_contact(made, contact.pk),
        lambda: enrol_contacts(made, contacts=[contact.pk]),
    ):
        with pytest.raises(WorkflowError) as refusal:
            refuse()
        assert (refusal.value.code, refusal.value.field) == ("needs_webinar", "webinar_id")
    assert not Enrolment.objects.exists()
    assert not EnrolmentBatch.objects.exists()
    enrol_contact(made, contact.pk, subject=subject_of_event(event.pk))
    enrol_contacts(made, contacts=[another.pk, third.pk], subject=subject_of(str(event.zoom_webinar_id)))
    assert enrolled() == [contact.pk, another.pk, third.pk]
    assert {row.subject for row in Enrolment.objects.all()} == {f"event:{event.pk}"}
    assert notes(third) == ["Roses is near"]


def test_without_a_trigger_a_step_may_take_the_webinar_that_is_named():
    made = publish(workflow(WAIT_FOR_START))
    enrolment = enrol_contact(made, make_contact().pk, subject=subject_of("931 1234 5678"))
    assert enrolment.data == {"webinar_id": "93112345678"}  # of which no event is known yet
    work()
    assert trail(enrolment) == ["start:webinar_not_found"]


@pytest.mark.parametrize("dates", [(-9, -2, 3, 8), (3, -2, 8), (-9, 3)])
def test_a_webinar_means_its_next_date_else_its_last(dates):
    now = timezone.now()
    events = {days: make_event(zoom_webinar_id=4711, starts_at=now + timedelta(days=days)) for days in dates}
    assert subject_of("4711").event_id == events[3].pk
    MarketingEvent.objects.filter(starts_at__gte=now).update(status="cancelled")
    assert subject_of("4711").event_id == events[max(dates)].pk


@pytest.mark.parametrize("typed", ["roses", "Roses #99", "#", f"#{10**30}", "0"])
def test_what_names_no_webinar_is_refused(typed):
    with pytest.raises(WorkflowError) as refusal:
        subject_of(typed)
    assert refusal.value.field == "webinar_id"


def test_a_draft_enrols_no_one():
    made = publish(workflow(note("hi")))
    save_draft(made.pk, workflow(note("other")))
    pause_workflow(made.pk)
    made.refresh_from_db()
    with pytest.raises(WorkflowError) as refusal:
        enrol_contact(made, make_contact().pk)
    assert refusal.value.code == "not_published"
