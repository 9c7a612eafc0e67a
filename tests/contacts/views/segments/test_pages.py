import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from contacts.models import Contact, Segment, SegmentMembership
from contacts.segments.actions import add_people, create_segment
from contacts.segments.members import members_of
from contacts.segments.registry import filters
from tests.contacts.make import make_contact
from tests.marketing_events.make import make_event, make_registered

pytestmark = pytest.mark.django_db

LIST = "/contacts/segments/"
CALLED_ANNA = {"filter": "property", "property": "first_name", "is": "equals", "value": "anna"}


def definition(where: Any = CALLED_ANNA) -> dict[str, Any]:
    return {"version": 1, "where": where}


@pytest.fixture
def anna(db: None) -> Contact:
    return make_contact("anna@x.example", first_name="Anna")


@pytest.fixture
def called_anna(anna: Contact) -> Segment:
    make_contact("ben@x.example", first_name="Ben")
    return create_segment("Called Anna", definition(), description="By name")


@pytest.fixture
def static(db: None) -> Segment:
    return Segment.objects.create(name="Guests", kind="static")


def test_the_list_shows_segments_with_a_count_of_their_own(charlie_client: Client, called_anna: Segment):
    assert "Called Anna" in charlie_client.get(LIST).content.decode()
    assert charlie_client.get(f"{LIST}{called_anna.pk}/count/").content == b"1"


def test_a_page_counts_rows_at_once_and_asks_for_what_takes_longer(
    charlie_client: Client, called_anna: Segment, static: Segment, anna: Contact
):
    add_people(static.pk, [anna.pk], who="Bob")
    of_rows = charlie_client.get(f"{LIST}{static.pk}/").text
    assert "1 member<" in of_rows
    assert "The charts follow" not in of_rows
    of_conditions = charlie_client.get(f"{LIST}{called_anna.pk}/").text
    assert "The charts follow" in of_conditions
    (address,) = re.findall(r'hx-get="([^"]*/count/[^"]*words[^"]*)"', of_conditions)
    assert charlie_client.get(address).text == "1 member"


def test_the_list_is_searched_filtered_and_shows_what_is_archived(
    charlie_client: Client, called_anna, static
):
    def listed(**query: str) -> list[str]:
        return [row.name for row in charlie_client.get(LIST, {"sort": "name", **query}).context["page"]]

    assert listed() == ["Called Anna", "Guests"]
    assert listed(q="anna") == ["Called Anna"]
    assert listed(kind="static") == ["Guests"]
    charlie_client.post(f"{LIST}{static.pk}/change/", {"do": "archive"})
    assert listed() == ["Called Anna"]
    assert listed(state="archived") == ["Guests"]
    charlie_client.post(f"{LIST}{static.pk}/change/", {"do": "restore"})
    assert listed() == ["Called Anna", "Guests"]


def test_a_segment_shows_its_members_in_words_and_rows(charlie_client: Client, called_anna: Segment):
    page = charlie_client.get(f"{LIST}{called_anna.pk}/").content.decode()
    assert "First name is “anna”" in page
    assert "anna@x.example" in page
    assert "ben@x.example" not in page


def test_members_are_shown_and_exported_with_the_columns_that_were_chosen(
    charlie_client: Client, called_anna: Segment
):
    make_contact("anna2@x.example", first_name="Anna")
    address = f"{LIST}{called_anna.pk}/"
    form = {"do": "show", "column": ["first_name", "email"], "place:email": "1", "place:first_name": "2"}
    matching = f"list=members&segment={called_anna.pk}&q=anna2&sort=email"
    shown = charlie_client.get("/contacts/columns/", {**form, "matching": matching}).url
    assert shown == f"{address}?q=anna2&columns=email%2Cfirst_name&sort=email"
    page = charlie_client.get(shown)
    assert [row.email for row in page.context["page"]] == ["anna2@x.example"]
    answer = charlie_client.get(f"{address}members.csv?{page.context['export_query']}")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines == ['"Email","First name"', '"anna2@x.example","Anna"']


def test_people_are_added_and_removed_by_hand_and_the_page_says_who_did(
    charlie_client: Client, anna: Contact, static: Segment
):
    people = f"{LIST}{static.pk}/people/"
    page = charlie_client.post(people, {"emails": "Anna@X.example; nobody@x.example"}, follow=True)
    assert "1 person was added." in page.content.decode()
    assert "nobody@x.example" in page.content.decode()
    assert "changed by Charlie Marketer" in page.content.decode()
    assert SegmentMembership.objects.filter(segment=static, contact=anna).exists()
    page = charlie_client.post(people, {"remove": str(anna.pk)}, follow=True)
    assert "1 person was removed." in page.content.decode()
    kinds = list(static.transitions.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["entered", "left"]


def test_nobody_is_added_to_a_dynamic_segment_by_hand(charlie_client: Client, called_anna: Segment):
    page = charlie_client.post(f"{LIST}{called_anna.pk}/people/", {"emails": "ben@x.example"}, follow=True)
    assert "only in a static list" in page.content.decode()
    assert not SegmentMembership.objects.exists()


def test_a_frozen_segment_keeps_its_people(charlie_client: Client, called_anna: Segment, anna: Contact):
    charlie_client.post(f"{LIST}{called_anna.pk}/change/", {"do": "freeze"})
    Contact.objects.filter(pk=anna.pk).update(first_name="Bella")
    page = charlie_client.get(f"{LIST}{called_anna.pk}/")
    assert [row.email for row in page.context["page"]] == ["anna@x.example"]


def test_a_duplicate_has_a_name_of_its_own(charlie_client: Client, called_anna: Segment, charlie):
    for _ in range(2):
        charlie_client.post(f"{LIST}{called_anna.pk}/change/", {"do": "duplicate"})
    copies = Segment.objects.exclude(pk=called_anna.pk).order_by("pk")
    assert [copy.name for copy in copies] == ["Copy of Called Anna", "Copy of Called Anna 2"]
    assert all(copy.created_by == charlie and copy.definition == definition() for copy in copies)


def test_a_segment_that_others_use_is_not_archived(charlie_client: Client, called_anna: Segment):
    create_segment("Of others", definition({"filter": "segment", "id": called_anna.pk}))
    page = charlie_client.post(f"{LIST}{called_anna.pk}/change/", {"do": "archive"}, follow=True)
    assert "is used by Of others" in page.content.decode()
    assert "Used by" in page.content.decode()
    called_anna.refresh_from_db()
    assert called_anna.archived_at is None


def test_a_segment_that_cannot_be_computed_says_why(charlie_client: Client):
    broken = Segment.objects.create(name="Old", definition=definition({**CALLED_ANNA, "property": "gone"}))
    page = charlie_client.get(f"{LIST}{broken.pk}/").content.decode()
    assert "There is no such property." in page
    assert charlie_client.get(f"{LIST}{broken.pk}/edit/").status_code == 200
    assert charlie_client.get(f"{LIST}{broken.pk}/members.csv").status_code == 302


def test_a_segment_costs_the_same_queries_however_many_members(
    charlie_client: Client, called_anna: Segment, django_assert_max_num_queries
):
    for _ in range(30):
        make_contact(first_name="Anna")
    with django_assert_max_num_queries(16):
        charlie_client.get(f"{LIST}{called_anna.pk}/")


@pytest.mark.parametrize("name", ["no_shows", "cancelled", "engaged", "came_back", "recording"])
def test_each_template_is_a_definition_that_can_be_saved(charlie_client: Client, name: str):
    page = charlie_client.get(f"{LIST}new/", {"template": name})
    assert page.context["builder"].problems == {}
    assert page.context["builder"].preview.count == 0


def test_the_no_show_template_finds_no_shows(charlie_client: Client, anna: Contact):
    event = make_event(starts_at=timezone.now() - timedelta(days=1))
    make_registered(event, anna, state="no_show")
    page = charlie_client.get(f"{LIST}new/", {"template": "no_shows"})
    assert page.context["builder"].preview.sample == [anna]


def test_static_members_may_be_used_by_other_segments(anna: Contact, static: Segment, charlie_client: Client):
    add_people(static.pk, [anna.pk], who="Charlie")
    outer = create_segment("Guests called Anna", definition({"filter": "segment", "id": static.pk}))
    page = charlie_client.get(f"{LIST}{outer.pk}/")
    assert [row.email for row in page.context["page"]] == ["anna@x.example"]
    assert "Is in the segment “Guests”" in page.content.decode()


def test_bulk_actions_on_members_concern_the_members_alone(charlie_client, bob_client):
    anna, ben, _other = (make_contact(f"{name}@x.example") for name in ("anna", "ben", "other"))
    static = Segment.objects.create(name="Guests", kind="static")
    add_people(static.pk, [anna.pk, ben.pk], who="Charlie")
    archived = Segment.objects.create(name="Old guests", kind="static", archived_at=timezone.now())
    add_people(archived.pk, [anna.pk], who="Charlie")
    page = charlie_client.get(f"{LIST}{static.pk}/")
    everyone = {"everyone": "on", "matching": page.context["matching"]}
    answer = charlie_client.post("/contacts/bulk/segment/", {**everyone, "name": "Copy"}, follow=True)
    assert answer.redirect_chain[-1][0] == f"{LIST}{static.pk}/"
    assert set(members_of(Segment.objects.get(name="Copy"))) == {anna, ben}
    everyone["matching"] = charlie_client.get(f"{LIST}{archived.pk}/").context["matching"]
    charlie_client.post("/contacts/bulk/segment/", {**everyone, "name": "Another"})
    assert set(members_of(Segment.objects.get(name="Another"))) == {anna}


def test_ticked_members_are_removed_from_a_static_list(
    charlie_client: Client, anna: Contact, static: Segment
):
    ben = make_contact("ben@x.example")
    add_people(static.pk, [anna.pk, ben.pk], who="Charlie")
    form = {"contact": [anna.pk], "matching": f"list=members&segment={static.pk}"}
    page = charlie_client.post("/contacts/bulk/remove/", form, follow=True)
    assert "1 contact was changed." in page.text
    assert list(members_of(static)) == [ben]


def test_every_picker_of_the_builder_gets_suggestions_for_what_is_typed(charlie_client: Client):
    make_event("Autumn release tour")
    for name, row in filters().items():
        if not row.pickers or name == "segment":
            continue
        fields = {"r.match": "all", "r.0.what": name, "do": "update"}
        page = charlie_client.post(f"{LIST}new/", fields).text
        addresses = re.findall(r'hx-get="([^"]*suggestions[^"]*)"', page)
        assert len(addresses) == len(row.pickers)
        for address in addresses:
            options = charlie_client.get(f"{unescape(address)}&r.0.search=autumn").text
            assert "Autumn release tour" in options, address
