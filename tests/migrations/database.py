"""Databases beside the one of the tests, for migrating to and fro."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from pathlib import Path

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

ALIAS = "migrated"


@contextmanager
def new_database(directory: Path, copy_of: str = "") -> Iterator[str]:
    """The name of an empty database, or of a copy of another one, until the end of the block."""
    name = f"migrated_{uuid.uuid4().hex}"
    if connection.vendor == "sqlite":
        path = str(directory / f"{name}.sqlite3")
        if copy_of:
            shutil.copy(copy_of, path)
        yield path
        return
    template = f' TEMPLATE "{copy_of}"' if copy_of else ""
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"{template}')
    try:
        yield name
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def connected(name: str) -> Iterator[BaseDatabaseWrapper]:
    """A connection to it, as the alias `ALIAS` of this thread."""
    connections.databases[ALIAS] = {**deepcopy(connection.settings_dict), "NAME": name}
    try:
        yield connections[ALIAS]
    finally:
        connections[ALIAS].close()
        with suppress(AttributeError):
            del connections[ALIAS]
        del connections.databases[ALIAS]
