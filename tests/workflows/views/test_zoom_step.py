"""Add contact to Zoom webinar (R76-R82), word for word: in the editor, in a test run, in a person's path."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from contacts.models import Brand, Contact, PropertyDefinition
from integrations.models import Webinar, WebinarOccurrence, ZoomConnection
from integrations.rules.registration_reasons import RefusalReason
from tests.contacts.make import make_contact
from tests.integrations.make import make_webinar
from tests.workflows.definition.examples import note, step, workflow
from tests.workflows.engine.helpers import notes, publish
from tests.workflows.engine.helpers import work as work_on_workflows
from tests.workflows.registrations.helpers import ana, schedule, schedule_series
from tests.workflows.registrations.helpers import work as work_on_registrations
from tests.workflows.views.editor import Editor
from workflows.actions import create_workflow
from workflows.models import Enrolment, StepRun
from workflows.people import enrol_contact
from workflows.registrations.wording import REASONS
from zoom_simulator.account.rows import Webinar as ZoomWebinar
from zoom_simulator.simulator import Simulator

pytestmark = pytest.mark.django_db(transaction=True)

HOST = "The host of the webinar cannot register for the webinar"  # R82, as Zoom's users know it


@pytest.fixture
def editor(charlie_client: Client) -> Editor:
    return Editor(charlie_client, create_workflow("Follow-up"))


@pytest.fixture
def webinar(account: ZoomConnection, simulator: Simulator) -> ZoomWebinar:
    return schedule(simulator)


def enrolled(contact: Contact, webinar: ZoomWebinar) -> Enrolment:
    steps = (step("add", "add_to_webinar", webinar=str(webinar.id)), note("after", "Has a seat"))
    one = enrol_contact(publish(workflow(*steps), name="Seats"), contact.pk)
    while work_on_workflows() + work_on_registrations():
        pass
    one.refresh_from_db()
    return one


def path_of(client: Client, one: Enrolment) -> str:
    return client.get(f"/automation/workflows/{one.workflow_id}/people/{one.pk}/").text


def test_r76_the_editor_has_it_in_the_group_zoom(editor: Editor):
    page = editor.show("add@@0")
    zoom = re.findall(r'<h3 class="workflow-group">Zoom</h3>(.*?)</ul>', page, re.DOTALL)[0]
    labels = re.findall(r"<span>(.*?)<", zoom)
    assert labels == ["Add contact to Zoom webinar", "Remove contact from Zoom webinar"]


@pytest.mark.parametrize("typed", ["931 1234 5678", "931-1234-5678", " 93112345678", "Roses #93112345678"])
def test_r79_the_webinar_id_counts_without_spaces_and_dashes(editor: Editor, typed: str):
    editor.click("add@@0@add_to_webinar")
    editor.click("save-step@add_to_webinar", webinar__from="number", webinar__number=typed)
    editor.click("publish")
    editor.workflow.refresh_from_db()
    assert editor.workflow.current is not None
    assert editor.workflow.current.definition["steps"][0]["arguments"] == {"webinar": "93112345678"}


def test_r80_a_property_that_holds_the_id_is_chosen_instead(editor: Editor):
    PropertyDefinition.objects.create(name="next_webinar", label="Next webinar")
    page = editor.click("add@@0@add_to_webinar")
    assert '<option value="next_webinar">Next webinar</option>' in page
    chosen = {"webinar__from": "property", "webinar__property": "next_webinar"}
    page = editor.click("save-step@add_to_webinar", **chosen)
    assert "Add contact to the webinar in “Next webinar”" in page
    assert editor.draft["steps"][0]["arguments"] == {"webinar": {"property": "next_webinar"}}


def test_r81_first_name_last_name_and_email_are_registered(charlie_client: Client, webinar: ZoomWebinar):
    one = enrolled(ana(), webinar)
    (person,) = webinar.registrants.values()
    assert (person.first_name, person.last_name, person.email) == ("Ana", "Silva", "ana@customer.example")
    assert "Registered" in path_of(charlie_client, one)
    assert notes(one.contact) == ["Has a seat"]


def test_r77_r78_another_brands_webinar_registers_no_one_and_the_reason_is_shown(
    charlie_client: Client, webinar: ZoomWebinar, other_brand: Brand
):
    foreign = ZoomConnection.objects.create(
        brand=other_brand, auth_kind="server_to_server", account_id="other", client_id="other"
    )
    make_webinar(foreign, zoom_webinar_id=webinar.id)
    one = enrolled(ana(), webinar)
    assert webinar.registrants == {}
    page = path_of(charlie_client, one)
    assert (
        "The webinar is another brand&#x27;s. Contacts are registered for the primary brand&#x27;s only."
        in page
    )
    assert "Choose a webinar of the primary brand, or change which brand is primary." in page
    editor = Editor(charlie_client, one.workflow)
    assert "another brand&#x27;s" in editor.show("publish")
    tested = charlie_client.get(editor.address, {"contact": "ana@customer.example"}).text
    assert "another brand&#x27;s" in tested


@pytest.mark.parametrize("email", ["owner@own.example", "connected@own.example"])
def test_r82_the_host_and_the_connected_user_cannot_be_registered(
    charlie_client: Client, webinar: ZoomWebinar, account: ZoomConnection, email: str
):
    ZoomConnection.objects.update(owner_email="connected@own.example")
    one = enrolled(make_contact(email, first_name="Hanna", last_name="Host"), webinar)
    assert webinar.registrants == {}
    page = path_of(charlie_client, one)
    assert HOST in page
    assert "Stopped at a step" in page
    assert "Has a seat" not in page  # Odoo #152695: the steps after it are not done, and that is seen
    assert HOST in charlie_client.get(f"/automation/workflows/{one.workflow_id}/").text
    tested = charlie_client.get(Editor(charlie_client, one.workflow).address, {"contact": email}).text
    assert HOST in tested


def test_each_reason_of_refusal_is_read_in_the_path_with_what_to_do(
    charlie_client: Client, webinar: ZoomWebinar
):
    one = enrolled(ana(), webinar)
    for reason in RefusalReason:
        values = {"reason": reason.value, "fields": ["Company"], "scopes": ["webinar:write"]}
        StepRun.objects.filter(step_id="add").update(state="problem", outcome="refused", values=values)
        page, words = path_of(charlie_client, one), REASONS[reason]
        names = {"fields": "Company", "scopes": "webinar:write"}
        detail = str(words.detail) % names if "%(" in str(words.detail) else str(words.detail)
        assert escape(detail) in page
        assert escape(str(words.remedy)) in page


# The date of a series


@pytest.fixture
def series(account: ZoomConnection) -> Webinar:
    webinar = make_webinar(account, zoom_webinar_id=93112345678)
    for key, days in (("1000", -7), ("2000", 7), ("3000", 14)):
        WebinarOccurrence.objects.create(
            webinar=webinar, occurrence_id=key, starts_at=timezone.now() + timedelta(days=days)
        )
    return webinar


def test_the_coming_dates_of_the_series_that_was_typed_are_offered(
    charlie_client: Client, series: Webinar, other_brand: Brand
):
    def offered(webinar: str) -> list[str]:
        page = charlie_client.get("/automation/workflows/dates/", {"webinar.number": webinar}).text
        return re.findall(r'value=".*? #(.*?)"', page)

    assert offered("931 1234-5678") == offered("Roses #93112345678") == ["2000", "3000"]
    assert offered("") == offered("roses") == []
    ZoomConnection.objects.update(brand=other_brand)
    assert offered("93112345678") == []


@pytest.mark.usefixtures("series")
def test_a_date_is_chosen_from_the_list_and_read_on_the_path(editor: Editor):
    editor.click("add@@0@add_to_webinar")
    webinar = {"webinar__from": "number", "webinar__number": "93112345678"}
    chosen = {"occurrence_id__from": "date", "occurrence_id__date": "Thu, 3 Dec 2026, 10:00 #2000"}
    page = editor.click("save-step@add_to_webinar", **webinar, **chosen)
    assert editor.draft["steps"][0]["arguments"]["occurrence_id"] == "2000"
    assert re.search(r"Add contact to .* on \w+, \d+ \w+ \d+, \d\d:\d\d", page)
    assert "Ready to publish" in page
    page = editor.click("save-step@add_to_webinar", **webinar, occurrence_id__from="next")
    assert editor.draft["steps"][0]["arguments"]["occurrence_id"] == "next"
    assert "Add contact to the next date of" in page
    editor.click("save-step@add_to_webinar", **webinar, occurrence_id__from="")
    assert "occurrence_id" not in editor.draft["steps"][0]["arguments"]


@pytest.mark.parametrize("typed", ["", "Thursday", "3 December"])
def test_what_is_no_date_is_kept_and_refused_in_words(editor: Editor, typed: str):
    editor.click("add@@0@add_to_webinar")
    webinar = {"webinar__from": "number", "webinar__number": "93112345678"}
    chosen = {"occurrence_id__from": "date", "occurrence_id__date": typed}
    page = editor.click("save-step@add_to_webinar", **webinar, **chosen)
    assert "Choose a date from the list, or enter an occurrence ID" in page
    assert re.search(rf'name="occurrence_id.date" value="{typed}"', page)
    assert re.search(r'name="occurrence_id.from" value="date"[^>]* checked', page)


def test_there_is_no_next_date_to_be_removed_from(editor: Editor):
    page = editor.click("add@@0@remove_from_webinar")
    assert 'name="occurrence_id.from" value="date"' in page
    assert 'name="occurrence_id.from" value="next"' not in page


def test_before_publishing_it_says_where_no_date_follows(
    editor: Editor, account: ZoomConnection, simulator: Simulator
):
    webinar = schedule_series(simulator, -7, registration_type=2)
    editor.click("add@@0@add_to_webinar")
    number = {"webinar__from": "number", "webinar__number": str(webinar.id)}
    editor.click("save-step@add_to_webinar", **number, occurrence_id__from="next")
    assert "The webinar is over." in editor.show("publish")
