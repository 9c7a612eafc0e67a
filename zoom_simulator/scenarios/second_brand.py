"""The account of the demo's second brand: Tidewater, which Brightline has bought, with a few webinars."""

from zoom_simulator.account import SimulatedAccount
from zoom_simulator.policy import Policy
from zoom_simulator.scenarios.company import Company, Plan

AUDIENCE = 160
TEAM = [
    ("ines.moreau@tidewater.example", "Ines", "Moreau"),
    ("kenji.sato@tidewater.example", "Kenji", "Sato"),
]
PROGRAMME = [
    Plan("Harbour logistics in numbers", 40, 70, 0, 45, recording="words"),
    Plan("From paper to pallet: a warehouse tour", 12, 90, 1, 45, recording="words"),
    Plan("Winter schedules, planned early", -6, 50, 0, 45),
]


def build(account: SimulatedAccount, people: int) -> Policy:
    company = Company(
        account, "Tidewater", team=TEAM, colleagues=[("Paula", "Lund"), ("Emil", "Dahl")], audience=AUDIENCE
    )
    for plan in PROGRAMME:
        company.single(plan)
    company.series("Tidewater drop-in", 1, days=14, past=2, coming=2, size=30)
    return Policy(account_users=[TEAM[0][0]], exclude_contacts=["tidewater.example"], recordings="all")
