"""How enrolments and registrations move when a contact is merged into another (D28)."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from contacts.merging.rules import LeftBehind, MergeRule, Moved, register_merge_rule
from core.jobs import JobState
from core.jobs.models import LeasedJob
from core.messages import Message
from workflows.models import DailyAdditions, Enrolment, RegistrationJob, WatchedValue
from workflows.models.enrolments import INSIDE


class JobRule[M: LeasedJob](MergeRule[M]):
    """Both contacts' jobs stay. Where two would have the same key, the merged contact's gets one of its own.

    A job that a worker is at works for the contact that it has loaded: nothing moves meanwhile.
    """

    busy: str
    waiting: tuple[str, ...] = LeasedJob.ACTIVE  # states from which a worker may take it on

    def clashing(self, merged: int, survivor: int) -> QuerySet[M]:
        raise NotImplementedError

    def blocker(self, merged: int, survivor: int) -> Message | None:
        return self._at_work(self.rows(merged))

    def undo_blocker(self, moved: Moved, survivor: int) -> Message | None:
        return self._at_work(self.rows(survivor).filter(pk__in=moved.get("moved", [])))

    def _at_work(self, rows: QuerySet[M]) -> Message | None:
        """Locks what waits, so that no worker takes it on before the transaction is over."""
        waiting = rows.filter(state__in=self.waiting).select_for_update()
        return Message(self.busy) if any(row.state == JobState.RUNNING for row in waiting) else None

    def move(self, merged: int, survivor: int) -> Moved:
        keys = dict(self.clashing(merged, survivor).values_list("pk", "key"))
        for key in keys:
            self.rows(merged).filter(pk=key).update(key=f"merged:{key}")
        return super().move(merged, survivor) | {"keys": list(keys.items())}

    def restore(self, moved: Moved, merged: int, survivor: int) -> int:
        lost = super().restore(moved, merged, survivor)
        for key, former in moved["keys"]:
            self.rows(merged).filter(pk=key).update(key=former)
        return lost


class EnrolmentRule(JobRule[Enrolment]):
    busy = "merge.workflow_at_work"
    waiting = INSIDE

    def shown(self, contact_id: int) -> QuerySet[Enrolment]:
        return self.rows(contact_id).select_related("workflow").order_by("-enrolled_at", "-pk")

    def describe(self, rows: Sequence[Enrolment]) -> list[str]:
        return [f"{row.workflow.name}: {row.get_state_display()}" for row in rows]

    def blocker(self, merged: int, survivor: int) -> Message | None:
        return super().blocker(merged, survivor) or self._inside_both(merged, survivor)

    def _inside_both(self, merged: int, survivor: int) -> Message | None:
        """A person is inside a workflow once."""
        same = self.rows(survivor).filter(
            state__in=INSIDE, workflow=OuterRef("workflow"), subject=OuterRef("subject")
        )
        both = self.rows(merged).filter(Exists(same), state__in=INSIDE).select_related("workflow").first()
        return Message("merge.in_same_workflow", workflow=both.workflow.name) if both else None

    def clashing(self, merged: int, survivor: int) -> QuerySet[Enrolment]:
        same = self.rows(survivor).filter(workflow=OuterRef("workflow"), key=OuterRef("key"))
        return self.rows(merged).filter(Exists(same))


class RegistrationRule(JobRule[RegistrationJob]):
    busy = "merge.registration_at_work"

    def describe(self, rows: Sequence[RegistrationJob]) -> list[str]:
        return [f"{row.zoom_webinar_id}: {row.status.label}" for row in rows]

    def clashing(self, merged: int, survivor: int) -> QuerySet[RegistrationJob]:
        same = self.rows(survivor).filter(
            zoom_webinar_id=OuterRef("zoom_webinar_id"),
            occurrence_id=OuterRef("occurrence_id"),
            action=OuterRef("action"),
            key=OuterRef("key"),
        )
        waiting = same.filter(state__in=RegistrationJob.ACTIVE)
        is_keyless = Q(key="", state__in=RegistrationJob.ACTIVE)
        return self.rows(merged).filter((~Q(key="") & Exists(same)) | (is_keyless & Exists(waiting)))


register_merge_rule(EnrolmentRule(Enrolment, label=_("Workflow enrolments")))
register_merge_rule(RegistrationRule(RegistrationJob, label=_("Registrations made from here")))
register_merge_rule(LeftBehind(WatchedValue))
register_merge_rule(LeftBehind(DailyAdditions))
