"""What an import reports besides its counts: notes, new properties, and why rows were rejected, in sum.

The same for a dry run, the import and the command. It holds no addresses and no values of rows, so it may
stay when a contact is deleted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from contacts.importing.columns import Refusal
from contacts.importing.reading import Batch
from contacts.models import ContactImport
from contacts.properties.kinds import PropertySpec
from core.messages import Message, as_json

LINES_SHOWN = 10  # of the rows with one reason; the CSV of rejected rows has them all
_PROPERTIES_MADE = "import.properties_made"

# Reasons that name a value of their row: the code for all such rows, and the values that are kept.
_FOR_ALL_ROWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "contact.one_address_invalid": ("import.all_secondary_invalid", ("reason",)),
    "contact.exists": ("import.all_address_taken", ()),
    "contact.address_taken": ("import.all_address_taken", ()),
    "contact.deleted_before": ("import.all_deleted_before", ()),
    "property.wrong_kind": ("import.all_wrong_kind", ("label", "wanted")),
    "import.same_email": ("import.all_same_email", ()),
    "import.too_many_values": ("import.all_too_many_values", ()),
}


@dataclass
class RejectedRows:
    """The rows with one reason."""

    reason: Message
    count: int = 0
    lines: list[int] = field(default_factory=list)  # the first ones

    def add(self, line: int) -> None:
        self.count += 1
        if len(self.lines) < LINES_SHOWN:
            self.lines.append(line)

    @property
    def lines_in_words(self) -> str:
        return ", ".join(map(str, self.lines)) + (" …" if self.count > len(self.lines) else "")

    @property
    def in_words(self) -> Message:
        return Message(
            "import.rows_rejected", reason=self.reason, count=self.count, lines=self.lines_in_words
        )


class Rejections:
    """Rejected rows by their reasons. A row with two mistakes counts under both."""

    def __init__(self, stored: Iterable[dict[str, Any]] = ()) -> None:
        groups = [RejectedRows(**row | {"reason": Message.from_json(row["reason"])}) for row in stored]
        self._by_reason = {group.reason: group for group in groups}

    def add(self, refusals: Iterable[Refusal]) -> None:
        for refusal in sorted(refusals, key=lambda refusal: refusal.line):
            for reason in dict.fromkeys(map(_for_all_rows, refusal.reasons)):
                self._by_reason.setdefault(reason, RejectedRows(reason)).add(refusal.line)

    def most_first(self) -> list[RejectedRows]:
        return sorted(self._by_reason.values(), key=lambda group: (-group.count, group.lines))

    def repeated(self) -> list[RejectedRows]:
        """Those of more than one row."""
        return [group for group in self.most_first() if group.count > 1]

    def as_json(self) -> list[dict[str, Any]]:
        return [as_json(vars(group)) for group in self._by_reason.values()]


def _for_all_rows(reason: Message) -> Message:
    code, kept = _FOR_ALL_ROWS.get(reason.code, (reason.code, tuple(reason.values)))
    return Message(code, **{name: reason.values[name] for name in kept})


class Report:
    """The report so far: a worker goes on with what the one before it stored."""

    def __init__(self, job: ContactImport) -> None:
        self.rejections = Rejections(job.rejections)
        self.rejected_in_a_row = job.rejected_in_a_row
        self._notes = [note for note in job.notes if note["code"] != _PROPERTIES_MADE]
        made = [note["values"]["names"] for note in job.notes if note["code"] == _PROPERTIES_MADE]
        self._new_properties = [name for names in made for name in names]

    @property
    def notes(self) -> list[dict[str, Any]]:
        made = [properties_made(self._new_properties)] if self._new_properties else []
        return [*self._notes, *map(as_json, made)]

    def note(self, notes: Iterable[Message]) -> None:
        self._notes += [note for note in map(as_json, notes) if note not in self._notes]

    def add(self, batch: Batch, refusals: list[Refusal], new_properties: Iterable[PropertySpec]) -> None:
        self.rejections.add(refusals)
        self.rejected_in_a_row = batch.rejected_at_its_end(refusals, self.rejected_in_a_row)
        labels = [spec.label for spec in new_properties]
        self._new_properties = list(dict.fromkeys([*self._new_properties, *labels]))


def properties_made(labels: Sequence[str]) -> Message:
    return Message(_PROPERTIES_MADE, count=len(labels), names=list(labels))
