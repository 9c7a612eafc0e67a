"""/segments: stored, changed, tried out and deleted by programs (D25)."""

import pytest

from contacts.models import Segment
from tests.contacts.make import make_contact

pytestmark = pytest.mark.django_db

EVERYBODY = {"version": 1, "where": {"all": []}}


def named(text: str) -> dict:
    test = {"filter": "property", "property": "first_name", "is": "equals", "value": text}
    return {"version": 1, "where": test}


@pytest.fixture
def anns():
    make_contact("bob@example.com", first_name="Bob")
    return [make_contact(f"ann{number}@example.com", first_name="Ann") for number in range(3)]


def ids(answer) -> list[int]:
    assert answer.status_code == 200, answer.json()
    return [row["id"] for row in answer.json()["results"]]


def test_a_segment_is_created_read_and_walked(marketer_api, anns):
    created = marketer_api.post("segments", {"name": "Anns", "definition": named("ann")})
    assert created.status_code == 201
    thing = created.json()
    assert created["Location"] == thing["url"] == f"/api/v1/segments/{thing['id']}"
    assert (thing["name"], thing["kind"], thing["definition"]) == ("Anns", "dynamic", named("ann"))
    assert marketer_api.get(thing["url"]).json() == thing
    assert ids(marketer_api.get("segments")) == [thing["id"]]
    keys = [contact.pk for contact in anns]
    assert ids(marketer_api.get(f"{thing['url']}/contacts")) == keys
    assert ids(marketer_api.get(f"contacts?segment={thing['id']}")) == keys
    assert ids(marketer_api.get(f"contacts?segment={thing['id']}&q=ann1")) == keys[1:2]
    page = marketer_api.get(f"{thing['url']}/contacts?limit=2").json()
    assert ids(marketer_api.get(f"{thing['url']}/contacts?cursor={page['next']}")) == keys[2:]


def test_a_definition_is_tried_out_without_being_stored(operator_api, anns):
    answer = operator_api.post("segments/preview", {"definition": named("ann")})
    assert answer.json()["count"] == 3
    assert [row["email"] for row in answer.json()["sample"]] == [
        "ann2@example.com",
        "ann1@example.com",
        "ann0@example.com",
    ]
    assert not Segment.objects.exists()


@pytest.mark.parametrize("path", ["segments", "segments/preview"])
@pytest.mark.parametrize(
    ("definition", "field"),
    [
        ({"version": 2, "where": {"all": []}}, "version"),
        ({"version": 1}, "where"),
        ({"version": 1, "where": {"all": [{"all": []}, {"filter": "nonsense"}]}}, "where.all[1].filter"),
        ({"version": 1, "where": {"all": [], "more": 1}}, "where.more"),
        (
            {
                "version": 1,
                "where": {"all": [{"filter": "property", "property": "email", "is": "equals", "value": 5}]},
            },
            "where.all[0].value",
        ),
        ([], "definition"),
        ("all", "definition"),
    ],
)
def test_what_is_wrong_with_a_definition_is_named_by_its_path(marketer_api, path, definition, field):
    body = {"definition": definition} | ({"name": "x"} if path == "segments" else {})
    answer = marketer_api.post(path, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert field in [error["field"] for error in answer.json()["errors"]]
    assert not Segment.objects.exists()


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, 5, None])
def test_a_name_can_be_read(marketer_api, name):
    answer = marketer_api.post("segments", {"name": name, "definition": EVERYBODY})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "name")


def test_two_segments_do_not_share_a_name(marketer_api):
    marketer_api.post("segments", {"name": "All", "definition": EVERYBODY})
    answer = marketer_api.post("segments", {"name": "all", "definition": EVERYBODY})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "name")


def test_a_segment_is_replaced_if_it_is_still_the_same(marketer_api, anns):
    first = marketer_api.post("segments", {"name": "Anns", "definition": named("ann")})
    url, new = first.json()["url"], {"name": "Bobs", "definition": named("bob")}
    second = marketer_api.put(url, new, if_match=first["ETag"])
    assert (second.status_code, second.json()["name"]) == (200, "Bobs")
    assert len(ids(marketer_api.get(f"{url}/contacts"))) == 1
    for answer in (
        marketer_api.put(url, new, if_match=first["ETag"]),
        marketer_api.delete(url, if_match=first["ETag"]),
    ):
        assert answer.status_code == 412
    assert marketer_api.put(url, {"name": "No definition"}).status_code == 422


def test_a_deleted_segment_is_gone_and_its_contacts_stay(marketer_api, anns):
    url = marketer_api.post("segments", {"name": "Anns", "definition": named("ann")}).json()["url"]
    assert marketer_api.delete(url).status_code == 204
    for answer in (
        marketer_api.get(url),
        marketer_api.get(f"{url}/contacts"),
        marketer_api.delete(url),
        marketer_api.put(url, {"name": "x", "definition": EVERYBODY}),
        marketer_api.get(f"contacts?segment={url.rpartition('/')[2]}"),
    ):
        assert answer.status_code == 404
    assert len(ids(marketer_api.get("contacts"))) == 4


def test_a_segment_that_another_one_names_cannot_be_deleted(marketer_api):
    url = marketer_api.post("segments", {"name": "All", "definition": EVERYBODY}).json()["url"]
    key = int(url.rpartition("/")[2])
    other = {"version": 1, "where": {"filter": "segment", "id": key, "did": False}}
    marketer_api.post("segments", {"name": "None", "definition": other})
    answer = marketer_api.delete(url)
    assert (answer.status_code, answer.json()["code"]) == (409, "segment_in_use")
    assert "None" in answer.json()["detail"]
    assert marketer_api.get(url).status_code == 200


def test_a_segment_does_not_name_itself(marketer_api):
    url = marketer_api.post("segments", {"name": "All", "definition": EVERYBODY}).json()["url"]
    circle = {"version": 1, "where": {"filter": "segment", "id": int(url.rpartition("/")[2])}}
    assert marketer_api.put(url, {"name": "All", "definition": circle}).status_code == 422
