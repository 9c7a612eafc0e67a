"""One bulk change, from the contacts that are still to be done to the end."""

from zoneinfo import ZoneInfo

from django.db.models import F
from django.http import QueryDict
from django.utils import timezone

from contacts.bulk_changes.operations import Applied, Operation, operation_of
from contacts.errors import ContactError, ContactGoneError
from contacts.listing.criteria import criteria_of
from contacts.models import BulkChange, BulkChangeItem, Contact
from contacts.outbox import one_change_set
from contacts.segments.actions import SegmentError
from core.insert_select import insert_selected
from core.jobs import JobFailedError, Lease
from core.messages import Message

Outcome = BulkChangeItem.Outcome


def change_contacts(change: BulkChange, lease: Lease) -> None:
    """Raises `JobFailedError` where nothing can be changed any more; what was changed stays."""
    operation = operation_of(change.operation)
    try:
        if not change.is_listed:
            _list_contacts(change, lease)
        while _change_some(change, operation, lease):
            pass
    except ContactError as error:
        raise JobFailedError(error.reason) from error
    except SegmentError as error:
        raise JobFailedError(Message("contact.rejected", reason=str(error))) from error


def _list_contacts(change: BulkChange, lease: Lease) -> None:
    """Write down who matches now: from here on it does not matter what the change does to the list."""
    with lease.writing(), timezone.override(ZoneInfo(change.time_zone)):
        criteria = criteria_of(QueryDict(change.matching))
        if criteria.problem:
            raise JobFailedError(Message("contact.rejected", reason=criteria.problem))
        number = insert_selected(
            f"{BulkChangeItem._meta.db_table} (bulk_change_id, contact_id, outcome)",
            "%s, found, ''",
            [change.pk],
            criteria.shown().values_list("pk"),
        )
        if change.expected is not None and number > change.expected:
            raise JobFailedError(Message("bulk.list_grew", expected=change.expected, number=number))
        lease.update(is_listed=True, total=number)


def _change_some(change: BulkChange, operation: Operation, lease: Lease) -> bool:
    """Whether there were contacts left."""
    pending = BulkChangeItem.objects.filter(bulk_change=change, outcome=Outcome.PENDING)
    with lease.writing(), one_change_set():
        keys = list(pending.order_by("contact_id").values_list("contact_id", flat=True)[: operation.at_once])
        if not keys:
            return False
        there = set(Contact.objects.filter(pk__in=keys).values_list("pk", flat=True))
        applied = operation.apply(sorted(there), change)
        gone = {key: ContactGoneError().reason for key in keys if key not in there}
        _write_outcomes(change, lease, keys, Applied(applied.changed, {**applied.refused, **gone}))
    return True


def _write_outcomes(change: BulkChange, lease: Lease, keys: list[int], applied: Applied) -> None:
    items = BulkChangeItem.objects.filter(bulk_change=change)
    unchanged = set(keys) - set(applied.changed) - set(applied.refused)
    items.filter(contact_id__in=applied.changed).update(outcome=Outcome.CHANGED)
    items.filter(contact_id__in=unchanged).update(outcome=Outcome.UNCHANGED)
    for contact_id, reason in applied.refused.items():
        items.filter(contact_id=contact_id).update(outcome=Outcome.REFUSED, reason=reason)
    lease.update(
        changed=F("changed") + len(applied.changed),
        unchanged=F("unchanged") + len(unchanged),
        refused=F("refused") + len(applied.refused),
        crashes=0,  # some were done: whatever ended its workers, it was not this change
    )
