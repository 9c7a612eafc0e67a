"""Definitions to begin with: a registry, as the filters that they use come from the apps above."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from contacts.segments.registry import Words


@dataclass(frozen=True)
class SegmentTemplate:
    """`where` answers the node when someone begins with it, as it may hold a date."""

    name: str
    label: Words
    description: Words
    icon: str
    where: Callable[[], dict[str, Any]]

    @property
    def definition(self) -> dict[str, Any]:
        return {"version": 1, "where": self.where()}


_TEMPLATES: dict[str, SegmentTemplate] = {}


def register_template(template: SegmentTemplate) -> None:
    _TEMPLATES[template.name] = template


def segment_templates() -> dict[str, SegmentTemplate]:
    return dict(_TEMPLATES)
