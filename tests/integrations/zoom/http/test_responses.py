import json
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.zoom import errors
from integrations.zoom.errors import LimitKind, NeedsPerson, NeedsSettings, TryLater, ZoomError
from integrations.zoom.http.limits import Label
from integrations.zoom.http.responses import Reply, clean, raise_for_error, read_object
from tests.integrations.zoom.fakes import NOW, SECRET, reply
from tests.support.examples import examples

SUBSCRIBE = (
    "Webinar plan is missing. You must subscribe to the webinar plan and enable webinars for this user."
)


def error_of(answer: Reply) -> ZoomError:
    """What a client would meet."""
    with pytest.raises(ZoomError) as caught:
        read(answer)
    return caught.value


def read(answer: Reply) -> dict[str, object]:
    raise_for_error(answer, NOW)
    return read_object(answer, NOW)


@pytest.mark.parametrize(
    ("status", "code", "message", "error", "decision"),
    [
        (401, 124, "Access token is expired.", errors.TokenRejected, NeedsPerson),
        (400, 124, "Invalid access token.", errors.TokenRejected, NeedsPerson),
        (400, 4700, "Invalid Access Token", errors.TokenRejected, NeedsPerson),
        (404, 3001, "Webinar does not exist: 123.", errors.NotFound, NeedsPerson),
        (404, 1001, "User does not exist: abc.", errors.NotFound, NeedsPerson),
        (400, 1010, "User does not belong to this account: abc.", errors.NotFound, NeedsPerson),
        (400, 3079, "This registrant does not exist: abc.", errors.NotFound, NeedsPerson),
        (404, 3301, "There is no recording for this meeting.", errors.NotFound, NeedsPerson),
        (404, 3322, "This meeting transcript does not exist.", errors.NotFound, NeedsPerson),
        (400, 12702, "Can not access a webinar a year ago.", errors.TooOld, NeedsPerson),
        (400, 300, "The next page token is invalid or expired.", errors.PageTokenExpired, TryLater),
        (400, 300, "Invalid webinar ID.", errors.Refused, NeedsPerson),
        (400, 200, SUBSCRIBE, errors.NoWebinarPlan, NeedsSettings),
        (200, 200, "Webinar plan subscription is missing. Enable it.", errors.NoWebinarPlan, NeedsSettings),
        (400, 200, "Only available for Paid or ZMP account: abc.", errors.PaidPlanNeeded, NeedsSettings),
        (200, 200, "This is only available for paid account: a.", errors.PaidPlanNeeded, NeedsSettings),
        (400, 200, "No permission.", errors.NoPermission, NeedsSettings),
        (200, 200, "You do not have the right permissions.", errors.NoPermission, NeedsSettings),
        (403, 12703, "No permission for the group: abc.", errors.NoPermission, NeedsSettings),
        (403, None, "Access to the Zoom REST API has been denied.", errors.NoPermission, NeedsSettings),
        (
            400,
            3000,
            "Registration has not been enabled for this webinar: 1.",
            errors.RegistrationNotEnabled,
            NeedsSettings,
        ),
        (
            400,
            3000,
            "This webinar does not have registration as required: 1.",
            errors.RegistrationNotEnabled,
            NeedsSettings,
        ),
        (400, 3000, "The Zoom REST API does not support paid registration.", errors.Refused, NeedsPerson),
        (400, 3027, "Host cannot register.", errors.Refused, NeedsPerson),
        (404, None, "", errors.NotFound, NeedsPerson),
        (500, 500, "Internal error.", errors.Unavailable, TryLater),
        (503, None, "Down.", errors.Unavailable, TryLater),
    ],
)
def test_each_error_of_zoom_asks_for_one_decision(
    status: int, code: int | None, message: str, error: type[ZoomError], decision: type[ZoomError]
):
    body = {"message": message} | ({"code": code} if code else {})
    found = error_of(reply(body, status, call="GET /webinars/1"))
    assert type(found) is error
    assert isinstance(found, decision)
    assert (found.details.call, found.details.status, found.details.code) == ("GET /webinars/1", status, code)
    assert found.details.text == message


@pytest.mark.parametrize("code", [4711, 104])
@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_missing_scope_is_named(code: int, status: int):
    text = "Invalid access token, does not contain scopes:[user:read:list_users:admin, user:read:admin]."
    found = error_of(reply({"code": code, "message": text}, status))
    assert isinstance(found, errors.MissingScope)
    assert found.scopes == ("user:read:list_users:admin", "user:read:admin")
    assert "user:read:list_users:admin, user:read:admin" in found.message


def test_a_missing_scope_is_named_also_in_json_that_is_broken():
    body = (
        b'{"code":4711,"message":"Invalid access token, does not contain scopes:["user:read:list_users"]."}'
    )
    found = error_of(reply(body, 400))
    assert isinstance(found, errors.MissingScope)
    assert found.scopes == ("user:read:list_users",)


def test_a_validation_error_names_its_fields():
    body = {
        "code": 300,
        "message": "Validation Failed.",
        "errors": [{"field": "email", "message": "Bad."}, 1],
    }
    assert error_of(reply(body, 400)).details.text == "Validation Failed. email: Bad."


@pytest.mark.parametrize("status", [429, 200])
def test_d15_a_429_says_until_when_also_with_http_200(status: int):
    body = {"code": 429, "message": "You have reached the maximum per-second rate limit for this API."}
    found = error_of(reply(body, status, {"Retry-After": "3"}))
    assert isinstance(found, errors.RateLimited)
    assert found.not_before is not None
    assert (found.kind, (found.not_before - NOW).total_seconds()) == (LimitKind.PER_SECOND, 3)


def test_d15_a_429_without_any_words_is_one_too():
    assert isinstance(error_of(reply(b"", 429)), errors.RateLimited)


def test_d15_resource_intensive_calls_wait_for_the_minute():
    found = error_of(reply(b"", 429, label=Label.RESOURCE_INTENSIVE))
    assert isinstance(found, errors.RateLimited)
    assert found.not_before is not None
    assert (found.not_before - NOW).total_seconds() == 60


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"<html><title>Sign in to the hotel's network</title></html>", 200),
        (b"<html>403 Forbidden</html>", 403),
        (b"<html>404</html>", 404),
        (b'{"users": [{"id": "a", "email": "annie@exa', 200),
        (b"", 200),
        (b"[]", 200),
        (b"null", 200),
        (b"", 301),
        (b'{"url": "https://example.com"}', 302),
        (b"[" * 100_000, 200),
    ],
)
def test_an_answer_that_is_not_zooms_is_tried_again(body: bytes, status: int):
    assert isinstance(error_of(reply(body, status)), errors.BadAnswer)


@pytest.mark.parametrize("status", [403, 404, 405, 410])
def test_a_no_that_is_not_in_zooms_words_is_told_apart_and_tried_again_all_the_same(status: int):
    found = error_of(reply(b"<html>Not Found</html>", status))
    assert type(found) is errors.NotServed
    assert isinstance(found, TryLater)


def test_a_gateways_page_is_an_outage():
    found = error_of(reply(b"<html><title>502 Bad Gateway</title></html>", 502))
    assert type(found) is errors.Unavailable
    assert found.details.text == "502 Bad Gateway"


def test_data_that_was_cut_off_is_not_shown():
    assert "annie" not in str(error_of(reply(b'{"users": [{"email": "annie@exa', 200)))


def test_a_record_with_a_field_called_message_is_no_error():
    assert read_object(reply({"message": "hi", "id": 1}), NOW) == {"message": "hi", "id": 1}


@given(st.binary(max_size=200), st.integers(min_value=200, max_value=599))
def test_any_answer_is_data_or_one_of_our_errors(body: bytes, status: int):
    with suppress(TryLater, NeedsPerson, NeedsSettings):
        assert read(reply(body, status)) == json.loads(body)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(["code", "message", "errors", "reason", "error"], json_values)
    ),
    st.integers(min_value=300, max_value=599),
)
def test_any_json_error_is_one_of_our_errors(body: dict[str, object], status: int):
    assert isinstance(error_of(reply(body, status)), (TryLater, NeedsPerson, NeedsSettings))


@pytest.mark.parametrize(
    "text",
    [
        f"Invalid access token {SECRET}.",
        "token eyJhbGciOiJIUzUxMiJ9.eyJpc3MiOiJodHRwczovL2V2ZW50Lnpvb20udXMifQ.a6KetiC6BlkDhf1dP4KB",
        f"see https://zoom.us/w/123?tk={SECRET} for more",
    ],
)
@pytest.mark.parametrize("status", [200, 400, 401, 429, 500])
def test_no_secret_gets_into_the_text_of_an_error(text: str, status: int):
    found = error_of(reply({"code": 999, "message": text}, status, secrets=(SECRET,)))
    for shown in (str(found), repr(found), found.details.text, repr(found.details)):
        assert SECRET not in shown
        assert "eyJpc3Mi" not in shown


def test_a_secret_that_is_a_part_of_zooms_words_does_not_change_what_they_mean():
    found = error_of(
        reply({"code": 300, "message": "The next page token is invalid or expired."}, 400, secrets=("tok",))
    )
    assert isinstance(found, errors.PageTokenExpired)
    assert "tok" not in found.details.text
    daily = error_of(
        reply({"code": 429, "message": "You have reached the daily limit."}, 429, secrets=("ail",))
    )
    assert isinstance(daily, errors.RateLimited)
    assert daily.kind is LimitKind.DAILY


def test_a_reply_shows_neither_its_body_nor_its_secrets():
    assert SECRET not in repr(reply({"a": SECRET}, secrets=(SECRET,)))


@given(st.text(max_size=500))
def test_a_cleaned_text_is_one_short_line(text: str):
    assert len(clean(text)) <= 301
    assert "\n" not in clean(text)


@given(
    st.lists(
        st.sampled_from(["<", ">", "scope", "[", "]", " ", '"message":"', '"', "https://", "?", "a."]),
        min_size=1,
        max_size=4,
    ).map("".join)
)
@settings(max_examples=examples(0.4))
def test_the_time_for_an_error_grows_with_its_length_only(unit: str) -> None:
    body = f"<{unit * (100_000 // len(unit))}".encode()
    begun = time.process_time()
    for status in (400, 401, 500):
        with suppress(ZoomError):
            read(reply(body, status))
    assert time.process_time() - begun < 5
