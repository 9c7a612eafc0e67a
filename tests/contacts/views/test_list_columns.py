"""Columns, conditions, saved views, similar names, and what is done to many contacts at once."""

import csv
import html
import json
import re
import tracemalloc
from io import StringIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from contacts.history import EDITED
from contacts.listing.similar import like_patterns, parts_patterns
from contacts.models import Contact, PropertyDefinition, SavedView, Segment, TimelineEntry
from contacts.properties.usage import property_usages
from tests.contacts.make import make_contact, make_contacts

LIST = "/contacts/"
db = pytest.mark.django_db


@pytest.fixture
def people() -> list[Contact]:
    PropertyDefinition.objects.create(name="seats", label="Seats", kind="number")
    PropertyDefinition.objects.create(name="since", label="Since", kind="date")
    rows = [
        ("ann@x.example", {"seats": 9, "since": "2026-03-02"}),
        ("ben@x.example", {"seats": 30}),
        ("cy@x.example", {}),
    ]
    return [make_contact(email, properties=values) for email, values in rows]


def listed(client: Client, **query: Any) -> list[str]:
    return [contact.email for contact in client.get(LIST, query).context["page"].object_list]


@db
def test_columns_are_shown_in_the_order_of_the_address_and_sorted_by_their_kind(bob_client: Client, people):
    answer = bob_client.get(LIST, {"columns": "email,p:since,p:seats,nonsense", "sort": "-p:seats"})
    assert [column.key for column in answer.context["columns"]] == ["email", "p:since", "p:seats"]
    assert [row.contact.email for row in answer.context["rows"]] == [
        "ben@x.example",
        "ann@x.example",
        "cy@x.example",
    ]
    assert "2 Mar 2026" in answer.text


@db
def test_the_columns_form_leads_to_an_address_with_columns_in_their_order(bob_client: Client, people):
    matching = urlencode({"list": "contacts", "q": "x", "columns": "name"})
    form = {
        "do": "show",
        "matching": matching,
        "column": ["email", "p:seats"],
        "place:email": "2",
        "place:p:seats": "1",
    }
    answer = bob_client.get(reverse("contacts:columns"), form)
    assert answer.url == f"{LIST}?{urlencode({'q': 'x', 'columns': 'p:seats,email'})}"


@db
def test_the_csv_is_exactly_what_is_shown(bob_client: Client, people):
    query = {"columns": "email,p:seats", "sort": "p:seats", "q": "n@x"}
    text = b"".join(bob_client.get(reverse("contacts:download"), query).streaming_content).decode()
    assert list(csv.reader(StringIO(text))) == [
        ["Email", "Seats"],
        ["ann@x.example", "9"],
        ["ben@x.example", "30"],
    ]


@db
def test_conditions_filter_as_a_segment_does(bob_client: Client, people):
    where = {"all": [{"filter": "property", "property": "seats", "is": "more", "value": 10}]}
    assert listed(bob_client, where=json.dumps(where)) == ["ben@x.example"]
    broken = bob_client.get(LIST, {"where": '{"all": 5}'})
    assert "These conditions can" in broken.text
    assert not broken.context["page"].object_list
    page = reverse("contacts:conditions")
    assert bob_client.get(page, {"where": json.dumps(where)}).status_code == 200
    draft = {
        "r.match": "all",
        "r.0.what": "property:seats",
        "r.0.operator": "more",
        "r.0.value": "10",
        "do": "show",
        "kept": "q=x",
    }
    answer = bob_client.post(page, draft)
    assert [row.contact.email for row in bob_client.get(answer.url).context["rows"]] == ["ben@x.example"]


@db
@pytest.mark.parametrize("typed", ["anna", "amna", ""])
def test_a_long_list_that_is_searched_or_has_conditions_is_counted_after_the_page(
    bob_client: Client, typed: str
):
    make_contacts(f"p{n}@x.example" for n in range(26))
    Contact.objects.update(first_name="Anna")
    make_contact("other@x.example", first_name="Ben")
    where = {"filter": "property", "property": "first_name", "is": "equals", "value": "anna"}
    query = {"q": typed, "size": "25", **({} if typed else {"where": json.dumps(where)})}
    answer = bob_client.get(LIST, query)
    assert (len(answer.context["rows"]), answer.context["page"].has_next()) == (25, True)
    assert "All that match" in answer.text
    (address,) = re.findall(r'hx-get="(/contacts/count/[^"]*)"', answer.text)
    assert bob_client.get(html.unescape(address)).text == "26"
    last = bob_client.get(LIST, {**query, "page": "2"})
    assert "26 of 26" in last.text


@db
def test_a_list_is_filtered_by_segment(bob_client: Client, people):
    where = {"filter": "property", "property": "seats", "is": "unknown"}
    segment = Segment.objects.create(name="Without", definition={"version": 1, "where": where})
    assert listed(bob_client, segment=segment.pk) == ["cy@x.example"]


@db
@pytest.mark.parametrize("typed", ["Schmitd", "Schmdt", "Schmiddt", "Schmudt", "anna schmitd"])
def test_a_name_with_a_mistake_is_found_where_nothing_else_is(bob_client: Client, typed: str):
    make_contact("a@x.example", first_name="Anna", last_name="Schmidt")
    make_contact("b@x.example", first_name="Ben", last_name="Weber")
    answer = bob_client.get(LIST, {"q": typed})
    assert [row.contact.email for row in answer.context["rows"]] == ["a@x.example"]
    assert "similar" in answer.text


@given(st.text("abcd%_", min_size=4, max_size=12), st.data())
def test_each_word_with_one_mistake_matches_a_pattern(word: str, data: st.DataObject):
    at = data.draw(st.integers(1, len(word) - 1))
    letter = data.draw(st.sampled_from("abcd%_x"))
    mistyped = data.draw(
        st.sampled_from(
            [
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at:],
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
            ]
        )
    )
    patterns = [pattern[1:-1] for pattern in like_patterns(mistyped)]
    if len(mistyped) >= 4:
        assert any(_like(word, pattern) for pattern in [*patterns, *([_escape(mistyped)])])
        assert any(_like(word, pattern[1:-1]) for pattern in parts_patterns(mistyped))


def _escape(text: str) -> str:
    return "".join(f"\\{letter}" if letter in "%_\\" else letter for letter in text)


def _like(text: str, pattern: str) -> bool:
    """Whether the text holds the pattern, of which "_" is any letter."""
    parts = re.findall(r"\\.|_|.", pattern)
    regex = "".join("." if part == "_" else re.escape(part[-1]) for part in parts)
    return re.search(regex, text) is not None


@db
def test_views_are_ones_own_or_shared(bob_client: Client, charlie_client: Client, people):
    save = reverse("contacts:view_save")
    bob_client.post(save, {"name": "Mine", "query": "q=ann&page=3", "shared": "on"})
    charlie_client.post(
        save, {"name": "Big", "query": "sort=-p%3Aseats&columns=email,p%3Aseats", "shared": "on"}
    )
    mine, big = SavedView.objects.order_by("-name")
    assert (mine.query, mine.is_shared, big.is_shared) == ("q=ann", False, True)
    assert [view.name for view, _shown in bob_client.get(LIST).context["views"]] == ["Big", "Mine"]
    assert [view.name for view, _shown in charlie_client.get(LIST).context["views"]] == ["Big"]
    assert [usage.name for usage in property_usages("seats")] == ["View “Big”"]
    bob_client.post(save, {"name": "mine", "query": "q=ben"})
    mine.refresh_from_db()
    assert mine.query == "q=ben"
    assert bob_client.post(reverse("contacts:view_delete", args=[big.pk])).status_code == 404
    bob_client.post(reverse("contacts:view_delete", args=[mine.pk]))
    assert SavedView.objects.get() == big


@db
def test_a_property_is_set_on_all_that_match_and_each_keeps_its_history(charlie_client: Client, people):
    address = reverse("contacts:bulk_property")
    form = {
        "matching": "list=contacts&q=x.example",
        "everyone": "on",
        "property": "seats",
        "value_for": "seats",
    }
    assert charlie_client.post(address, {**form, "value": "many"}).status_code == 422
    charlie_client.post(address, {**form, "value": "30"})
    assert {contact.properties["seats"] for contact in Contact.objects.all()} == {30}
    assert TimelineEntry.objects.filter(kind=EDITED).count() == 2


@db
def test_ticked_contacts_are_added_to_a_new_list(charlie_client: Client, people):
    form = {"contact": [people[0].pk, people[2].pk], "name": "Invited"}
    charlie_client.post(reverse("contacts:bulk_segment"), form)
    members = Segment.objects.get(name="Invited").memberships.values_list("contact", flat=True)
    assert sorted(members) == [people[0].pk, people[2].pk]


@db
def test_deleting_many_needs_their_number_typed_in(alice_client: Client, charlie_client: Client, people):
    address = reverse("contacts:bulk_delete")
    form = {"contact": [people[0].pk, people[1].pk]}
    assert alice_client.post(address, {**form, "count": "3"}).status_code == 422
    assert charlie_client.post(address, {**form, "count": "2"}).status_code == 403
    assert Contact.objects.count() == 3
    alice_client.post(address, {**form, "count": "2"})
    assert Contact.objects.get() == people[2]


@db
def test_the_export_has_the_ticked_contacts_only(bob_client: Client, people):
    query = {"contact": people[1].pk, "matching": "list=contacts&columns=email"}
    text = b"".join(bob_client.get(reverse("contacts:bulk_export"), query).streaming_content).decode()
    assert text.split() == ['"Email"', '"ben@x.example"']
    answer = bob_client.get(reverse("contacts:bulk_export"), {"matching": query["matching"]}, follow=True)
    assert "Select contacts in the list first" in answer.text


@db
def test_an_operator_is_offered_registering_and_exporting_only(bob_client: Client, people):
    page = bob_client.get(LIST).text
    assert reverse("registrations:add") in page
    for name in ("bulk_property", "bulk_segment", "bulk_delete"):
        assert reverse(f"contacts:{name}") not in page


@db
def test_an_export_takes_the_same_memory_however_many_contacts(bob_client: Client):
    def peak(number: int) -> int:
        make_contacts(f"p{number}-{row}@x.example" for row in range(number))
        answer = bob_client.get(reverse("contacts:download"), {"q": f"p{number}-"})
        tracemalloc.start()
        try:
            lines = sum(part.count(b"\n") for part in answer.streaming_content)
            assert lines == number + 1
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(600)  # what is loaded once
    few, many = peak(2_000), peak(5_000)  # more than the batches of 500 that are alive at once
    assert many < 1.5 * few
