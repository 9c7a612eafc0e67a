import subprocess
import sys

import pytest

from core.data_settings import load, save
from tests.support.installation import ROOT, environment_of_a_newcomer

SIMULATOR = {"ZOOM_API_URL": "http://127.0.0.1:8001/v2", "ZOOM_CLIENT_ID": "simulated"}


def api_url(data_dir, **environment):
    """Which Zoom a command in a second terminal talks to, and as whom."""
    return shown(
        "from zoomsync import settings; print(settings.ZOOM_API_URL, settings.ZOOM_CLIENT_ID)",
        data_dir,
        **environment,
    )


def shown(show, data_dir, **environment):
    """What a newcomer's process prints, in words."""
    done = subprocess.run(
        [sys.executable, "-c", show],
        cwd=ROOT,
        env=environment_of_a_newcomer(data_dir, **environment),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_the_latest_settings_count(tmp_path):
    save(tmp_path, {"ZOOM_API_URL": "http://127.0.0.1:9/v2"})
    save(tmp_path, SIMULATOR)
    assert load(tmp_path) == SIMULATOR


@pytest.mark.parametrize("content", [None, "", "{", "[]", "\0"])
def test_without_saved_settings_there_are_none(tmp_path, content):
    if content is not None:
        (tmp_path / "settings.json").write_text(content)
    assert load(tmp_path) == {}


def test_a_command_beside_the_demo_talks_to_its_simulator(tmp_path):
    save(tmp_path, SIMULATOR)
    assert api_url(tmp_path) == ["http://127.0.0.1:8001/v2", "simulated"]
    assert api_url(tmp_path, ZOOM_CLIENT_ID="", ZOOM_API_URL="") == ["http://127.0.0.1:8001/v2", "simulated"]


def test_with_another_database_or_in_another_directory_it_is_zoom_itself(tmp_path):
    save(tmp_path, SIMULATOR)
    assert api_url(tmp_path, DATABASE_URL="postgresql://x@/y") == ["https://api.zoom.us/v2"]
    assert api_url(tmp_path / "mine") == ["https://api.zoom.us/v2"]


def test_what_the_environment_says_goes_first(tmp_path):
    save(tmp_path, SIMULATOR)
    own = "https://zoom.example/v2"
    assert api_url(tmp_path, ZOOM_API_URL=f"{own}/", ZOOM_CLIENT_ID="own") == [own, "own"]


def test_with_zoomgovs_api_people_sign_in_at_zoomgov(tmp_path):
    show = (
        "from zoomsync import settings; print(settings.ZOOM_OAUTH_URL, *settings.SECURE_CSP['form-action'])"
    )
    api = "https://api.zoomgov.com/v2"
    assert shown(show, tmp_path, ZOOM_API_URL=api) == [
        "https://zoomgov.com",
        "'self'",
        "https://zoomgov.com",
    ]
    assert (
        shown(show, tmp_path, ZOOM_API_URL=api, ZOOM_OAUTH_URL="https://x.example")[0] == "https://x.example"
    )
    assert shown(show, tmp_path)[0] == "https://zoom.us"
