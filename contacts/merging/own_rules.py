"""How a contact's addresses, timeline and segments move when it is merged."""

from collections.abc import Sequence

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from contacts.merging.rules import MergeRule, Moved, register_merge_rule
from contacts.merging.snapshots import insert_again, saved
from contacts.models import (
    Contact,
    ContactMerge,
    EmailAddress,
    SegmentMembership,
    SegmentTransition,
    TimelineEntry,
)
from contacts.timeline import lines


class AddressRule(MergeRule[EmailAddress]):
    """The primary address becomes a merged one; secondary and merged ones stay what they are."""

    def describe(self, rows: Sequence[EmailAddress]) -> list[str]:
        return [row.email for row in rows]

    def move(self, merged: int, survivor: int) -> Moved:
        rows = list(self.rows(merged))
        primary = Contact.objects.values_list("email", flat=True).get(pk=merged)
        EmailAddress.objects.filter(email=primary).update(is_merged=True)
        self.rows(merged).update(contact=survivor)
        return {"moved": [], "removed": [self.save(row) for row in rows], "combined": []}

    def restore(self, moved: Moved, merged: int, survivor: int) -> int:
        """As they were. An address that is another contact's by now, or the survivor's primary one, stays."""
        rows = [removed["row"] for removed in moved["removed"]]
        back = self.rows(survivor).filter(email__in=[row["email"] for row in rows])
        back.exclude(email=F("contact__email")).delete()
        taken = EmailAddress.objects.filter(email__in=[row["email"] for row in rows])
        others = set(taken.values_list("email", flat=True))
        again = insert_again(EmailAddress, [row for row in rows if row["email"] not in others])
        return len(rows) - len(again)


class TimelineRule(MergeRule[TimelineEntry]):
    def describe(self, rows: Sequence[TimelineEntry]) -> list[str]:
        return [f"{line.kind.label}: {line.sentence or line.text}".rstrip(": ") for line in lines(list(rows))]

    def combine(self, row: TimelineEntry, same: TimelineEntry) -> None:
        """What both contacts did in one webinar; the next sync says it exactly."""
        same.occurred_at = min(row.occurred_at, same.occurred_at)
        same.joined_at = min(filter(None, (row.joined_at, same.joined_at)), default=None)
        same.left_at = max(filter(None, (row.left_at, same.left_at)), default=None)
        same.save(update_fields=["occurred_at", "joined_at", "left_at"])


class MembershipRule(MergeRule[SegmentMembership]):
    """Whoever was in a segment stays in: as one person, they enter no second time."""

    def shown(self, contact_id: int) -> QuerySet[SegmentMembership]:
        return self.rows(contact_id).select_related("segment").order_by("segment__name", "pk")

    def describe(self, rows: Sequence[SegmentMembership]) -> list[str]:
        return [row.segment.name for row in rows]

    def move(self, merged: int, survivor: int) -> Moved:
        rows = [saved(row) for row in self.rows(merged)]
        return super().move(merged, survivor) | {"rows": rows}

    def restore(self, moved: Moved, merged: int, survivor: int) -> int:
        """Whether the merged contact is in a segment has nothing to do with who left it since."""
        self.rows(survivor).filter(pk__in=moved["moved"]).delete()
        insert_again(SegmentMembership, moved["rows"])
        return 0


register_merge_rule(AddressRule(EmailAddress, label=_("Email addresses")))
register_merge_rule(
    TimelineRule(TimelineEntry, ("kind", "subject_key"), label=_("Timeline entries and notes"))
)
register_merge_rule(MembershipRule(SegmentMembership, ("segment_id",), label=_("Segments")))
register_merge_rule(MergeRule(SegmentTransition, ("segment_id", "occurred_at")))
register_merge_rule(MergeRule(ContactMerge, field="into"))
