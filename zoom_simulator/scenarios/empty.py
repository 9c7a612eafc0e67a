"""An account with one licensed host and nothing else."""

from zoom_simulator.account import SimulatedAccount
from zoom_simulator.policy import Policy


def build(account: SimulatedAccount, people: int) -> Policy:
    account.company = "Own Company"
    account.add_user("owner@own.example", "Olivia", "Owner", role_name="Owner")
    return Policy(exclude_contacts=["own.example"])
