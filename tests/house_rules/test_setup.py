"""`bin/setup` on machines that are not like this one: what it finds is a fake, what it says is not."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FAKE_PYTHON = """#!/bin/sh
case "$*" in
    *venv*) exit 1 ;;
    *sys.executable*) echo "$0" ;;
esac
"""
BROKEN_UV = "#!/bin/sh\necho 'pyenv: uv: command not found' >&2; exit 127\n"


@pytest.fixture
def machine(tmp_path):
    """A copy of what setup needs, on a path that holds only what a test puts there."""
    (tmp_path / "path").mkdir()
    shutil.copytree(ROOT / "bin", tmp_path / "bin")
    shutil.copy(ROOT / "uv.lock", tmp_path)
    for program in ("sh", "cmp", "dirname", "cp"):
        (tmp_path / "path" / program).symlink_to(str(shutil.which(program)))
    return tmp_path


def put(machine: Path, name: str, text: str) -> None:
    (machine / "path" / name).write_text(text)
    (machine / "path" / name).chmod(0o755)


def set_up(machine: Path) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": str(machine / "path"), "HOME": str(machine)}
    return subprocess.run(
        ["/bin/sh", "bin/setup"], cwd=machine, env=environment, capture_output=True, text=True, check=False
    )


def test_a_python_without_venv_is_told_which_package_to_install(machine):
    put(machine, "python3", FAKE_PYTHON)
    done = set_up(machine)
    assert done.returncode == 1
    assert "apt-get install python3-venv" in done.stderr


def test_a_uv_that_does_not_work_is_not_taken(machine):
    put(machine, "python3", FAKE_PYTHON)
    put(machine, "uv", BROKEN_UV)
    assert "Fetching uv" in set_up(machine).stderr


def test_a_python_that_only_says_it_is_not_installed_is_passed_over(machine):
    put(machine, "python3.13", BROKEN_UV)
    put(machine, "python3", FAKE_PYTHON)
    assert f"{machine}/path/python3 cannot make" in set_up(machine).stderr


def test_an_environment_that_is_as_the_lock_says_is_left_alone(machine):
    (machine / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(machine / "uv.lock", machine / ".venv" / ".locked-for-dev")
    put(machine, "working", "#!/bin/sh\n")
    (machine / ".venv" / "bin" / "python").symlink_to(machine / "path" / "working")
    done = set_up(machine)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
