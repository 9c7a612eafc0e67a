"""The description of the API and its page: complete, valid, and open to whoever writes a program."""

import json

import pytest
from openapi_spec_validator import validate

from core.api.problems import KINDS
from zoomsync.api.root import the_api

pytestmark = pytest.mark.django_db

DESCRIPTION = json.loads(json.dumps(the_api().get_openapi_schema()))
OPERATIONS = [
    pytest.param(method, path, details, id=f"{method} {path}")
    for path, methods in DESCRIPTION["paths"].items()
    for method, details in methods.items()
]


def test_the_description_is_valid_openapi_31(client):
    answer = client.get("/api/v1/openapi.json")
    assert answer["Content-Type"].startswith("application/json")
    assert answer.json() == DESCRIPTION
    assert DESCRIPTION["openapi"].startswith("3.1.")
    validate(DESCRIPTION)


@pytest.mark.parametrize(("method", "path", "details"), OPERATIONS)
def test_every_operation_has_words_and_examples(method, path, details):
    assert details["summary"]
    assert details["tags"]
    bodies = [details["requestBody"]] if "requestBody" in details else []
    answers = [row for status, row in details["responses"].items() if status < "300"]
    for place in bodies + answers:
        for media in place.get("content", {}).values():
            assert media["example"] is not None


@pytest.mark.parametrize(("method", "path", "details"), OPERATIONS)
def test_every_operation_says_what_may_go_wrong(method, path, details):
    statuses = set(details["responses"])
    assert {"401", "429"} <= statuses
    assert "{" not in path or "404" in statuses
    assert method == "get" or "422" in statuses


def test_an_operation_may_name_further_errors():
    """GET /contacts takes a segment, which may be missing, but not in its path."""
    responses = DESCRIPTION["paths"]["/api/v1/contacts"]["get"]["responses"]
    assert list(responses) == ["200", "400", "401", "404", "422", "429"]
    assert responses["404"] == {"$ref": "#/components/responses/404"}


def test_a_patch_describes_no_defaults():
    """A generated client sends them, and would so change what its caller did not name."""
    patches = [
        schema for name, schema in DESCRIPTION["components"]["schemas"].items() if name.endswith("Patch")
    ]
    assert len(patches) > 1
    for schema in patches:
        assert all(field.get("default") is None for field in schema["properties"].values())


def test_every_name_is_used_once():
    names = [
        details["operationId"] for methods in DESCRIPTION["paths"].values() for details in methods.values()
    ]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("who", ["client", "charlie_client"])
def test_the_page_shows_every_operation_and_every_error(who, request):
    answer = request.getfixturevalue(who).get("/api/v1/docs")
    assert answer.status_code == 200
    for methods in DESCRIPTION["paths"].values():
        for details in methods.values():
            assert f'id="{details["operationId"]}"' in answer.text
    for code in KINDS:
        assert f'id="problem-{code}"' in answer.text
