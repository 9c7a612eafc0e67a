"""The test database, migrated by the first of pytest-xdist's workers: the others begin with a copy of it.

Migrating takes seconds of processor time, and each worker has a test database of its own.
"""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db.backends.postgresql.creation import DatabaseCreation as PostgresqlCreation
from django.db.backends.sqlite3.creation import DatabaseCreation as SqliteCreation

TEMPLATE = "migrated_once"


def share_migrated_database(directory: Path) -> None:
    """`directory` is one of this run alone, where the workers meet."""
    _share(SqliteCreation, directory, _copy_file, _begin_with_file)
    _share(PostgresqlCreation, directory, _copy_database, _begin_with_database)


def _share(
    creation: Any,
    directory: Path,
    keep: Callable[[Any, str, Path], None],
    begin_with_copy: Callable[[Any, Path], None],
) -> None:
    create = creation.create_test_db

    def create_test_db(self: Any, *arguments: Any, **options: Any) -> str:
        copy = directory / TEMPLATE
        with _one_at_a_time(directory):
            if not copy.exists():
                name: str = create(self, *arguments, **options)
                self.connection.close()
                keep(self, name, copy)
                return name
        begin_with_copy(self, copy)
        return str(create(self, *arguments, **options))  # finds nothing left to migrate

    creation.create_test_db = create_test_db


@contextmanager
def _one_at_a_time(directory: Path) -> Iterator[None]:
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _copy_file(_creation: Any, name: str, copy: Path) -> None:
    shutil.copyfile(name, copy)


def _begin_with_file(creation: Any, copy: Path) -> None:
    """Django takes away what a run before may have left, and then would begin with an empty file."""
    take_away = creation._create_test_db

    def create(*arguments: Any, **options: Any) -> Any:
        name = take_away(*arguments, **options)
        shutil.copyfile(copy, name)
        return name

    creation._create_test_db = create


def _copy_database(creation: Any, name: str, copy: Path) -> None:
    with creation._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE {creation._quote_name(name)}")
    copy.touch()


def _begin_with_database(creation: Any, _copy: Path) -> None:
    creation.connection.settings_dict["TEST"]["TEMPLATE"] = TEMPLATE
