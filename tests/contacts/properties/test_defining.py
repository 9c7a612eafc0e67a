"""Settings > Properties: defined, edited, archived and, unused, deleted by admins."""

import pytest
from django.test import Client
from django.urls import reverse

from contacts.models import PropertyDefinition, Segment
from contacts.properties.defining import (
    GivenChoice,
    GivenProperty,
    PropertyError,
    create_property,
    delete_property,
    edit_property,
    move_property,
)
from tests.contacts.make import make_contact

pytestmark = pytest.mark.django_db

LIST = reverse("properties:list")
NEW = reverse("properties:new")


def plan(*labels: str, kind: str = "choice") -> PropertyDefinition:
    choices = [GivenChoice(label=label) for label in labels]
    return create_property(GivenProperty(label="Plan", kind=kind, choices=choices))


def test_an_admin_defines_a_property_that_contacts_then_have(alice_client: Client):
    form = {"label": "Plan", "kind": "choice", "group": "Sales", "new_choices": "Basic\nPro\n"}
    assert alice_client.post(NEW, form).url == LIST
    row = PropertyDefinition.objects.get(name="plan")
    assert [choice.value for choice in row.spec.choices] == ["Basic", "Pro"]
    assert (row.group, str(row.created_by)) == ("Sales", str(alice_client.get(LIST).context["user"]))
    page = alice_client.get(reverse("contacts:edit", args=[make_contact().pk])).text
    assert '<option value="Pro">Pro</option>' in page


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"label": "Email"}, "label"),
        ({"label": "…"}, "label"),
        ({"label": "City"}, "label"),
        ({"label": "Plan", "kind": "choice"}, "choices"),
        ({"label": "Plan", "group": "zoom"}, "group"),
        ({"label": "Plan", "kind": "colour"}, "kind"),
    ],
)
def test_a_definition_that_cannot_be_is_refused_at_its_field(given: dict[str, str], field: str):
    create_property(GivenProperty(label="city"))
    with pytest.raises(PropertyError) as refused:
        create_property(GivenProperty(**given))
    assert refused.value.field == field
    assert PropertyDefinition.objects.custom().count() == 1


def test_a_renamed_choice_stays_on_contacts_and_one_in_use_cannot_be_removed():
    row = plan("Basic", "Pro")
    make_contact(properties={"plan": "Pro"})
    kept = [GivenChoice(value="Pro", label="Professional", is_archived=True)]
    edit_property("plan", GivenProperty(label="Plan", kind="choice", choices=kept))
    row.refresh_from_db()
    assert row.choices == [{"value": "Pro", "label": "Professional", "archived": True}]
    with pytest.raises(PropertyError, match="Professional"):
        edit_property("plan", GivenProperty(label="Plan", kind="choice", choices=[GivenChoice(label="X")]))


def test_what_is_used_can_be_neither_deleted_nor_given_another_kind():
    plan("Basic", kind="choices")
    make_contact(properties={"plan": ["Basic"]})
    with pytest.raises(PropertyError, match="in use"):
        delete_property("plan")
    with pytest.raises(PropertyError) as refused:
        edit_property("plan", GivenProperty(label="Plan", kind="text"))
    assert refused.value.field == "kind"
    create_property(GivenProperty(label="City"))
    where = {"any": [{"filter": "property", "property": "city", "is": "known"}]}
    Segment.objects.create(name="Citizens", definition={"version": 1, "where": where})
    with pytest.raises(PropertyError, match="in use"):
        delete_property("city")


def test_properties_move_within_their_group():
    for label in ("A", "B", "C"):
        create_property(GivenProperty(label=label))
    move_property("c", -1)
    move_property("a", 1)
    move_property("b", 1)
    rows = PropertyDefinition.objects.custom().in_order()
    assert [row.label for row in rows] == ["C", "A", "B"]


def test_an_archived_property_is_not_offered_but_kept_and_comes_back(alice_client: Client):
    create_property(GivenProperty(label="City"))
    contact = make_contact(properties={"city": "Bonn"})
    change = reverse("properties:change", args=["city"])
    alice_client.post(change, {"do": "archive"})
    edit = reverse("contacts:edit", args=[contact.pk])
    assert "property_city" not in alice_client.get(edit).text
    alice_client.post(edit, {"first_name": "Anna"})
    contact.refresh_from_db()
    assert contact.properties == {"city": "Bonn"}
    alice_client.post(change, {"do": "restore"})
    assert "property_city" in alice_client.get(edit).text


def test_the_page_of_a_property_says_where_it_is_used(alice_client: Client):
    create_property(GivenProperty(label="City"))
    where = {"filter": "property", "property": "city", "is": "known"}
    Segment.objects.create(name="Citizens", definition={"version": 1, "where": where})
    make_contact(properties={"city": "Bonn"})
    page = alice_client.get(reverse("properties:edit", args=["city"])).text
    assert "Citizens" in page
    assert "Contacts with a value: 1" in page
    assert alice_client.get(reverse("properties:count", args=["city"])).text == "1"


def test_d1_only_admins_define_properties(bob_client: Client, charlie_client: Client):
    create_property(GivenProperty(label="City"))
    for client in (bob_client, charlie_client):
        assert NEW not in client.get(LIST).text
        assert client.get(NEW).status_code == 403
        assert client.post(reverse("properties:change", args=["city"]), {"do": "delete"}).status_code == 403
    assert PropertyDefinition.objects.filter(name="city").exists()
