"""Icons as the package `lucide` draws them, each drawn once: a page has dozens, many of them alike.

The package opens its archive of 1,700 icons for each that it draws, and reads the list of all: 10 ms each.
Here it is opened once.
"""

from contextlib import AbstractContextManager, nullcontext
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from zipfile import ZipFile

import lucide as package
from django import template
from lucide.templatetags.lucide import lucide

register = template.Library()
register.simple_tag(lru_cache(maxsize=1024)(lucide), name="lucide")


@cache
def _archive() -> ZipFile:
    """In memory, so that processes that are forked from this one share no open file."""
    return ZipFile(BytesIO(files("lucide").joinpath("lucide.zip").read_bytes()))


def _open_archive(_file: object, _mode: str) -> AbstractContextManager[ZipFile]:
    return nullcontext(_archive())


setattr(package, "ZipFile", _open_archive)  # noqa: B010  a name of the package that mypy does not know
