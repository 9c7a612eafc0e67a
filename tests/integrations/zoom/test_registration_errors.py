"""D16: each of Zoom's refusals of a registrant ends as its reason; unknown ones keep Zoom's words."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.rules.registration_reasons import (
    AlreadyRegistered,
    Failure,
    Refusal,
    RefusalReason,
    Wait,
    WaitReason,
)
from integrations.zoom.errors import (
    LimitKind,
    NotConnected,
    RateLimited,
    SignInRefused,
    TokenRejected,
    Unavailable,
    ZoomError,
)
from integrations.zoom.http.pages import read_nothing
from integrations.zoom.registration_errors import Meaning, meaning_of
from tests.integrations.zoom.fakes import NOW, reply

FOR_REGISTRANT = (
    "You have exceeded the daily rate limit of (3) for Add a webinar registrant API requests for the "
    "registrant (ana@customer.example). You can resume these API requests at GMT 00:00:00."
)
PER_SECOND = "You have reached the maximum per-second rate limit for this API. Try again later."
BUSY = "Too many concurrent requests. A request to disassociate this user has already been made."
NOT_REQUIRED = "This webinar does not have registration as required: 93112345678."
NOT_ENABLED = "Registration has not been enabled for this webinar: 93112345678."
OVER = "Webinar is over, you cannot register now. If you have any questions, contact the webinar host."
WORK_EMAIL = "If you have been invited, please input your work email address."
LIMIT = (
    "You have reached the limit for the number of attendees you can add. Contact Zoom Support for more "
    "information."
)
FULL = "Webinar has reached maximum attendee capacity."
PAID = "The Zoom REST API does not support paid registration."
PANELIST = (
    "You have been invited as a panelist for the webinar, please check your email to find more information "
    "about this webinar."
)
OCCURRENCE = "The request could not be completed because you have provided an invalid occurrence ID: 1."
SCOPE = "Invalid access token, does not contain scopes:[webinar:write:registrant:admin]."
CLASSIC_SCOPE = "Invalid access token, does not contain scopes:[webinar:write:admin]."

# HTTP status, code and words as in Zoom's documentation or as reported, and what they mean.
TABLE = [
    (400, 3000, NOT_REQUIRED, RefusalReason.REGISTRATION_OFF),
    (400, 3000, NOT_ENABLED, RefusalReason.REGISTRATION_OFF),
    (400, 300, NOT_ENABLED.replace("webinar", "meeting"), RefusalReason.REGISTRATION_OFF),
    (404, 404, NOT_ENABLED.replace("webinar", "meeting"), RefusalReason.REGISTRATION_OFF),
    (400, 3027, "Host cannot register.", RefusalReason.HOST),
    (400, 3034, WORK_EMAIL, RefusalReason.EMAIL_NOT_ALLOWED),
    (400, 3038, OVER, RefusalReason.WEBINAR_OVER),
    (400, 3000, LIMIT, RefusalReason.WEBINAR_FULL),
    (400, 3000, FULL, RefusalReason.WEBINAR_FULL),
    (400, 3035, FULL, RefusalReason.WEBINAR_FULL),
    (400, 3043, FULL, RefusalReason.WEBINAR_FULL),
    (400, 3000, PAID, RefusalReason.PAID_REGISTRATION),
    (400, 3000, PANELIST, RefusalReason.PANELIST),
    (400, 3000, "This registrant has been denied by the host.", RefusalReason.DENIED_BEFORE),
    (400, 300, "Invalid webinar ID.", RefusalReason.WEBINAR_NOT_FOUND),
    (404, 3001, "Webinar does not exist: 93112345678.", RefusalReason.WEBINAR_NOT_FOUND),
    (400, 300, OCCURRENCE, RefusalReason.OCCURRENCE_NOT_FOUND),
    (400, 3000, "Registration is closed for this webinar.", RefusalReason.REGISTRATION_CLOSED),
    (401, 124, "Invalid access token.", RefusalReason.NOT_CONNECTED),
    (400, 4711, SCOPE, RefusalReason.SCOPE_MISSING),
    (400, 104, CLASSIC_SCOPE, RefusalReason.SCOPE_MISSING),
]


def error_of(status: int, body: Any) -> ZoomError:
    """The error that the client raises for this answer."""
    with pytest.raises(ZoomError) as caught:
        read_nothing(reply(body, status), NOW)
    return caught.value


def meaning(status: int, code: int, message: str, **more: Any) -> Meaning:
    return meaning_of(error_of(status, {"code": code, "message": message, **more}))


@pytest.mark.parametrize(("status", "code", "words", "reason"), TABLE)
def test_d16_each_refusal_of_zoom_has_its_reason_and_keeps_zooms_words(
    status: int, code: int, words: str, reason: RefusalReason
) -> None:
    found = meaning(status, code, words)
    assert isinstance(found, Refusal)
    assert (found.reason, found.zoom) == (reason, words)


def test_an_error_body_with_status_200_means_the_same() -> None:
    found = meaning(200, 3027, "Host cannot register.")
    assert found == Refusal(RefusalReason.HOST, zoom="Host cannot register.")


def test_a_missing_scope_is_named() -> None:
    found = meaning(400, 4711, SCOPE)
    assert isinstance(found, Refusal)
    assert found.scopes == ("webinar:write:registrant:admin",)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (["email"], Refusal(RefusalReason.INVALID_EMAIL)),
        (["first_name"], Refusal(RefusalReason.MISSING_FIRST_NAME)),
        (["last_name"], Refusal(RefusalReason.MISSING_LAST_NAME)),
        (["last_name", "org"], Refusal(RefusalReason.FORM_REQUIRES_FIELDS, fields=("org",))),
        (
            ["custom_questions.Why?"],
            Refusal(RefusalReason.FORM_REQUIRES_FIELDS, fields=("Why?",)),
        ),
    ],
)
def test_r23_a_failed_validation_names_the_fields(fields: list[str], expected: Refusal) -> None:
    errors = [{"field": field, "message": f"{field} is required."} for field in fields]
    found = meaning(400, 300, "Validation Failed.", errors=errors)
    assert isinstance(found, Refusal)
    assert (found.reason, found.fields) == (expected.reason, expected.fields)
    assert "Validation Failed." in found.zoom


@pytest.mark.parametrize(
    ("words", "reason", "until"),
    [
        (FOR_REGISTRANT, WaitReason.DAILY_LIMIT, datetime(2026, 11, 24, tzinfo=UTC)),
        (PER_SECOND, WaitReason.RATE_LIMITED, datetime(2026, 11, 23, 12, 0, 1, tzinfo=UTC)),
        (BUSY, WaitReason.RATE_LIMITED, datetime(2026, 11, 23, 12, 0, 1, tzinfo=UTC)),
    ],
)
def test_d15_a_429_waits_as_long_as_its_words_say(words: str, reason: WaitReason, until: datetime) -> None:
    assert meaning(429, 429, words) == Wait(reason, until, words)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_trouble_at_zoom_is_waited_for(status: int) -> None:
    found = meaning(status, status, "Internal error.")
    assert isinstance(found, Wait)
    assert found.reason is WaitReason.ZOOM_UNAVAILABLE


@pytest.mark.parametrize("error", [NotConnected(), SignInRefused(reason="invalid_grant"), TokenRejected()])
def test_without_a_permission_of_zoom_it_is_not_connected(error: ZoomError) -> None:
    found = meaning_of(error)
    assert isinstance(found, Refusal)
    assert found.reason is RefusalReason.NOT_CONNECTED


def test_zoom_may_say_that_somebody_is_registered_already() -> None:
    words = "You have already registered for this webinar: 93112345678."
    assert meaning(400, 3000, words) == AlreadyRegistered()


@given(st.integers(5000, 9999), st.text("abcdefghij ", min_size=1, max_size=40))
def test_words_that_nobody_knows_are_kept(code: int, words: str) -> None:
    found = meaning(400, code, f"Novel: {words}")
    assert isinstance(found, Failure)
    assert found.zoom.startswith("Novel:")


def test_d15_another_write_under_way_is_waited_for() -> None:
    error = RateLimited(kind=LimitKind.CONCURRENT, not_before=NOW)
    assert meaning_of(error) == Wait(WaitReason.RATE_LIMITED, NOW, error.message)


def test_no_answer_is_waited_for() -> None:
    found = meaning_of(Unavailable())
    assert isinstance(found, Wait)
    assert (found.reason, found.until) == (WaitReason.ZOOM_UNAVAILABLE, None)
