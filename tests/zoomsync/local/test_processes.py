import socket

import pytest

from zoomsync.local.processes import CannotStartError, Plan, state_file

PROCFILE = {"web": "gunicorn", "worker": "celery", "beat": "celery", "simulator": "sim", "guide": "demo"}


@pytest.fixture
def taken_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_without_zoom_settings_everything_of_the_demo_starts_and_finds_the_simulator(tmp_path):
    plan = Plan.of({}, tmp_path)
    assert plan.processes(PROCFILE) == PROCFILE
    assert plan.environment["ZOOM_API_URL"] == f"http://127.0.0.1:{plan.simulator_port}/v2"
    assert plan.environment["ZOOM_WEBHOOK_SECRET_TOKEN"]


@pytest.mark.parametrize("setting", ["ZOOM_CLIENT_ID", "ZOOM_PLAN"])
def test_with_a_zoom_setting_of_ones_own_nothing_of_the_demo_starts(tmp_path, setting):
    plan = Plan.of({setting: "mine"}, tmp_path)
    assert set(plan.processes(PROCFILE)) == {"web", "worker", "beat"}
    assert not any(name.startswith("ZOOM_") for name in plan.environment)


def test_an_empty_zoom_setting_is_none(tmp_path):
    assert Plan.of({"ZOOM_CLIENT_ID": ""}, tmp_path).simulator_port


def test_a_real_account_does_not_get_in_among_the_demos_people(tmp_path):
    state_file(tmp_path).touch()
    with pytest.raises(CannotStartError, match=r"(?s)holds the demo.*DATA_DIR=") as refusal:
        Plan.of({"ZOOM_CLIENT_ID": "mine"}, tmp_path)
    assert str(tmp_path) in str(refusal.value)


def test_the_port_that_was_asked_for_is_taken_and_the_next_free_one_is_the_simulators(tmp_path, unused_port):
    plan = Plan.of({"PORT": str(unused_port)}, tmp_path)
    assert plan.address == f"http://127.0.0.1:{unused_port}"
    assert plan.simulator_port > unused_port


def test_a_port_that_is_in_use_is_refused_in_words(tmp_path, taken_port):
    with pytest.raises(CannotStartError, match=f"Port {taken_port} is taken by another program"):
        Plan.of({"PORT": str(taken_port)}, tmp_path)


@pytest.mark.parametrize("nonsense", ["eighty", "-1", "80 80"])
def test_a_port_that_is_no_number_is_refused_in_words(tmp_path, nonsense):
    with pytest.raises(CannotStartError, match="PORT must be a number"):
        Plan.of({"PORT": nonsense}, tmp_path)


@pytest.fixture
def unused_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
