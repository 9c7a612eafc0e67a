"""Why contacts enter and leave segments: codes in the rows, and their words."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.outbox import Changes

BY_HAND = "by_hand"
DEFINITION = "definition"
CLOCK = "clock"
CREATED = "created"
CHANGED = "changed"
EVENT = "event"
CALL = "call"

_WORDS: dict[str, str | Promise] = {
    BY_HAND: _("changed by %(who)s"),
    DEFINITION: _("the conditions changed"),
    CLOCK: _("a date passed"),
    CREATED: _("the contact was added"),
    CHANGED: _("the contact changed"),
    EVENT: _("an event changed"),
    CALL: _("a recording changed"),
    "registered": _("registered for an event"),
    "cancelled": _("cancelled a registration"),
    "attended": _("attendance arrived"),
    "no_show": _("attendance became final"),
    "gone": _("no longer takes part in an event"),
}


def words_of_reason(code: str, details: Mapping[str, Any]) -> str:
    return str(_WORDS.get(code, code)) % defaultdict(str, details)


def by_contact(changes: Changes, contacts: Collection[int]) -> dict[int, str]:
    """The reason that says most, for each of the contacts."""
    reasons = dict.fromkeys(contacts, EVENT)
    reasons |= dict.fromkeys(changes.calls, CALL)
    reasons |= dict.fromkeys(changes.contacts_changed, CHANGED)
    reasons |= dict.fromkeys(changes.contacts_created, CREATED)
    reasons |= {row.contact_id: row.after or "gone" for row in changes.participations}
    return reasons
