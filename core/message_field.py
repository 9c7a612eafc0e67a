"""The column of a `Message`, empty (NULL) where there is none."""

import json
from typing import Any

from django.db import models

from core.messages import Message


class ReadableEncoder(json.JSONEncoder):
    """Letters of every script as they are, so that a search in the text of the column finds them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"ensure_ascii": False})


class MessageField(models.JSONField):
    def __init__(self, *args: Any, **options: Any) -> None:
        options = {"null": True, "blank": True, "encoder": ReadableEncoder, **options}
        super().__init__(*args, **options)

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(value.as_json() if isinstance(value, Message) else value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        stored = super().from_db_value(value, expression, connection)
        return Message.from_json(stored) if isinstance(stored, dict) and "code" in stored else stored

    def value_to_string(self, obj: models.Model) -> Any:
        value = self.value_from_object(obj)
        return value.as_json() if isinstance(value, Message) else value

    def to_python(self, value: Any) -> Any:
        """What a fixture holds."""
        return Message.from_json(value) if isinstance(value, dict) and "code" in value else value
