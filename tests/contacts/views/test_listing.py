from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts.models import Contact
from tests.contacts.make import make_contact

pytestmark = pytest.mark.django_db

LIST = "/contacts/"


def listed(client: Client, **query: str) -> list[str]:
    return [contact.email for contact in client.get(LIST, query).context["page"].object_list]


def test_the_newest_contacts_come_first(alice_client: Client):
    now = timezone.now()
    for days, email in enumerate(["new@x.example", "old@x.example"]):
        make_contact(email, updated_at=now - timedelta(days=days))
    assert listed(alice_client) == ["new@x.example", "old@x.example"]
    assert listed(alice_client, sort="updated") == ["old@x.example", "new@x.example"]


@pytest.mark.parametrize("typed", ["anna", "ANNA berg", "berg x.example", "private@", "Ann Ber"])
def test_every_word_is_searched_in_names_and_all_addresses(alice_client: Client, typed: str):
    make_contact(
        "a@x.example", first_name="Anna", last_name="Berg", secondary_emails=("private@home.example",)
    )
    make_contact("b@y.example", first_name="Ben", last_name="Berg")
    assert listed(alice_client, q=typed) == ["a@x.example"]


@pytest.mark.parametrize("typed", ["bücher", "dora@Bücher.example", "mail.büro.example"])
def test_a_domain_is_found_in_its_own_letters(alice_client: Client, typed: str):
    dora = "dora@xn--bcher-kva.example"
    make_contact(dora, secondary_emails=("dora@mail.xn--bro-hoa.example",))
    make_contact("ben@bucher.example", first_name="Ben", last_name="Buro")
    assert listed(alice_client, q=typed) == [dora]


@pytest.mark.parametrize("typed", ["Ärztin", "öZ", "PRIVATE@münchen"])
def test_letters_beyond_the_alphabet_are_found_as_they_are_written(alice_client: Client, typed: str):
    make_contact(
        "a@x.example", first_name="Ärztin", last_name="Öz öz", secondary_emails=("private@münchen.de",)
    )
    assert listed(alice_client, q=typed) == ["a@x.example"]


def test_percent_and_underscore_are_searched_as_they_are(alice_client: Client):
    make_contact("a_b@x.example")
    make_contact("axb@x.example")
    assert listed(alice_client, q="a_b") == ["a_b@x.example"]
    assert listed(alice_client, q="100%") == []


@pytest.mark.parametrize(
    ("activity", "found"),
    [
        ("registered", ["absent@x.example", "there@x.example"]),
        ("attended", ["there@x.example"]),
        ("absent", ["absent@x.example"]),
        ("none", ["none@x.example"]),
        ("nonsense", ["absent@x.example", "none@x.example", "there@x.example"]),
    ],
)
def test_r2_contacts_are_filtered_by_what_they_had_to_do_with_webinars(alice_client: Client, activity, found):
    make_contact("none@x.example")
    make_contact("absent@x.example", zoom_webinar_registration_count=2)
    make_contact("there@x.example", zoom_webinar_registration_count=2, zoom_webinar_attendance_count=1)
    assert listed(alice_client, zoom=activity, sort="email") == found


def test_a_filter_that_is_set_can_be_taken_off(alice_client: Client):
    make_contact("a@x.example", source=Contact.Source.IMPORT)
    make_contact("b@x.example", source=Contact.Source.ZOOM)
    answer = alice_client.get(LIST, {"source": "import", "q": "x", "page": "1"})
    assert [contact.email for contact in answer.context["page"].object_list] == ["a@x.example"]
    (chip,) = answer.context["chips"]
    assert (chip.label, chip.value, chip.without) == ("Source", "Import", "/contacts/?q=x")


def test_contacts_without_an_average_come_last_in_both_directions(alice_client: Client):
    make_contact("none@x.example")
    make_contact("low@x.example", zoom_webinar_attendance_average_duration=10)
    make_contact("high@x.example", zoom_webinar_attendance_average_duration=90)
    assert listed(alice_client, sort="-average") == ["high@x.example", "low@x.example", "none@x.example"]
    assert listed(alice_client, sort="average") == ["low@x.example", "high@x.example", "none@x.example"]


def test_what_is_listed_costs_no_further_queries(alice_client: Client, django_assert_num_queries):
    for _ in range(60):
        make_contact(first_name="Anna", secondary_emails=())
    # session, user, properties, segments, rows, views
    with django_assert_num_queries(6):
        assert len(listed(alice_client, q="anna", zoom="none", source="manual")) == 50


def test_no_contacts_yet_says_how_they_come(alice_client: Client, bob_client: Client):
    assert reverse("zoom:apps") in alice_client.get(LIST).content.decode()
    assert "an admin" in bob_client.get(LIST).content.decode()


def test_nothing_found_offers_the_way_back(alice_client: Client):
    make_contact()
    page = alice_client.get(LIST, {"q": "nobody"}).content.decode()
    assert "No contact matches" in page
    assert "Show all contacts" in page


def test_names_from_strangers_are_text_not_html(alice_client: Client):
    evil = "<script>alert(1)</script>"
    contact = make_contact(first_name=evil, properties={evil: evil})
    for address in (LIST, f"{LIST}?q={evil}", reverse("contacts:detail", args=[contact.pk])):
        page = alice_client.get(address).content.decode()
        assert evil not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_htmx_gets_the_list_alone_from_the_same_address(alice_client: Client):
    make_contact("anna@x.example")
    part = alice_client.get(LIST, headers={"HX-Request": "true", "HX-Target": "contacts"})
    assert "anna@x.example" in part.content.decode()
    assert "<html" not in part.content.decode()
    assert "HX-Request" in part.headers["Vary"]
