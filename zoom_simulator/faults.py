"""Answers that go wrong: by an exact rule ("the third call whose path matches this"), or at random by a seed.

`app` carries them out.
"""

import re
import threading
from collections.abc import Sequence
from random import Random
from typing import Literal, get_args

from msgspec import Struct

type Kind = Literal[
    "429 seconds",
    "429 date",
    "429 iso",
    "429 bare",
    "500",
    "503",
    "html",
    "reset",
    "truncated",
    "slow",
    "error with 200",
    "invalid json",
    "empty",
    "lost answer",
    "repeated token",
    "expired token",
    "not found",
    "too old",
    "paid plan",
    "refused",
    "error",
]
"""`lost answer`: Zoom does what was asked, but the connection breaks before it says so.
`repeated token` and `expired token` only happen to listings. "not found" to "refused" are Zoom's own "no",
for good. `error` answers with the rule's status, code and message."""

RANDOM_KINDS: tuple[Kind, ...] = (
    "429 seconds",
    "429 date",
    "429 iso",
    "429 bare",
    "500",
    "html",
    "reset",
    "truncated",
    "slow",
    "error with 200",
    "invalid json",
)
KINDS: tuple[Kind, ...] = get_args(Kind.__value__)


class Rule(Struct):
    """Calls are counted from when the rule was added."""

    kind: Kind
    path: str = ""
    """A regular expression, searched in path and query; empty matches every call."""
    method: str = ""
    nth: int = 1
    """The first matching call that fails (1 is the next one) …"""
    times: int = 1
    """… and how many in a row; 0 is all from then on."""
    seconds: float = 1.0
    """For `slow`, and what `429 …` says how long to wait."""
    status: int = 400
    code: int = 0
    message: str = ""
    seen: int = 0

    def hits(self, method: str, target: str) -> bool:
        if (self.method and self.method != method) or not re.search(self.path, target):
            return False
        if self.kind == "expired token" and not re.search("next_page_token=[^&]", target):
            return False
        self.seen += 1
        return self.seen >= self.nth and (not self.times or self.seen < self.nth + self.times)


class Faults:
    def __init__(self, *, seed: int = 1, rate: float = 0.0) -> None:
        self.rate = rate
        self.kinds: Sequence[Kind] = RANDOM_KINDS
        self.seconds = 1.0
        """How long a random fault's answer takes, or tells to wait."""
        self.happened: list[tuple[Kind, str]] = []
        self._random = Random(seed)  # noqa: S311 - the same faults for the same seed
        self._rules: list[Rule] = []
        self._lock = threading.Lock()

    def add(
        self,
        kind: Kind | str,
        path: str = "",
        *,
        method: str = "",
        nth: int = 1,
        times: int = 1,
        seconds: float = 1.0,
        status: int = 400,
        code: int = 0,
        message: str = "",
    ) -> Rule:
        """A new rule; raises ValueError for a kind or a pattern that is none."""
        known = next((row for row in KINDS if row == kind), None)
        if known is None:
            raise ValueError(f"no such fault: {kind}")
        try:
            re.compile(path)
        except re.error as problem:
            raise ValueError(f"{path} is no pattern: {problem}") from None
        rule = Rule(
            kind=known,
            path=path,
            method=method,
            nth=nth,
            times=times,
            seconds=seconds,
            status=status,
            code=code,
            message=message,
        )
        with self._lock:
            self._rules.append(rule)
        return rule

    def randomly(self, rate: float, kinds: Sequence[Kind] = RANDOM_KINDS, *, seconds: float = 1.0) -> None:
        """From now on this share of the calls fails; `seconds` as in a rule."""
        with self._lock:
            self.rate, self.kinds, self.seconds = rate, kinds, seconds

    def clear(self) -> None:
        with self._lock:
            self._rules.clear()
            self.rate = 0.0

    def rules(self) -> list[Rule]:
        with self._lock:
            return list(self._rules)

    def for_call(self, method: str, target: str) -> Rule | None:
        """The fault of this call, if it has one."""
        with self._lock:
            hits = [rule for rule in self._rules if rule.hits(method, target)]
            chosen = hits[0] if hits else self._at_random()
            if chosen:
                self.happened.append((chosen.kind, target))
            return chosen

    def _at_random(self) -> Rule | None:
        if not self.rate or self._random.random() >= self.rate:
            return None
        return Rule(kind=self._random.choice(self.kinds), seconds=self.seconds)
