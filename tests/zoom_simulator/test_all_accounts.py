"""Several Zoom accounts at one address: each request reaches the one that it is about."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from zoom_simulator.event_log import keep
from zoom_simulator.server import running_simulator
from zoom_simulator.simulator import Simulator

BACK = "http://app.example/back"


@pytest.fixture(scope="module")
def sim() -> Iterator[Simulator]:
    with running_simulator("demo") as simulator:
        yield simulator


def token(sim: Simulator, **given: str) -> str:
    """An access token from the one address that all accounts share."""
    client = (sim.client_id, sim.client_secret)
    answer = requests.post(f"{sim.oauth_url}/oauth/token", data=given, auth=client, timeout=10)
    assert answer.ok, answer.text
    return str(answer.json()["access_token"])


def hosts(sim: Simulator, access_token: str) -> set[str]:
    headers = {"Authorization": f"Bearer {access_token}"}
    return {
        user["email"]
        for user in requests.get(f"{sim.api_url}/users", headers=headers, timeout=10).json()["users"]
    }


def emails(account: Simulator) -> set[str]:
    return {user.email for user in account.account.users.values()}


def test_the_credentials_of_an_account_open_that_account_alone(sim: Simulator) -> None:
    for account in sim.accounts:
        access = token(sim, grant_type="account_credentials", account_id=account.account_id)
        assert hosts(sim, access) == emails(account)
    assert len({frozenset(emails(account)) for account in sim.accounts}) == 3


def test_no_account_shows_the_webinars_of_another(sim: Simulator) -> None:
    second = sim.neighbours[0]
    access = token(sim, grant_type="account_credentials", account_id=sim.account_id)
    webinar_id = next(iter(second.account.webinars))
    answer = requests.get(
        f"{sim.api_url}/webinars/{webinar_id}", headers={"Authorization": f"Bearer {access}"}, timeout=10
    )
    assert (answer.status_code, answer.json()["code"]) == (404, 3001)


def test_whoever_agrees_chooses_between_the_accounts(sim: Simulator) -> None:
    spare = sim.neighbours[-1]
    query = {"response_type": "code", "client_id": sim.client_id, "redirect_uri": BACK, "state": "s"}
    page = requests.get(f"{sim.oauth_url}/oauth/authorize", params=query, timeout=10)
    assert f"account={spare.account_id}" in page.text
    there = f"{page.url}&account={spare.account_id}"
    assert "owner@own.example" in requests.get(there, timeout=10).text
    agreed = requests.post(there, data={"answer": "allow"}, allow_redirects=False, timeout=10)
    code = parse_qs(urlsplit(agreed.headers["Location"]).query)["code"][0]
    given = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    assert hosts(sim, token(sim, **given)) == {"owner@own.example"}


def test_pages_and_recordings_are_found_in_whichever_account_has_them(sim: Simulator) -> None:
    second = sim.neighbours[0].account
    webinar, recording = next(
        (webinar, instance.recording) for webinar, instance in second.by_uuid.values() if instance.recording
    )
    page = requests.get(f"{sim.url}/webinars/{webinar.id}", timeout=10)
    assert webinar.topic in page.text
    shared = requests.get(f"{sim.url}/rec/share/{recording.share_id}", timeout=10)
    assert webinar.topic in shared.text
    home = requests.get(f"{sim.url}/", params={"account": second.account_id}, timeout=10)
    assert webinar.topic in home.text
    assert webinar.topic not in requests.get(f"{sim.url}/", timeout=10).text


def test_what_is_steered_over_http_is_the_named_account(sim: Simulator) -> None:
    second = sim.neighbours[0]
    path = f"{sim.url}/simulator/do/add_webinar?account={second.account_id}"
    made = requests.post(path, json={"host_id": "me", "topic": "Steered"}, timeout=10).json()
    assert made["id"] in second.account.webinars
    assert made["id"] not in sim.account.webinars
    info = requests.get(f"{sim.url}/simulator/info", timeout=10).json()
    assert info["accounts"] == [one.account_id for one in sim.accounts]


def test_each_account_keeps_what_happened_in_it(tmp_path) -> None:
    def started() -> Simulator:
        simulator = Simulator("demo", built=built)
        keep(tmp_path / "zoom.jsonl", simulator)
        return simulator

    built = Simulator("empty").built
    first = started()
    start = first.clock.now()
    added = [
        account.account.add_webinar("me", "Kept", occurrence_starts=[start]).id for account in first.accounts
    ]
    again = started()
    for account, webinar_id in zip(again.accounts, added, strict=True):
        assert account.account.webinars[webinar_id].occurrences[0].start == start
