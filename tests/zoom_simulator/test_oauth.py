"""Connecting an app to the simulator: consent in a browser, codes, tokens, scopes."""

import hashlib
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.zoom_simulator.client import Zoom
from zoom_simulator.simulator import Simulator

REDIRECT = "http://app.example/zoom/back?brand=1"


def consent(sim: Simulator, answer: str = "allow", **more: str) -> dict[str, str]:
    """What comes back to the app when a person presses a button of the consent page."""
    query = {"response_type": "code", "client_id": sim.client_id, "redirect_uri": REDIRECT, "state": "s1"}
    page = requests.get(f"{sim.oauth_url}/oauth/authorize", params=query | more, timeout=10)
    assert page.status_code == 200
    assert "Allow" in page.text
    reply = requests.post(page.url, data={"answer": answer}, allow_redirects=False, timeout=10)
    assert reply.status_code == 302
    assert reply.headers["Location"].startswith(REDIRECT)
    return {key: value[0] for key, value in parse_qs(urlsplit(reply.headers["Location"]).query).items()}


def token(sim: Simulator, auth: tuple[str, str] | None = None, **given: str) -> requests.Response:
    return requests.post(
        f"{sim.oauth_url}/oauth/token",
        data=given,
        auth=auth or (sim.client_id, sim.client_secret),
        timeout=10,
    )


def exchange(sim: Simulator, code: str, **more: str) -> requests.Response:
    return token(sim, grant_type="authorization_code", code=code, redirect_uri=REDIRECT, **more)


def works(sim: Simulator, access_token: str) -> bool:
    headers = {"Authorization": f"Bearer {access_token}"}
    return requests.get(f"{sim.api_url}/users/me", headers=headers, timeout=10).status_code == 200


def test_a_person_allows_and_the_app_gets_tokens_that_work(sim: Simulator) -> None:
    back = consent(sim)
    assert back["state"] == "s1"
    assert back["brand"] == "1"
    body = exchange(sim, back["code"]).json()
    assert body["token_type"] == "bearer"
    assert body["expires_in"] == 3600
    assert "webinar:read:list_webinars:admin" in body["scope"].split()
    assert works(sim, body["access_token"])


def test_a_person_denies_and_no_code_comes_back(sim: Simulator) -> None:
    assert consent(sim, "deny") == {"error": "access_denied", "state": "s1", "brand": "1"}


def test_a_code_works_once_for_five_minutes_and_only_for_its_redirect(sim: Simulator) -> None:
    code = consent(sim)["code"]
    elsewhere = token(sim, grant_type="authorization_code", code=code, redirect_uri="http://x.example")
    assert elsewhere.status_code == 400
    assert exchange(sim, code).json()["error"] == "invalid_request"
    old = consent(sim)["code"]
    sim.clock.advance(minutes=6)
    assert exchange(sim, old).status_code == 400


def test_pkce_is_verified(sim: Simulator) -> None:
    verifier = "a-verifier-of-enough-length-to-be-taken-seriously"
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = urlsafe_b64encode(digest).decode().rstrip("=")
    given = {"code_challenge": challenge, "code_challenge_method": "S256"}
    assert exchange(sim, consent(sim, **given)["code"], code_verifier="wrong").status_code == 400
    assert exchange(sim, consent(sim, **given)["code"], code_verifier=verifier).status_code == 200


def test_refreshing_kills_the_old_refresh_token(sim: Simulator) -> None:
    first = exchange(sim, consent(sim)["code"]).json()["refresh_token"]
    second = token(sim, grant_type="refresh_token", refresh_token=first).json()
    assert works(sim, second["access_token"])
    again = token(sim, grant_type="refresh_token", refresh_token=first)
    assert again.status_code == 400
    assert again.json() == {"reason": "Invalid Token!", "error": "invalid_grant"}


def test_server_to_server_takes_parameters_from_query_or_body_and_gives_no_refresh_token(
    sim: Simulator,
) -> None:
    given = {"grant_type": "account_credentials", "account_id": sim.account_id}
    auth = (sim.client_id, sim.client_secret)
    by_query = requests.post(f"{sim.oauth_url}/oauth/token", params=given, auth=auth, timeout=10).json()
    assert "refresh_token" not in by_query
    assert works(sim, by_query["access_token"])
    assert works(sim, token(sim, **given).json()["access_token"])


def test_wrong_credentials_are_refused(sim: Simulator) -> None:
    given = {"grant_type": "account_credentials", "account_id": sim.account_id}
    assert token(sim, (sim.client_id, "wrong"), **given).json()["error"] == "invalid_client"
    assert token(sim, grant_type="account_credentials", account_id="other").status_code == 400


def test_an_access_token_lives_an_hour(sim: Simulator) -> None:
    zoom = Zoom(sim)
    sim.clock.advance(minutes=61)
    answer = zoom.call("GET", "/users/me")
    assert answer.status_code == 401
    assert answer.json() == {"code": 124, "message": "Access token is expired."}


def test_revoking_ends_all_tokens_of_a_consent(sim: Simulator) -> None:
    body = exchange(sim, consent(sim)["code"]).json()
    answer = requests.post(
        f"{sim.oauth_url}/oauth/revoke",
        params={"token": body["access_token"]},
        auth=(sim.client_id, sim.client_secret),
        timeout=10,
    )
    assert answer.json() == {"status": "success"}
    assert not works(sim, body["access_token"])
    assert token(sim, grant_type="refresh_token", refresh_token=body["refresh_token"]).status_code == 400


@pytest.mark.parametrize(
    ("headers", "query", "message"),
    [
        ({}, {}, "Requires an access token."),
        ({"Authorization": "Bearer nonsense"}, {}, "Invalid access token."),
        ({}, {"access_token": "x"}, "not supported as query parameter"),
    ],
)
def test_calls_without_a_good_token_are_refused(
    sim: Simulator, headers: dict[str, str], query: dict[str, str], message: str
) -> None:
    answer = requests.get(f"{sim.api_url}/users", headers=headers, params=query, timeout=10)
    assert answer.status_code == 401
    assert answer.json()["code"] == 124
    assert message in answer.json()["message"]


def test_a_missing_scope_is_named(sim: Simulator) -> None:
    sim.app.scopes.remove("user:read:list_users:admin")
    answer = Zoom(sim).call("GET", "/users")
    assert answer.status_code == 400
    assert answer.json() == {
        "code": 4711,
        "message": "Invalid access token, does not contain scopes:[user:read:list_users:admin].",
    }


def test_an_app_with_classic_scopes_is_told_the_classic_one(sim: Simulator) -> None:
    sim.app.scopes, sim.app.classic_scopes = ["user:read:admin"], True
    zoom = Zoom(sim)
    assert zoom.call("GET", "/users").status_code == 200
    refused = zoom.call("GET", f"/users/{sim.account.owner_id}/webinars").json()
    assert refused["code"] == 104
    assert "webinar:read:admin" in refused["message"]


def test_scopes_for_a_user_alone_do_not_open_reports(sim: Simulator) -> None:
    sim.app.scopes = ["webinar:read:list_webinars", "report:read:webinar"]
    zoom = Zoom(sim)
    assert zoom.call("GET", f"/users/{sim.account.owner_id}/webinars").status_code == 200
    assert zoom.call("GET", "/report/webinars/1").json()["code"] == 4711


def test_the_scope_error_can_be_the_invalid_json_seen_in_the_wild(sim: Simulator) -> None:
    sim.app.scopes.clear()
    sim.unescaped_scope_errors = True
    answer = Zoom(sim).call("GET", "/users")
    assert '["user:read:list_users:admin"]' in answer.text
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_a_wrong_client_sees_a_page_that_says_so(sim: Simulator) -> None:
    query: dict[str, Any] = {"response_type": "code", "client_id": "other", "redirect_uri": REDIRECT}
    page = requests.get(f"{sim.oauth_url}/oauth/authorize", params=query, timeout=10)
    assert page.status_code == 400
    assert "cannot be authorised" in page.text
