import csv
from datetime import UTC, datetime, timedelta

import pytest

from contacts.actions import NewContact, create_contact
from contacts.models import Contact
from integrations.models import DomainExclusion, SkippedPerson, SyncRun, Webinar, ZoomConnection
from integrations.settings_changes import add_exclusions
from tests.integrations.make import make_host, make_session, make_webinar
from tests.support.htmx import events, htmx
from zoomsync.models import User

PAGE = "/skipped-people/"
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
YES = {"confirmed": "yes"}


@pytest.fixture
def webinar(connection, on):
    return make_webinar(connection, make_host(connection))


def skip(webinar, email, reason="excluded_domain", **fields):
    given = {
        "stage": "registration",
        "person_key": email or "guest",
        "rule": email.rpartition("@")[2] if reason == "excluded_domain" else "",
        "first_skipped_at": NOW,
        **fields,
    }
    return SkippedPerson.objects.create(webinar=webinar, email=email, reason=reason, **given)


def shown(client, query=""):
    return [row.person for row in client.get(PAGE + query).context["rows"]]


# The list


@pytest.mark.parametrize("who", ["alice_client", "bob_client", "charlie_client"])
def test_x1_everybody_who_is_signed_in_sees_who_was_skipped_where_and_by_which_rule(request, who, webinar):
    make_session(webinar, "u1", started_at=NOW)
    skip(webinar, "eve@rival.test", name="Eve Adams", stage="attendance", session_uuid="u1")
    text = request.getfixturevalue(who).get(PAGE).text
    for words in ("eve@rival.test", "Eve Adams", "Growing roses", "Attendance", "10 Mar 2026", "rival.test"):
        assert words in text
    assert "Excluded domain" in text
    assert "Their domain is in the contact exclusions." in text


def test_whoever_is_in_the_crm_already_is_marked(charlie_client, webinar):
    create_contact(NewContact(email="eve@rival.test"))
    eve, max_ = skip(webinar, "eve@rival.test"), skip(webinar, "max@rival.test")
    marked = {person.pk: person.is_contact for person in shown(charlie_client)}
    assert marked == {eve.pk: True, max_.pk: False}
    assert charlie_client.get(PAGE).text.count("Already in the CRM") == 1


def test_x1_the_list_is_filtered(charlie_client, connection, webinar):
    other = make_webinar(connection, make_host(connection, "max@acme.test"), topic="Pruning")
    eve, guest = skip(webinar, "eve@rival.test"), skip(other, "", "no_email", stage="attendance")
    assert shown(charlie_client, "?reason=no_email") == [guest]
    assert shown(charlie_client, "?stage=registration") == [eve]
    assert shown(charlie_client, "?host=max@acme.test") == [guest]
    assert shown(charlie_client, f"?webinar={webinar.pk}") == [eve]
    assert len(shown(charlie_client, "?reason=nonsense&webinar=nonsense")) == 2


@pytest.mark.parametrize("text", ["EVE@", "adams eve", "rival.test", "roses eve"])
def test_x1_the_list_is_searched(charlie_client, connection, webinar, text):
    eve = skip(webinar, "eve@rival.test", name="Eve Adams")
    skip(make_webinar(connection, topic="Pruning"), "bob@other.test", name="Bob")
    assert shown(charlie_client, f"?q={text}") == [eve]


@pytest.mark.parametrize("text", ["münchen", "EVE@München.test", "xn--mnchen-3ya"])
def test_x1_a_domain_is_found_in_its_own_letters(charlie_client, webinar, text):
    eve = skip(webinar, "eve@xn--mnchen-3ya.test")
    skip(webinar, "bob@other.test")
    assert shown(charlie_client, f"?q={text}") == [eve]


def test_d2_the_list_is_filtered_by_brand_where_there_are_several(charlie_client, webinar, other_brand):
    theirs = ZoomConnection.objects.create(
        brand=other_brand, auth_kind="oauth", account_id="b", client_id="b"
    )
    skip(webinar, "eve@rival.test")
    ours = skip(make_webinar(theirs), "bob@rival.test")
    assert shown(charlie_client, f"?brand={other_brand.slug}") == [ours]


def test_the_newest_are_first_and_pages_are_turned_by_place(charlie_client, webinar):
    for number in range(70):
        skip(webinar, f"p{number}@rival.test", first_skipped_at=NOW + timedelta(minutes=number))
    first = charlie_client.get(PAGE)
    second = charlie_client.get(PAGE, {"before": first.context["page"].older})
    emails = [row.person.email for page in (first, second) for row in page.context["rows"]]
    assert emails == [f"p{number}@rival.test" for number in reversed(range(70))]


@pytest.mark.parametrize(("query", "words"), [("", "No one is skipped"), ("?q=x", "No one matches")])
def test_an_empty_list_says_why_it_is_empty(charlie_client, query, words):
    assert words in charlie_client.get(PAGE + query).text


def test_the_number_of_queries_does_not_grow(
    alice_client, connection, webinar, django_assert_max_num_queries
):
    for number in range(40):
        one = make_webinar(connection, make_host(connection, f"h{number}@acme.test"))
        create_contact(NewContact(email=f"p{number}@first.test", secondary_emails=[f"p{number}@second.test"]))
        skip(one, f"p{number}@second.test", "secondary_email", session_uuid=f"u{number}")
    with django_assert_max_num_queries(10):
        alice_client.get(PAGE)


def test_whose_secondary_address_it_is_is_told(charlie_client, webinar):
    contact = create_contact(NewContact(email="ann@first.test", secondary_emails=["ann@second.test"]))
    skip(webinar, "ann@second.test", "secondary_email")
    text = charlie_client.get(PAGE).text
    assert f"/contacts/{contact.pk}/" in text
    assert "ann@first.test" in text


def lines(client, query=""):
    answer = client.get(f"{PAGE}people.csv{query}")
    return list(csv.DictReader(b"".join(answer.streaming_content).decode().splitlines()))


def test_x1_the_same_filters_hold_for_the_download(charlie_client, webinar):
    skip(webinar, "eve@rival.test", name="=Eve")
    skip(webinar, "", "no_email", stage="attendance")
    (line,) = lines(charlie_client, "?reason=excluded_domain")
    assert (line["email"], line["name"], line["from"]) == ("eve@rival.test", "'=Eve", "registration")
    assert (line["reason"], line["rule"]) == ("excluded_domain", "rival.test")
    assert (line["since"], line["webinar_id"]) == ("2026-03-10 12:00:00", str(webinar.zoom_webinar_id))


def test_the_catch_up_is_shown_and_the_list_drawn_anew_when_it_is_over(charlie_client, connection, webinar):
    run = SyncRun.objects.create(connection=connection, webinar=webinar, kind="webinar", trigger="catch_up")
    assert "Catching up" in charlie_client.get(PAGE).text
    poll = htmx("backlog") | {"X-Background": "true"}
    assert "HX-Trigger" not in charlie_client.get(PAGE, headers=poll)
    SyncRun.objects.filter(pk=run.pk).update(state="complete")
    over = charlie_client.get(PAGE, headers=poll)
    assert "people-changed" in over["HX-Trigger"]
    assert "HX-Trigger" not in charlie_client.get(PAGE, headers=htmx("backlog"))
    assert "Catching up" not in over.text


# Remedies


def remedies(client):
    return {row.person.reason: row.remedy and row.remedy.url for row in client.get(PAGE).context["rows"]}


@pytest.fixture
def one_of_each(webinar):
    for reason in SkippedPerson.Reason.values:
        skip(webinar, f"{reason}@rival.test" if reason != "no_email" else "", reason)


def test_x1_an_admin_gets_a_remedy_where_there_is_a_right_one(alice_client, one_of_each):
    Webinar.objects.update(approval=Webinar.Approval.NO_REGISTRATION)
    exclusion = "/settings/integrations/connected-apps/zoom/acme/exclusions/contact/remove/"
    assert remedies(alice_client) == {
        "no_email": None,
        "invalid_email": None,
        "account_user": None,
        "staff": None,
        "excluded_domain": exclusion,
        "deleted_contact": None,
        "secondary_email": "/skipped-people/make-primary/",
        "creation_off": "/skipped-people/create/",
    }
    text = alice_client.get(PAGE).text
    assert "Turn on registration for the webinar in Zoom to sync all attendees." in text  # R7
    assert "members of your team" in text


def test_d1_an_operator_gets_none(bob_client, one_of_each):
    assert set(remedies(bob_client).values()) == {None}
    for address in ("make-primary", "create"):
        assert bob_client.post(f"{PAGE}{address}/", {"email": "a@b.test", **YES}).status_code == 403


def test_d24_a_marketer_gets_those_that_edit_contacts(charlie_client, one_of_each):
    urls = {url.rsplit("/", 2)[1] for url in remedies(charlie_client).values() if url}
    assert urls == {"make-primary", "create"}


def test_x1_an_exclusion_is_removed_from_here(alice_client, brand, webinar):
    add_exclusions(brand, "contact", ["rival.test"], None)
    skip(webinar, "eve@rival.test")
    (row,) = alice_client.get(PAGE).context["rows"]
    form = {**row.remedy.fields, "next": f"{PAGE}?reason=excluded_domain"}
    asked = alice_client.post(row.remedy.url, form, headers=htmx("panel")).text
    assert "1 currently skipped person will be added to the CRM, in 1 webinar." in asked
    done = alice_client.post(row.remedy.url, {**form, **YES}, headers=htmx("panel"))
    assert events(done) == {"settings-changed", "contact-exclusions-changed", "panel:close"}
    assert not DomainExclusion.objects.exists()
    assert SyncRun.objects.get().webinar == webinar


@pytest.fixture
def ann(webinar):
    contact = create_contact(
        NewContact(email="ann@first.test", first_name="Ann", secondary_emails=["ann@second.test"])
    )
    skip(webinar, "ann@second.test", "secondary_email")
    return contact


@pytest.mark.django_db(transaction=True)
def test_x1_r27_an_address_is_made_the_primary_one(alice_client, ann, webinar):
    form = {"email": "Ann@Second.test", "next": PAGE}
    asked = alice_client.post(f"{PAGE}make-primary/", form, headers=htmx("panel")).text
    assert "ann@first.test becomes a secondary address." in asked
    assert "1 skipped person is already in the CRM. Their missed activity will sync." in asked
    assert Contact.objects.get().email == "ann@first.test"
    done = alice_client.post(f"{PAGE}make-primary/", form | YES)
    assert done["Location"] == PAGE
    assert Contact.objects.get().email == "ann@second.test"
    assert SyncRun.objects.get().webinar == webinar
    text = alice_client.get(PAGE).text
    assert "1 webinar is catching up on skipped data." in text
    assert f'action="/contacts/{ann.pk}/addresses/"' in text  # the undo


def test_an_address_that_nobody_has_any_more_is_said_so(alice_client, webinar):
    answer = alice_client.post(f"{PAGE}make-primary/", {"email": "x@y.test", "next": PAGE}, follow=True)
    assert "No contact has the address x@y.test anymore." in answer.text


@pytest.fixture
def unknown(webinar):
    """Someone who is not a contact, while contacts are not created."""
    return skip(webinar, "new@was.test", "creation_off", name="New Wind")


@pytest.mark.django_db(transaction=True)
def test_x1_somebody_is_created_by_hand_with_the_name_put_right(alice_client, unknown, webinar):
    (row,) = alice_client.get(PAGE).context["rows"]
    assert row.remedy.fields == {"email": "new@was.test", "first_name": "New", "last_name": "Wind"}
    form = {**row.remedy.fields, "next": PAGE}
    asked = alice_client.post(f"{PAGE}create/", form, headers=htmx("panel")).text
    assert 'name="last_name" maxlength="200" value="Wind"' in asked
    assert asked.count('name="last_name"') == 1
    assert "1 currently skipped person will be added to the CRM, in 1 webinar." in asked
    assert not Contact.objects.exists()
    done = alice_client.post(f"{PAGE}create/", form | YES | {"last_name": "Breeze"}, headers=htmx("panel"))
    assert events(done) == {"people-changed", "panel:close"}
    contact = Contact.objects.get()
    assert (contact.email, contact.name, contact.source) == ("new@was.test", "New Breeze", "manual")
    assert SyncRun.objects.get().webinar == webinar


def test_d22_a_deleted_contact_is_listed_without_saying_who(alice_client, webinar):
    SkippedPerson.objects.create(
        webinar=webinar, person_key="deleted:abc", stage="registration", reason="deleted_contact"
    )
    answer = alice_client.get(PAGE)
    assert answer.context["rows"][0].remedy is None
    assert "Deleted contact</span>" in answer.text
    assert "deleted:abc" not in answer.text


def test_x6_creating_a_contact_whom_another_rule_keeps_out_says_so_first(
    alice_client, brand, webinar, unknown
):
    User.objects.create_user("new@was.test")
    asked = alice_client.post(f"{PAGE}create/", {"email": "new@was.test"}).text
    assert "add anyone who is currently skipped." in asked
    assert "1 person stays excluded by another rule: Account user 1." in asked


def test_x6_people_of_webinars_that_do_not_sync_enter_later(alice_client, unknown):
    Webinar.objects.update(sync_enabled=False)
    asked = alice_client.post(f"{PAGE}create/", {"email": "new@was.test"}).text
    assert "1 person will be added only when their webinar syncs." in asked


def test_a_contact_that_exists_already_is_not_created_again(alice_client, webinar):
    create_contact(NewContact(email="ann@first.test"))
    answer = alice_client.post(
        f"{PAGE}create/", {"email": "ann@first.test", **YES, "next": PAGE}, follow=True
    )
    assert "A contact with the address ann@first.test already exists." in answer.text
    assert Contact.objects.count() == 1


def test_what_is_no_address_is_refused_in_words(alice_client, webinar):
    answer = alice_client.post(f"{PAGE}create/", {"email": "nonsense", "next": PAGE}, follow=True)
    assert "The email address has no" in answer.text
