"""What people do with segments. Each raises `SegmentError` or `DefinitionError`, and then wrote nothing."""

from collections.abc import Collection
from itertools import chain, count
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import Contact, Segment
from contacts.outbox import record_contacts
from contacts.segments import reasons
from contacts.segments.members import members_of, parse
from contacts.segments.memberships import Cause, locked, members_before, move_all, move_few
from contacts.segments.tracking import request_builds
from contacts.segments.usage import usages

MAX_NAME_LENGTH = 200


class SegmentError(ValueError):
    """`field` names the input that is at fault."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def create_segment(
    name: str, definition: Any, *, description: str = "", user_id: int | None = None
) -> Segment:
    parse(definition)
    with transaction.atomic():
        segment = _save(Segment(definition=definition, created_by_id=user_id), name, description)
        request_builds(segment.pk)
    return segment


def create_static(name: str, *, description: str = "", user_id: int | None = None) -> Segment:
    """An empty list, to which people are added."""
    return _save(Segment(kind=Segment.Kind.STATIC, created_by_id=user_id), name, description)


@transaction.atomic
def edit_segment(segment_id: int, *, name: str, definition: Any = None, description: str = "") -> Segment:
    """Without a definition (a static list has none to edit) that stays as it is."""
    segment = _locked(segment_id)
    if definition is not None and definition != segment.definition:
        if segment.is_static:
            raise SegmentError(_("A static list has no conditions to edit."), "definition")
        parse(definition, segment.pk)
        segment.definition = definition
        segment.version += 1
        request_builds(segment.pk)
    return _save(segment, name, description)


def duplicate_segment(segment_id: int, user_id: int | None) -> Segment:
    """A copy to edit: a static list with the same people, a dynamic segment with the same conditions."""
    with transaction.atomic():
        segment = _locked(segment_id)
        copy = Segment(definition=segment.definition, kind=segment.kind, created_by_id=user_id)
        _save(copy, _free_name(segment.name), segment.description)
        if segment.is_static:
            members = Contact.objects.filter(segment_memberships__segment=segment)
            move_all(copy, members, Cause(reasons.BY_HAND, timezone.now()), is_first=True)
        else:
            request_builds(copy.pk)
    return copy


@transaction.atomic
def archive_segment(segment_id: int) -> Segment:
    """Take it out of the lists. What uses it must be changed first."""
    segment = _locked(segment_id)
    used_by = usages(segment.pk)
    if used_by:
        names = ", ".join(usage.name for usage in used_by)
        raise SegmentError(_("“%(name)s” is used by %(others)s.") % {"name": segment, "others": names})
    Segment.objects.filter(pk=segment.pk).update(archived_at=timezone.now())
    return segment


@transaction.atomic
def restore_segment(segment_id: int) -> Segment:
    segment = _locked(segment_id)
    segment.archived_at = None
    if Segment.objects.active().exclude(pk=segment.pk).filter(name__iexact=segment.name).exists():
        segment.name = _free_name(segment.name)
    segment.version += 1  # no change was followed while it was archived
    request_builds(segment.pk)
    return _save(segment, segment.name, segment.description)


@transaction.atomic
def freeze_segment(segment_id: int) -> Segment:
    """Make a dynamic segment a static list of those who are in it now."""
    segment = _locked(segment_id)
    if not segment.is_static:
        members = members_of(segment, reads_all=True)
        move_all(segment, members, Cause(reasons.DEFINITION, timezone.now()), is_first=True)
        segment.kind = Segment.Kind.STATIC
        segment.updated_at = timezone.now()
        segment.save(update_fields=["kind", "updated_at"])
    return segment


def add_people(segment_id: int, contacts: Collection[int], *, who: str) -> int:
    """Add contacts to a static list; how many were not in it."""
    known = set(Contact.objects.filter(pk__in=contacts).values_list("pk", flat=True))
    return _move(segment_id, known, known, who)


def remove_people(segment_id: int, contacts: Collection[int], *, who: str) -> int:
    """Take contacts out of a static list; how many were in it."""
    return _move(segment_id, set(contacts), set(), who)


@transaction.atomic
def _move(segment_id: int, looked_at: set[int], members: set[int], who: str) -> int:
    segment = _locked(segment_id)
    if not segment.is_static:
        raise SegmentError(_("You can add and remove people manually only in a static list."))
    cause = Cause(reasons.BY_HAND, timezone.now(), {"who": who})
    before = members_before([segment.pk], looked_at)[segment.pk]
    moved = move_few(segment, before, members, lambda _contact: cause)
    if moved.entered or moved.left:
        record_contacts(changed=sorted(looked_at))
    return moved.entered + moved.left


def _locked(segment_id: int) -> Segment:
    segment = locked(segment_id)
    if segment is None:
        raise SegmentError(_("The segment was deleted."))
    return segment


def _save(segment: Segment, name: str, description: str) -> Segment:
    segment.name = " ".join(name.replace("\0", "").split())
    segment.description = description.replace("\0", "").strip()
    if not segment.name:
        raise SegmentError(_("Give the segment a name."), "name")
    if len(segment.name) > MAX_NAME_LENGTH:
        raise SegmentError(_("The name is longer than %d characters.") % MAX_NAME_LENGTH, "name")
    segment.updated_at = timezone.now()
    try:
        with transaction.atomic():
            segment.save()
    except IntegrityError as error:
        raise SegmentError(_("There is a segment called “%s” already.") % segment.name, "name") from error
    return segment


def _free_name(name: str) -> str:
    taken = {other.lower() for other in Segment.objects.active().values_list("name", flat=True)}
    copy = _("Copy of %s") % name
    numbered = (f"{copy[: MAX_NAME_LENGTH - 6]} {number}" for number in count(2))
    return next(free for free in chain([copy[:MAX_NAME_LENGTH]], numbered) if free.lower() not in taken)
