from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory

from contacts.models import Contact
from core.keyset import keyset_page
from tests.contacts.make import make_contact

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def seven(db: None) -> list[Contact]:
    """Newest first. Three of them were changed at the same moment."""
    minutes = (9, 8, 5, 5, 5, 2, 1)
    rows = [
        make_contact(f"{number}@example.com", updated_at=NOON + timedelta(minutes=minute))
        for number, minute in enumerate(minutes)
    ]
    return sorted(rows, key=lambda row: (row.updated_at, row.pk), reverse=True)


def page(per_page=3, **asked):
    request = RequestFactory().get("/", asked)
    return keyset_page(request, Contact.objects.all(), "updated_at", per_page)


def test_the_first_page_has_the_newest_and_a_way_to_older_ones(seven):
    first = page()
    assert list(first.rows) == seven[:3]
    assert first.older
    assert not first.newer


def test_turning_older_pages_shows_every_row_once_also_those_of_the_same_moment(seven):
    shown, current = [], page(per_page=2)
    while True:
        shown += current.rows
        if not current.older:
            break
        current = page(per_page=2, before=current.older)
    assert shown == seven


def test_turning_back_leads_over_the_same_pages(seven):
    second = page(per_page=2, before=page(per_page=2).older)
    third = page(per_page=2, before=second.older)
    assert list(page(per_page=2, after=third.newer).rows) == list(second.rows)
    assert list(page(per_page=2, after=second.newer).rows) == seven[:2]


def test_the_first_page_reached_backwards_is_full_and_has_nothing_newer(seven):
    """Two rows are newer than the third, and a page has three."""
    second = page(before=f"{seven[1].updated_at.isoformat()}~{seven[1].pk}")
    back = page(after=second.newer)
    assert list(back.rows) == seven[:3]
    assert not back.newer


def test_rows_that_arrive_meanwhile_move_nothing(seven):
    older = page().older
    make_contact("new@example.com", updated_at=NOON + timedelta(minutes=10))
    assert list(page(before=older).rows) == seven[3:6]


def test_a_page_behind_the_last_row_is_empty_and_leads_nowhere(seven):
    last = seven[-1]
    behind = page(before=f"{last.updated_at.isoformat()}~{last.pk}")
    assert (list(behind.rows), behind.has_others) == ([], False)


@pytest.mark.parametrize(
    "place",
    ["nonsense", "2026-03-01T12:00:00+00:00~x", "2026-02-31T12:00:00+00:00~1", "2026-03-01T12:00:00~1", "~1",
     f"2026-03-01T12:00:00+00:00~{'9' * 30}", "2026-03-01T12:00:00+00:00~²"],
)  # fmt: skip
def test_what_is_no_place_leads_to_the_first_page(seven, place):
    assert list(page(before=place).rows) == seven[:3]
    assert list(page(after=place).rows) == seven[:3]


def test_a_page_costs_one_query_wherever_it_is(seven, django_assert_num_queries):
    older = page().older
    for asked in ({}, {"before": older}, {"after": f"{seven[5].updated_at.isoformat()}~{seven[5].pk}"}):
        with django_assert_num_queries(1):
            page(**asked)
