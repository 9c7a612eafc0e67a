import json
import subprocess
import sys

import pytest

from core.data_settings import load, save
from tests.support.installation import ROOT, environment_of_a_newcomer

SIMULATOR = {"ZOOM_API_URL": "http://127.0.0.1:8001/v2", "ZOOM_CLIENT_ID": "simulated"}


READ_SETTINGS = """
import json, os, runpy, sys
names, environments = json.load(sys.stdin)
for environment in environments:
    os.environ.clear()
    os.environ.update(environment)
    found = runpy.run_path("zoomsync/settings.py")
    print(json.dumps([found[name] for name in names]))
"""


def settings_read(*environments, names=("ZOOM_API_URL", "ZOOM_CLIENT_ID")):
    """What a command in a second terminal of a newcomer reads, for each environment."""
    asked = [names, [environment_of_a_newcomer(**environment) for environment in environments]]
    done = subprocess.run(
        [sys.executable, "-c", READ_SETTINGS],
        cwd=ROOT,
        env=environment_of_a_newcomer(environments[0]["data_dir"]),
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


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
    without_values = {"ZOOM_CLIENT_ID": "", "ZOOM_API_URL": ""}
    read = settings_read({"data_dir": tmp_path}, {"data_dir": tmp_path, **without_values})
    assert read == [["http://127.0.0.1:8001/v2", "simulated"]] * 2


def test_with_another_database_or_in_another_directory_it_is_zoom_itself(tmp_path):
    save(tmp_path, SIMULATOR)
    elsewhere = {"data_dir": tmp_path, "DATABASE_URL": "postgresql://x@/y"}
    assert settings_read(elsewhere, {"data_dir": tmp_path / "mine"}) == [["https://api.zoom.us/v2", ""]] * 2


def test_what_the_environment_says_goes_first(tmp_path):
    save(tmp_path, SIMULATOR)
    own = "https://zoom.example/v2"
    environment = {"data_dir": tmp_path, "ZOOM_API_URL": f"{own}/", "ZOOM_CLIENT_ID": "own"}
    assert settings_read(environment) == [[own, "own"]]


def test_with_zoomgovs_api_people_sign_in_at_zoomgov(tmp_path):
    government = {"data_dir": tmp_path, "ZOOM_API_URL": "https://api.zoomgov.com/v2"}
    own = {"ZOOM_OAUTH_URL": "https://x.example"}
    read = settings_read(
        government, government | own, {"data_dir": tmp_path}, names=("ZOOM_OAUTH_URL", "SECURE_CSP")
    )
    assert [url for url, _policy in read] == ["https://zoomgov.com", "https://x.example", "https://zoom.us"]
    assert read[0][1]["form-action"] == ["'self'", "https://zoomgov.com"]
