import pytest
from django.test import Client
from django.urls import reverse

from contacts.models import Contact
from marketing_events.models import Call
from tests.contacts.make import make_contact
from tests.marketing_events.make import START, make_attended, make_call, make_event

pytestmark = pytest.mark.django_db

AT = "/calls/"


@pytest.fixture
def guest() -> Contact:
    return make_contact("anna@x.example")


@pytest.fixture
def roses(guest: Contact) -> Call:
    event = make_event("Growing roses")
    make_attended(event, guest)
    return make_call(event, ("Anna", 5, "They need water and light."), ("Ben", 65, "And water again."))


@pytest.fixture
def tulips() -> Call:
    return make_call(make_event("Tulips"), starts_at=START.replace(year=2027), is_available=False)


def listed(client: Client, **query: str) -> list[str]:
    return [call.title for call, _hit in client.get(AT, query).context["rows"]]


def test_somebody_who_is_not_signed_in_sees_the_login(client: Client):
    assert client.get(AT).status_code == 302


def test_calls_are_listed_newest_first_with_who_was_there(charlie_client: Client, roses: Call, tulips: Call):
    assert listed(charlie_client) == ["Tulips", "Growing roses"]
    page = charlie_client.get(AT).content.decode()
    assert reverse("calls:detail", args=[roses.pk]) in page
    assert "1:00:00" in page
    assert "Recording gone" in page
    assert listed(charlie_client, sort="-attendees") == ["Growing roses", "Tulips"]


@pytest.mark.parametrize(
    ("search", "found"),
    [("ROSES", ["Growing roses"]), ("light water", ["Growing roses"]), ("water again light", []), ("x", [])],
)
def test_a_search_finds_titles_and_what_was_said_in_one_go(
    charlie_client: Client, roses: Call, tulips: Call, search: str, found: list[str]
):
    assert listed(charlie_client, q=search) == found


def test_what_was_said_first_is_shown_and_leads_there(charlie_client: Client, roses: Call):
    page = charlie_client.get(AT, {"q": "water"}).content.decode()
    assert "at 0:05: They need <mark>water</mark> and light." in page
    assert f"{reverse('calls:detail', args=[roses.pk])}?q=water" in page


def test_calls_are_filtered_by_their_transcript(charlie_client: Client, roses: Call, tulips: Call):
    assert listed(charlie_client, transcript="none") == ["Tulips"]
    assert listed(charlie_client, transcript="nonsense") == ["Tulips", "Growing roses"]


def test_an_empty_list_says_what_to_do_next(charlie_client: Client):
    assert "No recorded calls yet" in charlie_client.get(AT).content.decode()
    assert "No call matches" in charlie_client.get(AT, {"q": "x"}).content.decode()


def test_a_list_costs_a_constant_number_of_queries(
    charlie_client: Client, roses: Call, django_assert_num_queries
):
    for number in range(10):
        make_call(make_event(f"Water {number}"), ("Anna", 1, "water"))
    with django_assert_num_queries(4):  # session, user, brands, rows
        charlie_client.get(AT, {"q": "water"})
