"""What the rules say of people now, asked as the sync asks them: for pages that explain or foretell.

Reads the same settings and the same addresses, and decides nothing of its own.
"""

from collections.abc import Collection, Iterable
from itertools import batched

from contacts.bulk import known_among
from contacts.suppression import deleted_among
from integrations.rules import people
from integrations.rules.people import Address, Decision, Skip, decide, decide_all, skips_of
from integrations.settings.policy import Policy

AT_ONCE = 1_000


def eligibility_of(policy: Policy, emails: Iterable[str]) -> dict[str, Decision]:
    """The decision for each of these normalised addresses. At most three queries for each thousand."""
    decisions: dict[str, Decision] = {}
    for batch in batched(dict.fromkeys(emails), AT_ONCE):
        decisions |= decide_all(batch, _about(policy, batch))
    return decisions


def verdict_on(policy: Policy, email: str) -> tuple[Decision, list[Skip]]:
    """The decision for one normalised address, and every rule that keeps it out."""
    about = _about(policy, [email])
    return decide(email, about), list(skips_of(email, about))


def _about(policy: Policy, batch: Collection[str]) -> people.Policy:
    known = known_among(batch)
    addresses = {email: Address(who.contact_id, who.counts) for email, who in known.items()}
    return policy.of_batch(addresses, deleted_among(batch))
