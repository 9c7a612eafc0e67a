"""/segments: definitions stored, changed and tried out, and who is in them."""

from django.db import transaction
from django.http import HttpResponse
from ninja import Router

from contacts.api.members import members, problem_of_definition, segment_of
from contacts.api.operations import answered
from contacts.api.schemas import ContactAnswered
from contacts.api.segment_schemas import PreviewAnswered, PreviewGiven, SegmentAnswered, SegmentGiven
from contacts.models import Segment
from contacts.segments.actions import SegmentError, archive_segment, create_segment, edit_segment
from contacts.segments.errors import DefinitionError
from contacts.segments.members import parse, preview
from core.api.access import ApiRequest, Bearer
from core.api.cursors import Page, WalkQuery, page_of
from core.api.etags import demand_current, versioned
from core.api.problems import Problem, define, invalid
from core.api.routers import register
from core.roles import Right

router = Router(tags=["Segments"])
register("/segments", router)

IN_USE = define("segment_in_use", 409, "Segment in use", "Something refers to it: see “detail”.")
MAY_EDIT = Bearer(Right.EDIT_SEGMENTS)


@router.get("", response=Page[SegmentAnswered], summary="List segments")
def list_segments(request: ApiRequest, walk: WalkQuery) -> dict[str, object]:
    return page_of(Segment.objects.active(), walk, lambda rows: [_answered(row) for row in rows])


@router.post(
    "",
    response={201: SegmentAnswered},
    auth=MAY_EDIT,
    operation_id="create_segment",
    summary="Create a segment",
)
def create(request: ApiRequest, body: SegmentGiven) -> HttpResponse:
    try:
        thing = _answered(create_segment(body.name, body.definition))
    except (SegmentError, DefinitionError) as refusal:
        raise problem_of(refusal) from None
    return versioned(request, thing, status=201, location=thing.url)


@router.post(
    "/preview",
    response=PreviewAnswered,
    operation_id="preview_segment",
    summary="Try a definition out",
)
def try_out(request: ApiRequest, body: PreviewGiven) -> PreviewAnswered:
    """How many contacts are meant, and some of them. Nothing is stored."""
    try:
        result = preview(parse(body.definition))
    except DefinitionError as refusal:
        raise problem_of(refusal) from None
    return PreviewAnswered(count=result.count, sample=answered(result.sample))


@router.get("/{int:segment_id}", response={200: SegmentAnswered, 304: None}, summary="One segment")
def read_segment(request: ApiRequest, segment_id: int) -> HttpResponse:
    return versioned(request, _answered(segment_of(segment_id)))


@router.put(
    "/{int:segment_id}",
    response=SegmentAnswered,
    auth=MAY_EDIT,
    operation_id="replace_segment",
    summary="Replace a segment",
)
def replace(request: ApiRequest, segment_id: int, body: SegmentGiven) -> HttpResponse:
    """Name and definition. Its description stays."""
    with transaction.atomic():
        segment = segment_of(segment_id, is_locked=True)
        demand_current(request, _answered(segment))
        try:
            edited = edit_segment(
                segment_id,
                name=body.name,
                definition=body.definition,
                description=segment.description,
            )
        except (SegmentError, DefinitionError) as refusal:
            raise problem_of(refusal) from None
    return versioned(request, _answered(edited))


@router.delete(
    "/{int:segment_id}",
    response={204: None},
    auth=MAY_EDIT,
    operation_id="delete_segment",
    summary="Delete a segment",
)
def delete(request: ApiRequest, segment_id: int) -> HttpResponse:
    """Its contacts stay. A segment that something refers to cannot be deleted: 409."""
    with transaction.atomic():
        demand_current(request, _answered(segment_of(segment_id, is_locked=True)))
        try:
            archive_segment(segment_id)
        except SegmentError as refusal:
            raise Problem(IN_USE, str(refusal)) from None
    return HttpResponse(status=204)


@router.get("/{int:segment_id}/contacts", response=Page[ContactAnswered], summary="The contacts of a segment")
def list_contacts_of_segment(request: ApiRequest, segment_id: int, walk: WalkQuery) -> dict[str, object]:
    """As they are now."""
    return page_of(members(segment_of(segment_id)), walk, answered)


def _answered(segment: Segment) -> SegmentAnswered:
    names = SegmentAnswered.model_fields.keys() - {"url"}
    return SegmentAnswered(
        **{name: getattr(segment, name) for name in names}, url=f"/api/v1/segments/{segment.pk}"
    )


def problem_of(refusal: SegmentError | DefinitionError) -> Problem:
    if isinstance(refusal, DefinitionError):
        return problem_of_definition(refusal)
    return invalid(refusal.field or "definition", str(refusal))
