import base64
import hashlib
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from integrations.zoom.errors import BadAnswer, NeedsPerson, RateLimited, SignInRefused, Unavailable
from integrations.zoom.oauth import auth
from integrations.zoom.oauth.auth import App
from tests.integrations.zoom.fakes import NOW, SECRET, reply

APP = App("https://zoom.us", "client", SECRET)
GRANTED = {
    "access_token": "access",
    "token_type": "bearer",
    "expires_in": 3600,
    "scope": "user:read:admin webinar:read:admin",
    "api_url": "https://api-eu.zoom.us",
}


def test_d2_the_browser_goes_to_zoom_with_a_state_and_a_pkce_challenge():
    visit = auth.begin_authorization(APP, "https://crm.example/zoom/callback/?a=b")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(visit.url).query).items()}
    digest = hashlib.sha256(visit.code_verifier.encode()).digest()
    assert visit.url.startswith("https://zoom.us/oauth/authorize?")
    assert asked == {
        "response_type": "code",
        "client_id": "client",
        "redirect_uri": "https://crm.example/zoom/callback/?a=b",
        "state": visit.state,
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }


def test_d2_no_two_visits_share_a_state_or_a_verifier():
    visits = [auth.begin_authorization(APP, "https://crm.example/") for _ in range(20)]
    assert len({visit.state for visit in visits}) == 20
    assert len({visit.code_verifier for visit in visits}) == 20
    assert all(43 <= len(visit.code_verifier) <= 128 for visit in visits)  # RFC 7636


@pytest.mark.parametrize(
    ("request_", "form"),
    [
        (
            auth.account_credentials(APP, "account"),
            {"grant_type": "account_credentials", "account_id": "account"},
        ),
        (
            auth.exchange_code(APP, "code", "https://crm.example/", "verifier"),
            {
                "grant_type": "authorization_code",
                "code": "code",
                "redirect_uri": "https://crm.example/",
                "code_verifier": "verifier",
            },
        ),
        (auth.refresh(APP, "old"), {"grant_type": "refresh_token", "refresh_token": "old"}),
    ],
)
def test_d2_a_token_is_asked_for_in_the_body_with_the_apps_credentials(
    request_: auth.Request, form: dict[str, str]
):
    assert (request_.method, request_.url) == ("POST", "https://zoom.us/oauth/token")
    assert request_.form == form
    assert request_.params == {}
    assert base64.b64decode(request_.authorization.removeprefix("Basic ")).decode() == f"client:{SECRET}"


def test_a_token_is_taken_back_without_its_being_in_the_address():
    request = auth.revoke(APP, "access")
    assert (request.url, request.form, request.params) == (
        "https://zoom.us/oauth/revoke",
        {"token": "access"},
        {},
    )


def test_d2_a_grant_is_read():
    grant = auth.read_grant(reply(GRANTED | {"refresh_token": "next"}), NOW)
    assert (grant.access_token, grant.refresh_token) == ("access", "next")
    assert grant.expires_at == NOW + timedelta(hours=1)
    assert (grant.scopes, grant.api_url) == (GRANTED["scope"], GRANTED["api_url"])


def test_d2_server_to_server_grants_have_no_refresh_token():
    assert auth.read_grant(reply(GRANTED), NOW).refresh_token == ""


def test_a_grants_numbers_may_come_as_text():
    grant = auth.read_grant(reply(GRANTED | {"expires_in": "60", "api_url": None}), NOW)
    assert (grant.expires_at, grant.api_url) == (NOW + timedelta(minutes=1), "")


@pytest.mark.parametrize(
    ("status", "error", "advice"),
    [
        (400, "invalid_client", "client ID"),
        (401, "invalid_client", "client ID"),
        (400, "invalid_grant", "Reconnect Zoom"),
        (400, "invalid_request", "account ID"),
        (400, "unsupported_grant_type", "Server-to-Server"),
        (400, "something_new", "rejected the credentials"),
        (200, "invalid_grant", "Reconnect Zoom"),
    ],
)
def test_d2_a_refusal_says_what_to_do_and_what_zoom_said(status: int, error: str, advice: str):
    with pytest.raises(SignInRefused, match=advice) as caught:
        auth.read_grant(reply({"reason": "Invalid Token!", "error": error}, status), NOW)
    assert caught.value.reason == error
    assert caught.value.details.text == "Invalid Token!"
    assert isinstance(caught.value, NeedsPerson)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (reply(b"<html>Bad Gateway</html>", 502), Unavailable),
        (reply({"error": "server_error", "reason": "?"}, 500), Unavailable),
        (reply({"error": "slow_down"}, 429), RateLimited),
        (reply(b"<html>captive portal</html>", 200), BadAnswer),
        (reply({"token_type": "bearer"}), BadAnswer),
        (reply(GRANTED | {"access_token": ""}), BadAnswer),
        (reply(GRANTED | {"access_token": [SECRET]}), BadAnswer),
    ],
)
def test_what_is_not_a_refusal_is_tried_again(answer: auth.Reply, error: type[Exception]):
    with pytest.raises(error) as caught:
        auth.read_grant(answer, NOW)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("error", "words"), [("access_denied", "didn't approve"), ("x" * 500, "rejected the credentials")]
)
def test_d2_a_refusal_at_the_consent_page_is_told(error: str, words: str):
    assert words in str(auth.refused_at_consent(error))


def test_nothing_shows_its_secrets():
    grant = auth.read_grant(reply(GRANTED | {"access_token": SECRET, "refresh_token": SECRET}), NOW)
    visit = auth.begin_authorization(APP, "https://crm.example/")
    assert SECRET not in f"{APP!r} {grant!r} {auth.refresh(APP, SECRET)!r} {auth.revoke(APP, SECRET)!r}"
    assert visit.code_verifier not in repr(visit)
