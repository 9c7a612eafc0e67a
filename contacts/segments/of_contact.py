"""The segments that one contact is in now: computed, never stale (D25)."""

from django.db.models import IntegerField, Value
from django.utils import timezone

from contacts.models import Contact, Segment
from contacts.segments.compiling import Compiler
from contacts.segments.errors import DefinitionError
from contacts.segments.members import catalogue
from contacts.segments.parsing import read_definition

AT_ONCE = 25  # segments in one statement: each of them may have a hundred conditions


def segments_of(contact_id: int) -> list[Segment]:
    """By name. Queries: three, and one for each 25 dynamic segments."""
    segments = list(Segment.objects.active().order_by("name", "pk"))
    known = set(
        Segment.objects.filter(kind=Segment.Kind.STATIC, memberships__contact=contact_id).values_list(
            "pk", flat=True
        )
    )
    dynamic = [segment for segment in segments if not segment.is_static]
    for start in range(0, len(dynamic), AT_ONCE):
        known |= _holding(contact_id, dynamic[start : start + AT_ONCE])
    return [segment for segment in segments if segment.pk in known]


def _holding(contact_id: int, segments: list[Segment]) -> set[int]:
    """Those of which the contact is a member. One that can't be read any more has no members."""
    compiler = Compiler(timezone.now(), Contact.objects.filter(pk=contact_id))
    known = catalogue()
    queries = []
    for segment in segments:
        try:
            node = read_definition(segment.definition, known.within(segment.pk))
        except DefinitionError:
            continue
        segment_id = Value(segment.pk, output_field=IntegerField())
        queries.append(compiler.members(node).order_by().values_list(segment_id))
    if not queries:
        return set()
    first, *others = queries
    return {key for (key,) in first.union(*others, all=True)}
