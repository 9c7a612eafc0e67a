"""Each field of each body that the API takes, with each wrong type and with a megabyte of text.

The fields are those of the description's examples, so that an operation added later is tried as well.
"""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.apps import apps

from contacts.models import Contact, PropertyDefinition, Segment
from contacts.segments.actions import create_segment
from tests.contacts.make import make_contact
from tests.integrations.make import make_host, make_webinar
from tests.workflows.definition.examples import note, workflow
from tests.workflows.engine.helpers import publish
from zoomsync.api import authentication
from zoomsync.api.root import the_api

pytestmark = pytest.mark.django_db

DESCRIPTION = json.loads(json.dumps(the_api().get_openapi_schema()))
BODIES = [
    pytest.param(method, path, content["application/json"]["example"], id=f"{method} {path}")
    for path, methods in DESCRIPTION["paths"].items()
    for method, details in methods.items()
    if (content := details.get("requestBody", {}).get("content"))
]
MEGABYTE = "x" * 1_000_000
EVERYBODY = {"version": 1, "where": {"all": []}}


@pytest.fixture
def address_of(connection, syncing_brand, monkeypatch) -> dict[str, int]:
    """One of each thing that an address may name, and a contact for the examples."""
    monkeypatch.setattr(authentication, "REQUESTS_PER_MINUTE", 10**6)
    make_webinar(connection, make_host(connection), zoom_webinar_id=93112345678)
    PropertyDefinition.objects.create(name="company", label="Company")
    return {
        "contact_id": make_contact("bob@example.com").pk,
        "segment_id": create_segment("Everybody", EVERYBODY).pk,
        "webinar_id": 93112345678,
        "workflow_id": publish(workflow(note("hello"))).pk,
    }


@pytest.mark.parametrize(("method", "path", "example"), BODIES)
def test_each_wrong_field_is_named_and_nothing_is_written(method, path, example, admin_api, address_of):
    address = path.format(**address_of)
    before = rows()
    for place, body in spoilt(with_one_row(example)):
        answer = admin_api.send(method.upper(), address, body)
        said = answer.json()
        assert any(belong(field, place) for field in named(answer.status_code, said)), (place, body, said)
        assert len(answer.content) < 20_000
    assert rows() == before
    assert Segment.objects.get().definition == EVERYBODY
    assert Contact.objects.get().email == "bob@example.com"


def with_one_row(example: Any) -> Any:
    """The rows of a batch are written each for itself: one that is right would be."""
    return {**example, "contacts": example["contacts"][:1]} if "contacts" in example else example


def named(status: int, said: Any) -> Iterator[str]:
    """The fields that are at fault, by the answer; a batch of contacts answers for each of its rows."""
    if status == 200:
        for index, row in enumerate(said["results"]):
            if row["status"] == "refused":
                yield from (f"contacts[{index}].{error['field']}" for error in row["errors"])
        return
    assert status == 422, said
    for error in said["errors"]:
        assert error["message"]
        yield error["field"]


def belong(field: str, place: str) -> bool:
    """A mistake may be named by what it is in, or by what it holds; in a segment from its definition on."""
    if not field.startswith("definition"):
        place = place.removeprefix("definition.")
    return field == place or place.startswith((f"{field}.", f"{field}[")) or field.startswith(f"{place}.")


def spoilt(example: Any) -> Iterator[tuple[str, Any]]:
    """The example with one field wrong, and the place of that field."""
    for place in places(example):
        right = at(example, place)
        for wrong in (True, 1.5, [7], {"roses": 1}, MEGABYTE):
            if type(wrong) is not type(right) or wrong is MEGABYTE:
                yield place, changed(example, place, wrong)
        if isinstance(right, dict):
            yield f"{place}.roses", changed(example, place, {**right, "roses": [1]})
    yield "roses", {**example, "roses": 1}


def places(value: Any, place: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        inside = [(f"{place}.{key}" if place else key, inner) for key, inner in value.items()]
    else:
        inside = [(f"{place}[{index}]", inner) for index, inner in enumerate(value)]
    for own, inner in inside:
        yield own
        if isinstance(inner, dict | list):
            yield from places(inner, own)


def steps_of(place: str) -> list[str | int]:
    return [int(part) if part.isdigit() else part for part in re.findall(r"[^.\[\]]+", place)]


def at(value: Any, place: str) -> Any:
    for step in steps_of(place):
        value = value[step]
    return value


def changed(example: Any, place: str, new: Any) -> Any:
    body = deepcopy(example)
    *way, last = steps_of(place)
    inner = body
    for step in way:
        inner = inner[step]
    inner[last] = new
    return body


def rows() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}
