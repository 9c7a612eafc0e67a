"""What only the owner of the installation may read: its directory, and secrets that it makes for itself."""

import base64
import os
import secrets
import stat
from collections.abc import Callable
from itertools import islice
from pathlib import Path

# By any of these a directory is known to be one of ours.
_OURS = {"secret_key", "encryption_key", "zoomsync.sqlite3", "broker"}


def private_directory(path: Path) -> Path:
    """The directory, made where there is none, and closed to everyone but its owner.

    One that holds other people's files is left as it is: `DATA_DIR=/tmp` must not close /tmp.
    """
    try:
        path.mkdir(parents=True, mode=0o700)
    except FileExistsError:
        names = {inner.name for inner in islice(path.iterdir(), 1000)}
        state = path.stat()
        is_ours = state.st_uid == os.getuid() and not state.st_mode & stat.S_ISVTX
        if is_ours and (not names or names & _OURS):
            path.chmod(0o700)
    return path


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


def webhook_secret() -> str:
    """A new one as Standard Webhooks writes it: 24 to 64 random bytes in base64, after this prefix."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
