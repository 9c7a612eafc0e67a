"""/workflows: definitions read and imported, and contacts enrolled."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from ninja import Router

from contacts.segments.errors import DefinitionError
from core.api.access import ApiRequest, Bearer
from core.api.cursors import Page, WalkQuery, page_of
from core.api.etags import versioned
from core.api.problems import INVALID_INPUT, FieldError, Problem, define, invalid
from core.api.routers import register
from core.roles import Right
from workflows.actions import import_workflow
from workflows.api.operations import contact_of, permanent_key
from workflows.api.schemas import ContactRefAnswered
from workflows.api.workflow_schemas import (
    EnrolmentAnswered,
    EnrolmentGiven,
    WorkflowAnswered,
    WorkflowGiven,
)
from workflows.engine.subjects import NO_SUBJECT, Subject, subject_of_event, subject_of_webinar
from workflows.errors import WorkflowError
from workflows.models import Enrolment, EnrolmentSource, Workflow
from workflows.models.workflows import WorkflowQuerySet
from workflows.people import enrol_contact

router = Router(tags=["Workflows"])
register("/workflows", router)

MAY_EDIT = Bearer(Right.EDIT_WORKFLOWS)
NOT_ENROLLED = define(
    "not_enrolled",
    409,
    "Not enrolled",
    "The workflow isn't published, or its rules keep this contact out: see “detail”.",
)


@router.get("", response=Page[WorkflowAnswered], summary="List workflows")
def list_workflows(request: ApiRequest, walk: WalkQuery) -> dict[str, object]:
    """Without those that are archived."""
    return page_of(_workflows().active(), walk, lambda rows: [_answered(row) for row in rows])


@router.post(
    "",
    response={201: WorkflowAnswered},
    auth=MAY_EDIT,
    operation_id="import_workflow",
    summary="Import a workflow",
)
def create(request: ApiRequest, body: WorkflowGiven) -> HttpResponse:
    """A draft of a definition that was exported, or written by hand. A person publishes it."""
    try:
        made = import_workflow(body.model_dump())
    except DefinitionError as refusal:
        raise _problem(refusal) from None
    except WorkflowError as refusal:
        errors = [FieldError(refusal.field or "definition", str(refusal))]
        raise Problem(INVALID_INPUT, str(refusal), errors=errors) from None
    thing = _answered(_workflow(made.pk))
    return versioned(request, thing, status=201, location=thing.url)


@router.get("/{int:workflow_id}", response={200: WorkflowAnswered, 304: None}, summary="One workflow")
def read_workflow(request: ApiRequest, workflow_id: int) -> HttpResponse:
    return versioned(request, _answered(_workflow(workflow_id)))


@router.get(
    "/{int:workflow_id}/enrolments", response=Page[EnrolmentAnswered], summary="List a workflow's enrolments"
)
def list_enrolments(request: ApiRequest, workflow_id: int, walk: WalkQuery) -> dict[str, object]:
    rows = Enrolment.objects.filter(workflow=_workflow(workflow_id)).select_related("contact", "version")
    return page_of(rows, walk, lambda page: [_enrolment(row) for row in page])


@router.post(
    "/{int:workflow_id}/enrolments",
    response={202: EnrolmentAnswered},
    auth=MAY_EDIT,
    operation_id="enrol_contact",
    summary="Enrol a contact",
)
def create_enrolment(request: ApiRequest, workflow_id: int, body: EnrolmentGiven) -> HttpResponse:
    """Into a published workflow, under its rules. With `Idempotency-Key`, it stays one enrolment.

    Where a step takes the webinar of the trigger, `webinar_id` or `event_id` is required.
    """
    workflow, contact, subject = _workflow(workflow_id), contact_of(body.contact), _subject(body)
    source, key = EnrolmentSource.API, permanent_key(request)
    try:
        made = enrol_contact(workflow, contact.pk, subject=subject, source=source, key=key)
    except WorkflowError as refusal:
        if refusal.field:
            raise invalid(refusal.field, str(refusal)) from None
        raise Problem(NOT_ENROLLED, str(refusal)) from None
    thing = _enrolment(made)
    return versioned(request, thing, status=202, location=thing.url)


@router.get(
    "/{int:workflow_id}/enrolments/{int:enrolment_id}",
    response={200: EnrolmentAnswered, 304: None},
    summary="One enrolment",
)
def read_enrolment(request: ApiRequest, workflow_id: int, enrolment_id: int) -> HttpResponse:
    rows = Enrolment.objects.select_related("contact", "version")
    enrolment = rows.filter(workflow=workflow_id, pk=enrolment_id).first()
    if enrolment is None:
        raise Http404
    return versioned(request, _enrolment(enrolment))


def _subject(given: EnrolmentGiven) -> Subject:
    if given.webinar_id is not None and given.event_id is not None:
        raise invalid("event_id", "Name the webinar or the event, not both.")
    if given.webinar_id is not None:
        return subject_of_webinar(int(given.webinar_id), timezone.now())
    if given.event_id is None:
        return NO_SUBJECT
    subject = subject_of_event(given.event_id)
    if subject is None:
        raise invalid("event_id", "There is no such event.")
    return subject


def _workflows() -> WorkflowQuerySet:
    inside = Enrolment.objects.inside().number_of_each()
    return Workflow.objects.select_related("current").annotate(inside=inside)


def _workflow(workflow_id: int) -> Workflow:
    workflow = _workflows().filter(pk=workflow_id).first()
    if workflow is None:
        raise Http404
    return workflow


def _answered(row: Workflow) -> WorkflowAnswered:
    current = row.current
    return WorkflowAnswered.model_validate(
        {
            "id": row.pk,
            "url": f"/api/v1/workflows/{row.pk}",
            "name": row.name,
            "description": row.description,
            "state": str(row.state),
            "version": current.number if current else None,
            "definition": row.draft,
            "published_definition": current.definition if current else None,
            "inside": getattr(row, "inside", 0),
            "created_at": row.created_at,
            "updated_at": row.updated_at,
        }
    )


def _enrolment(row: Enrolment) -> EnrolmentAnswered:
    return EnrolmentAnswered.model_validate(
        {
            "id": row.pk,
            "url": f"/api/v1/workflows/{row.workflow_id}/enrolments/{row.pk}",
            "contact": ContactRefAnswered(id=row.contact_id, email=row.contact.email),
            "state": str(row.state),
            "outcome": str(row.outcome),
            "reason": row.reason_code,
            "step": row.step_id,
            "version": row.version.number,
            "source": str(row.source),
            "enrolled_at": row.enrolled_at,
            "finished_at": row.finished_at,
        }
    )


def _problem(refusal: DefinitionError) -> Problem:
    """`field` is the path in what was given, such as `definition.steps[1].arguments.webinar`."""
    errors = [FieldError(problem.path or "definition", problem.message) for problem in refusal.problems]
    return Problem(INVALID_INPUT, str(refusal), errors=errors)
