import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contacts.segments.builder.page import Builder, sentences_of
from contacts.segments.compiling import normalized
from contacts.segments.errors import DefinitionError
from contacts.segments.members import parse
from tests.contacts.segments.random_crm import conditions, define_properties, nodes
from tests.marketing_events.make import make_event

pytestmark = pytest.mark.django_db


def sent(builder: Builder, do: str = "", **changes: str | list[str]) -> Builder:
    """The next draft after the browser has sent the form of this one. A name may have "__" for a dot."""
    data = QueryDict(mutable=True)
    data["was"], data["undo"], data["do"] = builder.state, builder.undo_state, do
    for name, values in fields(builder.form):
        data.setlist(name, [*data.getlist(name), *values])
    for name, value in changes.items():
        data.setlist(name.replace("__", "."), value if isinstance(value, list) else [value])
    return Builder.of_form(data)


def fields(form: Any) -> Any:
    """What the templates draw, as a browser sends it."""
    if form.is_group:
        yield f"{form.path}.match", [form.match]
        for node in form.nodes:
            yield from fields(node)
        return
    yield f"{form.path}.what", [form.what]
    if form.measures:
        yield f"{form.path}.measure", [form.measure]
    if form.what.startswith("segment"):
        yield f"{form.path}.pick.id", [form.segment]
    for test in [*([form.test] if form.test else []), *form.tests]:
        yield f"{test.prefix}.operator", [test.operator]
        values = [value for value in test.values if test.input != "option" or value]
        yield f"{test.prefix}.value", values
    for picker in form.pickers:
        picked = [value for value, _label in picker.picked]
        if picked or picker.is_nothing:
            yield f"{form.path}.pick.{picker.name}", picked or [""]
        yield f"{form.path}.search.{picker.name}", [picker.search]


def new() -> Builder:
    return Builder.of_definition({"version": 1, "where": {"all": []}})


@settings(suppress_health_check=[*HealthCheck])
@given(data=st.data())
def test_a_definition_comes_out_of_the_builder_with_the_meaning_it_went_in_with(data: st.DataObject):
    define_properties()
    event = make_event()
    node = data.draw(nodes(conditions([event.pk], []), 3))
    node = json.loads(json.dumps(node).replace('"z "', '"z"'))  # a list has one value per line, trimmed
    builder = Builder.of_definition({"version": 1, "where": node})
    again = sent(builder)
    assert again.definition == builder.definition
    assert not again.undo
    if not builder.problems:
        meant = parse({"version": 1, "where": node})
        assert normalized(parse(again.definition)) == normalized(meant)


def test_conditions_and_groups_are_added_and_removed():
    builder = sent(sent(new(), "add@r"), "group@r")
    assert builder.definition["where"] == {"all": [{}, {"any": [{}]}]}
    builder = sent(builder, "add@r.1")
    assert builder.definition["where"] == {"all": [{}, {"any": [{}, {}]}]}
    assert sent(builder, "remove@r.0").definition["where"] == {"all": [{"any": [{}, {}]}]}


def test_undo_goes_back_step_by_step():
    first = sent(new(), "add@r")
    second = sent(first, "add@r")
    assert sent(second, "undo").state == first.state
    assert sent(sent(second, "undo"), "undo").state == new().state
    assert sent(new(), "undo").state == new().state


def test_nothing_changed_is_nothing_to_undo():
    assert sent(new(), "update").undo == []


@pytest.mark.parametrize("undo", ["", "[", "{}", '["x"]', '["{}"]', "[1]"])
def test_what_is_no_draft_is_not_undone_to(undo: str):
    data = QueryDict(mutable=True)
    data.update({"undo": undo, "do": "undo", "r.match": "any"})
    assert Builder.of_form(data).root.match == "any"


def test_a_half_condition_says_what_it_lacks():
    builder = sent(new(), "add@r")
    assert builder.problems == {"r.0": ["Choose what this condition is about."]}
    builder = sent(builder, r__0__what="property:first_name")
    assert builder.problems == {"r.0": ["Enter a value."]}
    builder = sent(builder, r__0__what="property:zoom_webinar_attendance_count", r__0__operator="between")
    assert builder.problems == {"r.0": ["Enter both values."]}
    builder = sent(builder, r__0__value=["1", "many"])
    assert builder.problems == {"r.0": ["Must be a number."]}
    builder = sent(builder, r__0__value=["1", "2.5"])
    assert builder.problems == {}
    assert builder.definition["where"]["all"][0]["value"] == [1, 2.5]


def test_an_event_is_picked_from_the_list_or_by_a_name_that_only_it_has():
    tour, roses = make_event("Autumn release tour"), make_event("Growing roses")
    builder = sent(sent(new(), "add@r"), r__0__what="event_attended!")
    picked = sent(builder, r__0__search__event_ids=f"Autumn release tour, 2 Mar 2026 #{tour.pk}")
    assert picked.definition["where"]["all"][0]["events"] == {"event_ids": [tour.pk]}
    both = sent(picked, r__0__search__event_ids="roses")
    assert both.definition["where"]["all"][0]["events"] == {"event_ids": [tour.pk, roses.pk]}
    (sentence,) = [text for level, text in both.sentences if level == 1]
    assert sentence == ("Did not attend “Autumn release tour, 2 Mar 2026” or “Growing roses, 2 Mar 2026”")
    fewer = sent(both, f"unpick@r.0@event_ids@{tour.pk}")
    assert fewer.definition["where"]["all"][0]["events"] == {"event_ids": [roses.pk]}


def test_a_part_of_a_name_is_not_picked_while_someone_is_typing_it():
    tour = make_event("Autumn release tour")
    builder = sent(sent(new(), "add@r"), r__0__what="event_attended")
    half = {"r__0__search__event_ids": "autum"}
    typing = sent(builder, **half, typing="r.0.search.event_ids")
    assert typing.form.nodes[0].pickers[0].search == "autum"
    picked = {"event_ids": [tour.pk]}
    assert sent(builder, **half).definition["where"]["all"][0]["events"] == picked
    enter = sent(builder, "update", **half, typing="r.0.search.event_ids")
    assert enter.definition["where"]["all"][0]["events"] == picked


def test_a_name_that_nothing_has_stays_and_says_so():
    builder = sent(sent(new(), "add@r"), r__0__what="event_attended", r__0__search__event_ids="nothing")
    assert builder.problems == {"r.0": ["“nothing” isn't chosen yet. Choose one from the list."]}


def test_tests_are_added_and_dropped():
    builder = sent(sent(new(), "add@r"), r__0__what="event_attended", r__0__add="starts")
    assert builder.problems == {"r.0": ["Enter a value."]}
    builder = sent(builder, r__0__test__starts__value="30")
    starts = {"starts": {"is": "last_days", "value": 30}}
    assert builder.definition["where"]["all"][0]["events"] == starts
    assert sent(builder, "drop@r.0@starts").definition["where"]["all"][0]["events"] == {}


def test_another_choice_drops_what_no_longer_belongs():
    builder = sent(sent(new(), "add@r"), r__0__what="zoom_attendance", r__0__add="seconds")
    builder = sent(builder, r__0__what="zoom_recording")
    assert builder.definition["where"]["all"][0] == {"filter": "zoom_recording"}


def test_days_are_those_of_the_viewers_clock():
    with timezone.override(ZoneInfo("Europe/Berlin")):
        builder = sent(sent(new(), "add@r"), r__0__what="property:created_at", r__0__operator="before")
        builder = sent(builder, r__0__value="2026-03-02")
        value = builder.definition["where"]["all"][0]["value"]
        assert datetime.fromisoformat(value) == datetime(2026, 3, 1, 23, tzinfo=UTC)
        again = Builder.of_definition(builder.definition)
        assert again.form.nodes[0].test.values == ["2026-03-02"]
        assert [text for _level, text in again.sentences][1] == "Created is before 2 Mar 2026"


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ({"filter": "event_attended", "events": {}}, "Attended any event"),
        (
            {
                "filter": "event_registered",
                "did": False,
                "events": {"name": {"is": "contains", "value": "rose"}},
            },
            "Did not register for any event whose name contains “rose”",
        ),
        (
            {"filter": "attendance_duration", "measure": "percent", "is": "at_least", "value": 50},
            "Attended for at least 50 percent of any event",
        ),
        (
            {"filter": "event_no_show", "events": {"starts": {"is": "last_days", "value": 1}}},
            "Was a no-show at any event starting in the last 1 day",
        ),
        (
            {"filter": "zoom_recording", "topic": {"is": "in", "value": ["a", "b", "c", "d"]}},
            "Is in an available recording whose topic is any of “a”, “b” or 2 others",
        ),
        (
            {"filter": "property", "property": "source", "is": "equals", "value": "zoom"},
            "Source is “Zoom sync”",
        ),
        ({"filter": "property", "property": "first_name", "is": "unknown"}, "First name is not known"),
    ],
)
def test_conditions_read_as_sentences(condition: dict[str, Any], sentence: str):
    assert sentences_of({"version": 1, "where": condition})[1] == (1, sentence)


def test_a_definition_that_cannot_be_read_has_no_sentences():
    with pytest.raises(DefinitionError):
        sentences_of({"version": 1, "where": {"filter": "magic"}})


@given(
    st.dictionaries(
        st.from_regex(r"r(\.(\d|match|what|pick|test|value|operator|id|x))*", fullmatch=True), st.text()
    )
)
@settings(suppress_health_check=[*HealthCheck])
def test_whatever_form_is_sent_becomes_a_draft(data: dict[str, str]):
    form = QueryDict(mutable=True)
    form.update(data)
    builder = Builder.of_form(form)
    assert builder.form.is_root
    assert builder.problems is not None
