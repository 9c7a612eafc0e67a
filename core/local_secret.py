"""Secrets that a fresh installation makes for itself, so that `make run` needs no configuration."""

import os
from collections.abc import Callable
from pathlib import Path


def read_or_create(path: Path, make: Callable[[], str]) -> str:
    """The secret kept in `path`; made, and stored readable by its owner alone, where there is none yet.

    Safe when several processes start at once: whoever comes first decides, the others read.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    complete = path.with_name(f"{path.name}.{os.getpid()}")
    if not path.exists():
        with os.fdopen(os.open(complete, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(make())
        try:
            os.link(complete, path)  # fails if another process was first, and never shows a half-written file
        except FileExistsError:
            pass
        finally:
            complete.unlink()
    return path.read_text().strip()
