"""The workflows that use a segment: in a trigger, a rule, a step or the conditions of a branch."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from contacts.segments.usage import Usage, register_usage
from workflows.models import Workflow


def _workflows(segment_id: int) -> Iterator[Usage]:
    for workflow in Workflow.objects.active().select_related("current").order_by("name"):
        definitions = [workflow.draft, workflow.current.definition if workflow.current else {}]
        if any(names(definition, segment_id) for definition in definitions):
            yield Usage(_("Workflow"), workflow.name, reverse("workflows:detail", args=[workflow.pk]))


def names(raw: Any, segment_id: int) -> bool:
    """Whether some part of a definition names the segment."""
    if isinstance(raw, list):
        return any(names(part, segment_id) for part in raw)
    if not isinstance(raw, dict):
        return False
    is_condition = raw.get("filter") == "segment" and raw.get("id") == segment_id
    is_field = raw.get("segment") == segment_id
    is_suppressed = isinstance(raw.get("suppress"), list) and segment_id in raw["suppress"]
    return is_condition or is_field or is_suppressed or any(names(part, segment_id) for part in raw.values())


register_usage(_workflows)
