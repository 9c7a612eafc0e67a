"""Writes batches in two connections at once: while one is prepared here, PostgreSQL writes the other."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Lock

import structlog
from django.db import OperationalError, connection

from core.database import flushed_later

log = structlog.get_logger(__name__)


def write_in_turn[B](batches: Iterable[B], write: Callable[[B], None]) -> None:
    for batch in batches:
        write(batch)


def write_in_two[B](batches: Iterable[B], write: Callable[[B], None]) -> None:
    """Write all batches, each in whichever thread is free: the caller's or one more.

    Where one fails, the other ends with the batch that it is at, and the error is raised. SQLite has one
    writer, and into the caller's transaction no other connection sees: then they are written one by one.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        write_in_turn(batches, write)
        return
    shared = _Shared(batches)
    with ThreadPoolExecutor(1, thread_name_prefix="writer") as pool:
        other = pool.submit(copy_context().run, _write_in_own_connection, shared, write)
        _write(shared, write)
        other.result()


def _write_in_own_connection[B](shared: "_Shared[B]", write: Callable[[B], None]) -> None:
    """Without a connection, as where PostgreSQL has no more of them, the caller writes all."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        log.warning("no_second_writer", error=str(error))
        return
    try:
        with flushed_later():
            _write(shared, write)
    finally:
        connection.close()


def _write[B](shared: "_Shared[B]", write: Callable[[B], None]) -> None:
    try:
        for batch in shared:
            write(batch)
    except BaseException:
        shared.end()
        raise


class _Shared[B]:
    """An iterator that several threads take from, until one of them ends it."""

    def __init__(self, items: Iterable[B]) -> None:
        self._items = iter(items)
        self._lock = Lock()
        self._is_over = False

    def __iter__(self) -> Iterator[B]:
        return self

    def __next__(self) -> B:
        with self._lock:
            item = next(self._items)
        if self._is_over:
            raise StopIteration
        return item

    def end(self) -> None:
        """Also for a thread that waits for its next one."""
        self._is_over = True
