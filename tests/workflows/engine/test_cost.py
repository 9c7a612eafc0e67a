"""What workflows cost those who change rows: nothing for each workflow that isn't meant."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from contacts.models import ChangeFollowUp, Contact, PropertyDefinition, Segment
from contacts.outbox import Changes, FollowUpQueue, ParticipationChange, record_contacts
from core.jobs import run_job
from core.jobs.run import run_jobs
from marketing_events.models import Participation
from tests.contacts.make import make_contact
from tests.marketing_events.make import make_event
from tests.workflows.definition.examples import branch, note, step, trigger, workflow
from tests.workflows.engine.helpers import publish, take_part, work
from workflows.definition.values import EventChoice, EventFacts
from workflows.engine.following import concerned
from workflows.engine.happenings import ChangeFacts
from workflows.engine.queue import EnrolmentQueue
from workflows.models import Enrolment, WorkflowChange, WorkflowVersion
from workflows.people import enrol_contact
from workflows.triggers.events import names_of
from workflows.views.detail import step_counts

pytestmark = pytest.mark.django_db


def published_for(*webinars: int) -> None:
    for number in webinars:
        raw = workflow(note("hi"), triggers=[trigger("event_registered", events={"webinar_ids": [number]})])
        publish(raw, name=f"Flow {number}")


def queries_to_follow(capture: Any) -> int:
    """Of one registration, by the workflows alone."""
    take_part(make_contact(), make_event(starts_at=timezone.now()), Participation.State.REGISTERED)
    return queries_of_the_follow_up(capture)


def queries_of_the_follow_up(capture: Any) -> int:
    ChangeFollowUp.objects.exclude(follower="workflows").delete()
    queue = FollowUpQueue()
    (lease,) = queue.claim()
    with capture as captured:
        run_job(queue, lease)
    return len(captured)


def test_more_workflows_of_other_webinars_cost_no_query_more(django_assert_max_num_queries: Any) -> None:
    published_for(1)
    queries_to_follow(django_assert_max_num_queries(30))  # definitions are read the first time
    few = queries_to_follow(django_assert_max_num_queries(20))
    published_for(*range(2, 12))
    queries_to_follow(django_assert_max_num_queries(60))
    assert queries_to_follow(django_assert_max_num_queries(20)) == few
    assert not Enrolment.objects.exists()


STATES = ("registered", "cancelled", "attended", "no_show")


def test_of_all_triggers_only_those_are_read_that_the_change_may_concern() -> None:
    """By kind and by event: the cost doesn't grow with workflows that can't match."""
    event, other = (make_event(starts_at=timezone.now(), zoom_webinar_id=number) for number in (1, 2))
    choices: dict[str, Any] = {
        "any": {},
        "name": {"name": {"is": "contains", "value": "roses"}},
        "webinar": {"webinar_ids": [1, 3]},
        "other webinar": {"webinar_ids": [2]},
        "event": {"event_ids": [event.pk]},
        "other event": {"event_ids": [other.pk], "webinar_ids": [1]},
        "none": {"webinar_ids": []},
    }
    for name, choice in choices.items():
        keys = [trigger(f"event_{state}", events=choice) for state in STATES]
        publish(workflow(note("hi"), triggers=keys), name=name)
    changes = Changes(participations=[ParticipationChange(event.pk, 7, "", "cancelled")])
    read = concerned(ChangeFacts(changes, timezone.now()))
    versions = WorkflowVersion.objects.in_bulk([version for (version, _at), _position in read])
    assert {version.workflow.name for version in versions.values()} == {"any", "name", "webinar", "event"}
    assert {position for _version, position in read} == {STATES.index("cancelled")}


EVENTS = st.builds(EventFacts, st.integers(1, 3), st.integers(1, 3), st.just("Roses"), st.none())
IDS = st.none() | st.lists(st.integers(1, 3), max_size=2).map(tuple)


@given(event=EVENTS, choice=st.builds(EventChoice, webinar_ids=IDS, event_ids=IDS))
def test_no_trigger_is_missed_that_means_the_event(event: EventFacts, choice: EventChoice) -> None:
    facts = ChangeFacts(Changes(), timezone.now())
    facts.__dict__["events"] = {event.id: event}
    if choice.includes(event, timezone.now()):
        assert set(names_of(choice)) & facts.names_of([event.id])


def statements_of_an_edit(capture: Any, people: int) -> int:
    """Of the city of so many contacts, in one change set."""
    contacts = [make_contact(properties={"city": "Bonn"}) for _number in range(people)]
    work()
    Contact.objects.filter(pk__in=[contact.pk for contact in contacts]).update(properties={"city": "Berlin"})
    record_contacts(changed=[contact.pk for contact in contacts])
    return queries_of_the_follow_up(capture)


def test_many_contacts_and_watched_properties_cost_as_many_statements_as_a_few(
    django_assert_max_num_queries: Any,
) -> None:
    def watch(name: str) -> None:
        PropertyDefinition.objects.create(name=name, label=name)
        publish(workflow(note("hi"), triggers=[trigger("property_changed", property=name)]), name=name)
        work()

    watch("city")
    statements_of_an_edit(django_assert_max_num_queries(40), 1)
    few = statements_of_an_edit(django_assert_max_num_queries(40), 2)
    for name in ("street", "country", "plan"):
        watch(name)
    assert statements_of_an_edit(django_assert_max_num_queries(40), 30) == few
    assert Enrolment.objects.count() == 33


def test_looking_for_work_costs_a_few_queries_however_many_wait(django_assert_max_num_queries: Any) -> None:
    wait = {"id": "w", "action": "wait", "arguments": {"for": {"days": 1}}}
    made = publish(workflow(wait, again="always"))
    for _number in range(3):
        enrol_contact(made, make_contact().pk)
    work()
    with django_assert_max_num_queries(2):
        assert EnrolmentQueue().claim() == []


def queries_of_a_claim(capture: Any, people: int) -> int:
    """Of so many people who are taken through a branch, a property, a segment, a wait and a note."""
    german = {"filter": "property", "property": "country", "is": "equals", "value": "DE"}
    called, _new = Segment.objects.get_or_create(name="Called", kind=Segment.Kind.STATIC)
    for name in ("country", "city"):
        PropertyDefinition.objects.get_or_create(name=name, defaults={"label": name})
    made = publish(
        workflow(
            branch("b", {"id": "yes", "where": german, "steps": [note("german")]}),
            step("set", "set_property", property="city", value="Bonn"),
            step("in", "add_to_segment", segment=called.pk),
            step("w", "wait", **{"for": {"hours": 1}}),
            again="always",
        )
    )
    for number in range(people):
        enrol_contact(made, make_contact(properties={"country": ("DE", "AT")[number % 2]}).pk)
    queue = EnrolmentQueue()
    leases = queue.claim()
    assert len(leases) == people
    with capture as captured:
        run_jobs(queue, leases)
    assert not Enrolment.objects.exclude(state="waiting").exists()
    return len(captured)


def test_many_people_together_cost_as_many_queries_as_a_few(django_assert_max_num_queries: Any) -> None:
    few = queries_of_a_claim(django_assert_max_num_queries(50), 4)
    assert queries_of_a_claim(django_assert_max_num_queries(50), 24) == few


def test_one_person_alone_costs_few_queries(django_assert_max_num_queries: Any) -> None:
    queries_of_a_claim(django_assert_max_num_queries(55), 1)


def test_the_pages_of_a_workflow_cost_the_same_however_many_versions_and_people_it_has(
    charlie_client: Client, django_assert_max_num_queries: Any
) -> None:
    made = publish(workflow(note("a"), again="always"))
    names = ("detail", "history", "edit")
    pages = (*(reverse(f"workflows:{name}", args=[made.pk]) for name in names), reverse("workflows:list"))

    def queries() -> list[int]:
        counts = []
        for page in pages:
            charlie_client.get(page)
            with django_assert_max_num_queries(60) as captured:
                assert charlie_client.get(page).status_code == 200
            counts.append(len(captured))
        return counts

    enrol_contact(made, make_contact().pk)
    work()
    few = queries()
    for number in range(5):
        publish(workflow(note("a", f"Version {number}"), again="always"))
        enrol_contact(made, make_contact().pk)
    work()
    assert made.versions.count() == 6
    assert queries() == few


def test_all_versions_of_a_workflow_are_reached_from_its_page(charlie_client: Client) -> None:
    made = publish(workflow(note("a")))
    for number in range(2, 61):
        version = WorkflowVersion.objects.create(
            workflow=made, number=number, definition=made.draft, draft_revision=1
        )
        WorkflowChange.objects.create(workflow=made, kind="published", version=version)
    history = reverse("workflows:history", args=[made.pk])
    assert history in charlie_client.get(reverse("workflows:detail", args=[made.pk])).text
    pages = [charlie_client.get(history, {"page": number}).text for number in (1, 2)]
    assert ">version 60<" in pages[0]
    assert ">version 1<" in pages[1]


@pytest.mark.skipif(connection.vendor == "postgresql", reason="Its planner takes an index for many rows only")
def test_how_many_are_at_each_step_is_counted_in_an_index_alone() -> None:
    made = publish(workflow(note("a")))
    with CaptureQueriesContext(connection) as captured:
        step_counts(made)
    for query in captured.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            assert "USING COVERING INDEX" in cursor.fetchall()[0][-1]
