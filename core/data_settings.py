"""Settings that belong to a data directory and are kept in it, as JSON.

Any process that works on the data finds them: a command in a second terminal talks to the same Zoom as the
app that `manage.py start` runs. The settings module reads this file, so it needs no Django.
"""

import json
from collections.abc import Mapping
from pathlib import Path


def save(data_dir: Path, settings: Mapping[str, str]) -> None:
    """Replaces the saved settings."""
    new = _file(data_dir).with_suffix(".new")
    new.write_text(json.dumps(dict(settings), indent=2) + "\n")
    new.replace(_file(data_dir))


def load(data_dir: Path) -> dict[str, str]:
    """The saved settings; empty if none were saved or the file can't be read."""
    try:
        settings = json.loads(_file(data_dir).read_text())
    except (OSError, ValueError):
        return {}
    return {str(name): str(value) for name, value in settings.items()} if isinstance(settings, dict) else {}


def _file(data_dir: Path) -> Path:
    return data_dir / "settings.json"
