"""/contacts: found, created, changed, deleted by programs, under the same rules as in the pages."""

import pytest

from contacts.actions import NewContact, create_contact, delete_contact
from contacts.models import Contact, PropertyDefinition
from tests.contacts.make import make_contact

pytestmark = pytest.mark.django_db

ANN = {"email": "ann@example.com", "first_name": "Ann", "last_name": "Berg"}


@pytest.fixture
def company() -> PropertyDefinition:
    return PropertyDefinition.objects.create(name="company", label="Company")


def emails(answer) -> list[str]:
    return [row["email"] for row in answer.json()["results"]]


def test_a_contact_is_created_and_read(marketer_api, company):
    given = {**ANN, "secondary_emails": ["ANN@second.example"], "properties": {"company": "Acme"}}
    created = marketer_api.post("contacts", given)
    assert created.status_code == 201
    thing = created.json()
    assert created["Location"] == thing["url"] == f"/api/v1/contacts/{thing['id']}"
    assert {name: thing[name] for name in given} == {**given, "secondary_emails": ["ann@second.example"]}
    assert thing["source"] == "api"
    read = marketer_api.get(thing["url"])
    assert read.json() == thing
    assert read["ETag"] == created["ETag"]


def test_properties_have_the_type_of_their_kind_and_errors_name_them(marketer_api):
    PropertyDefinition.objects.create(name="seats", label="Seats", kind="number")
    PropertyDefinition.objects.create(name="vip", label="VIP", kind="yes_no")
    created = marketer_api.post("contacts", {**ANN, "properties": {"seats": "12", "vip": True}})
    assert created.json()["properties"] == {"seats": 12, "vip": True}
    patched = marketer_api.patch(created.json()["url"], {"properties": {"seats": "many", "vip": None}})
    assert patched.status_code == 422
    assert [error["field"] for error in patched.json()["errors"]] == ["properties.seats"]
    rows = [{**ANN, "properties": {"vip": "maybe"}}, {"email": "b@x.example", "properties": {"seats": 1.5}}]
    results = marketer_api.post("contacts/batch", rows).json()["results"]
    assert [row["status"] for row in results] == ["refused", "created"]
    assert results[0]["errors"][0]["field"] == "properties.vip"


def test_an_address_that_exists_is_409_with_the_contacts_url(marketer_api):
    contact = make_contact("ann@example.com", secondary_emails=("ann@second.example",))
    for email in ("Ann@Example.com ", "ann@second.example"):
        answer = marketer_api.post("contacts", {"email": email})
        assert answer.status_code == 409
        assert answer.json()["code"] == "contact_exists"
        assert answer.json()["url"] == f"/api/v1/contacts/{contact.pk}"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "email"),
        ({"email": ""}, "email"),
        ({"email": 5}, "email"),
        ({"email": "nobody"}, "email"),
        ({**ANN, "first_name": None}, "first_name"),
        ({**ANN, "last_name": "x" * 201}, "last_name"),
        ({**ANN, "last_name": "a\0b"}, "last_name"),
        ({**ANN, "last_name": "\ud800"}, "last_name"),
        ({**ANN, "secondary_emails": ["fine@example.com", "not"]}, "secondary_emails"),
        ({**ANN, "secondary_emails": [1]}, "secondary_emails[0]"),
        ({**ANN, "properties": {"company": "x"}}, "properties.company"),
        ({**ANN, "properties": {"company": {}}}, "properties.company"),
        ({**ANN, "zoom_webinar_joinlink": "https://x"}, "zoom_webinar_joinlink"),
        ([ANN], ""),
        ("ann@example.com", ""),
    ],
)
def test_wrong_input_names_its_field_and_writes_nothing(marketer_api, body, field):
    answer = marketer_api.post("contacts", body)
    assert answer.status_code == 422, answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "invalid_input"
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert not Contact.objects.exists()


def test_d11_a_program_does_not_bring_a_deleted_contact_back(marketer_api):
    delete_contact(create_contact(NewContact(email="ann@example.com")).pk)
    answer = marketer_api.post("contacts", ANN)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "email"
    assert not Contact.objects.exists()


def test_contacts_are_found_by_any_of_their_addresses(operator_api):
    make_contact("ann@example.com", secondary_emails=("ann@second.example",))
    make_contact("bob@example.com")
    for email in ("ANN@example.com", "ann@second.example"):
        assert emails(operator_api.get(f"contacts?email={email}")) == ["ann@example.com"]
    assert emails(operator_api.get("contacts?email=nobody@example.com")) == []
    assert emails(operator_api.get("contacts?email=")) == []


def test_contacts_are_searched(operator_api):
    make_contact("ann@example.com", first_name="Ann")
    make_contact("bob@example.com", first_name="Bob")
    assert emails(operator_api.get("contacts?q=bob")) == ["bob@example.com"]


def test_contacts_changed_since_a_moment(operator_api):
    make_contact("old@example.com", updated_at="2026-01-01T00:00:00Z")
    make_contact("new@example.com", updated_at="2026-03-01T00:00:00Z")
    assert emails(operator_api.get("contacts?updated_since=2026-02-01T01:00:00%2B01:00")) == [
        "new@example.com"
    ]
    for wrong in ("yesterday", "2026-02-01T00:00:00", "0001-01-01T00:00:00%2B14:00"):
        answer = operator_api.get(f"contacts?updated_since={wrong}")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "updated_since"


# PATCH


def test_patch_changes_what_it_names_and_nothing_else(marketer_api, company):
    contact = make_contact(
        "ann@example.com", first_name="Ann", last_name="Berg", properties={"company": "Acme"}
    )
    answer = marketer_api.patch(f"contacts/{contact.pk}", {"last_name": "Tal"})
    assert answer.status_code == 200
    assert (answer.json()["first_name"], answer.json()["last_name"]) == ("Ann", "Tal")
    assert answer.json()["properties"] == {"company": "Acme"}


def test_patch_takes_away_what_is_null(marketer_api, company):
    contact = make_contact("ann@example.com", first_name="Ann", properties={"company": "Acme", "old": "x"})
    changes = {"first_name": None, "properties": {"company": None}}
    answer = marketer_api.patch(
        f"contacts/{contact.pk}", changes, content_type="application/merge-patch+json"
    )
    assert answer.json()["first_name"] == ""
    assert answer.json()["properties"] == {"old": "x"}


def test_patch_makes_the_addresses_what_it_says(marketer_api):
    contact = make_contact("ann@example.com", secondary_emails=("ann@old.example",))
    answer = marketer_api.patch(
        f"contacts/{contact.pk}",
        {"email": "ann@new.example", "secondary_emails": ["ann@example.com"]},
    )
    assert answer.json()["email"] == "ann@new.example"
    assert answer.json()["secondary_emails"] == ["ann@example.com"]


def test_patch_refuses_an_address_of_somebody_else_and_changes_nothing(marketer_api):
    bob = make_contact("bob@example.com")
    contact = make_contact("ann@example.com", first_name="Ann")
    answer = marketer_api.patch(
        f"contacts/{contact.pk}", {"first_name": "Anna", "secondary_emails": ["bob@example.com"]}
    )
    assert answer.status_code == 409
    assert answer.json()["url"].endswith(f"/{bob.pk}")
    contact.refresh_from_db()
    assert contact.first_name == "Ann"


def test_patch_cannot_take_the_primary_address_away(marketer_api):
    contact = make_contact("ann@example.com")
    answer = marketer_api.patch(f"contacts/{contact.pk}", {"email": None})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "email")


def test_a_patch_that_changes_nothing_leaves_the_contact_untouched(marketer_api):
    contact = make_contact("ann@example.com", first_name="Ann")
    before = marketer_api.get(f"contacts/{contact.pk}")
    after = marketer_api.patch(f"contacts/{contact.pk}", {"first_name": "Ann"})
    assert after.json() == before.json()


def test_if_match_lets_only_the_current_version_be_changed(marketer_api, admin_api):
    contact = make_contact("ann@example.com")
    old = marketer_api.get(f"contacts/{contact.pk}")["ETag"]
    new = marketer_api.patch(f"contacts/{contact.pk}", {"first_name": "Ann"}, if_match=old)
    assert new.status_code == 200
    for answer in (
        marketer_api.patch(f"contacts/{contact.pk}", {"first_name": "Bea"}, if_match=old),
        admin_api.delete(f"contacts/{contact.pk}", if_match=old),
    ):
        assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed")
    assert admin_api.delete(f"contacts/{contact.pk}", if_match=new["ETag"]).status_code == 204


def test_if_none_match_saves_the_body(marketer_api):
    contact = make_contact("ann@example.com")
    etag = marketer_api.get(f"contacts/{contact.pk}")["ETag"]
    again = marketer_api.get(f"contacts/{contact.pk}", if_none_match=etag)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)


# DELETE


def test_d24_only_admins_delete(admin_api, marketer_api):
    contact = make_contact("ann@example.com")
    refused = marketer_api.delete(f"contacts/{contact.pk}")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert "admin" in refused.json()["detail"]
    assert admin_api.delete(f"contacts/{contact.pk}").status_code == 204
    assert admin_api.get(f"contacts/{contact.pk}").status_code == 404
    assert admin_api.delete(f"contacts/{contact.pk}").status_code == 404


def test_operators_read_only(operator_api):
    contact = make_contact("ann@example.com")
    for answer in (
        operator_api.post("contacts", ANN),
        operator_api.post("contacts/batch", [ANN]),
        operator_api.patch(f"contacts/{contact.pk}", {}),
    ):
        assert answer.status_code == 403


# Batches


def statuses(answer) -> list[str]:
    return [row["status"] for row in answer.json()["results"]]


def test_a_batch_says_of_each_row_what_became_of_it(marketer_api):
    there = make_contact("there@example.com", first_name="There")
    make_contact("owner@example.com", secondary_emails=("second@example.com",))
    delete_contact(create_contact(NewContact(email="gone@example.com")).pk)
    rows = [
        {"email": "New@example.com", "first_name": "New"},
        {"email": "there@example.com", "last_name": "Now"},
        {"email": "there@example.com", "first_name": "There"},
        {"email": "nobody"},
        {"email": "second@example.com"},
        {"email": "gone@example.com"},
        {"email": "new@example.com", "last_name": "Again"},
        {"email": "x@example.com", "properties": {"company": "x"}},
    ]
    answer = marketer_api.post("contacts/batch", rows)
    assert statuses(answer) == ["created", "changed", "unchanged", *["refused"] * 3, "changed", "refused"]
    results = answer.json()["results"]
    assert results[1]["id"] == results[2]["id"] == there.pk
    assert results[0]["id"] == results[6]["id"] == Contact.objects.get(email="new@example.com").pk
    assert [row["errors"][0]["field"] for row in results[3:6]] == ["email"] * 3
    assert results[7]["errors"][0]["field"] == "properties.company"
    assert Contact.objects.get(email="new@example.com").name == "New Again"
    assert Contact.objects.get(email="new@example.com").source == "api"


def test_a_batch_is_a_list_or_an_object_with_it(marketer_api):
    assert statuses(marketer_api.post("contacts/batch", {"contacts": [ANN]})) == ["created"]
    assert statuses(marketer_api.post("contacts/batch", [ANN])) == ["unchanged"]
    assert statuses(marketer_api.post("contacts/batch", [])) == []


def test_a_batch_names_the_place_of_what_has_the_wrong_type(marketer_api):
    answer = marketer_api.post("contacts/batch", [ANN, {"email": 5}])
    assert answer.json()["errors"][0]["field"] == "contacts[1].email"
    assert not Contact.objects.exists()


def test_a_batch_has_at_most_1000_rows(marketer_api):
    rows = [{"email": f"person{number}@example.com"} for number in range(1001)]
    assert marketer_api.post("contacts/batch", rows).status_code == 422
    assert statuses(marketer_api.post("contacts/batch", rows[:1000])) == ["created"] * 1000


def test_the_number_of_queries_does_not_grow_with_the_batch(marketer_api, django_assert_max_num_queries):
    rows = [{"email": f"person{number}@example.com"} for number in range(300)]
    with django_assert_max_num_queries(25):
        marketer_api.post("contacts/batch", rows)


# What hangs on a contact


def test_the_timeline_of_a_contact(operator_api):
    contact = make_contact("ann@example.com")
    contact.timeline.create(
        kind="webinar_attended",
        subject_key="zoom:session:x",
        occurred_at="2026-10-26T15:04:00.5Z",
        title="Growing roses",
        zoom_webinar_id=93112345678,
        joined_at="2026-10-26T14:04:00Z",
    )
    (row,) = operator_api.get(f"contacts/{contact.pk}/timeline").json()["results"]
    assert row.pop("id")
    assert row == {
        "email": "ann@example.com",
        "kind": "webinar_attended",
        "title": "Growing roses",
        "webinar_id": "93112345678",
        "occurred_at": "2026-10-26T15:04:00Z",
        "joined_at": "2026-10-26T14:04:00Z",
        "left_at": None,
    }


@pytest.mark.parametrize("path", ["", "/timeline", "/participations", "/calls"])
@pytest.mark.parametrize("key", ["0", "5", "99999999999999999999999"])
def test_a_contact_that_there_is_not_is_404(operator_api, path, key):
    answer = operator_api.get(f"contacts/{key}{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
