"""Changes of many contacts as a job: each contact once, whatever happens on the way."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from contacts.bulk_changes import operations, runner
from contacts.bulk_changes.operations import Applied
from contacts.bulk_changes.queue import Targets, bulk_changes, cancel, enqueue
from contacts.history import EDITED
from contacts.models import BulkChange, Contact, PropertyDefinition, Segment, TimelineEntry
from contacts.segments.members import members_of
from tests.contacts.make import make_contact, make_contacts
from tests.support.jobs import work_off
from zoomsync.security_log.models import SecurityEvent

pytestmark = pytest.mark.django_db

NUMBER = 7


@pytest.fixture
def people() -> list[Contact]:
    PropertyDefinition.objects.create(name="town", label="Town", kind="text")
    return make_contacts(f"p{number}@x.example" for number in range(NUMBER))


@pytest.fixture
def batches_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, operation in operations._operations.items():
        monkeypatch.setitem(operations._operations, name, replace(operation, at_once=2))


def set_town(value: str | None, targets: Targets, **options: int | None) -> BulkChange:
    values = {"property": "town", "value": value}
    return enqueue("property", values, targets, requested_by_id=None, **options)


def everyone(query: str = "") -> Targets:
    return Targets(matching=f"list=contacts&{query}")


def counts(change: BulkChange) -> tuple[str, int, int, int]:
    change.refresh_from_db()
    return change.state, change.changed, change.unchanged, change.refused


def interrupt(name: str, monkeypatch: pytest.MonkeyPatch, before: Callable[[int], None]) -> None:
    """`before` is called with the number of the batch, after the batch was written and before it counts."""
    operation, batches = operations.operation_of(name), iter(range(100))

    def apply(ids: Sequence[int], change: BulkChange) -> Applied:
        applied = operation.apply(ids, change)
        before(next(batches))
        return applied

    monkeypatch.setitem(operations._operations, name, replace(operation, apply=apply))


def test_all_that_matched_are_changed_although_the_change_takes_them_out_of_the_list(people, batches_of_two):
    where = 'where={"filter":"property","property":"town","is":"unknown"}'
    change = set_town("Bonn", everyone(where))
    work_off(bulk_changes)
    assert counts(change) == ("complete", NUMBER, 0, 0)
    assert {contact.properties["town"] for contact in Contact.objects.all()} == {"Bonn"}


def test_a_change_whose_worker_was_killed_changes_each_contact_once(people, batches_of_two, monkeypatch):
    class KilledError(BaseException):
        pass

    def kill(batch: int) -> None:
        if batch in (1, 3):
            raise KilledError

    interrupt("property", monkeypatch, kill)
    change = set_town("Bonn", everyone())
    for _death in range(2):
        with pytest.raises(KilledError):
            work_off(bulk_changes)
        lost = BulkChange.objects.filter(pk=change.pk, state="running")
        assert lost.update(lease_until=timezone.now() - timedelta(seconds=1)) == 1
    work_off(bulk_changes)
    assert counts(change) == ("complete", NUMBER, 0, 0)
    assert TimelineEntry.objects.filter(kind=EDITED).count() == NUMBER


def test_a_cancelled_change_keeps_what_was_done_and_says_how_many_it_did_not_reach(
    people, batches_of_two, monkeypatch, charlie_client: Client
):
    change = set_town("Bonn", everyone())
    change_some = runner._change_some

    def change_some_and_cancel(*arguments: Any) -> bool:
        assert change_some(*arguments)
        return cancel(change)

    monkeypatch.setattr(runner, "_change_some", change_some_and_cancel)
    work_off(bulk_changes)
    assert counts(change) == ("cancelled", 2, 0, 0)
    assert Contact.objects.filter(properties__town="Bonn").count() == 2
    page = charlie_client.get(f"/contacts/bulk/{change.pk}/")
    assert "Not reached" in page.text
    assert "is already over" in charlie_client.post(f"/contacts/bulk/{change.pk}/cancel/", follow=True).text


def test_contacts_that_are_gone_are_named_with_the_reason_and_the_numbers_open_the_others(
    people, charlie_client: Client
):
    Contact.objects.filter(pk=people[0].pk).update(properties={"town": "Bonn"})
    change = set_town("Bonn", Targets([contact.pk for contact in people]))
    operations.delete_contact(people[6].pk)
    work_off(bulk_changes)
    assert counts(change) == ("complete", 5, 1, 1)
    listed = charlie_client.get("/contacts/", {"result": f"bulk-{change.pk}-unchanged"})
    assert list(listed.context["page"].object_list) == [people[0]]
    assert "Unchanged by bulk change" in listed.text
    page = charlie_client.get(f"/contacts/bulk/{change.pk}/")
    assert "This contact has been deleted." in page.text
    answer = charlie_client.get(f"/contacts/bulk/{change.pk}/rejected.csv")
    rows = list(csv.reader(StringIO(b"".join(answer.streaming_content).decode())))
    assert rows[1:] == [[str(people[6].pk), "", "This contact has been deleted."]]
    assert "Set “Town” to “Bonn”" in charlie_client.get("/contacts/bulk/").text


def test_a_list_of_an_unknown_result_or_segment_shows_nobody(people, charlie_client: Client):
    for query in ({"result": "bulk-99-changed"}, {"result": "x"}, {"segment": "99"}, {"segment": "x"}):
        assert not charlie_client.get("/contacts/", query).context["page"].object_list


def test_nobody_is_deleted_when_more_match_than_were_confirmed(people, alice):
    confirmed = enqueue("delete", {}, everyone(), requested_by_id=alice.pk, expected=NUMBER)
    make_contact("new@x.example")
    work_off(bulk_changes)
    assert counts(confirmed) == ("failed", 0, 0, 0)
    assert "8 match by now" in str(confirmed.error)
    enqueue("delete", {}, everyone("q=p"), requested_by_id=alice.pk, expected=8)
    work_off(bulk_changes)
    assert not Contact.objects.exists()
    assert set(SecurityEvent.objects.filter(code="contact_deleted").values_list("actor", flat=True)) == {
        alice.pk
    }


def test_a_list_that_is_archived_meanwhile_keeps_what_was_added_and_the_change_says_why_it_stopped(
    people, batches_of_two
):
    static = Segment.objects.create(name="Guests", kind="static")
    targets = Targets([contact.pk for contact in people])
    change = enqueue("add_to_list", {"segment": static.pk}, targets, requested_by_id=None)
    again = enqueue("remove_from_list", {"segment": static.pk}, Targets([1]), requested_by_id=None)
    work_off(bulk_changes)
    assert counts(change) == ("complete", NUMBER, 0, 0)
    assert counts(again)[0] == "complete"
    assert members_of(static).count() >= NUMBER - 1
    gone = enqueue("add_to_list", {"segment": 0}, targets, requested_by_id=None)
    work_off(bulk_changes)
    assert counts(gone) == ("failed", 0, 0, 0)
    assert "The segment was deleted" in str(gone.error)


def test_many_contacts_are_left_to_a_worker_and_a_few_are_done_at_once(
    people, charlie_client: Client, monkeypatch
):
    form = {"property": "town", "value_for": "town", "value": "Bonn", "everyone": "on"}
    page = charlie_client.post("/contacts/bulk/property/", {**form, "matching": "list=contacts&q=p1"})
    assert page.url == "/contacts/?q=p1"
    operation = replace(operations.operation_of("property"), while_waiting=3)
    monkeypatch.setitem(operations._operations, "property", operation)
    page = charlie_client.post("/contacts/bulk/property/", {**form, "matching": "list=contacts"})
    change = BulkChange.objects.order_by("-pk")[0]
    assert page.url == f"/contacts/bulk/{change.pk}/"
    assert "Cancel" in charlie_client.get(page.url).text
    assert counts(change) == ("queued", 0, 0, 0)
    work_off(bulk_changes)
    assert counts(change) == ("complete", NUMBER - 1, 1, 0)
