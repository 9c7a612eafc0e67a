"""/workflows under nonsense: what a caller sends is refused with its place, and leaves nothing behind."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contacts.make import make_contact
from tests.workflows.definition.examples import branch, everything, note, step, workflow
from tests.workflows.engine.helpers import publish
from tests.workflows.engine.test_random_paths import KINDS, steps_of
from workflows.models import Enrolment, Workflow

pytestmark = pytest.mark.django_db


def nested(levels: int) -> dict[str, Any]:
    inner: list[dict[str, Any]] = [note("deepest")]
    for level in range(levels):
        inner = [branch(f"b{level}", {"id": f"y{level}", "where": {"all": []}, "steps": inner})]
    return workflow(*inner)


def with_rules(**rules: Any) -> dict[str, Any]:
    return workflow(note("a"), **rules)


WAIT = "steps[0].arguments.for"
NONSENSE: dict[str, tuple[Any, str]] = {
    "100 levels": (nested(100), "steps"),
    "10,000 steps": (workflow(*(note(f"n{number}") for number in range(10_000))), "steps"),
    "one step twice": (workflow(note("a"), note("a")), "steps[1].id"),
    "a result of a later step": (
        workflow(
            branch("b", {"id": "y", "results": [{"step": "z", "outcome": ["noted"]}], "steps": []}), note("z")
        ),
        "steps[0].branches[0].results[0].step",
    ),
    "a result of its own": (
        workflow(branch("b", {"id": "y", "results": [{"step": "b", "outcome": ["x"]}], "steps": []})),
        "steps[0].branches[0].results[0].step",
    ),
    "an unknown step": (workflow(step("a", "fly")), "steps[0].action"),
    "an unknown trigger": (workflow(note("a"), triggers=[{"trigger": "moon"}]), "triggers[0].trigger"),
    "a step that is a list": ({"version": 1, "triggers": [], "steps": [[]]}, "steps[0]"),
    "steps that are a text": ({"version": 1, "triggers": [], "steps": "note"}, "steps"),
    "another version": ({**workflow(note("a")), "version": 2}, "version"),
    "true for a version": ({**workflow(note("a")), "version": True}, "version"),
    "an unknown key": ({**workflow(note("a")), "extra": 1}, ""),
    "a huge number of days": (workflow(step("w", "wait", **{"for": {"days": 10**30}})), WAIT),
    "a huge fraction": (workflow(step("w", "wait", **{"for": {"minutes": 1.5}})), WAIT),
    "a negative wait": (workflow(step("w", "wait", **{"for": {"minutes": -1}})), WAIT),
    "a huge segment": (workflow(step("s", "add_to_segment", segment=10**30)), "steps[0].arguments.segment"),
    "days of a million years": (with_rules(again="after_days", days=10**9), "enrolment.days"),
    "suppressed nonsense": (with_rules(suppress=[{}]), "enrolment.suppress[0]"),
    "an ID with a line": (workflow(note("a\nb")), "steps[0].id"),
    "a zone that is none": (
        workflow(step("d", "wait_until_date", at="2026-12-01T09:00", zone="../etc/passwd")),
        "steps[0].arguments.zone",
    ),
    "an address inside": (workflow(step("h", "webhook", url="http://127.0.0.1/")), "steps[0].arguments.url"),
}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_refused_with_its_place_and_leaves_nothing(marketer_api: Any, name: str) -> None:
    definition, place = NONSENSE[name]
    answer = marketer_api.post("workflows", {"name": "x", "definition": definition})
    assert answer.status_code == 422, answer.content[:500]
    fields = [error["field"] for error in answer.json()["errors"]]
    assert any(field.startswith(f"definition.{place}".rstrip(".")) for field in fields), fields[:5]
    assert not Workflow.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        '{"name": "x", "definition": ' + "[" * 1_000 + "]" * 1_000 + "}",
        '{"name": "x", "definition": {"steps": ' + "[" * 100_000 + "]" * 100_000 + "}}",
        '{"name": "x", "definition": {"version": 1e999, "triggers": [], "steps": []}}',
        '{"name": "x", "definition": {"version": NaN, "triggers": [], "steps": []}}',
        '{"name": "x\\u0000", "definition": {"a\\u0000": "\\u0000"}}',
        '{"name": "\\ud800", "definition": {"version": 1, "triggers": [], "steps": []}}',
        '{"name": "x", "definition": {"version": 1, "triggers": [], "steps": [{"id": "\\ud800"}]}}',
        '{"name": "x", "definition": null}',
        '{"name": "", "definition": {}}',
        '{"name": ' + "9" * 5_000 + ', "definition": {}}',
        "[]",
        "{",
    ],
    ids=range(12),
)
def test_bodies_that_are_no_workflow_are_refused(marketer_api: Any, body: str) -> None:
    answer = marketer_api.post("workflows", body.encode())
    assert answer.status_code in (400, 422), answer.content[:500]
    assert answer["Content-Type"] == "application/problem+json"
    assert not Workflow.objects.exists()


def test_texts_that_no_database_holds_are_refused_in_a_definition(marketer_api: Any) -> None:
    for text in ("a\0b", "\ud800"):
        answer = marketer_api.post("workflows", {"name": "x", "definition": workflow(note("a", text))})
        assert answer.status_code == 422, answer.content[:500]
    assert not Workflow.objects.exists()


@pytest.mark.parametrize("path", ["workflows/{}", "workflows/{}/enrolments", "workflows/1/enrolments/{}"])
@pytest.mark.parametrize("key", ["0", "9" * 30, "x", "-1", "1.5"])
def test_keys_that_name_nothing_are_not_found(marketer_api: Any, path: str, key: str) -> None:
    assert marketer_api.get(path.format(key)).status_code == 404


def test_an_enrolment_is_reached_through_its_own_workflow_only(marketer_api: Any) -> None:
    made, other = publish(workflow(note("a"))), publish(workflow(note("b")), name="Other")
    wish = {"contact": {"id": make_contact().pk}}
    thing = marketer_api.post(f"workflows/{made.pk}/enrolments", wish).json()
    assert marketer_api.get(f"workflows/{other.pk}/enrolments/{thing['id']}").status_code == 404


def test_the_same_key_with_another_contact_is_a_mistake_and_enrols_no_one_more(marketer_api: Any) -> None:
    made = publish(workflow(note("a")))
    path = f"workflows/{made.pk}/enrolments"
    first, second = ({"contact": {"id": make_contact().pk}} for _time in range(2))
    assert marketer_api.post(path, first, idempotency_key="k").status_code == 202
    replayed = marketer_api.post(path, first, idempotency_key="k")
    assert (replayed.status_code, replayed["Idempotent-Replayed"]) == (202, "true")
    answer = marketer_api.post(path, second, idempotency_key="k")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert Enrolment.objects.count() == 1


def test_what_has_not_changed_is_not_sent_again(marketer_api: Any) -> None:
    made = publish(workflow(note("a")))
    thing = marketer_api.post(
        f"workflows/{made.pk}/enrolments", {"contact": {"id": make_contact().pk}}
    ).json()
    for url in (f"/api/v1/workflows/{made.pk}", thing["url"]):
        tag = marketer_api.get(url)["ETag"]
        assert marketer_api.get(url, if_none_match=tag).status_code == 304


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=st.lists(KINDS, max_size=4), again=st.sampled_from(["never", "always", "once_per_event"]))
def test_what_is_read_can_be_imported_again_and_is_the_same(
    marketer_api: Any, kinds: list[Any], again: str
) -> None:
    given_one = workflow(*steps_of(kinds), again=again, existing=False)
    first = marketer_api.post("workflows", {"name": "Round trip", "definition": given_one}).json()
    thing = marketer_api.get(first["url"]).json()
    wish = {name: thing[name] for name in ("name", "description", "definition")}
    second = marketer_api.post("workflows", wish).json()
    assert second["definition"] == first["definition"] == given_one


def test_every_trigger_and_step_survives_the_round_trip(marketer_api: Any) -> None:
    definition = everything()
    made = publish(definition, name="All of it")
    published = marketer_api.get(f"workflows/{made.pk}").json()["published_definition"]
    copy = marketer_api.post("workflows", {"name": "Copy", "definition": published})
    assert copy.status_code == 201, copy.content[:500]
    assert publish(copy.json()["definition"], name="Published copy").current.definition == published
