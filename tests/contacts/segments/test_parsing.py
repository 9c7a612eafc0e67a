from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.properties.kinds import PropertyKind
from contacts.segments.catalogue import Catalogue, Property, ReferredSegment
from contacts.segments.errors import DefinitionError, Problem
from contacts.segments.parsing import read_definition
from contacts.segments.properties import KINDS
from contacts.segments.value_tests import ValueKind

PROPERTIES = {
    "first_name": ValueKind.TEXT,
    "created_at": ValueKind.TIME,
    "score": ValueKind.NUMBER,
    "member": ValueKind.BOOLEAN,
    "source": ValueKind.CHOICE,
}
CONDITION = {"filter": "property", "property": "first_name", "is": "known"}
STATIC = 7


def catalogue(*path: int, **segments: Any) -> Catalogue:
    """Segments by name s1, s2, …; the number is the ID."""
    known = {int(name[1:]): ReferredSegment(int(name[1:]), name, raw) for name, raw in segments.items()}
    known[STATIC] = ReferredSegment(STATIC, "List", {}, is_static=True)
    properties = {name: Property(name, name, kind) for name, kind in PROPERTIES.items()}
    return Catalogue(lambda: properties, lambda: known, path)


def read(where: Any, *path: int, **segments: Any) -> Any:
    return read_definition({"version": 1, "where": where}, catalogue(*path, **segments))


def problems(where: Any, *path: int, **segments: Any) -> list[Problem]:
    with pytest.raises(DefinitionError) as refused:
        read(where, *path, **segments)
    return refused.value.problems


def paths(where: Any) -> list[str]:
    return [problem.path for problem in problems(where)]


def prop(name: str, operator: Any, *value: Any) -> dict[str, Any]:
    return {"filter": "property", "property": name, "is": operator, **({"value": value[0]} if value else {})}


@pytest.mark.parametrize(
    "definition",
    [None, [], "x", 1, {}, {"version": 1}, {"where": CONDITION}, {"version": True, "where": CONDITION}]
    + [{"version": version, "where": CONDITION} for version in (0, 2, "1", None)]
    + [{"version": 1, "where": CONDITION, "more": 1}],
)
def test_the_definition_itself_has_a_version_and_a_node(definition):
    with pytest.raises(DefinitionError):
        read_definition(definition, catalogue())


@pytest.mark.parametrize(
    ("node", "path"),
    [
        ([], "where"),
        ({}, "where"),
        ({"all": {}}, "where.all"),
        ({"all": [], "any": []}, "where.any"),
        ({"all": [CONDITION, 5]}, "where.all[1]"),
        ({"any": [{"not": [CONDITION]}]}, "where.any[0].not"),
        ({"filter": "magic"}, "where.filter"),
        ({"filter": ["property"]}, "where.filter"),
        ({**CONDITION, "did": True}, "where.did"),
        ({**CONDITION, "x": 1}, "where.x"),
        ({"filter": "event_attended", "did": 1}, "where.did"),
        ({"filter": "event_attended", "events": []}, "where.events"),
        ({"filter": "event_attended", "events": {"id": [1]}}, "where.events.id"),
        ({"filter": "event_attended", "events": {"event_ids": ["1"]}}, "where.events.event_ids[0]"),
        ({"filter": "event_attended", "events": {"event_ids": 1}}, "where.events.event_ids"),
        ({"filter": "event_attended", "events": {"webinar_ids": ["x"]}}, "where.events.webinar_ids[0]"),
        ({"filter": "event_attended", "events": {"name": "Roses"}}, "where.events.name"),
        ({"filter": "event_attended", "events": {"name": {"value": "x"}}}, "where.events.name.is"),
        ({"filter": "event_attended", "events": {"starts": {"is": "before"}}}, "where.events.starts.value"),
        ({"filter": "attendance_duration", "measure": "hours", "is": "more", "value": 1}, "where.measure"),
        ({"filter": "attendance_duration", "measure": "seconds", "is": "more", "value": "1"}, "where.value"),
        ({"filter": "attendance_duration", "is": "more", "value": 1}, "where.measure"),
        ({"filter": "zoom_recording", "name": {"is": "known"}}, "where.name"),
        ({"filter": "zoom_attendance", "webinar_id": {"is": "more", "value": 1}}, "where.webinar_id.is"),
        ({"filter": "segment", "id": "1"}, "where.id"),
        ({"filter": "segment", "id": True}, "where.id"),
        ({"filter": "segment", "id": 99}, "where.id"),
        (prop("nothing", "known"), "where.property"),
        (prop("first_name", "is"), "where.is"),
        (prop("first_name", None), "where.is"),
        (prop("first_name", "more", 1), "where.is"),
        (prop("first_name", "equals"), "where.value"),
        (prop("first_name", "equals", 1), "where.value"),
        (prop("first_name", "equals", None), "where.value"),
        (prop("first_name", "equals", "\0"), "where.value"),
        (prop("first_name", "equals", "\ud800"), "where.value"),
        (prop("first_name", "in", "Anna"), "where.value"),
        (prop("first_name", "in", ["Anna", 1]), "where.value[1]"),
        (prop("first_name", "known", "Anna"), "where.value"),
        (prop("score", "equals", True), "where.value"),
        (prop("score", "equals", float("nan")), "where.value"),
        (prop("score", "equals", 10**400), "where.value"),
        (prop("score", "between", [1]), "where.value"),
        (prop("score", "between", [1, "2"]), "where.value[1]"),
        (prop("score", "contains", "1"), "where.is"),
        (prop("created_at", "before", "yesterday"), "where.value"),
        (prop("created_at", "before", "2026-02-30"), "where.value"),
        (prop("created_at", "before", "2026-03-01T10:00:00"), "where.value"),
        (prop("created_at", "between", ["2026-03-01T10:00:00Z", None]), "where.value[1]"),
        (prop("created_at", "last_days", "7"), "where.value"),
        (prop("created_at", "last_days", -1), "where.value"),
        (prop("created_at", "next_days", 10**9), "where.value"),
        (prop("created_at", "equals", "2026-03-01T10:00:00Z"), "where.is"),
        (prop("member", "equals", "true"), "where.value"),
        (prop("source", "contains", "zoom"), "where.is"),
    ],
)
def test_each_mistake_is_named_with_its_place(node: Any, path: str):
    assert paths(node) == [path]


def test_all_mistakes_are_named_at_once():
    node = {"all": [prop("score", "more", "x"), {"not": prop("nothing", "known")}, CONDITION, {}]}
    assert paths(node) == ["where.all[0].value", "where.all[1].not.property", "where.all[3]"]


@pytest.mark.parametrize(
    "node",
    [
        {"all": []},
        {"any": []},
        {"not": {"all": []}},
        {"filter": "event_attended"},
        {"filter": "event_attended", "events": {}},
        {"filter": "zoom_recording", "did": False},
        {"filter": "segment", "id": STATIC, "did": False},
        {"filter": "zoom_registration", "webinar_id": {"is": "in", "value": [81000000001, "810 0000-0001"]}},
        prop("first_name", "known", None),
        prop("first_name", "in", []),
        prop("score", "between", [2, 1.5]),
        prop("created_at", "before", "2026-03-01"),
        prop("created_at", "before", "2026-03-01T10:00:00+02:00"),
        prop("created_at", "last_days", 0.5),
        prop("member", "in", [True, False]),
    ],
)
def test_what_the_format_allows_is_read(node: Any):
    assert read(node)


def nested(levels: int) -> Any:
    """A condition alone is one level."""
    return CONDITION if levels == 1 else {"not": nested(levels - 1)}


def test_six_levels_are_allowed_and_a_seventh_is_not():
    assert read(nested(6))
    assert paths(nested(7)) == ["where" + 6 * ".not"]
    assert paths(nested(900)) == ["where" + 6 * ".not"]


def test_a_hundred_conditions_are_allowed_and_one_more_is_not():
    assert read({"all": [{"any": [CONDITION] * 50}, {"all": [CONDITION] * 50}]})
    assert paths({"all": [{"any": [CONDITION] * 50}, {"all": [CONDITION] * 53}]}) == ["where.all[1].all[50]"]


def referring(*ids: int) -> Any:
    return {"version": 1, "where": {"all": [{"filter": "segment", "id": number} for number in ids]}}


def test_segments_may_refer_to_each_other_but_not_in_a_circle():
    ladder = {"s1": referring(2, 3), "s2": referring(3), "s3": referring(STATIC)}
    assert read({"filter": "segment", "id": 1}, 4, **ladder)
    (problem,) = problems({"filter": "segment", "id": 1}, 3, **ladder)
    assert problem.path == "where.id"
    assert "would contain itself" in problem.message
    assert "“s3”" in problem.message


def test_a_segment_cannot_refer_to_itself():
    (problem,) = problems({"filter": "segment", "id": 1}, 1, s1=referring())
    assert problem.path == "where.id"


def test_a_segment_that_cannot_be_read_says_so_where_it_is_referred_to():
    (problem,) = problems(
        {"any": [{"filter": "segment", "id": 1}]}, s1={"version": 1, "where": {"filter": "?"}}
    )
    assert problem.path == "where.any[0].id"
    assert "“s1”" in problem.message


def test_segments_that_contain_others_many_times_end_at_a_limit():
    """Without one, ten segments that each contain the next ten times are ten billion conditions."""
    many = {f"s{number}": referring(*[number + 1] * 10) for number in range(10, 20)}
    many["s20"] = {"version": 1, "where": CONDITION}
    (problem,) = problems({"filter": "segment", "id": 10}, **many)
    assert "conditions" in problem.message
    assert len(problem.message) < 1_000


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["all", "any", "not", "filter", "did", "events", "is", "value", "property", "id"])
            | st.text(max_size=3),
            inner
            | st.sampled_from(["property", "segment", "zoom_attendance", "first_name", "between", "equals"]),
            max_size=5,
        )
    ),
    max_leaves=30,
)


@given(json_values)
def test_whatever_comes_is_read_or_refused_with_a_place(where: Any):
    found = None
    try:
        assert read(where)
    except DefinitionError as error:
        found = error.problems
    assert found is None or (found and all(path.startswith("where") and why for path, why in found))


def test_every_kind_of_property_can_be_asked_for():
    assert set(KINDS) == set(PropertyKind)
