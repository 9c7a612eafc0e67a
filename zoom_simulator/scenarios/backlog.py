"""Many ended webinars of some hundred people, as an account has them that was just connected: for measuring.

Half of each webinar's people were in the one before it, too, so that syncs of two of them meet.
"""

from datetime import timedelta

from zoom_simulator.account import SimulatedAccount
from zoom_simulator.policy import Policy
from zoom_simulator.scenarios.large import add_ended

WEBINARS = 120


def build(account: SimulatedAccount, people: int) -> Policy:
    """`people` attended each of them."""
    host = account.add_user("owner@own.example", "Olivia", "Owner", role_name="Owner")
    latest = account.clock.now().replace(minute=0, second=0, microsecond=0) - timedelta(days=2)
    for number in range(WEBINARS):
        first = number * people // 2
        start = latest - timedelta(hours=12 * number)  # all within the 90 days that Zoom keeps registrants
        add_ended(account, host, f"Growing roses, part {number + 1}", start, range(first, first + people))
    return Policy(exclude_contacts=["own.example"], recordings="none")
