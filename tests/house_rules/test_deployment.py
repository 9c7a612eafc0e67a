"""What no engine here can run is at least read: the image, the compose file, and the settings they take."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from core.healthcheck import host_to_ask_for

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
OURS = {"migrate", "web", "worker", "beat"}
ONE_SHOT = {"migrate"}


def instructions(text: str) -> list[tuple[str, str]]:
    """The Dockerfile's instructions in order, continued lines joined, comments dropped."""
    joined = re.sub(r"\\\n", " ", "\n".join(line for line in text.splitlines() if not line.startswith("#")))
    return [
        (word.upper(), rest.strip())
        for word, _, rest in (line.strip().partition(" ") for line in joined.splitlines() if line.strip())
    ]


INSTRUCTIONS = instructions(DOCKERFILE)
LAST_STAGE = INSTRUCTIONS[max(i for i, (word, _rest) in enumerate(INSTRUCTIONS) if word == "FROM") :]


def test_compose_has_all_that_production_needs():
    assert set(SERVICES) == OURS | {"postgres", "redis"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_is_watched_and_comes_back_or_runs_once(name):
    service = SERVICES[name]
    if name in ONE_SHOT:
        assert service["restart"] == "no"
        assert "healthcheck" not in service
    else:
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_image_is_our_own_or_pinned(name):
    service = SERVICES[name]
    if name in OURS:
        assert service["build"] == "."
    else:
        assert re.fullmatch(r"[a-z]+:\d+(\.\d+)+", service["image"])


def test_only_the_web_server_is_reachable_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["web"]


def test_all_of_ours_take_the_same_settings_and_wait_for_the_migrations():
    for name in OURS:
        assert SERVICES[name]["env_file"] == ".env"
        assert {"DATABASE_URL", "REDIS_URL", "DATA_DIR"} <= set(SERVICES[name]["environment"])
    for name in OURS - ONE_SHOT:
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
        assert SERVICES[name]["depends_on"]["redis"] == {"condition": "service_healthy"}
    assert SERVICES["migrate"]["depends_on"]["postgres"] == {"condition": "service_healthy"}


def test_the_number_of_workers_can_be_scaled():
    assert "container_name" not in SERVICES["worker"]
    assert "ports" not in SERVICES["worker"]


def test_no_password_stands_in_the_compose_file():
    assert SERVICES["postgres"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
    assert not re.search(r"(password|secret|token)\S*[:=]\s*\w", str(COMPOSE).lower().replace("${", ""))


def test_every_volume_is_declared():
    mounted = {
        volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])
    }
    assert mounted == set(COMPOSE["volumes"])


def test_what_the_compose_file_asks_of_the_environment_is_in_the_example():
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    offered = set(re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert asked <= offered


def test_the_image_is_built_in_two_stages_from_pinned_ones():
    bases = [rest.split()[0] for word, rest in INSTRUCTIONS if word == "FROM"]
    assert len(bases) == 2
    assert all(re.fullmatch(r"python:3\.\d+-slim-[a-z]+", base) for base in bases)
    copied_from = re.findall(r"COPY --from=(\S+/\S+)", DOCKERFILE)
    assert all(re.search(r":\d+\.\d+\.\d+$", image) for image in copied_from)


def test_the_image_has_what_the_lock_file_says_and_nothing_for_developers():
    assert "uv sync --frozen --no-dev" in DOCKERFILE
    assert "collectstatic" in DOCKERFILE


def test_the_image_does_not_run_as_root():
    users = [rest for word, rest in LAST_STAGE if word == "USER"]
    assert users
    assert users[-1] not in {"root", "0"}
    assert [word for word, _rest in LAST_STAGE].index("USER") < [word for word, _rest in LAST_STAGE].index(
        "CMD"
    )


def test_the_image_neither_adds_from_the_network_nor_upgrades_what_the_base_pins():
    assert not [word for word, _rest in INSTRUCTIONS if word in {"ADD", "MAINTAINER"}]
    assert not re.search(r"apt(-get)? (dist-)?upgrade|--no-check|sudo |curl .*\| *sh", DOCKERFILE)


def test_no_secret_is_baked_into_the_image():
    for word, rest in INSTRUCTIONS:
        if word in {"ENV", "ARG"}:
            assert not re.search(r"SECRET|PASSWORD|TOKEN|KEYS", rest)


def test_what_stays_out_of_the_image():
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".*", "var", "tests"} <= set(ignored)


def test_commands_start_programs_that_exist():
    """The server and the worker are started as their packages name them."""
    commands = [SERVICES[name].get("command", []) for name in OURS]
    commands.append(yaml.safe_load(next(rest for word, rest in LAST_STAGE if word == "CMD")))
    programs = {command[0] for command in commands if command} - {"python"}
    assert programs == {"gunicorn", "celery"}
    for program in programs:
        assert (Path(sys.executable).parent / program).exists()


@pytest.mark.parametrize(
    ("hosts", "asked"),
    [("", "localhost"), ("*", "localhost"), (".acme.test,b.test", "acme.test"), ("b.test", "b.test")],
)
def test_the_health_check_asks_for_a_host_that_the_app_answers_for(hosts, asked):
    assert host_to_ask_for(hosts) == asked


def test_the_health_check_fails_where_nobody_answers():
    done = subprocess.run(
        [sys.executable, "-m", "core.healthcheck", "http://127.0.0.1:1/healthz"],
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 1


def test_djangos_check_of_a_deployment_finds_nothing(tmp_path):
    environment = {"DATA_DIR": str(tmp_path), "HTTPS": "true", "ALLOWED_HOSTS": "crm.example.com"}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level=WARNING"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, **environment},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
