"""The worlds that the simulator can start with, each with the policy under which it is meant to be synced."""

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from zoom_simulator.account import SimulatedAccount
from zoom_simulator.clock import Clock
from zoom_simulator.policy import Policy
from zoom_simulator.scenarios import backlog, demo, edge_cases, empty, large, registering, second_brand


class Scenario(Struct):
    name: str
    account: SimulatedAccount
    policy: Policy


SCENARIOS: dict[str, Callable[[SimulatedAccount, int], Policy]] = {
    "demo": demo.build,
    "second": second_brand.build,
    "nasty": edge_cases.build,
    "large": large.build,
    "backlog": backlog.build,
    "registering": registering.build,
    "empty": empty.build,
}
"""Each fills an empty world and returns its policy. The number of people is for `large` and `backlog`."""

NEIGHBOURS = {"demo": ("second", "empty")}
"""The accounts beside a scenario's at the same Zoom: a second brand's, and one that no brand has yet."""


def build(name: str, *, built: datetime, seed: int, people: int) -> Scenario:
    """The world as it is at the moment `built`; its clock stands still there until it is given another."""
    clock = Clock()
    clock.freeze(built)
    account = SimulatedAccount(seed=seed, clock=clock)
    policy = SCENARIOS[name](account, people)
    account.building = False
    return Scenario(name=name, account=account, policy=policy)
