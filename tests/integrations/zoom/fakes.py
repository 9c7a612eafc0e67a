"""Zoom's side of a call without a network: what it answers, in order, and what it was asked."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from integrations.zoom.errors import ZoomError
from integrations.zoom.http.limits import Label
from integrations.zoom.http.pacing import Unpaced
from integrations.zoom.http.page_prefetcher import Fetcher, RetryPolicy
from integrations.zoom.http.responses import Reply
from integrations.zoom.http.transport import Request, Transport
from integrations.zoom.oauth.tokens import AccessToken

SECRET = "eyJ-sentinel-of-a-secret"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

type Answer = Reply | ZoomError | Callable[[Request], Reply]


def reply(body: Any = None, status: int = 200, headers: dict[str, str] | None = None, **fields: Any) -> Reply:
    raw = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
    return Reply(fields.pop("call", "GET /x"), status, headers or {}, raw, **fields)


class ScriptedTransport(Transport):
    """Gives its answers one after the other, and fails when it is asked more often than that."""

    def __init__(self, answers: Iterable[Answer] = ()) -> None:
        super().__init__()
        self.answers = list(answers)
        self.requests: list[Request] = []

    def send(self, request: Request) -> Reply:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, ZoomError):
            raise answer
        return answer if isinstance(answer, Reply) else answer(request)

    @property
    def tokens_used(self) -> list[str]:
        return [request.authorization.removeprefix("Bearer ") for request in self.requests]


class CountedTokens:
    """token-1, and another one each time that it is rejected."""

    def __init__(self) -> None:
        self.given = 1

    def current(self) -> AccessToken:
        return AccessToken(f"token-{self.given}", NOW + timedelta(hours=1))

    def renew(self, rejected: AccessToken) -> AccessToken:
        self.given += 1
        return self.current()


class NotedPacer(Unpaced):
    def __init__(self) -> None:
        self.reserved: list[Label] = []
        self.blocked: list[tuple[Label, datetime]] = []

    def reserve(self, label: Label) -> float:
        self.reserved.append(label)
        return 0.0

    def block(self, label: Label, until: datetime) -> None:
        self.blocked.append((label, until))


def fetcher(*answers: Answer, tokens: Any = None, pacer: Any = None, **patience: Any) -> Fetcher:
    return Fetcher(
        tokens or CountedTokens(),
        pacer or NotedPacer(),
        ScriptedTransport(answers),
        RetryPolicy(**{"first_pause": 0.0, **patience}),
    )
