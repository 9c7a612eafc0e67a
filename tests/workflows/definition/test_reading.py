"""The definition's reader and writer."""

import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contacts.segments.catalogue import Catalogue
from contacts.segments.members import catalogue
from tests.support.examples import examples
from tests.workflows.definition.examples import WEBINAR, branch, everything, note, step, trigger, workflow
from workflows.definition.parsing import problems_of, read_definition
from workflows.definition.tree import Path
from workflows.definition.values import WebinarRef
from workflows.definition.writing import write_definition
from workflows.registry import Repeat, actions, triggers

NOTHING = Catalogue(dict, dict)


@pytest.mark.django_db
def test_what_is_written_is_read_as_the_same():
    definition = read_definition(everything(), catalogue())
    written = write_definition(definition)
    assert read_definition(written, catalogue()) == definition
    assert write_definition(read_definition(written, catalogue())) == written


@pytest.mark.django_db
def test_the_example_has_every_action():
    definition = read_definition(everything(), catalogue())
    assert {all_step.action for all_step in definition.all_steps()} == actions().keys()


def test_every_action_says_what_a_repeat_would_mean_and_has_words_for_its_problems():
    for action in actions().values():
        assert isinstance(action.repeat, Repeat)
        assert action.problems <= action.outcomes.keys()
        assert action.label
        assert action.group


def test_every_kind_has_fields_of_different_names():
    for kind in (*actions().values(), *triggers().values()):
        names = [field.name for field in kind.fields]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("typed", [WEBINAR, "931-1234-5678", " 93112345678 ", 93112345678])
def test_r79_a_webinar_id_is_taken_without_spaces_and_dashes(typed):
    definition = read_definition(workflow(step("a", "add_to_webinar", webinar=typed)), NOTHING)
    assert definition.steps[0].arguments["webinar"] == WebinarRef(93112345678)


WRONG = [
    ([], ""),
    ({"version": 2, "triggers": [], "steps": []}, "version"),
    ({"version": 1, "triggers": [], "steps": [], "more": 1}, "more"),
    (workflow(note("a"), note("a")), "steps[1].id"),
    (workflow(note("a b")), "steps[0].id"),
    (workflow(step("a", "fly")), "steps[0].action"),
    (workflow(step("a", "wait", **{"for": {"days": 0}})), "steps[0].arguments.for.days"),
    (workflow(step("a", "wait", **{"for": {"years": 1}})), "steps[0].arguments.for"),
    (workflow(step("a", "wait")), "steps[0].arguments.for"),
    (workflow(step("a", "add_to_webinar", webinar="abc")), "steps[0].arguments.webinar"),
    (workflow(step("a", "add_to_webinar", webinar={"property": "x"})), "steps[0].arguments.webinar.property"),
    (workflow(step("a", "add_to_segment", segment=7)), "steps[0].arguments.segment"),
    (workflow(step("a", "set_property", property="email", value="x")), "steps[0].arguments.property"),
    (workflow(note("a", "{nobody}")), "steps[0].arguments.text"),
    (workflow(step("a", "webhook", url="http://127.0.0.1/")), "steps[0].arguments.url"),
    (workflow(step("a", "email_team", to=["x"], subject="a", text="b")), "steps[0].arguments.to[0]"),
    (workflow(branch("b")), "steps[0].branches"),
    (workflow(branch("b", {"id": "c", "steps": []})), "steps[0].branches[0]"),
    (
        workflow(branch("b", {"id": "c", "where": {"filter": "nope"}, "steps": []})),
        "steps[0].branches[0].where.filter",
    ),
    (
        workflow(branch("b", {"id": "c", "results": [{"step": "z", "outcome": ["x"]}], "steps": []})),
        "steps[0].branches[0].results[0].step",
    ),
    (workflow(note("a"), again="twice"), "enrolment.again"),
    (workflow(note("a"), again="after_days"), "enrolment.days"),
    (workflow(note("a"), days=3), "enrolment.days"),
    (workflow(note("a"), triggers=[trigger("full_moon")]), "triggers[0].trigger"),
    (workflow(note("a"), triggers=[trigger("segment_entered")]), "triggers[0].arguments.segment"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("raw", "path"), WRONG)
def test_each_mistake_is_named_with_its_place(raw, path):
    assert path in [problem.path for problem in problems_of(raw, catalogue())]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.django_db
@settings(max_examples=examples(2), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_anything_in_the_place_of_anything_is_refused_or_read_never_a_crash(data):
    raw = copy.deepcopy(workflow(branch("b", {"id": "c", "where": {"all": []}, "steps": [note("n")]}),
                                 step("w", "wait", **{"for": {"days": 1}}),
                                 triggers=[trigger("event_attended")], again="never"))  # fmt: skip
    place, key = raw, data.draw(st.sampled_from(list(raw)))
    while data.draw(st.booleans()) and isinstance(place[key], dict | list) and place[key]:
        place = place[key]
        key = data.draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
    place[key] = data.draw(JSON)
    if not problems_of(raw, NOTHING):
        write_definition(read_definition(raw, NOTHING))


def test_the_path_goes_on_after_a_branch_wherever_one_comes_out():
    inner = branch("inner", {"id": "yes", "where": {"all": []}, "steps": [note("deep")]})
    raw = workflow(
        branch("outer", {"id": "left", "where": {"all": []}, "steps": [inner]}, otherwise=[note("else")]),
        note("last"),
    )
    path = Path(read_definition(raw, NOTHING))
    assert path.first == "outer"
    assert path.into("outer", "left") == "inner"
    assert path.into("inner", "yes") == "deep"
    assert path.into("inner", "") == "last"
    assert path.into("outer", "") == "else"
    assert path.after("deep") == path.after("else") == "last"
    assert path.after("last") == ""
