"""What a benchmark found: a table for people, JSON for programs, checks that say whether it is as hoped."""

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.table import Table

from bench.measuring import Measurement


@dataclass(frozen=True, kw_only=True)
class Options:
    sizes: tuple[int, ...]
    rounds: int
    latency: float
    """Milliseconds that each answer of the simulated Zoom takes longer."""


@dataclass(frozen=True, kw_only=True)
class Row:
    contender: str
    size: int
    measurement: Measurement
    ratio: float
    """Its seconds to those of the first contender at the same size."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One hope, and whether it came true."""

    hope: str
    found: str
    holds: bool


@dataclass(kw_only=True)
class Report:
    """What all reports have in common; each has rows and a table of its own."""

    name: str
    title: str
    checks: list[Check] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return all(check.holds for check in self.checks)

    def table(self) -> Table:
        raise NotImplementedError

    def show(self) -> None:
        console = Console(width=110)
        console.print(self.table())
        for check in self.checks:
            console.print(
                f"{'ok   ' if check.holds else 'NOT  '}{check.hope}: {check.found}", highlight=False
            )

    def save(self, directory: Path) -> None:
        directory.mkdir(exist_ok=True)
        content = {
            "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": {
                "processors": os.cpu_count(),
                "system": platform.platform(),
                "python": platform.python_version(),
            },
            **asdict(self),
        }
        (directory / f"{self.name}.json").write_text(json.dumps(content, indent=2) + "\n")


@dataclass(kw_only=True)
class ProcessReport(Report):
    """Of programs beside each other, each a process of its own."""

    unit: str
    """What `size` counts."""
    rows: list[Row] = field(default_factory=list)

    def table(self) -> Table:
        table = empty_table(self.title, "contender", self.unit, "seconds", "ratio", "CPU seconds", "peak MiB")
        for row in self.rows:
            one = row.measurement
            numbers = (
                f"{one.seconds:.2f}",
                f"{row.ratio:.2f}",
                f"{one.cpu_seconds:.2f}",
                f"{one.peak_mib:.0f}",
            )
            table.add_row(row.contender, f"{row.size:,}", *numbers)
        return table


def empty_table(title: str, first: str, *numbers: str) -> Table:
    """A column of names, then columns of numbers."""
    table = Table(title=title, title_justify="left")
    table.add_column(first)
    for heading in numbers:
        table.add_column(heading, justify="right")
    return table


class Benchmark(Protocol):
    def run(self, options: Options) -> Report: ...
