"""docs/api.md, word for word: its commands run, and its programs do what the page says."""

import json
import os
import re
import subprocess
import textwrap
from pathlib import Path

import pytest
import requests
from celery import Celery

from core.roles import Role
from integrations.models import Webinar, ZoomConnection
from tests.contacts.make import make_contact
from tests.integrations.make import make_webinar
from tests.marketing_events.make import make_brand
from tests.workflows.registrations.helpers import schedule, work
from workflows.models import RegistrationJob
from workflows.tasks import add_contact_to_webinar
from zoomsync.api.models import ApiToken
from zoomsync.api.tokens import create_token
from zoomsync.callbacks.models import CallbackDelivery
from zoomsync.callbacks.queue import signed_headers

ROOT = Path(__file__).resolve().parent.parent.parent.parent
PAGE = (ROOT / "docs" / "api.md").read_text()

pytestmark = pytest.mark.django_db(transaction=True)


def blocks(kind: str) -> list[str]:
    found = re.findall(rf"^( *)```{kind}\n(.*?)^\1```$", PAGE, re.MULTILINE | re.DOTALL)
    return [textwrap.dedent(indent + text) for indent, text in found]


@pytest.fixture
def token() -> str:
    return create_token("curl", Role.MARKETER).plain


@pytest.fixture
def webinar(account, simulator) -> Webinar:
    """Upcoming, in Zoom and here."""
    zoom_webinar = schedule(simulator)
    return make_webinar(account, zoom_webinar_id=zoom_webinar.id)


def shell(script: str, **environment: str) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env={**os.environ, **environment},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_five_curl_commands_register_a_contact(live_server, token, webinar):
    create, find, ask, look, see, call_back, preview = blocks("sh run")
    assert all(block.count("curl") == 1 for block in (create, find, ask, look, see))
    brand, other = webinar.connection.brand.name, make_brand("Other")
    connection = ZoomConnection.objects.create(brand=other, account_id="other")
    make_webinar(connection, starts_at=webinar.starts_at)
    environment = {"API": f"{live_server.url}/api/v1", "TOKEN": token, "BRAND": brand}
    said = shell(f'{create}\n{find}\n{ask}\necho; echo "$WEBINAR $JOB"', **environment)
    webinar_id, job = said.splitlines()[-1].split()
    assert webinar_id == str(webinar.zoom_webinar_id)
    work()
    environment |= {"WEBINAR": webinar_id, "JOB": job}
    assert json.loads(shell(look, **environment))["state"] == "registered"
    (contact,) = json.loads(shell(see, **environment))["results"]
    assert contact["zoom_webinar_joinlink"]
    assert json.loads(shell(preview, **environment))["count"] == 1
    shell(call_back, **environment)
    work()
    assert CallbackDelivery.objects.count() == 1


def test_a_receiver_verifies_a_callback(live_server, token, webinar):
    *_steps, call_back, _preview = blocks("sh run")
    make_contact("ann@example.com", first_name="Ann")
    shell(
        call_back,
        API=f"{live_server.url}/api/v1",
        TOKEN=token,
        WEBINAR=str(webinar.zoom_webinar_id),
    )
    work()
    delivery = CallbackDelivery.objects.get()
    program = run(*blocks("python callback"))
    secret = ApiToken.objects.get().callback_secret
    assert program["receive"](delivery.body.encode(), signed_headers(delivery), secret) == "registered"


def test_the_body_for_http_steps_is_taken(live_server, token, account):
    make_contact("ann@example.com")
    (body,) = blocks("json body")
    answer = requests.post(
        f"{live_server.url}/api/v1/webinar-registrations",
        data=body,
        headers={
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Idempotency-Key": "entry-1",
        },
        timeout=30,
    )
    assert answer.status_code == 202


def test_the_hubspot_action_reports_the_job(live_server, token, account, monkeypatch):
    monkeypatch.setenv("ZOOMSYNC_API", f"{live_server.url}/api/v1")
    monkeypatch.setenv("ZOOMSYNC_TOKEN", token)
    make_contact("ann@example.com")
    program = run(*blocks("python hubspot"))
    fields = {"email": "ann@example.com", "webinar_id": "931 1234 5678"}
    known = program["main"]({"inputFields": fields, "callbackId": "ap-1"})
    assert known == {"outputFields": {"state": "queued", "reason": ""}}
    unknown = program["main"]({"inputFields": {**fields, "email": "no@example.com"}, "callbackId": "ap-2"})
    assert unknown == {"outputFields": {"state": "refused", "reason": "contact_not_found"}}


def test_the_celery_app_queues_a_job(account, monkeypatch):
    """What it sends is handed to our task, as the broker would."""
    make_contact("ann@example.com")

    def send_task(_app: Celery, name: str, kwargs: dict[str, object]) -> None:
        assert name == add_contact_to_webinar.name
        add_contact_to_webinar.apply(kwargs=kwargs, throw=True)

    monkeypatch.setattr(Celery, "send_task", send_task)
    program = blocks("python celery")
    run(*program)
    run(*program)
    job = RegistrationJob.objects.get()
    assert (job.source, job.zoom_webinar_id) == ("task", 93112345678)


def run(program: str) -> dict[str, object]:
    names: dict[str, object] = {}
    exec(compile(program, "docs/api.md", "exec"), names)
    return names
