"""Who changed what: each edit is one line of the timeline, with old and new values, whichever way it came."""

import pytest
from django.test import Client
from django.urls import reverse

from contacts.actions import edit_contact, make_primary
from contacts.history import EDITED, NOTE
from contacts.importing.batches import Manner, apply
from contacts.importing.columns import Person
from contacts.models import PropertyDefinition, Segment, SegmentMembership, TimelineEntry
from contacts.segments.of_contact import segments_of
from tests.contacts.make import make_contact

pytestmark = pytest.mark.django_db

IN_PLACE = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def seats() -> None:
    PropertyDefinition.objects.create(name="seats", label="Seats", kind="number", group="Sales")


def edits(contact) -> list[dict[str, object]]:
    return [entry.details for entry in contact.timeline.filter(kind=EDITED).order_by("pk")]


def test_an_edit_without_a_change_leaves_no_line():
    contact = make_contact(first_name="Anna", properties={"seats": 3})
    edit_contact(contact.pk, first_name=" Anna ", last_name="", properties={"seats": "3"})
    assert edits(contact) == []


def test_page_api_import_and_addresses_all_leave_a_line(charlie_client: Client, charlie, marketer_api):
    contact = make_contact("a@x.example", secondary_emails=("b@x.example",))
    charlie_client.post(
        reverse("contacts:edit", args=[contact.pk]), {"first_name": "Anna", "property_seats": "3"}
    )
    marketer_api.patch(f"contacts/{contact.pk}", {"properties": {"seats": 4}})
    apply([Person(2, "a@x.example", last_name="Berg")], manner=Manner(who="people.csv"))
    make_primary(contact.pk, "b@x.example")
    by_page, by_api, by_import, by_command = edits(contact)
    assert by_page["who"] == str(charlie)
    assert by_page["changes"] == [["first_name", "", "Anna"], ["properties.seats", None, 3]]
    assert by_api["changes"] == [["properties.seats", 3, 4]]
    assert by_api["who"]
    assert by_import == {"who": "people.csv", "changes": [["last_name", "", "Berg"]]}
    assert by_command == {"who": "", "changes": [["email", "a@x.example", "b@x.example"]]}


def test_a_property_is_edited_in_its_place(charlie_client: Client):
    contact = make_contact(properties={"seats": 3})
    address = reverse("contacts:edit_property", args=[contact.pk, "seats"])
    assert 'inputmode="decimal"' in charlie_client.get(address, headers=IN_PLACE).text
    refused = charlie_client.post(address, {"value": "many"}, headers=IN_PLACE)
    assert (refused.status_code, "must be a number" in refused.text) == (422, True)
    saved = charlie_client.post(address, {"value": "12,5"}, headers=IN_PLACE)
    assert "<dd>12.5</dd>" in saved.text
    assert "<html" not in saved.text
    page = charlie_client.get(reverse("contacts:detail", args=[contact.pk])).text
    assert "<del>3</del>" in page
    assert "<ins>12.5</ins>" in page


def test_without_a_script_the_property_has_a_page_of_its_own(charlie_client: Client):
    contact = make_contact()
    address = reverse("contacts:edit_property", args=[contact.pk, "seats"])
    assert "<html" in charlie_client.get(address).text
    assert charlie_client.post(address, {"value": "5"}).url == reverse("contacts:detail", args=[contact.pk])
    contact.refresh_from_db()
    assert contact.properties == {"seats": 5}
    assert charlie_client.get(reverse("contacts:edit_property", args=[contact.pk, "gone"])).status_code == 404


def test_a_note_is_written_shown_deleted_and_written_again(charlie_client: Client, charlie):
    contact = make_contact()
    note = reverse("contacts:note", args=[contact.pk])
    assert charlie_client.post(note, {"text": " "}).status_code == 422
    page = charlie_client.post(note, {"text": "<b>Call</b> her\nback"}, follow=True).text
    assert "&lt;b&gt;Call&lt;/b&gt; her\nback" in page
    assert str(charlie) in page
    entry = TimelineEntry.objects.get(kind=NOTE)
    charlie_client.post(reverse("contacts:note_delete", args=[contact.pk, entry.pk]))
    assert not TimelineEntry.objects.filter(kind=NOTE).exists()


def test_the_timeline_shows_one_group_of_lines(charlie_client: Client):
    contact = make_contact()
    edit_contact(contact.pk, first_name="Anna", last_name="")
    charlie_client.post(reverse("contacts:note", args=[contact.pk]), {"text": "Call her"})
    address = reverse("contacts:detail", args=[contact.pk])
    notes = charlie_client.get(address, {"show": "Notes"}).text
    assert ("Call her" in notes, "<ins>Anna</ins>" in notes) == (True, False)


def test_the_segments_of_a_contact_are_computed_and_not_stale(django_assert_max_num_queries):
    contact = make_contact(first_name="Anna", properties={"seats": 3})
    static = Segment.objects.create(name="Static", kind="static")
    SegmentMembership.objects.create(segment=static, contact=contact)
    Segment.objects.create(name="Other list", kind="static")
    many = {"filter": "property", "property": "seats", "is": "more"}
    for number in range(40):
        definition = {"version": 1, "where": {**many, "value": number}}
        Segment.objects.create(name=f"More than {number:02}", definition=definition)
    Segment.objects.create(name="Broken", definition={"version": 9})
    with django_assert_max_num_queries(6):
        found = segments_of(contact.pk)
    assert [row.name for row in found] == ["More than 00", "More than 01", "More than 02", "Static"]
