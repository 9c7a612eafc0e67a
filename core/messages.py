"""Sentences as they are stored: a code with values, put into words only when they are shown.

    define({"zoom.file_too_large": gettext_lazy("The file is larger than %(size)s MB.")})
    str(Message("zoom.file_too_large", size=20))

So the wording can change and be translated without touching a row. Each app defines its templates in a
`wording` module, which its `AppConfig` imports. Values are JSON and belong to no language: numbers, names,
what Zoom itself said, or another message.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Self

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import is_aware, localtime

from core.domains import in_letters

type Text = str | Promise

GAP = "…"
_templates: dict[str, Text] = {}


def define(templates: Mapping[str, Text]) -> None:
    """Give these codes words, with `%(key)s` for each value. Raises `ValueError` for a code twice.

    A template of `ngettext_lazy` chooses its form by the value "count".
    """
    if doubled := templates.keys() & _templates.keys():
        raise ValueError(f"These codes have words already: {', '.join(sorted(doubled))}.")
    _templates.update(templates)


def defined() -> Mapping[str, Text]:
    return _templates


def keys_of(code: str) -> frozenset[str]:
    """The values that the code's template takes."""
    probe = _Probe()
    _fill(_templates[code], probe)
    return frozenset(probe.asked)


def codes_with(word: str, namespace: str) -> Iterator[str]:
    """Codes that begin with `namespace` and whose words contain this one, whatever their values are."""
    for code, template in _templates.items():
        if code.startswith(namespace):
            singular, plural = _Shown({}), _Shown({})
            singular["count"] = _Gap(1)
            if word.casefold() in f"{_fill(template, singular)} {_fill(template, plural)}".casefold():
                yield code


class Message:
    """A code with its values. `str()` gives the words, in the language of the reader."""

    __slots__ = ("code", "values")

    def __init__(self, code: str, /, **values: Any) -> None:
        self.code = code
        self.values = values

    def __str__(self) -> str:
        template = _templates.get(self.code)
        if template is None:
            return self._without_template()
        try:
            text = in_letters(_fill(template, _Shown(self.values)))
        except (TypeError, ValueError):  # a value of another kind than the template takes
            text = ""
        return text if text.strip() else self._without_template()

    def __repr__(self) -> str:
        return f"Message({self.code!r}, {self.values!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and self.as_json() == other.as_json()

    def __hash__(self) -> int:
        return hash(self.code)

    def _without_template(self) -> str:
        """What a later or an earlier version wrote is still shown."""
        name = self.code.rpartition(".")[2].replace("_", " ").strip().capitalize() or repr(self.code)
        values = _shown(self.values)
        return f"{name} ({values})" if values else name

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "values": {name: as_json(value) for name, value in self.values.items()}}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        values = stored.get("values")
        message = cls(str(stored.get("code", "")))
        message.values = dict(values) if isinstance(values, dict) else {}
        return message

    @property
    def plain(self) -> str:
        """Its values alone, as text to search in."""
        return " ".join(plain_values(self.as_json()["values"]))


def as_json(value: Any) -> Any:
    """The value with messages and moments as they are stored."""
    if isinstance(value, Message):
        return value.as_json()
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, Mapping):
        return {str(key): as_json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_json(inner) for inner in value]
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def plain_values(value: Any) -> Iterator[str]:
    """All texts and numbers in it, but for the codes of messages inside."""
    if isinstance(value, Mapping):
        inner: Iterable[Any] = value["values"] if _is_message(value) else value.values()
        yield from plain_values(list(inner.values()) if isinstance(inner, Mapping) else list(inner))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from plain_values(item)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def _is_message(value: Mapping[str, Any]) -> bool:
    return value.keys() == {"code", "values"} and isinstance(value["values"], Mapping)


def _fill(template: Text, values: dict[str, Any]) -> str:
    return str(template % values)


class _Number(int):
    """Chooses a plural as a number, and reads as people write it."""

    def __str__(self) -> str:
        return str(intcomma(int(self)))


class _Gap(int):
    """Stands for a value that is missing, in every kind of placeholder."""

    def __str__(self) -> str:
        return GAP


class _Shown(dict[str, Any]):
    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__(
            (name, _Number(value) if _is_int(value) else _shown(value)) for name, value in values.items()
        )

    def __missing__(self, key: str) -> _Gap:
        return _Gap(0)


class _Probe(dict[str, Any]):
    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def __missing__(self, key: str) -> int:
        self.asked.add(key)
        return 2


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _moment(value: Any) -> str:
    try:
        at = parse_datetime(value)
    except (TypeError, ValueError):
        at = None
    if at is None:
        return str(value)
    return date_format(localtime(at) if is_aware(at) else at, "j M Y, H:i")


def _shown(value: Any) -> str:
    if value is None:
        return GAP
    if isinstance(value, Message | datetime):
        value = as_json(value)
    if isinstance(value, Mapping):
        if _is_message(value):
            return str(Message.from_json(value))
        if value.keys() == {"at"}:
            return _moment(value["at"])
        return ", ".join(f"{key}: {_shown(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value))
    return str(_Number(value)) if _is_int(value) else str(value)
