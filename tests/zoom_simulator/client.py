"""A bare client of the simulator, so that its tests depend on nothing of the app."""

from typing import Any
from urllib.parse import quote

import requests

from zoom_simulator.simulator import Simulator


class Zoom:
    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.session = requests.Session()
        answer = requests.post(
            f"{simulator.oauth_url}/oauth/token",
            data={"grant_type": "account_credentials", "account_id": simulator.account_id},
            auth=(simulator.client_id, simulator.client_secret),
            timeout=10,
        )
        self.token = answer.json()["access_token"]
        self.session.headers["Authorization"] = f"Bearer {self.token}"

    def call(self, method: str, path: str, json: Any = None, **query: Any) -> requests.Response:
        return self.session.request(
            method, f"{self.simulator.api_url}{path}", params=query, json=json, timeout=10
        )

    def get(self, path: str, **query: Any) -> Any:
        """The body of an answer that must be right."""
        answer = self.call("GET", path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def all(self, path: str, name: str, **query: Any) -> list[Any]:
        """The rows of all pages."""
        rows, token = [], ""
        while True:
            page = self.get(path, **query, next_page_token=token)
            rows += page[name]
            token = page["next_page_token"]
            if not token:
                return rows


def twice(uuid: str) -> str:
    """As Zoom wants uuids in a path."""
    return quote(quote(uuid, safe=""), safe="")
