"""What PostgreSQL can do with a segment's query: an index serves wherever few rows are meant.

On a small table a sequential scan is right, so it is forbidden here: a plan that still has one has no index.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, models

from contacts.models import Contact
from contacts.segments.members import every, parse, query
from tests.contacts.make import make_contact
from tests.marketing_events.make import make_attended, make_event

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="plans of PostgreSQL"),
]

ONE_WEBINAR = {"webinar_ids": [81_000_000_001]}
EVENTS = "marketing_events_marketingevent"
PARTICIPATIONS = "marketing_events_participation"
CONTACTS = "contacts_contact"


def scanned(rows: models.QuerySet[Any]) -> set[str]:
    """The tables that are read from one end to the other."""
    return {node["Relation Name"] for node in plan(rows, "seqscan") if node["Node Type"] == "Seq Scan"}


def plan(rows: models.QuerySet[Any], *without: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        for kind in without:
            cursor.execute(f"SET LOCAL enable_{kind} = off")
        select, params = rows.query.sql_with_params()
        cursor.execute(f"EXPLAIN (FORMAT JSON) {select}", params)
        ((found,),) = cursor.fetchone()
    return list(nodes(found["Plan"]))


def nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for inner in node.get("Plans", []):
        yield from nodes(inner)


def members(where: dict[str, Any]) -> models.QuerySet[Contact]:
    return query(parse({"version": 1, "where": where}))


@pytest.fixture(autouse=True)
def somebody() -> Contact:
    contact = make_contact("a@x.example", first_name="Anna")
    make_attended(make_event(), contact)
    return contact


@pytest.mark.parametrize(
    "where",
    [
        {"filter": "event_registered", "events": ONE_WEBINAR},
        {"filter": "event_no_show", "events": {"event_ids": [1]}},
        {"filter": "event_attended", "events": {"starts": {"is": "last_days", "value": 30}}},
        {
            "filter": "attendance_duration",
            "measure": "percent",
            "is": "at_least",
            "value": 50,
            "events": ONE_WEBINAR,
        },
        {"filter": "zoom_attendance", "webinar_id": {"is": "equals", "value": 81_000_000_001}},
        {"filter": "property", "property": "email", "is": "equals", "value": "A@X.example"},
        {"filter": "property", "property": "created_at", "is": "last_days", "value": 7},
    ],
    ids=lambda where: where.get("property") or where["filter"],
)
def test_an_index_finds_whom_a_condition_means(where: dict[str, Any]):
    assert scanned(members(where)) == set()


def test_an_index_finds_the_branches_of_a_group():
    either = {
        "any": [
            {"filter": "event_registered", "events": ONE_WEBINAR},
            {"filter": "event_attended", "events": {"starts": {"is": "last_days", "value": 30}}},
        ]
    }
    assert scanned(members({"all": [either, {"filter": "event_no_show", "events": ONE_WEBINAR}]})) == set()


ATTENDED: dict[str, Any] = {"filter": "event_attended", "events": {}}
NO_SHOW: dict[str, Any] = {"filter": "event_no_show", "events": {}}
NAMED_ANNA = {"filter": "property", "property": "first_name", "is": "equals", "value": "anna"}


@pytest.mark.parametrize(
    "where",
    [
        ATTENDED,
        {**ATTENDED, "did": False},
        {**NO_SHOW, "did": False},
        {"any": [ATTENDED, NO_SHOW]},
        {"any": [ATTENDED, NAMED_ANNA]},
        {"not": {"all": [ATTENDED, NO_SHOW, NAMED_ANNA]}},
    ],
    ids=("attended", "never attended", "never a no-show", "either", "either, or a name", "not all"),
)
def test_all_members_are_found_in_the_order_of_an_index(where: dict[str, Any]):
    """A hash of millions of participations took three times as long."""
    without = ("seqscan", "bitmapscan", "hashjoin", "hashagg", "sort")
    found = plan(every(parse({"version": 1, "where": where})), *without)
    participations = {node["Index Name"] for node in found if node.get("Relation Name") == PARTICIPATIONS}
    assert participations == {"participation_by_state"}
    sorted_tables = {inner.get("Relation Name") for node in found for inner in below_sorts(node)}
    assert PARTICIPATIONS not in sorted_tables


def below_sorts(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if node["Node Type"] == "Sort":
        yield from nodes(node)


def is_united(rows: models.QuerySet[Any]) -> bool:
    return " UNION " in str(rows.query)


@pytest.mark.parametrize(
    ("first", "is_looked_up"), [({"events": ONE_WEBINAR}, True), ({"events": {}}, False)], ids=("one", "any")
)
def test_a_group_is_asked_of_each_contact_only_where_few_are_left(first: dict[str, Any], is_looked_up: bool):
    group = {"any": [NO_SHOW, NAMED_ANNA]}
    node = parse({"version": 1, "where": {"all": [{"filter": "event_attended", **first}, group]}})
    assert is_united(every(node)) != is_looked_up
    assert not is_united(query(node))  # a page is full long before all are found


@pytest.mark.parametrize(
    ("branches", "is_looked_up"),
    [([ATTENDED, NAMED_ANNA], True), ([{**ATTENDED, "events": ONE_WEBINAR}, NAMED_ANNA], False)],
    ids=("many", "few"),
)
def test_a_page_goes_through_all_contacts_only_where_many_are_meant(
    branches: list[dict[str, Any]], is_looked_up: bool
):
    assert is_united(members({"any": branches})) != is_looked_up


def test_a_few_contacts_are_looked_at_by_their_keys(somebody: Contact):
    node = parse(
        {
            "version": 1,
            "where": {
                "any": [
                    {"filter": "event_attended", "did": False, "events": {}},
                    {"filter": "property", "property": "first_name", "is": "contains", "value": "n"},
                ]
            },
        }
    )
    among = Contact.objects.filter(pk__any_of=[somebody.pk])
    assert scanned(query(node, among=among)) == set()


def test_an_index_alone_tells_who_took_part_in_what():
    """A row of the table for each participation made five nested conditions take ten times as long."""
    registered = {"filter": "event_registered", "events": {"name": {"is": "contains", "value": "tour"}}}
    short = {"filter": "attendance_duration", "measure": "percent", "is": "less", "value": 20, "events": {}}
    email = {"filter": "property", "property": "email", "is": "contains", "value": "x"}
    either = {"any": [registered, email]}
    where = {"all": [{"filter": "event_no_show", "events": ONE_WEBINAR}, either, {"not": short}]}
    found = plan(members(where), "seqscan", "bitmapscan")
    ways = {node["Node Type"] for node in found if node.get("Relation Name") == PARTICIPATIONS}
    assert ways == {"Index Only Scan"}


@pytest.mark.parametrize(
    ("name", "index"),
    [("event_attended", "contact_by_attendance"), ("event_registered", "contact_by_registrations")],
)
def test_who_never_did_is_asked_only_of_those_who_did_nothing_by_their_counter(name: str, index: str):
    """Of a million contacts who all attended, each was asked for its participations."""
    node = parse({"version": 1, "where": {"filter": name, "did": False, "events": {}}})
    found = plan(query(node), "seqscan")
    assert index in {row.get("Index Name") for row in found}
