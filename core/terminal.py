"""How commands talk: with a bar on a terminal, in plain lines into a file or a pipe."""

import sys
from typing import Any

from django.core.management.base import OutputWrapper
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


def console_of(out: OutputWrapper) -> Console:
    """Django's wrapper ends each write with a new line, which a bar that redraws itself cannot have."""
    file: Any = sys.stdout if out.isatty() else out
    return Console(file=file, soft_wrap=True, markup=False, highlight=False, emoji=False)


def progress_on(console: Console) -> Progress:
    """A bar on a terminal, and nothing where there is none."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
