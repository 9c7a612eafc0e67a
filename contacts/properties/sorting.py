"""What contacts are sorted by where a list is in the order of a custom property."""

from typing import Any

from django.db.models import TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Left

from contacts.properties.kinds import PropertyKind, PropertySpec
from contacts.segments.json_values import stored_number

LONGEST = 100
"""Characters of a text that count: an index refuses long ones, and a row with it."""


def sort_value(spec: PropertySpec) -> Any:
    """Null where there is no value. Stored dates and times sort as texts."""
    stored = KeyTextTransform(spec.name, "properties")
    if spec.kind == PropertyKind.NUMBER:
        return stored_number(stored)
    return Left(Cast(stored, TextField()), LONGEST)
