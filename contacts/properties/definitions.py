"""The properties that are defined, and values checked by them, whichever path writes them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, tzinfo
from typing import Any

from contacts.errors import ContactError
from contacts.models import PropertyDefinition
from contacts.properties.kinds import PropertySpec
from contacts.properties.values import InvalidValueError, Stored, normalise
from core.messages import Message


class InvalidPropertyError(ContactError):
    """A value that is not of the property's kind."""

    def __init__(self, name: str, reason: Message) -> None:
        super().__init__(reason, f"properties.{name}")


class UnknownPropertyError(ContactError):
    """There is no custom property of this name, or it was archived."""

    def __init__(self, name: str) -> None:
        super().__init__(Message("property.unknown", name=name), f"properties.{name}")


def custom_specs(names: Iterable[str] = ()) -> dict[str, PropertySpec]:
    """Custom properties by name, in the order in which people see them: these, or all. One query."""
    rows = PropertyDefinition.objects.custom().in_order()
    if keys := set(names):
        rows = rows.filter(name__in=keys)
    return {row.name: row.spec for row in rows}


def clean_properties(
    values: Mapping[str, Any],
    *,
    current: Mapping[str, Any] | None = None,
    specs: Mapping[str, PropertySpec] | None = None,
    zone: tzinfo = UTC,
) -> dict[str, Stored]:
    """The properties that a contact has afterwards: `given` over `current`, blank values taken away.

    A value that stays as it is is not checked again, nor one that no definition describes. Raises
    `InvalidPropertyError` for the first that is wrong. Without `specs` one query, if anything changes.
    """
    properties, errors = check_properties(values, current=current, specs=specs, zone=zone)
    if errors:
        raise errors[0]
    return properties


def check_properties(
    values: Mapping[str, Any],
    *,
    current: Mapping[str, Any] | None = None,
    specs: Mapping[str, PropertySpec] | None = None,
    zone: tzinfo = UTC,
) -> tuple[dict[str, Stored], list[InvalidPropertyError]]:
    """As `clean_properties`, with every value that is wrong."""
    before = dict(current or {})
    errors: list[InvalidPropertyError] = []
    changed = {name: value for name, value in values.items() if name not in before or before[name] != value}
    if specs is None:
        specs = custom_specs(changed) if changed else {}
    for name, value in changed.items():
        try:
            stored = _clean(name, value, specs.get(name), zone)
        except InvalidPropertyError as error:
            errors.append(error)
            continue
        if stored is None:
            before.pop(name, None)
        else:
            before[name] = stored
    return before, errors


def _clean(name: str, value: Any, spec: PropertySpec | None, zone: tzinfo) -> Stored | None:
    if spec is None:
        return None if value in ("", None) else value
    try:
        return normalise(value, spec, zone)
    except InvalidValueError as error:
        raise InvalidPropertyError(name, error.reason) from error


def demand_known_properties(names: Iterable[str]) -> None:
    """Raises `UnknownPropertyError` for the first of these names that no custom property in use has."""
    required = set(names)
    known = (
        {name for name, spec in custom_specs(required).items() if not spec.is_archived} if required else set()
    )
    for name in sorted(required - known):
        raise UnknownPropertyError(name)
