"""Callers of the API, each with a connection of its own that stays open."""

import http.client
import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any
from urllib.parse import urlsplit

CALLERS = 16


@dataclass
class Answers:
    milliseconds: list[float] = field(default_factory=list)
    seconds: float = 0
    rows: int = 0
    cursors: list[str] = field(default_factory=list)
    """Of a walk: where each page begins."""


def register_all(address: str, tokens: list[str], contacts: Sequence[int]) -> Answers:
    """These contacts, each for the same webinar, by several callers at once."""

    def call(caller: int) -> list[float]:
        send = _sender(address, cycle(tokens[caller::CALLERS]))
        found = []
        for contact in contacts[caller::CALLERS]:
            body = {"contact": {"id": contact}, "webinar_id": "931 1234 5678"}
            milliseconds, _answer = send("POST", "/api/v1/webinar-registrations", body)
            found.append(milliseconds)
        return found

    begun = time.perf_counter()
    with ThreadPoolExecutor(CALLERS) as pool:
        found = [row for many in pool.map(call, range(CALLERS)) for row in many]
    return Answers(found, time.perf_counter() - begun)


def walk(address: str, tokens: list[str]) -> Answers:
    """All contacts, page by page."""
    send = _sender(address, cycle(tokens))
    answers, cursor = Answers(), ""
    begun = time.perf_counter()
    while cursor is not None:
        milliseconds, page = send("GET", f"/api/v1/contacts?limit=200&cursor={cursor}", None)
        answers.milliseconds.append(milliseconds)
        answers.rows += len(page["results"])
        answers.cursors.append(cursor)
        cursor = page["next"]
    answers.seconds = time.perf_counter() - begun
    return answers


def alternate(address: str, tokens: list[str], first: list[str], last: list[str]) -> tuple[Answers, Answers]:
    """These pages once more, one of each in turn: what else the machine does meets both alike."""
    send = _sender(address, cycle(tokens))
    answers = Answers(), Answers()
    for pair in zip(first, last, strict=True):
        for cursor, kept in zip(pair, answers, strict=True):
            milliseconds, _page = send("GET", f"/api/v1/contacts?limit=200&cursor={cursor}", None)
            kept.milliseconds.append(milliseconds)
            kept.seconds += milliseconds / 1000
    return answers


def _sender(address: str, tokens: Iterator[str]) -> Callable[..., tuple[float, Any]]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)

    def send(method: str, path: str, body: Any) -> tuple[float, Any]:
        headers = {"Authorization": f"Bearer {next(tokens)}", "Content-Type": "application/json"}
        content = None if body is None else json.dumps(body)
        begun = time.perf_counter()
        connection.request(method, path, content, headers)
        response = connection.getresponse()
        answer = response.read()
        milliseconds = 1000 * (time.perf_counter() - begun)
        if response.status >= 300:
            raise RuntimeError(f"{method} {path}: {response.status} {answer.decode()[:500]}")
        return milliseconds, json.loads(answer)

    return send
