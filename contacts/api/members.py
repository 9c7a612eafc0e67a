"""Segments as the operations look them up, and what is wrong with a definition as the API says it."""

from django.http import Http404

from contacts.models import Segment
from contacts.models.contact import ContactQuerySet
from contacts.segments.errors import DefinitionError
from contacts.segments.members import members_of
from core.api.problems import INVALID_INPUT, FieldError, Problem


def segment_of(segment_id: int, *, is_locked: bool = False) -> Segment:
    """Raises 404."""
    rows = Segment.objects.active()
    segment = (rows.select_for_update() if is_locked else rows).filter(pk=segment_id).first()
    if segment is None:
        raise Http404
    return segment


def members(segment: Segment) -> ContactQuerySet:
    """As they are now. Raises 422 for a definition that a change elsewhere has broken."""
    try:
        return members_of(segment)
    except DefinitionError as refusal:
        raise problem_of_definition(refusal) from None


def problem_of_definition(refusal: DefinitionError) -> Problem:
    """`field` is the path in the definition, such as `where.all[1].value`."""
    errors = [FieldError(problem.path or "definition", problem.message) for problem in refusal.problems]
    return Problem(INVALID_INPUT, str(refusal), errors=errors)
