"""Awkward registrants: who may enter, under which address, in which state."""

from collections.abc import Callable

from integrations.simulator.scenarios.builder import Builder

CASES: list[Callable[[Builder], None]] = []


def case(function: Callable[[Builder], None]) -> Callable[[Builder], None]:
    CASES.append(function)
    return function


@case
def same_email_in_another_case(make: Builder) -> None:
    """Registered twice, as Ana@ and ANA@: one person, registered at the earlier of both times."""
    webinar = make.past("same email in another case")
    make.register(webinar, "Ana@customer.example", "Ana Silva", days_before=9)
    make.register(webinar, " ANA@Customer.example", "Ana Silva", days_before=5)


@case
def denied_and_pending(make: Builder) -> None:
    """Denied is cancelled and still a contact; pending is nothing yet."""
    webinar = make.past("denied and pending", approval_type=1)
    make.register(webinar, "denied@customer.example", "Dee Nied", status="denied")
    make.register(webinar, "pending@customer.example", "Penny Ding", status="pending")


@case
def who_may_not_enter(make: Builder) -> None:
    """One for each reason; the first that applies in the order of the checks is the reason."""
    webinar = make.past("who may not enter")
    for email, name in [
        ("", "No Email"),
        ("not an address", "Not Valid"),
        ("BOSS@consultants.example", "Bella Boss"),
        ("someone@sales.EXCLUDED.example", "Sub Domain"),
        ("leser@xn--bcher-kva.example", "Idn Domain"),
        ("Forgotten@customer.example", "For Gotten"),
        ("known.private@mail.example", "Known Customer"),
    ]:
        make.register(webinar, email, name)


@case
def existing_contact_with_blank_name(make: Builder) -> None:
    """The contact exists without a name: filled; the other one's name is kept."""
    webinar = make.past("existing contact with blank name")
    make.register(webinar, "nameless@customer.example", "Nora Named")
    make.register(webinar, "known@customer.example", "Another Name")
