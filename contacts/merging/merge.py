"""Merging two contacts, and undoing it: each in one transaction, with both contacts locked by order of ID.

Whoever else writes them waits, or finds the contact gone and looks again. Two merges of the same contacts at
once are one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, transaction
from django.utils import timezone

from contacts import suppression
from contacts.errors import ContactError, ContactGoneError
from contacts.history import MERGE_UNDONE, MERGED, FieldChange
from contacts.merging.rules import Moved, merge_rules
from contacts.merging.snapshots import SavedRow, restored, revert, saved
from contacts.merging.values import default_choices, take_values
from contacts.models import Contact, ContactMerge, EmailAddress, TimelineEntry
from contacts.outbox import one_change_set, record_contacts
from contacts.signals import addresses_changed, contacts_regrouped
from core.messages import Message
from core.retention import register_retention
from core.retry import retrying
from core.security_log import SecurityCode, actor_name, record

TRIES = 3  # when the database ends a deadlock with the sync


class MergeError(ContactError):
    """The contacts cannot be merged, or the merge cannot be undone."""


@dataclass(frozen=True)
class UndoneMerge:
    contact: Contact  # the one that is back
    survivor: Contact
    lost: int  # rows that did not come back as they were, because of what happened since


def merge_contacts(survivor_id: int, merged_id: int, chosen: Collection[str] | None = None) -> ContactMerge:
    """Make `merged_id` part of the contact that survives.

    `chosen` are the fields that take the merged contact's value, by default those that are blank otherwise.
    Raises `ContactError`.
    """

    @transaction.atomic
    def write() -> ContactMerge:
        with one_change_set():
            return _merge(survivor_id, merged_id, chosen)

    return retrying(OperationalError, tries=TRIES)(write)


def undo_merge(merge_id: int) -> UndoneMerge:
    """Bring the merged contact back, with its ID and all that moved. Raises `ContactError`."""

    @transaction.atomic
    def write() -> UndoneMerge:
        with one_change_set():
            return _undo(merge_id)

    return retrying(OperationalError, tries=TRIES)(write)


def blockers_of(survivor: Contact, merged: Contact) -> list[Message]:
    """Why the two cannot be merged now."""
    if survivor.pk == merged.pk:
        return [Message("merge.same")]
    blockers = [rule.blocker(merged.pk, survivor.pk) for rule in merge_rules().values()]
    return [blocker for blocker in blockers if blocker]


def _merge(survivor_id: int, merged_id: int, chosen: Collection[str] | None) -> ContactMerge:
    survivor, merged = _locked(survivor_id, merged_id)
    for blocker in blockers_of(survivor, merged):
        raise MergeError(blocker)
    emails = set(merged.addresses.values_list("email", flat=True))
    moved = {name: rule.move(merged.pk, survivor.pk) for name, rule in merge_rules().items()}
    before, former = saved(survivor), saved(merged)
    changes = take_values(survivor, merged, default_choices(survivor, merged) if chosen is None else chosen)
    survivor.updated_at = timezone.now()
    survivor.save(update_fields=_EDITABLE)
    after = saved(survivor)
    merged_name, merged_email = merged.name, merged.email
    merged.delete()
    merge = ContactMerge.objects.create(
        into=survivor,
        merged_id=merged_id,
        merged_name=merged_name,
        merged_email=merged_email,
        merged_by=actor_name(),
        snapshot={
            "survivor": survivor.pk,
            "merged": former,
            "before": {name: before[name] for name in _EDITABLE},
            "after": {name: after[name] for name in _EDITABLE},
            "moved": moved,
        },
    )
    _write_history(survivor, MERGED, merge, changes)
    _tell([survivor], emails, SecurityCode.CONTACT_MERGED, contact=survivor.pk, merged=merged_id)
    return merge


# What a merge may change of the survivor itself. Its counters are worked out anew.
_EDITABLE = (
    "first_name",
    "last_name",
    "name_source",
    "properties",
    "zoom_webinar_joinlink",
    "updated_at",
)


def _undo(merge_id: int) -> UndoneMerge:
    merge, survivor = _locked_merge(merge_id)
    snapshot = merge.snapshot
    _refuse_undo(merge, survivor)
    contact = restored(Contact, snapshot["merged"])
    contact.updated_at = timezone.now()
    contact.save(force_insert=True)
    lost = _restore_rows(snapshot["moved"], merge.merged_id, survivor.pk)
    lost += _revert_values(survivor, snapshot["before"], snapshot["after"])
    _write_history(survivor, MERGE_UNDONE, merge)
    _write_history(contact, MERGE_UNDONE, merge)
    merge.delete()
    emails = set(contact.addresses.values_list("email", flat=True))
    _tell([survivor, contact], emails, SecurityCode.MERGE_UNDONE, contact=survivor.pk, merged=contact.pk)
    contact.refresh_from_db()
    return UndoneMerge(contact, survivor, lost)


def _restore_rows(moved: Mapping[str, Moved], merged_id: int, survivor_id: int) -> int:
    """In the opposite order. An app that is gone since, or has come since, has nothing to restore."""
    rules = merge_rules()
    names = [name for name in reversed(rules) if name in moved]
    return sum(rules[name].restore(moved[name], merged_id, survivor_id) for name in names)


def _revert_values(survivor: Contact, before: SavedRow, after: SavedRow) -> int:
    """Property by property: one that was edited since stays."""
    own = {name: value for name, value in before.items() if name not in {"properties", "updated_at"}}
    is_whole = revert(survivor, own, after)
    properties, lost = dict(survivor.properties), 0
    for name in before["properties"].keys() | after["properties"].keys():
        old, new = before["properties"].get(name), after["properties"].get(name)
        if old == new:
            continue
        if properties.get(name) != new:
            lost += 1
        elif old is None:
            properties.pop(name, None)
        else:
            properties[name] = old
    survivor.properties = properties
    survivor.updated_at = timezone.now()
    survivor.save(update_fields=["properties", "updated_at"])
    return lost + (not is_whole)


def _refuse_undo(merge: ContactMerge, survivor: Contact) -> None:
    """Raises `MergeError`."""
    if merge.snapshot["survivor"] != survivor.pk:
        raise MergeError(Message("merge.undo_later_first", contact=str(survivor)))
    address = merge.merged_email
    if survivor.email == address:
        raise MergeError(Message("merge.address_is_primary", address=address))
    owner = EmailAddress.objects.filter(email=address).select_related("contact").first()
    if owner and owner.contact_id != survivor.pk:
        raise MergeError(Message("merge.address_elsewhere", address=address, owner=owner.contact.email))
    if suppression.deleted_among([address]):
        raise MergeError(Message("contact.deleted_before", address=address))
    for name, rule in merge_rules().items():
        blocker = rule.undo_blocker(merge.snapshot["moved"].get(name, {}), survivor.pk)
        if blocker:
            raise MergeError(blocker)


def _locked(survivor_id: int, merged_id: int) -> tuple[Contact, Contact]:
    keys = sorted({survivor_id, merged_id})
    rows = {row.pk: row for row in Contact.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    if len(rows) < len(keys):
        raise ContactGoneError
    return rows[survivor_id], rows[merged_id]


def _locked_merge(merge_id: int) -> tuple[ContactMerge, Contact]:
    """The contact first, as everywhere."""
    into = ContactMerge.objects.filter(pk=merge_id).values_list("into", flat=True).first()
    survivor = Contact.objects.select_for_update().filter(pk=into or 0).first()
    merge = ContactMerge.objects.select_for_update().filter(pk=merge_id, into=survivor).first()
    if survivor is None or merge is None:
        raise MergeError(Message("merge.gone"))
    return merge, survivor


def _write_history(
    contact: Contact, kind: str, merge: ContactMerge, changes: Collection[FieldChange] = ()
) -> None:
    TimelineEntry.objects.create(
        contact=contact,
        kind=kind,
        subject_key=f"merge:{merge.pk}",
        occurred_at=timezone.now(),
        title=str(merge)[:500],
        details={
            "who": actor_name(),
            "merge": merge.pk,
            "email": merge.merged_email,
            "changes": [list(change) for change in changes],
        },
    )


def _tell(contacts: list[Contact], emails: set[str], code: SecurityCode, **values: Any) -> None:
    keys = sorted(contact.pk for contact in contacts)
    contacts_regrouped.send(Contact, contacts=keys)
    for contact in contacts:
        addresses_changed.send(Contact, contact=contact, emails=emails)
    record_contacts(changed=keys)
    record(code, **values)


register_retention(
    "merges", "KEEP_MERGES_DAYS", lambda cutoff: ContactMerge.objects.filter(merged_at__lte=cutoff)
)
