"""What can be wrong with a connection: each cause is told in the account's log, and clears after its cure.

At the simulator. A story is a generator: it arranges its situation and yields, then it cures it; in between
and afterwards the account is listed, as the schedule does.
"""

from collections.abc import Callable, Iterator

import pytest
from django.urls import reverse
from django.utils import timezone

from integrations.audit import DEFINITIONS, AuditCode, codes_of
from integrations.models import AuditEntry, SyncRun, ZoomConnection
from integrations.webhooks.worker import deliveries
from tests.integrations.sync.company import Company
from tests.integrations.webhooks.sending import SECRET, delivered
from tests.journeys.warnings import Scene
from tests.support.jobs import work_off as run_off
from zoom_simulator.simulator import ALL_SCOPES

pytestmark = [pytest.mark.django_db(transaction=True)]

type Story = Callable[[Scene], Iterator[None]]

STORIES: dict[str, Story] = {}


def story(code: AuditCode) -> Callable[[Story], Story]:
    def add(entry: Story) -> Story:
        STORIES[code] = entry
        return entry

    return add


def connect_again(scene: Scene) -> None:
    """By the form of the page, with what the app in Zoom has now."""
    app = scene.company.simulator.app
    typed = {"account_id": app.account_id, "client_id": app.client_id, "client_secret": app.client_secret}
    url = reverse("zoom:credentials", args=[scene.company.brand.slug])
    assert scene.admin.post(url, typed).status_code == 302


@story(AuditCode.ACCOUNT_CREDENTIALS_REJECTED)
def the_secret_was_changed_at_zoom(scene: Scene) -> Iterator[None]:
    scene.company.simulator.app.client_secret = "changed at Zoom"
    scene.sign_in_again()
    yield
    connect_again(scene)


@story(AuditCode.APP_REMOVED)
def the_app_was_removed_at_zoom(scene: Scene) -> Iterator[None]:
    connection = scene.company.connection
    payload = {"account_id": connection.account_id, "client_id": connection.client_id}
    delivered(connection, "app_deauthorized", payload)
    run_off(deliveries)
    yield
    connect_again(scene)


@story(AuditCode.ACCOUNT_SCOPES_MISSING)
def a_scope_was_taken_from_the_app(scene: Scene) -> Iterator[None]:
    scene.company.simulator.app.scopes = [
        all_scope for all_scope in ALL_SCOPES if "recording" not in all_scope
    ]
    scene.sign_in_again()
    yield
    scene.company.simulator.app.scopes = list(ALL_SCOPES)
    scene.sign_in_again()


@story(AuditCode.LISTING_FAILED)
def the_webinars_of_a_host_are_refused(scene: Scene) -> Iterator[None]:
    scene.company.simulator.faults.add("refused", "/users/.*/webinars", times=0)
    yield
    scene.company.simulator.faults.clear()


def test_every_cause_of_a_connection_has_its_story():
    assert set(STORIES) == set(codes_of("connection"))


@pytest.fixture
def scene(simulator, simulated_connection, unpaced, alice_client, settings) -> Scene:
    settings.ZOOM_WEBHOOK_SECRET_TOKEN = SECRET
    company = Company(simulator, simulated_connection)
    company.make.upcoming("Growing roses")
    company.discover()
    assert AuditEntry.objects.open().count() == 0
    return Scene(company, alice_client)


@pytest.mark.parametrize("code", sorted(STORIES))
def test_a_warning_of_the_connection_appears_and_clears_after_the_cure(scene, code):
    running = STORIES[code](scene)
    next(running)
    listed(scene)
    entry = AuditEntry.objects.open().get(webinar=None)
    assert entry.code == code
    words = DEFINITIONS[code]
    page = account_page(scene, "open")
    for told in (words.title, words.meaning, words.remedy):
        assert str(told) in page

    next(running, None)
    listed(scene)
    entry.refresh_from_db()
    assert (entry.state, bool(entry.resolved_at)) == (AuditEntry.State.RESOLVED, True)
    assert str(entry.resolution) in account_page(scene, "resolved")
    assert AuditEntry.objects.open().count() == 0
    assert ZoomConnection.objects.get().state == ZoomConnection.State.CONNECTED


def listed(scene: Scene) -> None:
    if ZoomConnection.objects.get().state != ZoomConnection.State.DISCONNECTED:
        SyncRun.objects.active().update(not_before=timezone.now())
        scene.company.discover()


def account_page(scene: Scene, state: str) -> str:
    text = scene.admin.get(reverse("audit:list"), {"state": state, "code": "connection"}).text
    return text.replace("&#x27;", "'").replace("&quot;", '"')
