"""Where the simulated Zoom of the demo is, kept beside the demo's data.

Whatever process works on that data talks to the simulator: a command in a second terminal would otherwise
send the demo's token to Zoom itself. Written by `manage.py start`, read by the settings: it needs no Django.
"""

import json
from collections.abc import Mapping
from pathlib import Path


def remember(data_dir: Path, settings: Mapping[str, str]) -> None:
    """Settings by name, in place of those of an earlier demo, which had other ports."""
    new = _file(data_dir).with_suffix(".new")
    new.write_text(json.dumps(dict(settings), indent=2) + "\n")
    new.replace(_file(data_dir))


def remembered(data_dir: Path) -> dict[str, str]:
    """Nothing, where no demo was started."""
    try:
        settings = json.loads(_file(data_dir).read_text())
    except (OSError, ValueError):
        return {}
    return {str(name): str(value) for name, value in settings.items()} if isinstance(settings, dict) else {}


def _file(data_dir: Path) -> Path:
    return data_dir / "simulated-zoom.json"
