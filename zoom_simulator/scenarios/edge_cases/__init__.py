"""Every awkward thing that Zoom is known to do, each as a small case of its own.

The table of contents is `CASES`: a case is a function that adds what it needs to the world, and its docstring
says what is awkward and what is right. Webinars have their case's name as topic, so that a difference between
an app's rows and the truth names the case.
"""

from zoom_simulator.account import SimulatedAccount
from zoom_simulator.policy import Contact, Policy
from zoom_simulator.scenarios.builder import Builder
from zoom_simulator.scenarios.edge_cases import (
    attendance,
    forms,
    malformed,
    people,
    recordings,
    sessions,
    webinars,
)
from zoom_simulator.scenarios.edge_cases.table import Case

CASES: list[Case] = [
    *people.CASES,
    *malformed.CASES,
    *attendance.CASES,
    *sessions.CASES,
    *webinars.CASES,
    *recordings.CASES,
    *forms.CASES,
]


def build(account: SimulatedAccount, people: int) -> Policy:
    host = account.add_user("olivia@own.example", "Olivia", "Owner", role_name="Owner")
    make = Builder(account, host, _policy())
    for case in CASES:
        make.case = case.__name__.replace("_", " ")
        case(make)
    return make.policy


def _policy() -> Policy:
    """Cases add to it what they need."""
    return Policy(
        account_users=["Boss@Consultants.example", "insider@excluded.example"],
        existing_contacts=[
            Contact(
                email="known@customer.example",
                first_name="Known",
                last_name="Customer",
                secondary_emails=["Known.Private@mail.example"],
            ),
            Contact(email="nameless@customer.example"),
            Contact(email="lastonly@customer.example", last_name="Kept"),
            Contact(email="boss@consultants.example", first_name="Bella", last_name="Boss"),
            Contact(email="listed@excluded.example", first_name="Lis", last_name="Ted"),
        ],
        deleted=["Forgotten@customer.example", "gone@excluded.example"],
        exclude_contacts=["own.example", "@Excluded.example", "bücher.example", "*.stars.example"],
        exclude_hosts=["PARTNER.example"],
        exclude_recordings=["studio.example"],
    )
