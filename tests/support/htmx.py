"""Requests as htmx sends them, and what an answer tells it."""

import json

from django.http import HttpResponse


def htmx(target: str = "", page: str = "") -> dict[str, str]:
    """Headers of a request for the element with this id, on the page with this address."""
    headers = {"HX-Request": "true"}
    if target:
        headers["HX-Target"] = target
    if page:
        headers["HX-Current-URL"] = f"http://testserver{page}"
    return headers


def events(response: HttpResponse) -> set[str]:
    """What the answer triggers, for whatever listens on the page. It draws nothing itself but its message."""
    assert response["HX-Reswap"] == "none"
    return set(json.loads(response.headers.get("HX-Trigger", "{}")))
