import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.zoom import endpoints
from integrations.zoom.endpoints import RegistrantStatus
from integrations.zoom.errors import BadAnswer, NoWebinarPlan, PageTokenExpired, Refused
from integrations.zoom.http.pages import MAX_RESTARTS, Page, PageWalk, read_page, read_record
from tests.integrations.zoom.fakes import NOW, reply

LISTING = endpoints.registrants(91234567890, RegistrantStatus.APPROVED)


def walk_through(tokens: list[str]) -> list[str]:
    """The page tokens that are asked for when the pages come with these."""
    walk = PageWalk(LISTING)
    asked = [walk.first().params.get("next_page_token", "")]
    for token in tokens:
        call = walk.after(Page([], next_page_token=token))
        if call is None:
            break
        asked.append(call.params["next_page_token"])
    return asked


@given(st.lists(st.text(min_size=1, max_size=5), unique=True, max_size=20))
def test_a_listing_is_read_to_its_last_page(tokens: list[str]):
    assert walk_through([*tokens, ""]) == ["", *tokens]


@given(st.lists(st.text(min_size=1, max_size=3), min_size=1, max_size=20))
def test_a_repeated_token_ends_the_listing_with_an_error_and_never_quietly(tokens: list[str]):
    with pytest.raises(BadAnswer, match="repeats itself"):
        walk_through([*tokens, tokens[0]])


def test_an_expired_token_starts_again_from_the_first_page():
    walk = PageWalk(LISTING)
    walk.after(Page([], next_page_token="a"))
    assert walk.again(PageTokenExpired()) == LISTING
    assert walk.restarts == 1
    assert walk.after(Page([], next_page_token="a")) is not None  # no repetition: it is a new round


def test_a_listing_that_expires_again_and_again_is_given_up_for_now():
    walk = PageWalk(LISTING)
    for _round in range(MAX_RESTARTS):
        walk.again(PageTokenExpired())
    with pytest.raises(PageTokenExpired):
        walk.again(PageTokenExpired())


def test_a_page_of_people_is_read_with_the_total_for_progress():
    page = read_page(
        LISTING, reply({"registrants": [{"id": "a"}], "next_page_token": "x", "total_records": 9}), NOW
    )
    assert ([item.id for item in page.items], page.total, page.is_last) == (["a"], 9, False)


def test_one_bad_person_costs_no_page():
    page = read_page(LISTING, reply({"registrants": [{"id": "a"}, {"email": "x@y.example"}]}), NOW)
    assert [item.id for item in page.items] == ["a"]
    assert page.bad[0].excerpt == "email: x@y.example"
    assert page.is_last


@pytest.mark.parametrize("body", [{"registrants": None}, {"total_records": 3}, {"registrant": []}])
def test_a_page_without_its_list_is_a_bad_answer_and_not_an_empty_one(body: dict[str, object]):
    with pytest.raises(BadAnswer, match="registrants"):
        read_page(LISTING, reply(body), NOW)


def test_an_error_with_http_200_is_not_an_empty_page():
    body = {"code": 200, "message": "Webinar plan subscription is missing. Enable it."}
    with pytest.raises(NoWebinarPlan):
        read_page(LISTING, reply(body), NOW)
    with pytest.raises(Refused):
        read_record(endpoints.transcript("a"), reply({"code": 9, "message": "no"}), NOW)


def test_a_record_that_makes_no_sense_is_a_bad_answer_without_its_values():
    with pytest.raises(BadAnswer, match="id") as caught:
        read_record(endpoints.webinar(1), reply({"id": "hunter2"}), NOW)
    assert "hunter2" not in str(caught.value)
