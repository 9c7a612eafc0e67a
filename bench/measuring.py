"""Runs a program as a process of its own, and says how long it took and how much memory it needed."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile

ROOT = Path(__file__).resolve().parent.parent


class BenchmarkError(Exception):
    """A program did not do what it was measured for."""


@dataclass(frozen=True, kw_only=True)
class Measurement:
    seconds: float
    """From the start of the process to its end."""
    cpu_seconds: float
    peak_mib: float
    """The largest resident size of the process."""


def measure(command: list[str], environment: Mapping[str, str]) -> tuple[Measurement, str]:
    """The measurement, and what the program said."""
    with TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=_surroundings() | environment,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        _pid, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        output = said.read().decode(errors="replace")
    if process.returncode:
        raise BenchmarkError(f"{' '.join(command)} ended with {process.returncode}:\n{output[-4000:]}")
    return (
        Measurement(
            seconds=seconds,
            cpu_seconds=usage.ru_utime + usage.ru_stime,
            peak_mib=_mebibytes(usage.ru_maxrss),
        ),
        output,
    )


def manage(environment: Mapping[str, str], *arguments: str) -> str:
    """What a command of the app says. Raises BenchmarkError."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchmarkError(f"manage.py {' '.join(arguments)}: {done.stdout}{done.stderr}")
    return done.stdout


def _surroundings() -> dict[str, str]:
    """Ours, without the wish that Python compiles everything anew."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def middle(measurements: list[Measurement]) -> Measurement:
    """The median of each."""
    return Measurement(
        seconds=median(measurement.seconds for measurement in measurements),
        cpu_seconds=median(measurement.cpu_seconds for measurement in measurements),
        peak_mib=median(measurement.peak_mib for measurement in measurements),
    )


def _mebibytes(maxrss: int) -> float:
    """Linux counts in kibibytes, macOS in bytes."""
    return maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
