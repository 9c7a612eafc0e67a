"""How the person who looks at a page wants times to be written. Their time zone is Django's own business.

Set for the length of a request. Outside of one: 24 hours, weeks from Monday on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Viewing:
    uses_12_hours: bool = False
    first_weekday: int = 0
    """0 is Monday, 6 is Sunday."""


_DEFAULT = Viewing()
_CURRENT: ContextVar[Viewing] = ContextVar("viewing", default=_DEFAULT)


def viewing() -> Viewing:
    return _CURRENT.get()


def view_as(value: Viewing) -> None:
    """Sets how times read, until the end of the surrounding `viewed_as`."""
    _CURRENT.set(value)


@contextmanager
def viewed_as(value: Viewing) -> Iterator[None]:
    token = _CURRENT.set(value)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def clock_format(text: str) -> str:
    """A format of Django's `date` filter, with its hours as the viewer counts them."""
    if not _CURRENT.get().uses_12_hours:
        return text
    return text.replace("H:i:s", "g:i:s A").replace("H:i", "g:i A")
