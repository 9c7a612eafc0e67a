"""One company and its simulated Zoom account, in words that tests of the sync are written in."""

from dataclasses import dataclass, field
from typing import Any

from contacts.models import Brand, Contact, TimelineEntry
from integrations.audit import codes_of, open_of_account
from integrations.models import AuditEntry, SyncRun, Webinar, ZoomConnection, ZoomSettings
from integrations.sync.runs.runner import Result
from marketing_events.models import MarketingEvent, Participation
from tests.integrations.sync import helpers
from tests.oracle import Policy
from zoom_simulator.account import SimulatedAccount, rows
from zoom_simulator.scenarios.builder import Builder
from zoom_simulator.simulator import Simulator


@dataclass
class Company:
    simulator: Simulator
    connection: ZoomConnection
    make: Builder = field(init=False)

    def __post_init__(self) -> None:
        host = self.account.add_user("host@own.example", "Hanna", "Host", role_name="Owner")
        self.make = Builder(self.account, host, Policy())
        ZoomSettings.objects.filter(brand=self.brand).update(sync_webinars=True)
        ZoomConnection.objects.update(plan=ZoomConnection.Plan.BUSINESS)

    @property
    def brand(self) -> Brand:
        return self.connection.brand

    @property
    def account(self) -> SimulatedAccount:
        return self.simulator.account

    def discover(self) -> Result:
        return helpers.discover(self.connection)

    def sync(self, webinar: rows.Webinar, *, full: bool = False) -> Result:
        """List the account if that is needed, and read the webinar."""
        if not Webinar.objects.filter(zoom_webinar_id=webinar.id).exists():
            self.discover()
        helpers.enqueue_webinar(self.row(webinar), SyncRun.Trigger.MANUAL, depth=helpers.depth(full=full))
        return helpers.work_off()[-1]

    def calls(self, webinar: rows.Webinar, *, full: bool = False) -> list[str]:
        """The paths and queries that a sync of the webinar asks for, in order."""
        self.simulator.calls.clear()
        helpers.enqueue_webinar(self.row(webinar), SyncRun.Trigger.COMMAND, depth=helpers.depth(full=full))
        helpers.work_off()
        return [f"{call.path}?{call.query}" for call in self.simulator.calls if call.label]

    def row(self, webinar: rows.Webinar) -> Webinar:
        return Webinar.objects.get(zoom_webinar_id=webinar.id)

    def event(self, webinar: rows.Webinar) -> MarketingEvent:
        """Of a webinar that has one session."""
        return MarketingEvent.objects.get(zoom_webinar_id=webinar.id)

    def part(self, email: str, **of: Any) -> Participation:
        return Participation.objects.get(contact__email=email, **of)

    def state(self, email: str) -> str:
        """Their only participation, or "": none."""
        part = Participation.objects.filter(contact__email=email).order_by("pk").first()
        return part.state if part else ""

    def timeline(self, email: str) -> list[str]:
        """The kinds of entries, in order."""
        entries = TimelineEntry.objects.filter(contact__email=email).order_by("occurred_at", "pk")
        return list(entries.values_list("kind", flat=True))

    def contact(self, email: str) -> Contact:
        return Contact.objects.get(email=email)

    def warnings(self, webinar: rows.Webinar) -> set[str]:
        """What is open about the webinar, but for its recordings."""
        row = self.row(webinar)
        entries = AuditEntry.objects.open().filter(webinar=row) | open_of_account(self.brand, row)
        entries = entries.exclude(code__in=codes_of("E2"))
        return set(entries.values_list("code", flat=True))
