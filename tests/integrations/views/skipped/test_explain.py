from datetime import UTC, datetime

import pytest
from django.urls import reverse

from contacts.actions import NewContact, create_contact, delete_contact
from integrations.models import Registrant, SkippedPerson
from integrations.settings_changes import add_exclusions
from tests.contacts.make import make_contact
from tests.integrations.make import make_webinar
from tests.marketing_events.make import make_event, make_registered
from tests.support.htmx import htmx

pytestmark = pytest.mark.usefixtures("on")


@pytest.fixture
def webinar(connection):
    return make_webinar(connection)


@pytest.fixture
def eve(brand, webinar):
    """Kept out by the domain."""
    add_exclusions(brand, "contact", ["rival.test"], None)
    Registrant.objects.create(
        webinar=webinar, email="eve@rival.test", zoom_id="r1", status="approved", first_name="Eve",
        registered_at=datetime(2026, 3, 1, 9, tzinfo=UTC),
    )  # fmt: skip
    return SkippedPerson.objects.create(
        webinar=webinar, email="eve@rival.test", person_key="eve@rival.test", stage="registration",
        reason="excluded_domain", rule="rival.test",
    )  # fmt: skip


def test_nothing_typed_says_what_to_type(charlie_client):
    assert "Who are you looking for?" in charlie_client.get("/explain/").text


def test_an_address_that_nobody_has(charlie_client):
    text = charlie_client.get("/explain/?q=who@is.test").text
    assert "Not in any synced webinar" in text
    assert "A new registration from this person would enter the CRM." in text


def test_what_is_no_address(charlie_client):
    text = charlie_client.get("/explain/?q=who is@it").text
    assert "That isn't an email address" in text


@pytest.mark.parametrize(("status", "is_told"), [("cancelled", True), ("upcoming", False)])
def test_d6_of_a_date_that_is_cancelled_it_says_so(charlie_client, webinar, status, is_told):
    contact = create_contact(NewContact(email="ana@customer.test"))
    event = make_event(status=status, zoom_webinar_id=webinar.zoom_webinar_id, session_uuid="")
    webinar.occurrences.create(occurrence_id="1", event=event, is_deleted=True)
    make_registered(event, contact)
    text = charlie_client.get("/explain/?q=ana@customer.test").text
    assert reverse("events:detail", args=[event.pk]) in text
    assert ("deleted in Zoom before it took place" in text) is is_told


@pytest.mark.parametrize("who", ["alice_client", "bob_client", "charlie_client"])
def test_whoever_is_signed_in_finds_out_why_somebody_is_missing(request, who, eve, webinar):
    text = request.getfixturevalue(who).get("/explain/?q=EVE@rival.test").text
    assert "A new registration from this person would be excluded" in text
    assert "Excluded domain" in text
    assert "Growing roses" in text
    assert "Registered" in text
    assert "1 Mar 2026, 09:00 UTC" in text
    assert f"/webinars/{webinar.zoom_webinar_id}/" in text


def test_d1_the_remedy_is_an_admins_and_leads_back(alice_client, charlie_client, eve):
    (line,) = alice_client.get("/explain/?q=eve@rival.test").context["lines"]
    assert line.remedy.url.endswith("/exclusions/contact/remove/")
    assert (
        'name="next" value="/explain/?q=eve@rival.test"'
        in alice_client.get("/explain/?q=eve@rival.test").text
    )
    (line,) = charlie_client.get("/explain/?q=eve@rival.test").context["lines"]
    assert line.remedy is None


def test_a_rule_that_no_longer_applies_is_said_to_go_with_the_next_sync(alice_client, brand, eve):
    brand.domain_exclusions.all().delete()
    answer = alice_client.get("/explain/?q=eve@rival.test")
    assert "The next sync of this webinar adds them" in answer.text
    assert answer.context["lines"][0].remedy is None


def test_a_webinar_that_is_off_names_the_switch_that_says_no(charlie_client, webinar, eve):
    webinar.sync_enabled = False
    webinar.save()
    text = charlie_client.get("/explain/?q=eve@rival.test").text.replace("&#x27;", "'")
    assert "This webinar's sync is off." in text
    assert "1 webinar isn't syncing, so we can't tell" in text


def test_d28_a_merged_address_is_named_and_its_webinars_are_the_contacts(charlie_client, webinar):
    contact = make_contact("ann@first.test", merged_emails=("ann@former.test",))
    event = make_event(zoom_webinar_id=webinar.zoom_webinar_id)
    webinar.occurrences.create(occurrence_id="1", event=event)
    make_registered(event, contact)
    text = charlie_client.get("/explain/?q=ann@former.test").text
    assert "This address was merged into a contact" in text
    assert "A new registration from this person would enter the CRM." in text
    assert reverse("events:detail", args=[event.pk]) in text
    assert "ann@former.test</a> (merged)" in charlie_client.get("/explain/?q=ann@first.test").text


def test_a_secondary_address_leads_to_the_primary_one(charlie_client, webinar):
    contact = create_contact(NewContact(email="ann@first.test", secondary_emails=["ann@second.test"]))
    text = charlie_client.get("/explain/?q=ann@second.test").text
    assert "This is a secondary address of a contact" in text
    assert f"/contacts/{contact.pk}/" in text
    assert "/explain/?q=ann%40first.test" in text


def test_many_webinars_are_on_several_pages(charlie_client, connection):
    for number in range(25):
        Registrant.objects.create(
            webinar=make_webinar(connection),
            email="ann@first.test",
            zoom_id=str(number),
            status="approved",
        )
    first = charlie_client.get("/explain/?q=ann@first.test")
    second = charlie_client.get("/explain/?q=ann@first.test&page=2")
    assert (len(first.context["lines"]), len(second.context["lines"])) == (20, 5)


def test_htmx_gets_the_explanation_alone(charlie_client, eve):
    text = charlie_client.get("/explain/?q=eve@rival.test", headers=htmx("explanation")).text
    assert "<html" not in text
    assert "Growing roses" in text


@pytest.mark.parametrize("typed", ["%00", "a%00b@c.test", "%F0%9F%98%80@x.test", "x" * 3000])
def test_nothing_that_can_be_typed_breaks_it(charlie_client, typed):
    assert charlie_client.get(f"/explain/?q={typed}").status_code == 200


def test_the_number_of_queries_does_not_grow(charlie_client, connection, django_assert_max_num_queries):
    for number in range(20):
        Registrant.objects.create(
            webinar=make_webinar(connection),
            email="ann@first.test",
            zoom_id=str(number),
            status="approved",
        )
    with django_assert_max_num_queries(28):
        charlie_client.get("/explain/?q=ann@first.test")


def test_a_name_offers_everyone_who_has_it(charlie_client, eve):
    create_contact(NewContact(email="eva@customer.test", first_name="Eva", last_name="Wind"))
    SkippedPerson.objects.filter(pk=eve.pk).update(name="Eve Wind")
    answer = charlie_client.get("/explain/?q=wind")
    assert [(row.email, row.is_contact) for row in answer.context["namesakes"]] == [
        ("eva@customer.test", True),
        ("eve@rival.test", False),
    ]
    assert "/explain/?q=eve%40rival.test" in answer.text
    assert "No one has this name" in charlie_client.get("/explain/?q=storm").text


def test_every_rule_that_applies_is_listed(charlie_client, brand):
    contact = create_contact(NewContact(email="ann@rival.test"))
    delete_contact(contact.pk)
    add_exclusions(brand, "contact", ["rival.test"], None)
    (line,) = charlie_client.get("/explain/?q=ann@rival.test").context["brands"]
    assert [ruling.label for ruling in line.rulings] == ["Deleted contact", "Excluded domain"]


@pytest.mark.parametrize(
    ("email", "label"), [("ann@rival.test", "Excluded domain (rival.test)"), ("alice@acme.test", "")]
)
def test_the_page_of_a_contact_says_that_no_activity_reaches_it(charlie_client, brand, alice, email, label):
    add_exclusions(brand, "contact", ["rival.test"], None)
    contact = create_contact(NewContact(email=email if label else alice.email))
    page = charlie_client.get(f"/contacts/{contact.pk}/").text
    assert f'hx-get="/explain/contacts/{contact.pk}/"' in page
    told = charlie_client.get(f"/explain/contacts/{contact.pk}/").text
    assert "No Zoom activity of Acme reaches this contact." in told
    assert (label or "Account user") in told
    other = create_contact(NewContact(email="free@customer.test"))
    assert "No Zoom activity" not in charlie_client.get(f"/explain/contacts/{other.pk}/").text


def test_r24_whoever_was_deactivated_is_no_account_user_any_more(charlie_client, webinar, bob):
    def labels():
        (line,) = charlie_client.get(f"/explain/?q={bob.email}").context["brands"]
        return [ruling.label for ruling in line.rulings]

    assert labels() == ["Account user"]
    bob.is_active = False
    bob.save()
    assert labels() == []
