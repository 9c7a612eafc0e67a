"""A recorded webinar at the simulator, and what has become of it here."""

from datetime import datetime, timedelta

from django.utils import timezone

from core.jobs import RunResult
from integrations.audit import codes_of, open_of_account
from integrations.models import (
    AuditEntry,
    RecordingSearch,
    SyncRun,
    Webinar,
    WebinarInstance,
    ZoomConnection,
    ZoomSettings,
)
from integrations.sync.runs.queue import enqueue_webinar
from integrations.sync.runs.runner import Result
from marketing_events.models import Call
from tests.integrations.sync.helpers import Trigger, depth, discover, wake_recordings, work_off
from zoom_simulator.account.rows import Instance, RecordingFile
from zoom_simulator.scenarios.builder import Builder
from zoom_simulator.simulator import Simulator
from zoom_simulator.vtt import Cue

TALK = (Cue(1, 4.5, "Welcome, everybody.", "Olivia Owner"), Cue(5, 9, "Thank you.", "Greta Guest"))


class Studio:
    """A webinar of yesterday that one person attended, and what Zoom and our tables have of its recording."""

    def __init__(self, simulator: Simulator, connection: ZoomConnection) -> None:
        self.simulator, self.account = simulator, simulator.account
        host = self.account.add_user("olivia@acme.example", "Olivia", "Owner")
        self.make = Builder(self.account, host, simulator.scenario.policy)
        self.connection = connection
        self.planned = self.make.past("Growing roses", start=simulator.clock.now() - timedelta(hours=20))
        self.guest = self.make.register(self.planned, "greta@customer.example", "Greta Guest")
        self.held = self.hold()

    def hold(self, *, after: float = 0) -> Instance:
        """Another session of the webinar, with the guest in it."""
        instance = self.make.hold(self.planned, after=after)
        self.make.stay(instance, self.guest, 5, 50)
        return instance

    @property
    def uuid(self) -> str:
        return self.held.uuid

    def record(self, *cues: Cue, behaviour: str = "ok") -> RecordingFile:
        """The recording is ready with its transcript."""
        self.account.recording_ready(self.uuid)
        file = self.account.transcript_ready(self.uuid, cues or TALK)
        file.behaviour = behaviour
        return file

    def sync(self, *, full: bool = False) -> None:
        """Lists the account at first, then reads the webinar as someone who presses "Sync now"."""
        if not Webinar.objects.exists():
            discover(self.connection)
        enqueue_webinar(self.webinar, Trigger.MANUAL, depth=depth(full=full))
        self.work()

    def wake(self) -> None:
        """What the schedule does once the recordings' time has come."""
        _check(wake_recordings(self.connection))

    def tell(self) -> None:
        """What a webhook event about the recording comes to."""
        searches = RecordingSearch.objects.filter(instance__uuid=self.uuid)
        searches.update(next_check_at=timezone.now(), check_count=0)
        enqueue_webinar(self.webinar, Trigger.WEBHOOK, depth=SyncRun.Depth.RECORDINGS)
        self.work()

    def work(self) -> None:
        _check(work_off())

    @property
    def webinar(self) -> Webinar:
        return Webinar.objects.get(zoom_webinar_id=self.planned.id)

    @property
    def instance(self) -> WebinarInstance:
        return WebinarInstance.objects.select_related("recording_search").get(uuid=self.uuid)

    @property
    def call(self) -> Call:
        return Call.objects.get(session_uuid=self.uuid)

    @property
    def said(self) -> list[str]:
        return list(self.call.utterances.order_by("position").values_list("text", flat=True))

    @property
    def speakers(self) -> list[str]:
        return list(self.call.utterances.order_by("position").values_list("speaker", flat=True))

    @property
    def warnings(self) -> dict[str, str]:
        """What is open of E2 and E6 about the session: message by code."""
        entries = AuditEntry.objects.open().filter(webinar=self.webinar)
        entries |= open_of_account(self.webinar.connection.brand, self.webinar)
        entries = entries.filter(code__in=codes_of("E2", "E6"))
        return {entry.code: entry.message for entry in entries}

    def asked(self, path: str = "") -> int:
        """How often Zoom's API was asked."""
        return self.simulator.calls.count(f"/v2.*{path}")

    def waits(self) -> timedelta:
        """From now until the recording is looked at again."""
        at = self.instance.recording_search.next_check_at
        assert isinstance(at, datetime)
        return at - timezone.now()


def _check(results: list[Result]) -> None:
    assert results
    assert {result.end for result in results} == {RunResult.COMPLETE}, results


def open_studio(simulator: Simulator, connection: ZoomConnection) -> Studio:
    """With all switches on."""
    ZoomSettings.objects.filter(brand=connection.brand).update(sync_webinars=True, recordings="all")
    return Studio(simulator, connection)
