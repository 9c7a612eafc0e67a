"""How the rows that refer to a contact move with it: a rule for each foreign key, registered by its app.

A house rule demands one for every foreign key to `Contact`. A rule runs inside the transaction of the merge,
with both contacts locked; what it returns is JSON and comes back to it when the merge is undone.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from contacts.merging.snapshots import insert_again, revert, saved
from core.messages import Message

type Label = str | Promise
type Moved = dict[str, Any]


class MergeRule[M: Model]:
    """Moves the rows. Of two that would have the same natural key the surviving contact's stays.

    `key` are the fields that, with the contact, identify a row; blank if nothing but the primary key does.
    `label` names the rows in the preview; blank: they are not worth a line there.
    """

    is_recomputed = False  # by the next sync, so that nothing of it can be lost

    def __init__(
        self, model: type[M], key: Sequence[str] = (), *, field: str = "contact", label: Label = ""
    ) -> None:
        self.model = model
        self.key = tuple(key)
        self.field = field
        self.label = label

    @property
    def name(self) -> str:
        return f"{self.model._meta.label_lower}.{self.field}"

    def rows(self, contact_id: int) -> QuerySet[M]:
        return self.model._default_manager.filter(**{self.field: contact_id}).order_by("pk")

    def shown(self, contact_id: int) -> QuerySet[M]:
        """Those that the preview counts, and names a few of."""
        return self.rows(contact_id)

    def describe(self, rows: Sequence[M]) -> list[str]:
        return [str(row) for row in rows]

    def blocker(self, merged: int, survivor: int) -> Message | None:
        """Why the two cannot be merged now."""
        return None

    def undo_blocker(self, moved: Moved, survivor: int) -> Message | None:
        """Why the merge cannot be undone now."""
        return None

    def move(self, merged: int, survivor: int) -> Moved:
        there = {self.key_of(row): row for row in self.rows(survivor)} if self.key else {}
        moving, removed, combined = [], [], []
        for row in self.rows(merged):
            same = there.get(self.key_of(row))
            if same is None:
                moving.append(row.pk)
                continue
            before = saved(same)
            removed.append(self.save(row))
            self.combine(row, same)
            if saved(same) != before:
                combined.append([before, saved(same)])
        self.remove([row["pk"] for row in removed])
        self.rows(merged).filter(pk__in=moving).update(**{self.field: survivor})
        return {"moved": moving, "removed": removed, "combined": combined}

    def restore(self, moved: Moved, merged: int, survivor: int) -> int:
        """How many rows did not come back as they were, because of what happened since."""
        back = self.rows(survivor).filter(pk__in=moved["moved"]).update(**{self.field: merged})
        again = self.insert(moved["removed"])
        lost = len(moved["moved"]) - back + len(moved["removed"]) - again
        rows = self.rows(survivor).in_bulk([before[self.pk_name] for before, _after in moved["combined"]])
        for before, after in moved["combined"]:
            if row := rows.get(before[self.pk_name]):
                revert(row, before, after)
        return 0 if self.is_recomputed else lost

    def combine(self, row: M, same: M) -> None:
        """What the merged contact's row adds to the survivor's with the same key. Saves it."""

    def save(self, row: M) -> dict[str, Any]:
        """All that `insert` needs."""
        return {"pk": row.pk, "row": saved(row)}

    def insert(self, removed: list[dict[str, Any]]) -> int:
        return len(insert_again(self.model, [row["row"] for row in removed]))

    def remove(self, keys: Sequence[Any]) -> None:
        self.model._default_manager.filter(pk__in=keys).delete()

    def key_of(self, row: M) -> tuple[Any, ...]:
        return tuple(getattr(row, name) for name in self.key)

    @property
    def pk_name(self) -> str:
        return self.model._meta.pk.attname


class LeftBehind[M: Model](MergeRule[M]):
    """Rows about the merged contact alone, of no use to the other: kept only for undoing."""

    def move(self, merged: int, survivor: int) -> Moved:
        removed = [self.save(row) for row in self.rows(merged)]
        self.remove([row["pk"] for row in removed])
        return {"moved": [], "removed": removed, "combined": []}


_rules: dict[str, MergeRule[Any]] = {}


def register_merge_rule(rule: MergeRule[Any]) -> None:
    _rules[rule.name] = rule


def merge_rules() -> dict[str, MergeRule[Any]]:
    return dict(_rules)
