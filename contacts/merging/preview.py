"""What a merge would do, shown before it is made: the values in question, and all that moves."""

from dataclasses import dataclass

from django.db import transaction

from contacts.merging.merge import blockers_of
from contacts.merging.rules import merge_rules
from contacts.merging.values import FieldChoice, choices_between
from contacts.models import Contact
from core.messages import Message

MOST_NAMED = 20  # rows of each kind


@dataclass(frozen=True)
class Moving:
    """Rows of one kind, a few of them in words."""

    label: str
    count: int
    named: list[str]

    @property
    def more(self) -> int:
        return self.count - len(self.named)


@dataclass(frozen=True)
class Preview:
    choices: list[FieldChoice]
    moving: list[Moving]
    blockers: list[Message]


@transaction.atomic
def preview(survivor: Contact, merged: Contact) -> Preview:
    """A number of queries that does not depend on how much there is."""
    return Preview(choices_between(survivor, merged), _moving(merged), blockers_of(survivor, merged))


def _moving(merged: Contact) -> list[Moving]:
    moving = []
    for rule in merge_rules().values():
        rows = rule.shown(merged.pk) if rule.label else None
        if rows is not None and (count := rows.count()):
            moving.append(Moving(str(rule.label), count, rule.describe(list(rows[:MOST_NAMED]))))
    return moving
