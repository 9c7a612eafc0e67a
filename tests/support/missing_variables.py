"""Fails a test of a page whose template names a variable that does not exist, where Django prints nothing.

A list of suggestions was once empty for months because of such a name. Allowed is what asks whether there is
a value: `{% if x %}`, `{% for %}`, `|default`, `|yesno`. Costs nothing where nothing is missing: Django reads
the engine's `string_if_invalid` only then.
"""

import sys
from types import FrameType
from typing import Any

import pytest
from django.template.base import FilterExpression
from django.template.engine import Engine
from django.templatetags.i18n import BlockTranslateNode

# The tests of pages: others may draw what other packages bring.
PAGES = (
    "tests/contacts/views/",
    "tests/house_rules/test_missing_variables.py",
    "tests/integrations/views/",
    "tests/marketing_events/views/",
    "tests/workflows/editor/",
    "tests/workflows/views/",
    "tests/zoomsync/views/",
)
ASKING = {"default", "default_if_none", "yesno"}  # filters that take a missing value

_is_watching = False


class MissingVariableError(Exception):
    """Not a `VariableDoesNotExist`, which Django would catch."""


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    global _is_watching  # a process does one test at a time
    _is_watching = item.nodeid.startswith(PAGES)


class _OfABlock(str):
    """`{% blocktranslate %}` fills it with the name where a variable is missing."""

    def __mod__(self, name: object) -> str:
        raise MissingVariableError(f"{{% blocktranslate %}} has no variable {name!r}.")


def _string_if_invalid(_engine: Engine) -> str:
    frame = sys._getframe(1)
    reader = frame.f_locals.get("self")
    if not _is_watching or not isinstance(reader, FilterExpression | BlockTranslateNode):
        return ""
    if isinstance(reader, BlockTranslateNode):
        return _OfABlock("%s")
    return _of_expression(reader, frame)


def _of_expression(expression: FilterExpression, frame: FrameType) -> str:
    filters: list[Any] = expression.filters
    template = frame.f_locals["context"].render_context.template
    if "site-packages" in template.origin.name or (filters and filters[0][0].__name__ in ASKING):
        return ""
    node = frame.f_back.f_locals.get("self") if frame.f_back else None
    origin = getattr(node, "origin", template.origin)  # the template that extends another one
    raise MissingVariableError(f"{origin}: {expression.token!r} does not exist.")


Engine.string_if_invalid = property(  # type: ignore[assignment]  # an attribute, which each engine sets
    _string_if_invalid, lambda _engine, _value: None
)
