"""The steps of workflows, each with what it does and how it waits."""

import json
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import responses
from django.core import mail
from django.utils import timezone

from contacts.models import PropertyDefinition, Segment
from contacts.outbox import Changes, record
from marketing_events.models import MarketingEvent
from tests.contacts.make import make_contact
from tests.marketing_events.make import make_event
from tests.workflows.definition.examples import branch, note, step, trigger, workflow
from tests.workflows.engine.conftest import Clock
from tests.workflows.engine.helpers import notes, publish, take_part, trail, work
from workflows.models import Enrolment, EnrolmentOutcome, EnrolmentState, OutgoingMessage
from workflows.people import enrol_contact, remove_enrolment, retry_enrolment
from workflows.registry import actions
from workflows.steps.wait_until import next_weekday

pytestmark = pytest.mark.django_db


def enrolled(*steps, data=None, contact=None, **options) -> Enrolment:
    """Someone who has gone through these steps as far as that goes at once."""
    made = publish(workflow(*steps, **options), name=f"Flow {steps[0]['id']}")
    enrolment = enrol_contact(made, (contact or make_contact(first_name="Ana")).pk)
    if data:
        Enrolment.objects.filter(pk=enrolment.pk).update(data=data)
    work()
    enrolment.refresh_from_db()
    return enrolment


def again(enrolment: Enrolment) -> Enrolment:
    work()
    enrolment.refresh_from_db()
    return enrolment


def test_steps_are_done_in_order_and_the_person_leaves_at_the_end():
    enrolment = enrolled(note("a"), note("b"))
    assert trail(enrolment) == ["a:noted", "b:noted"]
    assert notes(enrolment.contact) == ["came by a", "came by b"]
    assert (enrolment.state, enrolment.outcome) == (EnrolmentState.COMPLETE, EnrolmentOutcome.COMPLETED)
    assert enrolment.contact.timeline.filter(kind="workflow_enrolled").count() == 1


def test_a_wait_lasts_as_long_as_it_says(clock: Clock):
    enrolment = enrolled(step("w", "wait", **{"for": {"hours": 2}}), note("after"))
    assert (enrolment.state, enrolment.step_id) == (EnrolmentState.WAITING, "w")
    clock.move(minutes=119)
    assert again(enrolment).state == EnrolmentState.WAITING
    clock.move(minutes=2)
    assert trail(again(enrolment)) == ["w:waited", "after:noted"]


def test_a_date_that_has_passed_keeps_no_one(clock: Clock):
    past = step("w", "wait_until_date", at="2020-01-01T00:00", zone="Europe/Berlin")
    assert trail(enrolled(past)) == ["w:already_past"]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("2026-11-23T07:00+00:00", "2026-11-23T08:00+00:00"),  # Monday morning in Berlin
        ("2026-11-23T08:00+00:00", "2026-11-27T08:00+00:00"),  # that very moment is over
        ("2026-03-28T12:00+00:00", "2026-03-30T07:00+00:00"),  # over the change of the clocks
    ],
)
def test_the_next_monday_or_friday_at_nine_is_on_the_clocks_of_the_zone(after, expected):
    moment = next_weekday(
        datetime.fromisoformat(after), ("monday", "friday"), time(9), ZoneInfo("Europe/Berlin")
    )
    assert moment.astimezone(UTC) == datetime.fromisoformat(expected)


def upcoming(**more) -> MarketingEvent:
    starts = timezone.now() + timedelta(days=3)
    fields = {"starts_at": starts, "ended_at": None, "is_final": False, "status": "upcoming"}
    return make_event(**fields | {"session_uuid": ""} | more)


def moved(event: MarketingEvent, **fields) -> None:
    MarketingEvent.objects.filter(pk=event.pk).update(**fields)
    record(Changes(events=[event.pk]))


def before_start(event: MarketingEvent, **more):
    return step(
        "w", "wait_for_start", webinar=str(event.zoom_webinar_id), time={"hours": 1}, when="before"
    ) | dict(more)


def test_a_wait_for_the_start_moves_with_the_webinar(clock: Clock):
    event = upcoming()
    enrolment = enrolled(before_start(event), note("remind"))
    moved(event, starts_at=timezone.now() + timedelta(days=10))
    clock.move(days=5)
    assert trail(again(enrolment)) == ["w:waiting"]
    moved(event, starts_at=timezone.now() + timedelta(minutes=30))
    assert trail(again(enrolment)) == ["w:waited", "remind:noted"]


def test_a_wait_for_a_webinar_that_is_cancelled_ends_and_the_steps_after_it_do_not_run():
    event = upcoming()
    enrolment = enrolled(before_start(event), note("remind"))
    moved(event, status=MarketingEvent.Status.CANCELLED)
    assert trail(again(enrolment)) == ["w:webinar_cancelled"]
    assert (enrolment.outcome, enrolment.reason_code) == (EnrolmentOutcome.STOPPED, "webinar_cancelled")


def test_on_problem_continue_goes_on_all_the_same():
    event = upcoming()
    enrolment = enrolled(before_start(event, on_problem="continue"), note("after"))
    moved(event, status=MarketingEvent.Status.CANCELLED)
    assert trail(again(enrolment)) == ["w:webinar_cancelled", "after:noted"]


def test_d8_a_wait_for_final_ends_when_attendance_is_final_or_after_the_longest_time(clock: Clock):
    event = upcoming(starts_at=timezone.now())
    final = step("f", "wait_for_final", webinar=str(event.zoom_webinar_id), longest={"days": 2})
    first, second = enrolled(final, note("a")), enrolled(final | {"id": "g"})
    assert (first.state, second.state) == (EnrolmentState.WAITING, EnrolmentState.WAITING)
    moved(event, is_final=True)
    assert trail(again(first)) == ["f:final", "a:noted"]
    other = upcoming(starts_at=timezone.now())
    late = enrolled(final | {"id": "h"} | {"arguments": {**final["arguments"],
                                                         "webinar": str(other.zoom_webinar_id)}})  # fmt: skip
    clock.move(days=2, minutes=1)
    assert trail(again(late)) == ["h:timed_out"]


def test_the_first_branch_that_holds_is_taken_then_the_path_goes_on():
    everyone, no_one = {"all": []}, {"any": []}
    steps = (
        branch(
            "b",
            {"id": "no", "where": no_one, "steps": [note("never")]},
            {"id": "yes", "where": everyone, "steps": [note("taken")]},
            {"id": "too", "where": everyone, "steps": [note("late")]},
        ),
        note("last"),
    )
    assert trail(enrolled(*steps)) == ["b:chosen", "taken:noted", "last:noted"]


def test_an_end_in_a_branch_ends_the_whole_path():
    steps = (branch("b", {"id": "no", "where": {"any": []}, "steps": []}, otherwise=[step("e", "end")]),
             note("last"))  # fmt: skip
    assert trail(enrolled(*steps)) == ["b:else", "e:ended"]


def test_a_property_is_set_and_told_to_those_who_follow_contacts():
    PropertyDefinition.objects.create(name="city", label="City")
    enrolment = enrolled(step("s", "set_property", property="city", value="Of {first_name}"))
    enrolment.contact.refresh_from_db()
    assert enrolment.contact.properties == {"city": "Of Ana"}
    assert trail(enrolment) == ["s:set"]


def test_people_are_put_into_static_segments_and_taken_out():
    segment = Segment.objects.create(name="Called", kind=Segment.Kind.STATIC)
    enrolment = enrolled(step("in", "add_to_segment", segment=segment.pk))
    assert segment.memberships.count() == 1
    enrolled(step("out", "remove_from_segment", segment=segment.pk), contact=enrolment.contact)
    assert segment.memberships.count() == 0


def test_the_team_gets_one_email():
    enrolment = enrolled(
        step("m", "email_team", to=["team@acme.test"], subject="{first_name} came", text="!")
    )
    assert trail(enrolment) == ["m:sent"]
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["team@acme.test"], "Ana came")


def test_without_a_mail_server_the_step_says_so_and_stops(settings):
    settings.EMAIL_URL = ""
    enrolment = enrolled(step("m", "email_team", to=["team@acme.test"], subject="x", text="y"), note("after"))
    assert trail(enrolment) == ["m:no_mail_server"]
    assert enrolment.outcome == EnrolmentOutcome.STOPPED


HOOK = "https://hooks.example.com/score"


@responses.activate
def test_a_webhook_is_signed_and_its_answer_is_there_for_later_branches(settings):
    settings.CALLBACKS_INSIDE_NETWORK = True
    responses.post(HOOK, json={"lead": {"score": 70}})
    ask = {"step": "ask", "answer": "lead.score", "is": "at_least", "value": 50}
    enrolment = enrolled(
        step("ask", "webhook", url=HOOK),
        branch("b", {"id": "warm", "results": [ask], "steps": [note("call")]}, otherwise=[note("cold")]),
    )
    assert trail(enrolment) == ["ask:sent", "b:chosen", "call:noted"]
    request = responses.calls[0].request
    assert request.headers["webhook-signature"].startswith("v1,")
    assert json.loads(request.body)["data"]["contact"]["email"] == enrolment.contact.email


@responses.activate
def test_a_webhook_is_retried_with_the_same_id_and_stops_the_person_when_it_is_given_up(
    settings, clock: Clock
):
    settings.CALLBACKS_INSIDE_NETWORK = True
    responses.post(HOOK, status=500)
    enrolment = enrolled(step("ask", "webhook", url=HOOK), note("after"))
    assert enrolment.state == EnrolmentState.WAITING
    for _try in range(9):
        clock.move(days=1)
        work()
    assert trail(again(enrolment)) == ["ask:not_sent"]
    assert enrolment.outcome == EnrolmentOutcome.STOPPED
    assert len({call.request.headers["webhook-id"] for call in responses.calls}) == 1
    responses.replace(responses.POST, HOOK, json={})
    retry_enrolment(enrolment)
    assert trail(again(enrolment)) == ["ask:sent", "after:noted"]
    assert OutgoingMessage.objects.count() == 1


def test_a_step_that_breaks_is_tried_again_and_then_stops_this_person_only(monkeypatch, clock: Clock):
    made = publish(workflow(note("a"), note("b")))
    unlucky, lucky = make_contact(first_name="Bo"), make_contact(first_name="Ana")
    add = type(actions()["add_note"])
    perform_many = add.perform_many

    def breaks(self, arguments, steps):
        if any(context.contact == unlucky and context.key.endswith(":b") for context in steps):
            raise ZeroDivisionError
        return perform_many(self, arguments, steps)

    monkeypatch.setattr(add, "perform_many", breaks)
    bad, good = enrol_contact(made, unlucky.pk), enrol_contact(made, lucky.pk)
    for _try in range(4):
        work()
        clock.move(hours=1)
    assert again(good).outcome == EnrolmentOutcome.COMPLETED
    assert (again(bad).state, bad.reason_code) == (EnrolmentState.FAILED, "internal_error")
    assert notes(unlucky) == ["came by a"]
    monkeypatch.setattr(add, "perform_many", perform_many)
    retry_enrolment(bad)
    assert trail(again(bad)) == ["a:noted", "b:noted"]
    assert notes(unlucky) == ["came by a", "came by b"]


def test_someone_who_is_removed_goes_no_further(clock: Clock):
    enrolment = enrolled(step("w", "wait", **{"for": {"hours": 2}}), note("after"))
    remove_enrolment(enrolment)
    clock.move(hours=3)
    assert trail(again(enrolment)) == ["w:left"]
    assert enrolment.outcome == EnrolmentOutcome.REMOVED


def test_the_webinar_in_a_property_is_read_when_the_step_comes_r80():
    PropertyDefinition.objects.create(name="next_webinar", label="Next webinar")
    enrolment = enrolled(step("w", "wait_for_start", webinar={"property": "next_webinar"}, time={"hours": 1},
                        when="after"))  # fmt: skip
    assert trail(enrolment) == ["w:webinar_not_found"]
    event = upcoming()
    contact = make_contact(properties={"next_webinar": f" {event.zoom_webinar_id} "})
    other = publish(Enrolment.objects.get(pk=enrolment.pk).workflow.draft, name="Again")
    waits = again(enrol_contact(other, contact.pk))
    assert waits.waits_for == f"event:{event.pk}"


def test_a_trigger_about_an_event_brings_its_webinar():
    event = upcoming()
    publish(
        workflow(
            step("w", "wait_for_start", webinar={"trigger": "webinar_id"}, time={"hours": 1}, when="before"),
            triggers=[trigger("event_registered")],
        )
    )
    take_part(make_contact(), event, "registered")
    work()
    assert Enrolment.objects.get().waits_for == f"event:{event.pk}"
