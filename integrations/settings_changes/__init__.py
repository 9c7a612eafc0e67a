"""Every change of a setting by a person or a command: typed, atomic, with its history inside (R8-R21).

    outcome = set_global(brand, sync_webinars=True, actor=request.user)
    outcome.changes, outcome.started, outcome.queued

Each opens and clears the warnings that follow from the switches, and queues the catch-up (R35, D14).
What one would come to, without doing it (X6): `preview(brand, lambda: set_global(brand, …))`.
A refusal is an `ActionError` whose text is for the person; then nothing was written.
"""

from integrations.settings_changes.apply_change import Outcome
from integrations.settings_changes.errors import (
    ActionError,
    BadDomainsError,
    ChangedSinceError,
    NotAllowed,
)
from integrations.settings_changes.exclusions import (
    add_exclusions,
    clean_domains,
    remove_exclusions,
)
from integrations.settings_changes.history import Actor, in_words, label_of, value_label
from integrations.settings_changes.preview import (
    Entrance,
    Lost,
    SettingsPreview,
    contacts_with,
    preview,
)
from integrations.settings_changes.switches import (
    set_global,
    set_user,
    set_users,
    set_webinar,
    set_webinars,
    why_not_on,
)
from integrations.settings_changes.undo import undo, undoable

__all__ = [
    "ActionError",
    "Actor",
    "BadDomainsError",
    "ChangedSinceError",
    "Entrance",
    "Lost",
    "NotAllowed",
    "Outcome",
    "SettingsPreview",
    "add_exclusions",
    "clean_domains",
    "contacts_with",
    "in_words",
    "label_of",
    "preview",
    "remove_exclusions",
    "set_global",
    "set_user",
    "set_users",
    "set_webinar",
    "set_webinars",
    "undo",
    "undoable",
    "value_label",
    "why_not_on",
]
