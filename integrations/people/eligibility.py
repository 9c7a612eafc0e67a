"""What the rules say of people now, asked as the sync asks them: for pages that explain or foretell.

Reads the same settings and the same addresses, and decides nothing of its own.
"""

from collections.abc import Iterable
from itertools import batched

from contacts.bulk import known_among
from contacts.suppression import deleted_among
from integrations.rules.people import Address, Decision, decide_all
from integrations.settings.policy import Policy

AT_ONCE = 1_000


def eligibility_of(policy: Policy, emails: Iterable[str]) -> dict[str, Decision]:
    """The decision for each of these normalised addresses. At most three queries for each thousand."""
    decisions: dict[str, Decision] = {}
    for batch in batched(dict.fromkeys(emails), AT_ONCE):
        known = known_among(batch)
        addresses = {email: Address(who.contact_id, who.is_primary) for email, who in known.items()}
        decisions |= decide_all(batch, policy.of_batch(addresses, deleted_among(batch)))
    return decisions
