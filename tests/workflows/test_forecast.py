"""Before it is published: who would enter, what would stop a step, and a test run on one contact."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contacts.models import Contact, PropertyDefinition, Segment
from contacts.segments.actions import add_people
from contacts.segments.members import catalogue
from tests.contacts.make import make_contact
from tests.marketing_events.make import make_event
from tests.workflows.definition.examples import CAME, branch, note, step, trigger, workflow
from workflows.actions import create_workflow
from workflows.definition.parsing import read_definition
from workflows.engine.subjects import subject_of_event
from workflows.forecast import forecast, preflight
from workflows.models import Enrolment, OutgoingMessage, RegistrationJob
from workflows.trial import try_out

pytestmark = pytest.mark.django_db


def read(raw):
    return read_definition(raw, catalogue())


def segment_of(name, *people):
    segment = Segment.objects.create(name=name, kind=Segment.Kind.STATIC)
    add_people(segment.pk, [contact.pk for contact in people], who="x")
    return segment


def test_the_forecast_names_those_who_would_enter_and_counts_those_kept_out():
    first, second, partner = (make_contact(first_name=name) for name in ("Ana", "Bo", "Cleo"))
    called, partners = segment_of("Called", first, second, partner), segment_of("Partners", partner)
    made = create_workflow("Calls")
    definition = read(
        workflow(note("a"), triggers=[trigger("segment_entered", segment=called.pk)], suppress=[partners.pk])
    )
    found = forecast(made, definition)
    assert (found.meeting, found.entering, found.kept_out) == (3, 2, 1)
    assert [contact.first_name for contact in found.sample] == ["Bo", "Ana"]


def test_r77_each_step_says_what_would_stop_it_now():
    made = create_workflow("Calls")
    definition = read(workflow(note("a"), step("add", "add_to_webinar", webinar="931 1234 5678")))
    (check,) = preflight(made, definition)
    assert check.step_id == "add"
    assert check.blockers[0].sentence == "The primary brand is not connected to Zoom."


def test_removing_from_a_webinar_says_what_would_stop_it_too():
    definition = read(workflow(step("out", "remove_from_webinar", webinar="931 1234 5678")))
    (check,) = preflight(create_workflow("Calls"), definition)
    assert [blocker.sentence for blocker in check.blockers] == ["The primary brand is not connected to Zoom."]
    (tried,) = try_out(definition, make_contact()).steps
    assert (tried.outcome, tried.text) == ("refused", "The primary brand is not connected to Zoom.")


def test_r80_a_property_without_a_webinar_id_is_counted_for_the_forecast():
    PropertyDefinition.objects.create(name="next_webinar", label="Next")
    people = [make_contact(), make_contact(properties={"next_webinar": "931 1234 5678"})]
    called = segment_of("Called", *people)
    raw = workflow(
        step("add", "add_to_webinar", webinar={"property": "next_webinar"}),
        triggers=[trigger("segment_entered", segment=called.pk)],
    )
    (check,) = preflight(create_workflow("Calls"), read(raw))
    assert [blocker.affected for blocker in check.blockers] == [1]


def test_a_test_run_takes_the_contacts_own_path_and_writes_nothing():
    PropertyDefinition.objects.create(name="city", label="City")
    event = make_event(starts_at=timezone.now() + timedelta(days=2), status="upcoming")
    contact = make_contact(first_name="Ana")
    definition = read(
        workflow(
            step("set", "set_property", property="city", value="Bonn"),
            step("w", "wait_for_start", webinar={"trigger": "webinar_id"}, time={"hours": 1}, when="before"),
            branch("b", {"id": "came", "where": CAME, "steps": [note("never")]}, otherwise=[note("else")]),
            step("mail", "email_team", to=["team@acme.test"], subject="{webinar}", text="!"),
            step("hook", "webhook", url="https://hooks.example.com/"),
            only=CAME,
        )
    )
    trial = try_out(definition, contact, subject_of_event(event.pk))
    assert [step.step_id for step in trial.steps] == ["set", "w", "b", "else", "mail", "hook"]
    assert trial.steps[2].decision["tried"] == [{"branch": "came", "held": False}]
    assert trial.refusal == "The contact doesn't meet the conditions for enrolment."
    assert Contact.objects.get().properties == {}
    for model in (Enrolment, OutgoingMessage, RegistrationJob):
        assert not model.objects.exists()


def test_a_test_run_stops_where_the_contact_would_stop():
    made = try_out(read(workflow(step("add", "add_to_webinar", webinar="93112345678"), note("after"))),
                   make_contact(first_name="Ana"))  # fmt: skip
    (add,) = made.steps
    assert (add.outcome, add.is_problem) == ("refused", True)
    assert add.text == "The primary brand is not connected to Zoom."
