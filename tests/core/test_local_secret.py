import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from core.local_secret import private_directory
from tests.support.installation import ROOT, environment_of_a_newcomer


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_a_new_directory_is_closed_to_others(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        assert mode(private_directory(tmp_path / "a" / "b")) == 0o700
    finally:
        os.umask(before)


@pytest.mark.parametrize("name", [None, "secret_key", "zoomsync.sqlite3", "broker"])
@pytest.mark.parametrize("before", [0o755, 0o750, 0o777, 0o700])
def test_one_of_ours_is_closed_when_it_was_open(tmp_path: Path, name: str | None, before: int) -> None:
    if name:
        (tmp_path / name).touch()
        (tmp_path / "other").touch()
    tmp_path.chmod(before)
    assert mode(private_directory(tmp_path)) == 0o700


def test_a_directory_of_others_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").touch()
    tmp_path.chmod(0o755)
    assert mode(private_directory(tmp_path)) == 0o755


def test_a_directory_for_everyone_is_left_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    assert mode(private_directory(tmp_path)) == 0o1777


def test_the_app_closes_its_data_directory(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    for _start in range(2):
        environment = environment_of_a_newcomer(data_dir)
        command = [sys.executable, "-c", "import os; os.umask(0); from zoomsync import settings"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        assert mode(data_dir) == 0o700
        data_dir.chmod(0o755)
