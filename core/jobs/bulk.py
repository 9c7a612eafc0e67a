"""Whether what is done now is part of a bulk: what it queues then goes behind what someone waits for."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# As `priority` of a job: the lowest number goes first.
SINGLE, BULK = 0, 10

_is_bulk: ContextVar[bool] = ContextVar("is_bulk", default=False)


@contextmanager
def in_bulk(is_bulk: bool = True) -> Iterator[None]:
    """What is queued within the block is part of a bulk, or (with False) is not."""
    token = _is_bulk.set(is_bulk)
    try:
        yield
    finally:
        _is_bulk.reset(token)


def inherited_priority() -> int:
    """The priority of a job that follows from what is done now."""
    return BULK if _is_bulk.get() else SINGLE
