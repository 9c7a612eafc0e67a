"""The workflows that use a segment: in a trigger, a rule, a step or the conditions of a branch."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from contacts.segments.usage import References, Usage, register_usage
from workflows.models import Workflow


def _workflows(segment_id: int) -> Iterator[Usage]:
    keys = _references.to(segment_id, Workflow.objects.active())
    for workflow in Workflow.objects.filter(pk__in=keys).order_by("name"):
        yield Usage(_("Workflow"), workflow.name, reverse("workflows:detail", args=[workflow.pk]))


def named_segments(raw: Any) -> Iterator[int]:
    """The segments that some part of a definition names."""
    if isinstance(raw, list):
        for part in raw:
            yield from named_segments(part)
    if not isinstance(raw, dict):
        return
    suppressed = raw.get("suppress")
    named = [raw.get("segment"), raw.get("id") if raw.get("filter") == "segment" else None]
    named += suppressed if isinstance(suppressed, list) else []
    yield from (key for key in named if isinstance(key, int))
    for part in raw.values():
        yield from named_segments(part)


_references = References(
    ("draft_revision", "current_id", "updated_at"), ("draft", "current__definition"), named_segments
)
register_usage(_workflows)
