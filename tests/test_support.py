"""That the tests stand on what they believe to stand on."""

import os
import subprocess

import pytest
import requests
from django.conf import settings
from django.db import connection

from tests.support.installation import Installation
from zoomsync.models import User

pytestmark = pytest.mark.django_db


def test_the_data_directory_is_not_the_developers():
    assert settings.DATA_DIR != settings.BASE_DIR / "var"
    assert str(settings.DATA_DIR) == os.environ["DATA_DIR"]
    assert settings.DATA_DIR.exists()


def test_each_person_of_the_world_has_another_role(alice, bob, charlie):
    assert {user.role for user in (alice, bob, charlie)} == {"admin", "operator", "marketer"}


@pytest.mark.services
def test_another_process_sees_the_rows_of_this_one(alice: User, installation: Installation):
    listed = installation.manage(
        "shell", "-v0", "-c", "from zoomsync.models import User; print(User.objects.get())"
    )
    assert listed.stdout.strip() == "Alice Admin", listed.stderr


@pytest.mark.services
def test_a_worker_on_the_embedded_broker_gets_ready(live_worker: "subprocess.Popen[bytes]"):
    assert live_worker.poll() is None


@pytest.mark.services
def test_a_worker_on_redis_gets_ready(redis_installation: Installation):
    assert redis_installation.start_worker().poll() is None


def test_the_database_is_a_real_one_that_other_processes_can_open():
    assert connection.vendor in {"sqlite", "postgresql"}
    assert "memory" not in str(connection.settings_dict["NAME"])


@pytest.mark.simulator("demo", seed=2)
def test_the_simulator_stands_where_the_settings_look_for_zoom(simulator, simulated_connection):
    assert simulator.api_url == settings.ZOOM_API_URL
    assert simulated_connection.account_id == simulator.account_id
    assert requests.get(settings.ZOOM_API_URL + "/users", timeout=10).status_code == 401


@pytest.mark.browser
def test_a_browser_opens_the_live_server(page):
    page.goto("/")
    assert page.title()
