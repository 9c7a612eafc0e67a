from datetime import UTC, datetime

import pytest
from django.test import RequestFactory
from django.utils import timezone

from core.filters import FilterChip, FixedFilter, chips, chosen_day, chosen_filter

OPTIONS = [("", "All"), ("on", "Switched on")]


def test_what_is_no_option_is_no_choice():
    request = RequestFactory().get("/list/", {"sync": "<script>"})
    assert chosen_filter(request, "sync", "Sync", OPTIONS).chosen == ""


def test_a_chip_takes_its_filter_off_and_goes_back_to_the_first_page():
    request = RequestFactory().get("/list/", {"sync": "on", "q": "a b", "page": "4"})
    chosen = chosen_filter(request, "sync", "Sync", OPTIONS)
    assert chips(request, [chosen]) == [FilterChip("Sync", "Switched on", "/list/?q=a+b")]


def test_the_last_chip_leaves_the_bare_address():
    request = RequestFactory().get("/list/", {"sync": "on"})
    (chip,) = chips(request, [chosen_filter(request, "sync", "Sync", OPTIONS)])
    assert chip.without == "/list/"


def test_a_filter_that_is_not_set_has_no_chip():
    request = RequestFactory().get("/list/")
    assert chips(request, [chosen_filter(request, "sync", "Sync", OPTIONS)]) == []


def test_a_day_counts_from_its_start_to_its_end_where_the_viewer_is():
    with timezone.override("Europe/Berlin"):
        day = chosen_day(
            RequestFactory().get("/?from=2026-03-29"), "from", "From"
        )  # an hour shorter: clocks go forward
        assert day.shown == "29 Mar 2026"
        assert (day.start, day.end) == (
            datetime(2026, 3, 28, 23, tzinfo=UTC),
            datetime(2026, 3, 29, 22, tzinfo=UTC),
        )


@pytest.mark.parametrize("text", ["", "yesterday", "2026-02-31", "0001-01-01", "9999-12-31"])
def test_what_is_no_day_filters_nothing(text):
    day = chosen_day(RequestFactory().get(f"/?from={text}"), "from", "From")
    assert (day.chosen, day.start, day.end, day.shown) == ("", None, None, "")


def test_taking_a_filter_off_begins_the_list_anew():
    only = FixedFilter("webinar", "Webinar", "7", "Growing roses")
    request = RequestFactory().get("/audit/?webinar=7&code=E5&before=x&after=y&page=2")
    assert chips(request, [only]) == [FilterChip("Webinar", "Growing roses", "/audit/?code=E5")]
