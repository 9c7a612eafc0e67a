"""What a sync changed: one list for the audit log, the pages and the command line."""

from collections.abc import Iterator, Mapping
from typing import Any

from core.messages import Message
from integrations.sync import wording  # noqa: F401  registers the words

# In the order in which people care about them.
COUNTED = (
    "contacts_new",
    "contacts_changed",
    "participations_new",
    "participations_changed",
    "participations_gone",
    "registrants_gone",
    "skipped_new",
    "calls_new",
    "transcripts_read",
    "calls_withdrawn",
    "calls_gone",
)


def changes_in(counts: Mapping[str, Any]) -> Iterator[tuple[str, Message]]:
    """The name of each count with its message, but for what is 0."""
    for name in COUNTED:
        count = counts.get(name, 0)
        if isinstance(count, int) and count > 0:
            yield name, Message(f"change.{name}", count=count)


def summary_of(counts: Mapping[str, Any]) -> list[Message]:
    """All of it, to be stored in the audit log."""
    return [message for _name, message in changes_in(counts)] or [Message("change.none")]


def in_words(counts: Mapping[str, Any]) -> str:
    """All of it as one sentence."""
    return ", ".join(map(str, summary_of(counts)))


def counts_of(summary: Any) -> dict[str, int]:
    """The counts that a stored summary is made of."""
    if not isinstance(summary, list):
        return {}
    changes = (Message.from_json(change) for change in summary if isinstance(change, dict))
    return {
        change.code.removeprefix("change."): change.values["count"]
        for change in changes
        if "count" in change.values
    }
