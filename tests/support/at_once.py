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
    problems: list[Exception] = []

    def one(number: int) -> list[T]:
        try:
            start.wait(timeout=30)
            return [act(number)]
        except Exception as problem:  # noqa: BLE001  whatever it was, the test judges it
            problems.append(problem)
            return []
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        answers = [answer for answers in pool.map(one, range(times)) for answer in answers]
    return answers, problems
