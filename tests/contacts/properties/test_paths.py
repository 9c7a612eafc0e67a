"""Values are checked and normalised whichever way they come: page, API, import (API.md, issue 8 §2)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from contacts.actions import NewContact, create_contact
from contacts.errors import ContactError
from contacts.importing.batches import apply
from contacts.importing.columns import Person
from contacts.models import Contact, PropertyDefinition
from tests.contacts.make import make_contact

pytestmark = pytest.mark.django_db

SENT = {"seats": " 1,234.5", "since": "2.3.2026", "plan": "PRO", "topics": "b; A", "vip": "no"}
STORED = {"seats": 1234.5, "since": "2026-03-02", "plan": "pro", "topics": ["a", "b"], "vip": False}


@pytest.fixture(autouse=True)
def definitions() -> None:
    plans = [{"value": "pro", "label": "Pro"}, {"value": "old", "label": "Old", "archived": True}]
    topics = [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]
    rows = [("seats", "number", []), ("since", "date", []), ("vip", "yes_no", [])]
    for name, kind, choices in (*rows, ("plan", "choice", plans), ("topics", "choices", topics)):
        PropertyDefinition.objects.create(name=name, label=name.title(), kind=kind, choices=choices)


def test_a_new_contact_has_normalised_values():
    assert create_contact(NewContact(email="a@x.example", properties=SENT)).properties == STORED


def test_an_import_normalises_and_refuses_the_row_with_a_wrong_value():
    people = [Person(2, "a@x.example", properties=SENT), Person(3, "b@x.example", properties={"vip": "x"})]
    outcome = apply(people)
    assert Contact.objects.get().properties == STORED
    assert [(row.line, str(row.reason)) for row in outcome.refusals] == [
        (3, "“Vip” must be yes or no, not “x”.")
    ]


def test_the_form_has_a_field_for_each_kind_and_says_what_is_wrong_beside_it(alice_client: Client):
    contact = make_contact("a@x.example", properties={"plan": "old", "vip": True})
    address = reverse("contacts:edit", args=[contact.pk])
    page = alice_client.get(address).text
    for control in ('type="date"', '<option value="old" selected>', 'inputmode="decimal"', "multiple"):
        assert control in page
    form: dict[str, Any] = {f"property_{name}": value for name, value in SENT.items()}
    refused = alice_client.post(address, {**form, "property_topics": ["a"], "property_seats": "many"})
    assert refused.status_code == 422
    assert "“Seats” must be a number such as 1234.5, not “many”." in refused.text
    alice_client.post(address, {**form, "property_topics": ["b", "a"]})
    contact.refresh_from_db()
    assert contact.properties == STORED


def test_a_value_that_stays_is_not_checked_again():
    contact = make_contact("a@x.example", properties={"seats": "many"})
    assert apply([Person(2, "a@x.example", first_name="A", properties={"seats": "many"})]).changed == 1
    with pytest.raises(ContactError):
        create_contact(NewContact(email="b@x.example", properties={"seats": "many"}))
    contact.refresh_from_db()
    assert contact.properties == {"seats": "many"}
