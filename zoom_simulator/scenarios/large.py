"""One ended webinar that everyone attended, in two stays each: for measuring.

Rows are made directly, not one happening after the other, so that 40,000 people take less than a second.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

from zoom_simulator.account import SimulatedAccount
from zoom_simulator.account.rows import Attendance, Registrant, User
from zoom_simulator.clock import iso
from zoom_simulator.policy import Policy

MINUTES = 60
COMPANIES = 500


def build(account: SimulatedAccount, people: int) -> Policy:
    host = account.add_user("owner@own.example", "Olivia", "Owner", role_name="Owner")
    start = account.clock.now().replace(minute=0, second=0, microsecond=0) - timedelta(days=2)
    add_ended(account, host, "The big one", start, range(people))
    return Policy(exclude_contacts=["own.example"], recordings="none")


def add_ended(account: SimulatedAccount, host: User, topic: str, start: datetime, people: range) -> None:
    """A webinar that was held, and that these people attended."""
    webinar = account.add_webinar(host.id, topic, start=start, at=start - timedelta(days=60))
    instance = account.hold(webinar.id, start, MINUTES)
    month_before = start - timedelta(days=30)
    registered = cache(lambda minute: iso(month_before + timedelta(minutes=minute)))
    clock = cache(lambda second: iso(start + timedelta(seconds=second)))
    for number in people:
        key = f"reg-{number:08}-{account.random.getrandbits(40):010x}"
        email = f"person{number}@company{number % COMPANIES}.example"
        webinar.registrants[key] = Registrant(
            id=key,
            email=email,
            first_name=f"First{number}",
            last_name=f"Last{number}",
            status="approved",
            create_time=registered(number % 10_000),
        )
        instance.rows += _two_stays(account, clock, number, key, email)


def _two_stays(
    account: SimulatedAccount, clock: Callable[[int], str], number: int, key: str, email: str
) -> list[Attendance]:
    """Both of some minutes, with a break between them."""
    joins = account.random.randrange(0, 900), account.random.randrange(1800, 2400)
    leaves = account.random.randrange(901, 1700), account.random.randrange(2401, MINUTES * 60)
    return [
        Attendance(
            user_id=str(20_000_000 + 2 * number + stay),
            name=f"First{number} Last{number}",
            join_time=clock(joins[stay]),
            leave_time=clock(leaves[stay]),
            duration=leaves[stay] - joins[stay],
            user_email=email,
            registrant_id=key,
        )
        for stay in (0, 1)
    ]
