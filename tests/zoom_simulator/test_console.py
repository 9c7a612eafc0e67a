"""The simulator's own pages: forms that make things happen and say what they did."""

import html as markup
import re
from datetime import timedelta

import pytest
import requests

from tests.zoom_simulator.client import Zoom
from zoom_simulator.account.rows import Webinar
from zoom_simulator.console.actions import ACTIONS
from zoom_simulator.console.render import TEMPLATES
from zoom_simulator.simulator import Simulator


@pytest.fixture
def webinar(sim: Simulator) -> Webinar:
    return sim.account.add_webinar("me", "Talk <b>", start=sim.clock.now() + timedelta(hours=1))


def page(sim: Simulator, path: str = "/") -> str:
    answer = requests.get(f"{sim.url}{path}", timeout=5)
    assert answer.status_code == 200
    return markup.unescape(answer.text)


def press(sim: Simulator, webinar: Webinar, do: str, **form: str) -> str:
    """Posts a form of the webinar's page and returns the page that follows."""
    answer = requests.post(f"{sim.url}/webinars/{webinar.id}", data=form | {"do": do}, timeout=5)
    assert answer.status_code == 200
    assert answer.history[0].status_code == 303
    return markup.unescape(answer.text)


def test_the_list_shows_webinars_and_how_to_connect(sim: Simulator, webinar: Webinar) -> None:
    text = page(sim)
    assert f'href="/webinars/{webinar.id}"' in text
    assert sim.account_id in text
    assert "Talk" not in page(sim, "/?q=nothing+like+it")


def test_texts_are_escaped(sim: Simulator, webinar: Webinar) -> None:
    raw = requests.get(f"{sim.url}/webinars/{webinar.id}", timeout=5).text
    assert "Talk &lt;b&gt;" in raw
    assert "Talk <b>" not in raw


def test_it_works_without_script_and_brings_its_style(sim: Simulator, webinar: Webinar) -> None:
    assert "<script" not in page(sim) + page(sim, f"/webinars/{webinar.id}")
    style = requests.get(f"{sim.url}/simulator.css", timeout=5)
    assert style.headers["Content-Type"].startswith("text/css")


def test_somebody_registers_waits_is_approved_denied_and_vanishes(sim: Simulator, webinar: Webinar) -> None:
    webinar.approval_type = 1
    person = {"email": "ana@customer.example", "first_name": "Ana", "last_name": "Silva"}
    assert "waits for approval" in press(sim, webinar, "register", **person)
    assert "registered already" in press(sim, webinar, "register", **person)
    (registrant,) = webinar.registrants.values()
    assert "is approved." in press(sim, webinar, "approve", registrant_id=registrant.id)
    assert "cancelled" in press(sim, webinar, "cancel", registrant_id=registrant.id)
    assert registrant.status == "denied"
    assert "is gone from every listing" in press(sim, webinar, "cancel oneself", registrant_id=registrant.id)
    assert not webinar.registrants


def test_a_webinar_is_held_with_the_buttons(sim: Simulator, webinar: Webinar) -> None:
    assert "7 people registered." in press(sim, webinar, "register several", count="7")
    assert "The webinar is running." in press(sim, webinar, "start")
    assert "already running" in press(sim, webinar, "start")
    assert "7 registrants joined." in press(sim, webinar, "all join")
    assert "without an email" in press(sim, webinar, "join as guest", name="Guest")
    guest = webinar.instances[0].rows[-1]
    assert "Guest left." in press(sim, webinar, "leave", user_id=guest.user_id)
    assert "The webinar has ended" in press(sim, webinar, "end")
    assert len(webinar.held[0].rows) == 9  # the host too


def test_a_recording_is_made_and_unmade_with_the_buttons(sim: Simulator, webinar: Webinar) -> None:
    instance = sim.account.hold(webinar.id, sim.clock.now() - timedelta(hours=2), 30)
    uuid = instance.uuid
    assert "is processing" in press(sim, webinar, "record", uuid=uuid)
    assert "recording is ready" in press(sim, webinar, "recording ready", uuid=uuid)
    assert "transcript is ready" in press(sim, webinar, "transcript ready", uuid=uuid)
    assert instance.recording is not None
    before = instance.recording.transcripts[0].content
    assert "changed the transcript" in press(sim, webinar, "change transcript", uuid=uuid)
    assert instance.recording.transcripts[0].content != before
    assert "“New”" in press(sim, webinar, "rename recording", uuid=uuid, topic="New")
    assert "in the trash" in press(sim, webinar, "trash recording", uuid=uuid)
    assert "back from the trash" in press(sim, webinar, "recover recording", uuid=uuid)
    assert "gone for good" in press(sim, webinar, "delete recording", uuid=uuid)
    assert "no recording" in press(sim, webinar, "trash recording", uuid=uuid)


def test_every_button_of_the_page_does_something_and_every_action_has_one() -> None:
    template = (TEMPLATES / "webinar.html").read_text()
    assert set(re.findall(r'name="do" value="([^"]+)"', template)) == set(ACTIONS)


def test_what_a_form_lacks_is_said(sim: Simulator, webinar: Webinar) -> None:
    assert "There is no such action." in press(sim, webinar, "dance")
    assert "Something is missing" in press(sim, webinar, "approve")


def test_a_webinar_is_renamed_and_deleted(sim: Simulator, webinar: Webinar) -> None:
    assert "“Other”" in press(sim, webinar, "rename", topic="Other")
    assert "was deleted in Zoom" in press(sim, webinar, "delete")
    assert requests.get(f"{sim.url}/webinars/{webinar.id}", timeout=5).status_code == 404


def test_a_webinar_is_scheduled(sim: Simulator) -> None:
    form = {"host_id": sim.account.owner_id, "topic": "New one", "hours": "2", "minutes": "45"}
    answer = requests.post(f"{sim.url}/schedule", data=form, timeout=5)
    assert "The webinar is scheduled." in answer.text
    (webinar,) = sim.account.webinars.values()
    assert (webinar.topic, webinar.duration) == ("New one", 45)
    refused = requests.post(f"{sim.url}/schedule", data=form | {"host_id": "nobody"}, timeout=5)
    assert "Not possible" in refused.text


def test_a_visitor_registers_on_the_public_page(sim: Simulator, webinar: Webinar) -> None:
    path = f"/webinar/register/{webinar.id}"
    assert "Register" in page(sim, path)
    person = {"email": "ana@customer.example", "first_name": "Ana"}
    answer = requests.post(f"{sim.url}{path}", data=person, timeout=5)
    assert "Thank you, Ana. You are registered." in answer.text
    assert requests.get(f"{sim.url}/webinar/register/1", timeout=5).status_code == 404


def test_a_personal_link_joins_the_running_webinar(sim: Simulator, webinar: Webinar) -> None:
    registrant = sim.account.register(webinar.id, "ana@customer.example", "Ana", "Silva")
    listed = Zoom(sim).get(f"/webinars/{webinar.id}/registrants")["registrants"]
    link = listed[0]["join_url"]
    assert "It starts on" in requests.get(link, timeout=5).text
    assert "is not running" in requests.post(link, timeout=5).text
    instance = sim.account.start_webinar(webinar.id)
    assert "Ana Silva" in requests.get(link, timeout=5).text
    assert "You are in, Ana Silva." in requests.post(link, timeout=5).text
    assert instance.rows[-1].registrant_id == registrant.id
    assert "Only a personal link" in page(sim, f"/j/{webinar.id}")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"do": "faults", "percent": "20"}, "20 percent of the calls fail"),
        ({"do": "fault", "kind": "html", "path": "/users"}, "ends with: html"),
        ({"do": "fault", "kind": "unheard of"}, "Not possible: no such fault"),
        ({"do": "fault", "kind": "html", "path": "("}, "Not possible: ( is no pattern"),
        ({"do": "limits", "plan": "gold"}, "Not possible: no such plan"),
        ({"do": "no faults"}, "No call fails any more."),
        ({"do": "limits", "plan": "free"}, "Rate limits: free."),
        ({"do": "latency", "latency": "25"}, "25 ms longer"),
        ({"do": "clock", "hours": "3"}, "now."),
        ({"do": "webhooks", "url": "http://127.0.0.1:9/", "secret": "s"}, "did not prove itself"),
        ({"do": "nothing"}, "There is no such setting."),
    ],
)
def test_trouble_can_be_made(sim: Simulator, form: dict[str, str], said: str) -> None:
    answer = requests.post(f"{sim.url}/settings", data=form, timeout=10)
    assert said in markup.unescape(answer.text)


def test_calls_can_be_looked_at(sim: Simulator) -> None:
    requests.get(f"{sim.api_url}/users", timeout=5)
    assert "/v2/users" in page(sim, "/calls")
