"""Webhooks."""

from collections.abc import Iterator
from contextlib import contextmanager

from integrations.simulator.tokens import Tokens
from integrations.simulator.world import World


class Webhooks:
    def __init__(self, world: World, tokens: Tokens) -> None:
        self.world = world

    @contextmanager
    def running(self) -> Iterator[None]:
        yield
