"""A warning that someone acknowledged counts no more, until it gets worse (D20)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.models import Brand
from integrations.audit import (
    AuditCode,
    Finding,
    Severity,
    acknowledge,
    clear,
    reconcile_warnings,
    undo_acknowledgement,
    warn,
)
from integrations.audit.acknowledge import is_worse
from integrations.models import AuditEntry, Webinar
from zoomsync.models import User

CODE = AuditCode.PARTICIPANTS_INVALID


def attention() -> int:
    return AuditEntry.objects.open().needing_attention().count()


@pytest.fixture
def entry(brand: Brand, webinar: Webinar) -> AuditEntry:
    return warn(brand, CODE, {"count": 3}, webinar=webinar, session_uuid="u1")


def test_who_and_when_and_the_note_are_kept_and_it_counts_no_more(entry: AuditEntry, charlie: User) -> None:
    assert attention() == 1
    assert acknowledge(entry, charlie, " Zoom knows. ") == 1
    entry.refresh_from_db()
    assert (entry.acknowledged_by, entry.acknowledged_by_name) == (charlie, str(charlie))
    assert (entry.acknowledgement, bool(entry.acknowledged_at)) == ("Zoom knows.", True)
    assert attention() == 0
    charlie.delete()
    entry.refresh_from_db()
    assert (entry.acknowledged_by, bool(entry.acknowledged_by_name)) == (None, True)


def test_it_is_of_all_sessions_of_the_webinar_and_of_that_warning_alone(
    brand: Brand, webinar: Webinar, entry: AuditEntry, charlie: User
) -> None:
    warn(brand, CODE, {"count": 1}, webinar=webinar, session_uuid="u2")
    warn(brand, AuditCode.DATA_UNAVAILABLE, webinar=webinar, session_uuid="u1")
    assert acknowledge(entry, charlie) == 2
    assert attention() == 1


def test_undone_it_counts_again(entry: AuditEntry, charlie: User) -> None:
    acknowledge(entry, charlie)
    assert undo_acknowledgement(entry) == 1
    assert attention() == 1


@pytest.mark.parametrize(("count", "counts_again"), [(3, False), (2, False), (4, True)])
@pytest.mark.parametrize("by_sync", [True, False])
def test_it_counts_again_once_it_gets_worse(
    brand: Brand, webinar: Webinar, entry: AuditEntry, charlie: User, count: int, counts_again: bool,
    by_sync: bool,
) -> None:  # fmt: skip
    acknowledge(entry, charlie)
    if by_sync:
        reconcile_warnings(brand, webinar, None, {CODE}, [Finding(CODE, "u1", {"count": count})])
    else:
        warn(brand, CODE, {"count": count}, webinar=webinar, session_uuid="u1")
    assert attention() == counts_again
    entry.refresh_from_db()
    assert bool(entry.acknowledged_by_name) is not counts_again


def test_one_that_was_resolved_and_comes_back_is_a_new_one(
    brand: Brand, webinar: Webinar, entry: AuditEntry, charlie: User
) -> None:
    acknowledge(entry, charlie)
    clear(brand, CODE, webinar=webinar)
    assert acknowledge(entry, charlie) == 0
    warn(brand, CODE, {"count": 1}, webinar=webinar, session_uuid="u1")
    assert attention() == 1


ENTRIES = st.builds(
    AuditEntry,
    severity=st.sampled_from(Severity),
    values=st.fixed_dictionaries({}, optional={"count": st.integers(0, 5) | st.text()}),
)


@given(ENTRIES, ENTRIES)
def test_nothing_is_worse_than_itself_and_no_two_are_worse_than_each_other_in_one_respect(
    one: AuditEntry, other: AuditEntry
) -> None:
    assert not is_worse(one, one)
    if one.values == other.values:
        assert not (is_worse(one, other) and is_worse(other, one))
