"""Every cause of the warnings E1 to E6, as a short story at the simulator: how it comes about, and its cure.

A story is a generator: it arranges its situation and yields the webinar; then it cures it, by the button in
the panel where there is one. In between and afterwards the test has the webinar synced.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from contacts.actions import NewContact, create_contact, delete_contact
from integrations import settings_changes
from integrations.audit import AuditCode
from integrations.models import SkippedPerson, Webinar, ZoomConnection
from tests.integrations.sync.company import Company
from zoom_simulator.account import rows
from zoom_simulator.simulator import ALL_SCOPES
from zoom_simulator.vtt import Cue
from zoomsync.models import User

YES = {"confirmed": "yes"}
TALK = [Cue(1, 4, "Welcome, everybody.", "Hanna Host")]
ANNA, EVE = "anna@customer.example", "eve@rival.example"


@dataclass
class Scene:
    company: Company
    admin: Client

    @property
    def make(self) -> Any:
        return self.company.make

    @property
    def account(self) -> Any:
        return self.company.account

    def press(self, webinar: rows.Webinar, action: str) -> None:
        """A button beside the warning, and yes to what it asks."""
        url = reverse("zoom:audit_do", args=[self.company.brand.slug, webinar.id, action])
        assert self.admin.post(url, YES).status_code == 302

    def send(self, name: str, *path: str, **form: str) -> None:
        """A form of another page, and yes to what it asks."""
        assert self.admin.post(reverse(name, args=path), form | YES).status_code == 302

    def attended(self, hours_ago: int = 20) -> tuple[rows.Webinar, rows.Instance]:
        """A webinar that Anna registered for and attended; its recordings sync."""
        settings_changes.set_global(self.company.brand, recordings="all", actor=None)
        webinar = self.make.past("Growing roses", start=self.make.now - timedelta(hours=hours_ago))
        anna = self.make.register(webinar, ANNA, "Anna Ahlers")
        instance = self.make.hold(webinar)
        self.make.stay(instance, anna, 0, 30)
        return webinar, instance

    def recorded(self) -> tuple[rows.Webinar, rows.Instance]:
        webinar, held = self.attended()
        self.account.recording_ready(held.uuid)
        self.account.transcript_ready(held.uuid, TALK)
        return webinar, held

    def sign_in_again(self) -> None:
        ZoomConnection.objects.update(access_token="", token_expires_at=None)


type Story = Callable[[Scene], Iterator[rows.Webinar]]

STORIES: dict[str, Story] = {}


def story(code: AuditCode) -> Callable[[Story], Story]:
    def add(entry: Story) -> Story:
        STORIES[code] = entry
        return entry

    return add


# What E1 is about: the settings


@story(AuditCode.SYNC_OFF)
def never_switched_on(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, _ = scene.attended()
    settings_changes.set_global(scene.company.brand, sync_webinars=False, actor=None)
    yield webinar
    scene.press(webinar, "switch_on_global")


@story(AuditCode.WEBINAR_SYNC_OFF)
def this_webinar_is_off(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, _ = scene.attended()
    scene.company.discover()
    settings_changes.set_webinar(scene.company.row(webinar), sync=False, actor=None)
    yield webinar
    scene.press(webinar, "switch_on_webinar")


@story(AuditCode.HOST_EXCLUDED)
def the_hosts_domain_is_excluded(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, _ = scene.attended()
    settings_changes.add_exclusions(scene.company.brand, "host", ["own.example"], None)
    yield webinar
    scene.send("zoom:include", scene.company.brand.slug, "host", domain="own.example")


@story(AuditCode.ZOOM_EVENT)
def part_of_a_zoom_event(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, _ = scene.attended()
    scene.company.discover()
    Webinar.objects.update(is_zoom_event=True)
    yield webinar
    Webinar.objects.update(is_zoom_event=False)


# What E2 is about: recordings and transcripts


@story(AuditCode.RECORDINGS_OFF)
def recordings_of_nobody(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, _ = scene.recorded()
    settings_changes.set_global(scene.company.brand, recordings="none", actor=None)
    yield webinar
    scene.send("zoom:settings_switch", scene.company.brand.slug, recordings="all")


@story(AuditCode.HOST_RECORDINGS_OFF)
def the_host_is_not_selected(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, _ = scene.recorded()
    settings_changes.set_global(scene.company.brand, recordings="selected", actor=None)
    yield webinar
    scene.press(webinar, "switch_on_user_recordings")


@story(AuditCode.WEBINAR_RECORDINGS_OFF)
def recordings_of_this_webinar_are_off(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, _ = scene.recorded()
    scene.company.discover()
    settings_changes.set_webinar(scene.company.row(webinar), recordings=False, actor=None)
    yield webinar
    scene.press(webinar, "switch_on_webinar_recordings")


@story(AuditCode.RECORDING_HOST_EXCLUDED)
def recordings_of_the_hosts_domain_are_excluded(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, _ = scene.recorded()
    settings_changes.add_exclusions(scene.company.brand, "recording", ["own.example"], None)
    yield webinar
    scene.send("zoom:include", scene.company.brand.slug, "recording", domain="own.example")


@story(AuditCode.RECORDING_WITHOUT_ATTENDEES)
def recorded_for_nobody(scene: Scene) -> Iterator[rows.Webinar]:
    settings_changes.set_global(scene.company.brand, recordings="all", actor=None)
    settings_changes.add_exclusions(
        scene.company.brand, "contact", ["own.example"], None
    )  # the host is there
    webinar = scene.make.past()
    anna = scene.make.register(webinar, ANNA, "Anna Ahlers")
    instance = scene.make.hold(webinar)
    scene.account.recording_ready(instance.uuid)
    scene.account.transcript_ready(instance.uuid, TALK)
    yield webinar
    scene.make.stay(instance, anna, 0, 30)


@story(AuditCode.RECORDING_UNAVAILABLE)
def recordings_may_not_be_read(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, _ = scene.recorded()
    app = scene.company.simulator.app
    app.scopes = [all_scope for all_scope in ALL_SCOPES if "recording" not in all_scope]
    yield webinar
    app.scopes = list(ALL_SCOPES)
    scene.sign_in_again()


@story(AuditCode.RECORDING_TRASHED)
def the_recording_is_in_the_trash(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, held = scene.recorded()
    scene.account.trash_recording(held.uuid)
    yield webinar
    scene.account.recover_recording(held.uuid)


@story(AuditCode.RECORDING_PENDING)
def not_recorded(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, held = scene.attended()
    yield webinar
    scene.account.recording_ready(held.uuid)
    scene.account.transcript_ready(held.uuid, TALK)


@story(AuditCode.RECORDING_PROCESSING)
def still_processing(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, held = scene.attended()
    scene.account.record(held.uuid)
    yield webinar
    scene.account.recording_ready(held.uuid)
    scene.account.transcript_ready(held.uuid, TALK)


@story(AuditCode.RECORDING_OVERDUE)
def processing_without_end(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, held = scene.attended(hours_ago=100)
    scene.account.record(held.uuid)
    yield webinar
    scene.account.recording_ready(held.uuid)
    scene.account.transcript_ready(held.uuid, TALK)


@story(AuditCode.RECORDING_MISSING)
def never_recorded(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, held = scene.attended(hours_ago=100)
    yield webinar
    scene.account.recording_ready(held.uuid)
    scene.account.transcript_ready(held.uuid, TALK)


# What E3 is about: attendees


@story(AuditCode.NO_PARTICIPANTS)
def nobody_joined(scene: Scene) -> Iterator[rows.Webinar]:
    webinar = scene.make.past()
    anna = scene.make.register(webinar, ANNA, "Anna Ahlers")
    instance = scene.make.hold(webinar)
    yield webinar
    scene.make.stay(instance, anna, 0, 30)


@story(AuditCode.PARTICIPANTS_INVALID)
def rows_with_errors(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, held = scene.attended()
    row = scene.make.stay(held, None, 0, 30, name="Ben", wire={"join_time": "yesterday"})
    yield webinar
    row.wire = None


# What E4 and E5 are about: data that is not there, people who are kept out


def refused_list(kind: str, path: str) -> Story:
    def a_list_that_zoom_refuses(scene: Scene) -> Iterator[rows.Webinar]:
        webinar, _ = scene.attended()
        scene.company.simulator.faults.add(kind, path, times=0)
        yield webinar
        scene.company.simulator.faults.clear()

    return a_list_that_zoom_refuses


story(AuditCode.DATA_UNAVAILABLE)(refused_list("not found", "/participants"))
story(AuditCode.DATA_TOO_OLD)(refused_list("too old", "/participants"))
story(AuditCode.PLAN_REQUIRED)(refused_list("paid plan", "/participants"))
story(AuditCode.ATTENDANCE_REJECTED)(refused_list("refused", "/participants"))
story(AuditCode.REGISTRANTS_REJECTED)(refused_list("refused", "/registrants"))
story(AuditCode.INSTANCES_REJECTED)(refused_list("refused", "/instances"))


@story(AuditCode.LIST_INCOMPLETE)
def a_list_that_is_shorter_than_its_total(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, _ = scene.attended()
    left_out = scene.company.simulator.pages.left_out
    left_out["registrants"] = 1
    yield webinar
    left_out.clear()


@story(AuditCode.SKIPPED_INVALID_EMAIL)
def a_mistyped_address(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, _ = scene.attended()
    registrant = scene.make.register(webinar, "ben@customer,example", "Ben Bauer")
    yield webinar
    registrant.email = "ben@customer.example"


@story(AuditCode.SKIPPED_ACCOUNT_USER)
def a_colleague(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, _ = scene.attended()
    colleague = User.objects.create_user(EVE)
    scene.make.register(webinar, EVE, "Eve Adams")
    yield webinar
    colleague.delete()


@story(AuditCode.SKIPPED_EXCLUDED_DOMAIN)
def an_excluded_domain(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, _ = scene.attended()
    settings_changes.add_exclusions(scene.company.brand, "contact", ["rival.example"], None)
    scene.make.register(webinar, EVE, "Eve Adams")
    yield webinar
    scene.send("zoom:include", scene.company.brand.slug, "contact", domain="rival.example")


@story(AuditCode.SKIPPED_STAFF)
def hosts_and_panelists_are_excluded(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, _ = scene.attended()
    settings_changes.set_global(scene.company.brand, exclude_staff=True, actor=None)
    yield webinar
    scene.send("zoom:settings_switch", scene.company.brand.slug, exclude_staff="off")


@story(AuditCode.SKIPPED_SECONDARY_EMAIL)
def a_secondary_address(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, _ = scene.attended()
    create_contact(NewContact(email="adams@mail.example", secondary_emails=[EVE]))
    scene.make.register(webinar, EVE, "Eve Adams")
    yield webinar
    scene.send("skipped:make_primary", email=EVE)


@story(AuditCode.SKIPPED_DELETED_CONTACT)
def a_deleted_contact(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, _ = scene.attended()
    delete_contact(create_contact(NewContact(email=EVE)).pk)
    scene.make.register(webinar, EVE, "Eve Adams")
    yield webinar
    scene.send("skipped:create", email=EVE, first_name="Eve", last_name="Adams")


@story(AuditCode.SKIPPED_NO_EMAIL)
def a_guest(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, held = scene.attended()
    row = scene.make.stay(held, None, 0, 30, name="Guest")
    yield webinar
    row.user_email = "guest@customer.example"


@story(AuditCode.SKIPPED_NO_REGISTRATION)
def a_guest_where_registration_is_off(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, held = scene.attended()
    webinar.approval_type = Webinar.Approval.NO_REGISTRATION
    row = scene.make.stay(held, None, 0, 30, name="Guest")
    yield webinar
    row.user_email = "guest@customer.example"


@story(AuditCode.SKIPPED_CREATION_OFF)
def contacts_are_not_created(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, _ = scene.attended()
    settings_changes.set_global(scene.company.brand, create_contacts=False, actor=None)
    yield webinar
    assert SkippedPerson.objects.filter(email=ANNA).exists()
    scene.press(webinar, "switch_on_creation")


# What E6 is about: errors


@story(AuditCode.TRANSCRIPT_MISSING)
def no_transcript(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, held = scene.attended()
    scene.account.recording_ready(held.uuid)
    yield webinar
    scene.account.transcript_ready(held.uuid, TALK)


@story(AuditCode.TRANSCRIPT_REJECTED)
def a_transcript_without_end(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, held = scene.recorded()
    file = held.recording.transcripts[0]  # type: ignore[union-attr]
    file.behaviour = "huge"
    yield webinar
    file.behaviour = "ok"


@story(AuditCode.TRANSCRIPT_UNREADABLE)
def a_transcript_that_is_none(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, held = scene.recorded()
    file = held.recording.transcripts[0]  # type: ignore[union-attr]
    file.content = b"\x00\x00\x00 ftypmp42"
    yield webinar
    scene.account.change_transcript(held.uuid, TALK)


@story(AuditCode.WEBINAR_NOT_FOUND)
def deleted_at_zoom(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, _ = scene.attended()
    scene.company.discover()
    webinar.deleted = True
    yield webinar
    webinar.deleted = False


@story(AuditCode.BAD_ANSWER)
def a_registrant_that_is_none(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, _ = scene.attended()
    webinar.strays = [{"email": "no id"}]
    yield webinar
    webinar.strays = []


def failing_calls(kind: str) -> Story:
    def a_zoom_that_fails(scene: Scene) -> Iterator[rows.Webinar]:
        webinar, _ = scene.attended()
        scene.company.discover()
        scene.company.simulator.faults.add(kind, f"/webinars/{webinar.id}", times=0)
        for _try in range(3):  # a passing trouble is no news
            scene.company.sync(webinar)
        yield webinar
        scene.company.simulator.faults.clear()

    return a_zoom_that_fails


story(AuditCode.ZOOM_UNREACHABLE)(failing_calls("503"))
story(AuditCode.RATE_LIMITED)(failing_calls("429 seconds"))


@story(AuditCode.SCOPE_MISSING)
def a_permission_of_the_app_is_missing(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, _ = scene.attended()
    scene.company.discover()
    app = scene.company.simulator.app
    app.scopes = [all_scope for all_scope in ALL_SCOPES if "read:webinar:" not in all_scope]
    scene.sign_in_again()
    yield webinar
    app.scopes = list(ALL_SCOPES)
    scene.sign_in_again()


@story(AuditCode.PERMISSION_DENIED)
def the_role_at_zoom_does_not_allow_it(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, _ = scene.attended()
    scene.company.discover()
    webinar.forbidden = f"/webinars/{webinar.id}"
    yield webinar
    webinar.forbidden = ""


@story(AuditCode.CREDENTIALS_REJECTED)
def the_secret_was_changed_at_zoom(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, _ = scene.attended()
    scene.company.discover()
    scene.company.simulator.app.client_secret = "changed at Zoom"
    scene.sign_in_again()
    yield webinar
    ZoomConnection.objects.update(client_secret="changed at Zoom")


@story(AuditCode.REQUEST_REJECTED)
def zoom_refuses_for_a_reason_of_its_own(scene: Scene) -> Iterator[rows.Webinar]:
    webinar, _ = scene.attended()
    scene.company.discover()
    scene.company.simulator.faults.add("refused", f"/webinars/{webinar.id}", times=0)
    yield webinar
    scene.company.simulator.faults.clear()
