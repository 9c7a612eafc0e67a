"""One `make run` at a time on the same data: two schedules and two simulators would be at work on it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files import locks

from zoomsync.local.processes import CannotStartError


@contextmanager
def single_instance(data_dir: Path) -> Iterator[Callable[[str], None]]:
    """Gives a function to leave the app's address with. Raises CannotStartError while another one runs.

    The lock is the operating system's: it is gone with the process, however that ends.
    """
    with (data_dir / "running").open("a+") as file:
        if not locks.lock(file, locks.LOCK_EX | locks.LOCK_NB):
            file.seek(0)
            where = file.read().strip() or "another port"
            raise CannotStartError(
                f"It is running already, at {where}, with the data in {data_dir}.\n"
                "Stop that one with Ctrl-C, or give this one data of its own, "
                "for instance: DATA_DIR=var/second make run."
            )

        def tell(address: str) -> None:
            file.truncate(0)
            file.write(address)
            file.flush()

        yield tell
