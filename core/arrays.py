"""Lists as PostgreSQL reads them: one value to its parser, where the driver would write one for each item."""

from collections.abc import Sequence
from typing import Any

import msgspec
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field


def array_literal(values: Sequence[Any]) -> str:
    """Texts, numbers, booleans or times in PostgreSQL's notation of an array; None is null.

    Between the brackets it is JSON's notation, which is written quickly. Only behind a backslash they differ.
    """
    document = msgspec.json.encode(values).decode()
    if "\\" in document:
        document = msgspec.json.encode([_quoted(value) for value in values]).decode()
    return f"{{{document[1:-1]}}}"


def element_type(field: "Field[Any, Any]", connection: BaseDatabaseWrapper) -> str:
    """The element type of an array of a column's values, without a length: the column itself limits it."""
    return (field.db_type(connection) or "text").partition("(")[0]


def _quoted(value: object) -> object:
    """PostgreSQL takes any character that follows a backslash as it is: no "\\n", no "\\u0001"."""
    if not isinstance(value, str):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return msgspec.Raw(f'"{escaped}"'.encode())
