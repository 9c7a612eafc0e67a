import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domains import DomainList
from integrations.rules.people import (
    Address,
    Decision,
    Entry,
    Policy,
    Reason,
    Skip,
    decide,
    decide_all,
)

JILL = "jill@mail.example.com"
ORDER = list(Reason)


def policy_hitting(reasons: set[Reason]) -> tuple[str, Policy]:
    """An address, and facts, to which exactly these reasons apply."""
    email = "jill@@mail.example.com" if Reason.INVALID_EMAIL in reasons else JILL
    email = "" if Reason.NO_EMAIL in reasons else email
    return email, Policy(
        account_users={email} if Reason.ACCOUNT_USER in reasons else set(),
        excluded_domains=DomainList(["example.com"] if Reason.EXCLUDED_DOMAIN in reasons else ["le.com"]),
        deleted={email} if Reason.DELETED_CONTACT in reasons else set(),
        staff={email} if Reason.STAFF in reasons else set(),
        addresses={email: Address(7, counts=False)} if Reason.SECONDARY_EMAIL in reasons else {},
        creates_contacts=Reason.CREATION_OFF not in reasons,
    )


@given(st.sets(st.sampled_from(ORDER)))
def test_d5_the_first_rule_that_applies_is_the_reason(reasons: set[Reason]) -> None:
    decision = decide(*policy_hitting(reasons))
    if reasons:
        assert isinstance(decision, Skip)
        assert decision.reason is min(reasons, key=ORDER.index)
    else:
        assert decision == Entry(None)


def test_d5_the_reasons_have_their_fixed_names_in_their_fixed_order() -> None:
    names = "no_email deleted_contact invalid_email account_user excluded_domain staff"
    assert [str(reason) for reason in ORDER] == [*names.split(), "secondary_email", "creation_off"]


@pytest.mark.parametrize(
    ("reason", "decision"),
    [
        (Reason.NO_EMAIL, Skip(Reason.NO_EMAIL)),
        (Reason.INVALID_EMAIL, Skip(Reason.INVALID_EMAIL)),
        (Reason.ACCOUNT_USER, Skip(Reason.ACCOUNT_USER)),
        (Reason.EXCLUDED_DOMAIN, Skip(Reason.EXCLUDED_DOMAIN, entry="example.com")),
        (Reason.STAFF, Skip(Reason.STAFF)),
        (Reason.DELETED_CONTACT, Skip(Reason.DELETED_CONTACT)),
        (Reason.SECONDARY_EMAIL, Skip(Reason.SECONDARY_EMAIL, contact_id=7)),
        (Reason.CREATION_OFF, Skip(Reason.CREATION_OFF)),
    ],
)
def test_r47_each_refusal_carries_what_explains_it(reason: Reason, decision: Decision) -> None:
    assert decide(*policy_hitting({reason})) == decision


def test_r27_the_primary_address_leads_to_its_contact() -> None:
    assert decide(JILL, Policy(addresses={JILL: Address(7, counts=True)})) == Entry(7)


def test_r9_with_creation_off_existing_contacts_are_still_updated() -> None:
    policy = Policy(addresses={JILL: Address(7, counts=True)}, creates_contacts=False)
    assert decide(JILL, policy) == Entry(7)
    assert decide("jack@example.com", policy) == Skip(Reason.CREATION_OFF)


def test_r25_an_account_user_who_is_a_contact_is_kept_out_all_the_same() -> None:
    policy = Policy(account_users={JILL}, addresses={JILL: Address(7, counts=True)})
    assert decide(JILL, policy) == Skip(Reason.ACCOUNT_USER)


def test_d4_a_contact_domain_blocks_activity_of_existing_contacts_too() -> None:
    policy = Policy(excluded_domains=DomainList(["example.com"]), addresses={JILL: Address(7, counts=True)})
    assert decide(JILL, policy) == Skip(Reason.EXCLUDED_DOMAIN, entry="example.com")


@given(st.lists(st.sampled_from([JILL, "", "jack@example.com", "nonsense", "joe@x.com"])))
def test_a_batch_is_decided_as_each_of_its_people(batch: list[str]) -> None:
    policy = Policy(account_users={"joe@x.com"}, addresses={JILL: Address(7, counts=True)})
    assert decide_all(iter(batch), policy) == {email: decide(email, policy) for email in batch}
