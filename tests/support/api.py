"""Programs that use the API: a client for each role, as `admin_api.get("contacts")`."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from core.roles import Role
from zoomsync.api.tokens import create_token

ROOT = "/api/v1/"


class ApiClient:
    """Sends JSON with a token; paths are those below /api/v1/."""

    def __init__(self, token: str) -> None:
        self.token = token
        self._client = Client(raise_request_exception=False)

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.send("POST", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.send("PUT", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.send("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> HttpResponse:
        return self.send("DELETE", path, **headers)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Headers as keyword arguments, such as `if_match`. Bytes are sent as they are."""
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        address = path if path.startswith("/") else ROOT + path
        return self._client.generic(
            method,
            address,
            content,
            named.pop("content-type", "application/json"),
            headers={"Authorization": f"Bearer {self.token}", **named},
        )


type MakeApi = Callable[..., ApiClient]


@pytest.fixture
def make_api(db: None) -> MakeApi:
    def make(role: str = Role.ADMIN, name: str = "", **options: Any) -> ApiClient:
        return ApiClient(create_token(name or f"A program of a {role}", role, **options).plain)

    return make


@pytest.fixture
def admin_api(make_api: MakeApi) -> ApiClient:
    return make_api(Role.ADMIN)


@pytest.fixture
def operator_api(make_api: MakeApi) -> ApiClient:
    return make_api(Role.OPERATOR)


@pytest.fixture
def marketer_api(make_api: MakeApi) -> ApiClient:
    return make_api(Role.MARKETER)
