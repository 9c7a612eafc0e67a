"""An account with one licensed host and nothing else."""

from zoom_simulator.account import World
from zoom_simulator.policy import Policy


def build(world: World, people: int) -> Policy:
    world.add_user("owner@own.example", "Olivia", "Owner", role_name="Owner")
    return Policy(exclude_contacts=["own.example"])
