"""What a sync costs the database: statements for each chunk of rows, however many are in it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from integrations.sync.steps import page_groups, people
from integrations.sync.steps.two_writers import write_in_turn
from integrations.zoom.http.pages import Page

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def one_writer(monkeypatch) -> None:
    """What is written in another connection would not be counted."""
    monkeypatch.setattr(people, "write_in_two", write_in_turn)


def statements(company, persons, *, again=False):
    """How many statements the sync of a webinar takes that so many registered for and attended."""
    webinar = company.make.past(f"For {persons}")
    instance = company.make.hold(webinar)
    for number in range(persons):
        registrant = company.make.register(webinar, f"p{number}of{persons}@customer.example", "P")
        company.make.stay(instance, registrant, 0, 30)
        company.make.stay(instance, registrant, 35, 60)
    company.discover()
    if again:
        company.sync(webinar)
    with CaptureQueriesContext(connection) as captured:
        company.sync(webinar, full=again)
    return len(captured)


@pytest.mark.parametrize("again", [False, True])
def test_statements_do_not_depend_on_how_many_people_a_chunk_has(company, again):
    assert abs(statements(company, 3, again=again) - statements(company, 280, again=again)) <= 4


@pytest.mark.parametrize("again", [False, True])
def test_each_further_chunk_costs_a_constant_number_of_statements(company, monkeypatch, again):
    monkeypatch.setattr(page_groups, "ROWS", 300)
    monkeypatch.setattr(people, "PARTS_AT_ONCE", 150)
    one, two, three = (statements(company, count, again=again) for count in (300, 600, 900))
    assert abs((three - two) - (two - one)) <= 6  # statistics are refreshed from some size on
    # A chunk of registrants, two of attendance, two batches of people with their change sets.
    assert two - one <= 95


def test_pages_wait_for_each_other_until_there_are_enough_rows(monkeypatch):
    monkeypatch.setattr(page_groups, "ROWS", 5)
    pages = [Page([1, 2, 3]), Page([4, 5]), Page([6], bad=["bad"])]
    assert [chunk and (chunk.items, chunk.bad) for chunk in page_groups.chunks(pages)] == [
        None,
        ([1, 2, 3, 4, 5], []),
        None,
        ([6], ["bad"]),
    ]


def test_a_listing_without_rows_is_no_chunk():
    assert list(page_groups.chunks([Page([])])) == [None]
