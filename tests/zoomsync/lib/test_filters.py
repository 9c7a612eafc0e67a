from django.test import RequestFactory

from zoomsync.lib.filters import Chip, chips, chosen_filter

OPTIONS = [("", "All"), ("on", "Switched on")]


def test_what_is_no_option_is_no_choice():
    request = RequestFactory().get("/list/", {"sync": "<script>"})
    assert chosen_filter(request, "sync", "Sync", OPTIONS).chosen == ""


def test_a_chip_takes_its_filter_off_and_goes_back_to_the_first_page():
    request = RequestFactory().get("/list/", {"sync": "on", "q": "a b", "page": "4"})
    chosen = chosen_filter(request, "sync", "Sync", OPTIONS)
    assert chips(request, [chosen]) == [Chip("Sync", "Switched on", "/list/?q=a+b")]


def test_the_last_chip_leaves_the_bare_address():
    request = RequestFactory().get("/list/", {"sync": "on"})
    (chip,) = chips(request, [chosen_filter(request, "sync", "Sync", OPTIONS)])
    assert chip.without == "/list/"


def test_a_filter_that_is_not_set_has_no_chip():
    request = RequestFactory().get("/list/")
    assert chips(request, [chosen_filter(request, "sync", "Sync", OPTIONS)]) == []
