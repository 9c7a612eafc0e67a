"""Enrolments and registrations of contacts that are merged (D28)."""

import pytest
from django.utils import timezone

from contacts.merging.merge import MergeError, merge_contacts, undo_merge
from contacts.models import Contact
from core.jobs import JobState
from tests.contacts.make import make_contact
from tests.workflows.definition.examples import note, workflow
from tests.workflows.engine.helpers import publish
from workflows.models import DailyAdditions, Enrolment, RegistrationJob, Workflow

pytestmark = pytest.mark.django_db

WEBINAR = 93112345678


@pytest.fixture
def anna() -> Contact:
    return make_contact("anna@new.example")


@pytest.fixture
def former() -> Contact:
    return make_contact("anna@former.example")


@pytest.fixture
def published() -> Workflow:
    return publish(workflow(note("n1", "Hello")))


def enrol(published: Workflow, contact: Contact, key: str, state: str = "waiting") -> Enrolment:
    outcome = {"outcome": "completed", "finished_at": timezone.now()} if state == "complete" else {}
    return Enrolment.objects.create(
        workflow=published,
        version=published.versions.get(),
        contact=contact,
        key=key,
        state=state,
        source="manual",
        **outcome,
    )


def request(contact: Contact, **fields: object) -> RegistrationJob:
    return RegistrationJob.objects.create(contact=contact, zoom_webinar_id=WEBINAR, source="page", **fields)


def test_enrolments_move_and_those_for_the_same_occasion_stay_both(
    published: Workflow, anna: Contact, former: Contact
) -> None:
    first = enrol(published, anna, "event:7", "complete")
    second = enrol(published, former, "event:7")
    merge = merge_contacts(anna.pk, former.pk)
    keys = dict(Enrolment.objects.filter(contact=anna).values_list("pk", "key"))
    assert keys == {first.pk: "event:7", second.pk: f"merged:{second.pk}"}
    undo_merge(merge.pk)
    second.refresh_from_db()
    assert (second.contact_id, second.key) == (former.pk, "event:7")


def test_two_who_are_in_the_same_workflow_are_not_merged(
    published: Workflow, anna: Contact, former: Contact
) -> None:
    enrol(published, anna, "a")
    enrol(published, former, "b")
    with pytest.raises(MergeError, match=f"Both contacts are in the workflow “{published.name}”"):
        merge_contacts(anna.pk, former.pk)
    assert Contact.objects.count() == 2


@pytest.mark.parametrize("is_undo", [False, True])
def test_nothing_moves_while_a_worker_is_at_it(anna: Contact, former: Contact, is_undo: bool) -> None:
    job = request(former)
    merge = merge_contacts(anna.pk, former.pk) if is_undo else None
    now = timezone.now()
    RegistrationJob.objects.filter(pk=job.pk).update(state=JobState.RUNNING, lease_until=now)
    with pytest.raises(MergeError, match="is being registered for a webinar right now"):
        undo_merge(merge.pk) if merge else merge_contacts(anna.pk, former.pk)


def test_registrations_move_whatever_keys_they_have(anna: Contact, former: Contact) -> None:
    kept = [request(anna, key="k"), request(anna)]
    moved = [request(former, key="k"), request(former), request(former, key="other")]
    DailyAdditions.objects.create(contact=former, zoom_webinar_id=0, day=timezone.now().date(), count=2)
    merge = merge_contacts(anna.pk, former.pk)
    assert set(RegistrationJob.objects.filter(contact=anna)) == {*kept, *moved}
    assert not DailyAdditions.objects.exists()
    undo_merge(merge.pk)
    rows = RegistrationJob.objects.filter(contact=former.pk).order_by("pk")
    assert [(row.pk, row.key) for row in rows] == [(row.pk, row.key) for row in moved]
    assert DailyAdditions.objects.get().count == 2
