"""What each step gets: its run, the Zoom client, the policy, and where to report.

Steps write inside `writing()`, so that a write counts only while the run is ours, and a page of rows is saved
together with the progress that it means.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import F
from django.utils import timezone

from contacts.models import Brand
from core.bulk import Written
from core.database import TableGrowth
from core.jobs import Lease
from core.messages import Message
from integrations.audit import AuditCode, Finding
from integrations.models import SyncLogLine, SyncRun, SyncStep, Webinar, ZoomConnection
from integrations.settings.effective import WEBINAR_FIELDS, Effect
from integrations.settings.policy import Policy, load_policy
from integrations.zoom.client import ZoomClient
from integrations.zoom.errors import DISPENSABLE
from integrations.zoom.records import Panelist

Level = SyncLogLine.Level


class SwitchedOffError(Exception):
    """A switch says no to the webinar by now: nothing more of it is written."""


@dataclass
class Context:
    """The context of any run. `now` is when it began: its findings are as of then."""

    run: SyncRun
    lease: Lease
    zoom: ZoomClient
    now: datetime = field(default_factory=timezone.now)
    changes: Counter[str] = field(default_factory=Counter)
    checked: set[AuditCode] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    webinars_gone: list[int] = field(default_factory=list)
    webinars_back: list[int] = field(default_factory=list)

    @cached_property
    def policy(self) -> Policy:
        """The company's rules as they were when the run last looked."""
        return load_policy(self.brand)

    @property
    def connection(self) -> ZoomConnection:
        return self.run.connection

    @property
    def brand(self) -> Brand:
        return self.connection.brand

    def writing(self) -> AbstractContextManager[None]:
        """A transaction that is void if another worker has taken the run over."""
        return self.lease.writing()

    def writing_beside(self) -> AbstractContextManager[None]:
        """The same, where a step writes in two connections at once."""
        return self.lease.writing_beside()

    def log(self, message: Message, level: Level = Level.INFO) -> None:
        SyncLogLine.objects.create(run=self.run, message=message, level=level)

    def count(self, kind: str, written: Written | int) -> None:
        """Note how many rows of a kind were added or changed, for the run and the audit log."""
        if isinstance(written, int):
            self.changes[kind] += written
        else:
            self.changes[f"{kind}_new"] += written.inserted
            self.changes[f"{kind}_changed"] += written.changed

    def mark_checked(self, *codes: AuditCode) -> None:
        """These were looked for: what of them is not found is over."""
        self.checked.update(codes)

    @contextmanager
    def progress(self, name: str, total: int | None = None) -> Iterator["Progress"]:
        """A part of the run, with how far it is. Its label is the message `sync_step.` and the name."""
        with self.writing():
            step, _created = SyncStep.objects.update_or_create(
                run=self.run,
                name=name,
                defaults={
                    "state": SyncStep.State.RUNNING,
                    "done": 0,
                    "total": total,
                    "started_at": timezone.now(),
                    "finished_at": None,
                },
            )
        progress = Progress(step.pk)
        try:
            yield progress
        except BaseException:
            progress.close(SyncStep.State.FAILED)
            raise
        progress.close(SyncStep.State.COMPLETE)


@dataclass
class WebinarContext(Context):
    """The context of a run that syncs one webinar."""

    @cached_property
    def webinar(self) -> Webinar:
        webinar = self.run.webinar
        assert webinar is not None  # noqa: S101 - the constraint syncrun_kind_fits_webinar
        return webinar

    @cached_property
    def effect(self) -> Effect:
        """What the switches came to when the run last looked."""
        return self.policy.effect(_with_switches(self.webinar.pk))

    def look_at_rules(self) -> Policy:
        """Loads rules and settings anew, in four queries: they may change while the run is under way.

        Raises `SwitchedOffError`. Within `writing()`, rules that were saved before apply to what is written.
        """
        policy = load_policy(self.brand)  # in a variable: another thread may set what it loaded before
        effect = policy.effect(_with_switches(self.webinar.pk))
        self.policy, self.effect = policy, effect
        if not effect.webinar:
            raise SwitchedOffError
        return policy

    @cached_property
    def panelists(self) -> list[Panelist] | None:
        """Those that Zoom lists, asked for once in a run; None where it refuses."""
        try:
            return self.zoom.panelists(self.webinar.zoom_webinar_id).items
        except DISPENSABLE as error:
            self.log(Message("sync.panelists_unreadable", reason=error.with_details), Level.WARNING)
            return None

    is_readable: bool = True  # false once Zoom has said that it does not have the webinar
    are_instances_known: bool = True  # false when Zoom refused to list them
    growth: TableGrowth = field(default_factory=TableGrowth)
    instances_checked: set[str] = field(default_factory=set)  # UUIDs whose attendance was read


def _with_switches(webinar_id: int) -> Webinar:
    return Webinar.objects.select_related("host").only(*WEBINAR_FIELDS).get(pk=webinar_id)


@dataclass(slots=True)
class Progress:
    step_id: int

    def advance(self, by: int, total: int | None = None) -> None:
        changes = {"done": F("done") + by} | ({} if total is None else {"total": total})
        SyncStep.objects.filter(pk=self.step_id).update(**changes)

    def close(self, state: SyncStep.State) -> None:
        SyncStep.objects.filter(pk=self.step_id).update(state=state, finished_at=timezone.now())
