"""Who changed what about a contact: a line of its timeline for each edit, with old and new values.

Values are stored as they are; words are chosen when they are shown (`contacts.timeline_kinds`).
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from uuid import uuid4

from django.utils import timezone

from contacts.models import Contact, TimelineEntry
from core.security_log import actor_name

EDITED, NOTE = "contact_edited", "contact_note"
MERGED, MERGE_UNDONE = "contact_merged", "contact_merge_undone"
# What people did here; exports give what happened in webinars.
OWN_KINDS = (EDITED, NOTE, MERGED, MERGE_UNDONE)
PROPERTY = "properties."  # before the name of a custom one

type Fields = Mapping[str, Any]


class FieldChange(NamedTuple):
    field: str
    old: Any
    new: Any


def fields_of(contact: Contact) -> Fields:
    """What an edit may change, flat, and unaffected by what happens to the contact afterwards."""
    own = {"first_name": contact.first_name, "last_name": contact.last_name}
    return own | {f"{PROPERTY}{name}": value for name, value in contact.properties.items()}


def changes_between(before: Fields, after: Fields) -> list[FieldChange]:
    names = dict.fromkeys([*before, *after])
    pairs = ((name, before.get(name), after.get(name)) for name in names)
    return [FieldChange(*pair) for pair in pairs if pair[1] != pair[2] or type(pair[1]) is not type(pair[2])]


def write_history(edits: Iterable[tuple[int, list[FieldChange]]], who: str = "") -> None:
    """One line for each contact that changed, in one statement. Call it in the transaction of the change."""
    now, who = timezone.now(), who or actor_name()
    TimelineEntry.objects.bulk_create(
        TimelineEntry(
            contact_id=contact_id,
            kind=EDITED,
            subject_key=f"edit:{uuid4().hex}",
            occurred_at=now,
            details={"who": who, "changes": [list(change) for change in changes]},
        )
        for contact_id, changes in edits
        if changes
    )
