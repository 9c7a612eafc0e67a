"""An account with one licensed host and nothing else."""

from integrations.simulator.truth.policy import Policy
from integrations.simulator.world import World


def build(world: World, people: int) -> Policy:
    world.add_user("owner@own.example", "Olivia", "Owner", role_name="Owner")
    return Policy(exclude_contacts=["own.example"])
