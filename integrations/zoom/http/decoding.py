"""From JSON to records: fast where Zoom keeps to its documentation, lenient where it doesn't.

A compiled decoder reads a whole page at once. Only if that fails, the page is read item by item, and the
known variations are corrected (numbers for strings, null, blank times, times without a zone). An item that
still makes no sense is reported beside the good ones and never costs them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, get_args, get_origin

import msgspec

from integrations.zoom.http.lenient_json import mend, needs_mending
from integrations.zoom.http.responses import clean

_LONGEST_EXCERPT = 200
_SECRET_NAME = re.compile(r"url|link|token|pass|secret|pwd|key", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class BadItem:
    """An item that could not be read: why, and enough of it to find it in Zoom, without links or secrets."""

    reason: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class Decoded[T]:
    items: list[T]
    bad: list[BadItem]
    next_page_token: str
    total: int | None


def decode_fast[T](body: bytes, record: type[T], key: str) -> Decoded[T] | None:
    """The page, if all of it is as documented; else None."""
    try:
        decoder = _page_decoder(record, key)  # type: ignore[arg-type]  # mypy doubts that classes are hashable
        page = decoder.decode(mend(body) if needs_mending(body) else body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return Decoded(page.items, [], page.next_page_token, page.total_records)


def decode_lenient[T](page: Mapping[str, Any], record: type[T], key: str) -> Decoded[T] | None:
    """The page item by item; None if it has no list. Only where the total is 0 may the list be missing."""
    total = _total(page.get("total_records"))
    raw_items = page.get(key)
    if raw_items is None and total == 0:
        raw_items = []
    if not isinstance(raw_items, list):
        return None
    items: list[T] = []
    bad: list[BadItem] = []
    for raw in raw_items:
        try:
            items.append(_decode_item(raw, record))
        except msgspec.ValidationError as error:
            bad.append(BadItem(clean(str(error).replace("`$.", "`")), excerpt(raw)))
    return Decoded(items, bad, str(page.get("next_page_token") or ""), total)


def _decode_item[T](raw: object, record: type[T]) -> T:
    """As `decode_one`, without those fields that the record says it can spare, where they make no sense."""
    spare = getattr(record, "CAN_SPARE", ())
    if spare and isinstance(raw, dict):
        raw = {
            name: value for name, value in raw.items() if name not in spare or _is_readable(raw, name, record)
        }
    return decode_one(raw, record)


def decode_one[T](raw: object, record: type[T]) -> T:
    """One record. Raises msgspec.ValidationError, whose text names the field and not its value."""
    return msgspec.convert(_tidy(raw, record), record, strict=False)


def decode_parts[T](raw: object, record: type[T]) -> tuple[T, tuple[str, ...]]:
    """The record from those fields that can be read, and the names of the others.

    Raises msgspec.ValidationError where a field that must be there is among them.
    """
    try:
        return decode_one(raw, record), ()
    except msgspec.ValidationError:
        if not isinstance(raw, dict):
            raise
    names = [field.encode_name for field in msgspec.structs.fields(record)]  # type: ignore[arg-type]
    unread = tuple(name for name in names if name in raw and not _is_readable(raw, name, record))
    return decode_one({name: value for name, value in raw.items() if name not in unread}, record), unread


def excerpt(raw: object) -> str:
    """An item's first fields as text, without links and whatever is named like a secret."""
    if not isinstance(raw, dict):
        return f"({type(raw).__name__})"
    shown = (f"{name}: {_shown(value)}" for name, value in raw.items() if not _SECRET_NAME.search(str(name)))
    return "; ".join(shown)[:_LONGEST_EXCERPT]


def _is_readable(raw: dict[str, object], name: str, record: type[Any]) -> bool:
    kind = next(field.type for field in msgspec.structs.fields(record) if field.encode_name == name)
    try:
        tidy = _tidy({name: raw[name]}, record)
        if isinstance(tidy, dict) and name in tidy:
            msgspec.convert(tidy[name], kind, strict=False)
    except msgspec.ValidationError:
        return False
    return True


def _shown(value: object) -> str:
    if isinstance(value, (dict, list)):
        return "…"
    return "…" if "://" in str(value) else clean(str(value))


@lru_cache(maxsize=64)
def _page_decoder(record: type[Any], key: str) -> msgspec.json.Decoder[Any]:
    page = msgspec.defstruct(
        f"{record.__name__}Page",
        [("items", list[record]), ("next_page_token", str, ""), ("total_records", int | None, None)],  # type: ignore[valid-type]
        rename={"items": key},
    )
    return msgspec.json.Decoder(page)


@lru_cache(maxsize=64)
def _fields(record: type[Any]) -> tuple[frozenset[str], frozenset[str], Mapping[str, type[Any]]]:
    """The names of a record's text fields and of its times, and the record types of its nested fields."""
    types = {field.encode_name: field.type for field in msgspec.structs.fields(record)}
    text = frozenset(name for name, kind in types.items() if kind is str)
    times = frozenset(name for name, kind in types.items() if _mentions(kind, datetime))
    nested = {name: inner for name, kind in types.items() if (inner := _record_in(kind)) is not None}
    return text, times, nested


def _mentions(kind: Any, wanted: type) -> bool:
    return kind is wanted or any(_mentions(part, wanted) for part in get_args(kind))


def _record_in(kind: Any) -> type[Any] | None:
    inner = get_args(kind)[0] if get_origin(kind) is list else kind
    return inner if isinstance(inner, type) and issubclass(inner, msgspec.Struct) else None


def _tidy(raw: object, record: type[Any]) -> object:
    """The item with Zoom's known variations put straight; null and blanks become "not there"."""
    if not isinstance(raw, dict):
        return raw
    text, times, nested = _fields(record)  # type: ignore[arg-type]  # as above
    tidy: dict[str, object] = {}
    for name, value in raw.items():
        if name in text:
            tidy[name] = _as_text(value)
        elif name in times:
            tidy[name] = _as_time(name, value)
        elif name in nested:
            tidy[name] = _tidy_nested(value, nested[name])
        else:
            tidy[name] = value
    return {name: value for name, value in tidy.items() if value is not None and value != ""}


def _as_text(value: object) -> object:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return str(value) if is_number else value


def _as_time(name: str, value: object) -> datetime | None:
    """Zoom's times are UTC, also where the "Z" is missing. A number is no time: no one knows its unit."""
    if value is None or value == "":
        return None
    try:
        moment = datetime.fromisoformat(str(value).strip())
    except ValueError:
        moment = None
    if moment is None or not isinstance(value, str) or ":" not in value:
        raise msgspec.ValidationError(f"Expected a date with a time - at `$.{name}`")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _tidy_nested(value: object, record: type[Any]) -> object:
    if isinstance(value, list):
        return [_tidy(item, record) for item in value]
    return _tidy(value, record)


def _total(value: object) -> int | None:
    try:
        return max(0, int(str(value)))
    except ValueError:
        return None
