"""Several threads that do the same thing at the same moment, each on a database connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection


def at_once[T](times: int, act: Callable[[int], T]) -> tuple[list[T], list[Exception]]:
    """Calls `act(0)`, `act(1)` and so on at once; what they answered, and what they raised.

    For tests with `django_db(transaction=True)`: other connections see only what was committed.
    """
    start = Barrier(times)

    def one(number: int) -> T:
        try:
            start.wait(timeout=30)
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        futures = [pool.submit(one, number) for number in range(times)]
    problems = [error for future in futures if (error := future.exception())]
    assert all(isinstance(error, Exception) for error in problems)
    return [future.result() for future in futures if not future.exception()], problems  # type: ignore[return-value]
