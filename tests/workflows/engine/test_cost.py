"""What workflows cost those who change rows: nothing for each workflow that isn't meant."""

from typing import Any

import pytest
from django.utils import timezone

from contacts.models import ChangeFollowUp
from contacts.outbox import FollowUpQueue
from core.jobs import run_job
from marketing_events.models import Participation
from tests.contacts.make import make_contact
from tests.marketing_events.make import make_event
from tests.workflows.definition.examples import note, trigger, workflow
from tests.workflows.engine.helpers import publish, take_part, work
from workflows.engine.queue import EnrolmentQueue
from workflows.models import Enrolment
from workflows.people import enrol_contact

pytestmark = pytest.mark.django_db


def published_for(*webinars: int) -> None:
    for number in webinars:
        raw = workflow(note("hi"), triggers=[trigger("event_registered", events={"webinar_ids": [number]})])
        publish(raw, name=f"Flow {number}")


def queries_to_follow(capture: Any) -> int:
    """Of one registration, by the workflows alone."""
    take_part(make_contact(), make_event(starts_at=timezone.now()), Participation.State.REGISTERED)
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


def test_looking_for_work_costs_a_few_queries_however_many_wait(django_assert_max_num_queries: Any) -> None:
    wait = {"id": "w", "action": "wait", "arguments": {"for": {"days": 1}}}
    made = publish(workflow(wait, again="always"))
    for _number in range(3):
        enrol_contact(made, make_contact().pk)
    work()
    with django_assert_max_num_queries(2):
        assert EnrolmentQueue().claim() == []
