"""Every awkward thing that Zoom is known to do, each as a small case of its own.

`CASES` is the table of contents: a case is a function that adds what it needs to the world, and its
docstring says what is awkward and what is right. The webinar of a case has the case's name as its topic.
"""

from collections.abc import Callable

from integrations.simulator.scenarios.builder import Builder
from integrations.simulator.scenarios.nasty import attendance, people
from integrations.simulator.truth.policy import Contact, Policy
from integrations.simulator.world import World

CASES: list[Callable[[Builder], None]] = [*people.CASES, *attendance.CASES]


def build(world: World, people: int) -> Policy:
    host = world.add_user("olivia@own.example", "Olivia", "Owner", role_name="Owner")
    policy = Policy(
        account_users=["Boss@Consultants.example"],
        existing_contacts=[
            Contact(
                email="known@customer.example",
                first_name="Known",
                last_name="Customer",
                secondary_emails=["known.private@mail.example"],
            ),
            Contact(email="nameless@customer.example"),
            Contact(email="boss@consultants.example", first_name="Bella", last_name="Boss"),
        ],
        deleted=["forgotten@customer.example"],
        exclude_contacts=["own.example", "@Excluded.example", "bücher.example"],
    )
    make = Builder(world, host, policy)
    for case in CASES:
        case(make)
    return policy
