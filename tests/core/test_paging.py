"""Pages of a list whose rows may lack the value it is sorted by, and of one that is counted later."""

from typing import Any

import pytest
from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from contacts.models import Contact
from core import uncounted, web
from core.blanks_last import BlanksLast
from core.sorted_anew import sorted_anew
from core.uncounted import paginate_uncounted
from tests.contacts.make import make_contact, make_contacts

AVERAGE = "zoom_webinar_attendance_average_duration"
averages = st.lists(st.sampled_from([None, 0.0, 10.0, 90.0]), max_size=9)


class Orders(TestCase):
    @settings(max_examples=20)
    @given(averages, st.booleans(), st.integers(1, 4))
    def test_pages_are_in_the_order_with_blanks_last(
        self, values: list[float | None], descending: bool, per_page: int
    ) -> None:
        contacts = [make_contact(**{AVERAGE: value}) for value in values]
        sign = -1 if descending else 1
        ordered = sorted(contacts, key=lambda row: (_place(row, sign), sign * row.pk))
        rows = BlanksLast(Contact.objects.all(), AVERAGE, descending=descending)
        request = RequestFactory()
        for first in range(0, len(values), per_page):
            page = web.paginate(request.get("/", {"page": first // per_page + 1}), rows, per_page)
            assert list(page.object_list) == ordered[first : first + per_page]
            assert page.paginator.count == len(values)
        order = web.sorting(
            request.get("/", {"sort": "-a" if descending else "a"}), {"a": (AVERAGE,)}, "a", (AVERAGE,)
        )
        assert list(Contact.objects.order_by(*sorted_anew(order.order_by))) == ordered


def _place(contact: Contact, sign: int) -> tuple[bool, float]:
    value = getattr(contact, AVERAGE)
    return value is None, sign * (value or 0)


@pytest.fixture
def contacts(db: None) -> Any:
    make_contacts(f"p{n}@acme.test" for n in range(7))
    return Contact.objects.order_by("pk")


@pytest.mark.parametrize(
    ("number", "shown", "is_counted_later", "has_next"),
    [("1", 3, True, True), ("2", 3, True, True), ("3", 1, False, False), ("9", 1, None, False)],
)
def test_a_page_that_is_counted_later_knows_whether_there_is_another(
    rf: RequestFactory, contacts: Any, number: str, shown: int, is_counted_later: bool | None, has_next: bool
) -> None:
    page = paginate_uncounted(rf.get("/", {"page": number}), contacts, 3)
    assert (len(page.object_list), page.has_next()) == (shown, has_next)
    assert getattr(page.paginator, "is_counted_later", None) == is_counted_later
    if has_next:
        assert page.next_page_number() == page.number + 1
    else:
        assert page.paginator.count == 7


def test_pages_that_are_counted_later_end_where_others_do(
    rf: RequestFactory, contacts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uncounted, "COUNTED_ROWS", 6)
    page = paginate_uncounted(rf.get("/", {"page": "2"}), contacts, 3)
    assert (page.has_previous(), page.has_next()) == (True, False)
