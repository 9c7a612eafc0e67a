"""An account of ZoomGov: the simulator under ZoomGov's names."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import responses

from contacts.models import Brand
from integrations.connections.connect import connect_server_to_server
from integrations.models import ZoomConnection, ZoomSettings
from tests.integrations.sync.steps.recording_helpers import TALK, Studio
from zoom_simulator.simulator import Simulator

AGENCY = "https://agency.zoomgov.com"
HOPS = {"connection", "content-length", "host", "transfer-encoding"}


@pytest.fixture
def contacted(simulator: Simulator, settings: Any) -> Iterator[set[tuple[str, bool]]]:
    """The hosts that got requests, each with whether it got a token. Other hosts can't be reached."""
    hosts: set[tuple[str, bool]] = set()

    def answer(request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        host, path = re.fullmatch(r"https://([^/]+)(/.*)", str(request.url)).groups()  # type: ignore[union-attr]
        hosts.add((host, "Authorization" in request.headers))
        reply = requests.request(
            str(request.method),
            simulator.url + path,
            data=request.body,
            headers={name: text for name, text in request.headers.items() if name.lower() not in HOPS},
            allow_redirects=False,
            timeout=30,
        )
        headers = {
            name: text.replace(simulator.url, AGENCY)
            for name, text in reply.headers.items()
            if name.lower() not in HOPS
        }
        return (
            reply.status_code,
            headers,
            reply.content.replace(f"{simulator.url}/".encode(), f"{AGENCY}/".encode()),
        )

    settings.ZOOM_API_URL, settings.ZOOM_OAUTH_URL = "https://api.zoomgov.com/v2", "https://zoomgov.com"
    with responses.RequestsMock() as mock:
        mock.add_passthru(simulator.url)
        for method in (responses.GET, responses.POST):
            mock.add_callback(method, re.compile(r"https://([a-z]+\.)?zoomgov\.com/"), answer)
        yield hosts


def test_case_07_an_account_of_zoomgov_connects_and_its_transcripts_are_read(
    contacted: set[tuple[str, bool]], simulator: Simulator, brand: Brand, transactional_db: None
) -> None:
    simulator.account.add_user("olivia@acme.example", "Olivia", "Owner")
    connection = connect_server_to_server(
        brand,
        account_id=simulator.account_id,
        client_id=simulator.client_id,
        client_secret=simulator.client_secret,
        actor=None,
    )
    ZoomConnection.objects.update(plan=ZoomConnection.Plan.BUSINESS)
    ZoomSettings.objects.update(sync_webinars=True, recordings="all")
    studio = Studio(simulator, connection)
    studio.record()
    studio.sync()
    assert studio.said == [cue.text for cue in TALK]
    assert studio.warnings == {}
    assert contacted == {(host, True) for host in ("zoomgov.com", "api.zoomgov.com", "agency.zoomgov.com")}
