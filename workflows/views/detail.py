"""One workflow: its path with the people at each step, who is inside, and what can be done with it."""

from collections import Counter
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from contacts.addresses import read_pasted
from contacts.models import Contact, Segment
from contacts.segments.errors import DefinitionError
from contacts.segments.members import catalogue
from core.roles import Right
from core.row_keys import row_key
from core.web import Request, may, paginate, render_page, require, show_error, show_result, show_success
from workflows import actions, people
from workflows.editor.differences import differences
from workflows.editor.draft import is_drawable
from workflows.editor.drawing import draw, rule_sentences
from workflows.engine.subjects import Subject, subject_of
from workflows.errors import WorkflowError
from workflows.models import (
    Enrolment,
    EnrolmentBatch,
    EnrolmentState,
    StepRun,
    Workflow,
    WorkflowChange,
)
from workflows.models.enrolments import INSIDE
from workflows.publishing import has_unpublished_changes
from workflows.views.editing import workflow_of
from workflows.views.people import people_context
from workflows.wording import REFUSALS

CHANGES_SHOWN = 12
BATCHES_SHOWN = 5


@require_safe
def detail(request: Request, pk: int) -> HttpResponse:
    workflow = workflow_of(pk)
    context: dict[str, Any] = {
        "workflow": workflow,
        "may_edit": may(request, Right.EDIT_WORKFLOWS),
        **people_context(request, workflow),
    }
    if not request.htmx:
        context |= _overview(workflow)
    return render_page(request, "workflows/detail.html", context, "people")


def _batches(workflow: Workflow) -> list[tuple[EnrolmentBatch, list[tuple[int, str]]]]:
    """The last contacts who were enrolled together, each with how many were kept out and why."""
    rows = workflow.batches.exclude(kind=EnrolmentBatch.Kind.WATCH).select_related("requested_by")
    return [
        (row, [(number, str(REFUSALS.get(code, code))) for code, number in row.refused.items()])
        for row in rows.order_by("-pk")[:BATCHES_SHOWN]
    ]


def _overview(workflow: Workflow) -> dict[str, Any]:
    """What isn't drawn anew when someone searches the people."""
    definition = workflow.current.definition if workflow.current else workflow.draft
    known = catalogue()
    drawing = draw(definition, known, counts=step_counts(workflow)) if is_drawable(definition) else None
    states, ends = _counted(workflow)
    return {
        "drawing": drawing,
        "has_changes": has_unpublished_changes(workflow),
        "rule_sentences": rule_sentences(definition.get("enrolment", {}), known) if drawing else [],
        "inside": sum(states[state] for state in INSIDE),
        "finished": ends["completed"],
        "stopped": ends["stopped"],
        "failed": states[EnrolmentState.FAILED],
        "enrolled": sum(states.values()),
        "changes": _changes(workflow)[:CHANGES_SHOWN],
        "has_more_changes": workflow.changes.count() > CHANGES_SHOWN,
        "batches": _batches(workflow),
        "segments": Segment.objects.active().order_by("name"),
        "needs_webinar": people.needs_webinar(workflow.current),
    }


def _counted(workflow: Workflow) -> tuple[Counter[str], Counter[str]]:
    """How many are in each state, and how many ended in which way."""
    states: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    counted = workflow.enrolments.order_by().values_list("state", "outcome").annotate(number=Count("*"))
    for state, outcome, number in counted:
        states[state] += number
        ends[outcome] += number
    return states, ends


@require_safe
def version(request: Request, pk: int, number: int) -> HttpResponse:
    """A version that was published: who published it, its path, and what changed from the one before."""
    workflow = workflow_of(pk)
    published = get_object_or_404(workflow.versions.select_related("published_by"), number=number)
    before = workflow.versions.filter(number__lt=number).order_by("-number").first()
    known = catalogue()
    context = {
        "workflow": workflow,
        "version": published,
        "before": before,
        "differences": differences(before.definition, published.definition, known) if before else [],
        "drawing": draw(published.definition, known),
        "rule_sentences": rule_sentences(published.definition["enrolment"], known),
        "inside": published.enrolments.inside().count(),
    }
    return render_page(request, "workflows/version.html", context)


@require_safe
def history(request: Request, pk: int) -> HttpResponse:
    """Who did what with the workflow, from the latest on, each version with its page."""
    workflow = workflow_of(pk)
    page = paginate(request, _changes(workflow))
    context = {"workflow": workflow, "page": page, "changes": page.object_list}
    return render_page(request, "workflows/history.html", context, "history")


def _changes(workflow: Workflow) -> QuerySet[WorkflowChange]:
    return workflow.changes.select_related("by", "version").order_by("-at", "-pk")


def step_counts(workflow: Workflow) -> dict[str, dict[str, int]]:
    """By the step's ID: how many are there now, went through, could not be helped, broke.

    Counted in indexes alone, which is why it is no key that is counted.
    """
    counts: dict[str, dict[str, int]] = {}
    runs = StepRun.objects.filter(workflow=workflow).exclude(state=StepRun.State.WAITING)
    for step_id, state, number in runs.values_list("step_id", "state").annotate(number=Count("*")):
        counts.setdefault(step_id, {})[state] = number
    inside = Enrolment.objects.filter(workflow=workflow, state__in=INSIDE).exclude(step_id="")
    for step_id, number in inside.values_list("step_id").annotate(number=Count("*")):
        counts.setdefault(step_id, {})["here"] = number
    return counts


@require_POST
@require(Right.EDIT_WORKFLOWS)
def change(request: Request, pk: int) -> HttpResponse:
    """What to do is in the field `do`: pause, resume, archive, restore, duplicate or rename."""
    workflow, user_id = workflow_of(pk), request.user.pk
    try:
        match request.POST.get("do"):
            case "pause":
                actions.pause_workflow(pk, user_id=user_id)
                show_success(request, _("“%s” is paused. Those inside wait.") % workflow)
            case "resume":
                actions.resume_workflow(pk, user_id=user_id)
                show_success(request, _("“%s” goes on.") % workflow)
            case "archive":
                actions.archive_workflow(pk, user_id=user_id)
                show_success(request, _("“%s” was archived.") % workflow)
                return redirect("workflows:list")
            case "restore":
                workflow = actions.restore_workflow(pk, user_id=user_id)
                show_success(request, _("“%s” is a draft again.") % workflow)
            case "duplicate":
                workflow = actions.duplicate_workflow(pk, user_id=user_id)
                show_success(request, _("“%s” was created.") % workflow)
                return redirect("workflows:edit", workflow.pk)
            case "rename":
                data = request.POST
                description = data.get("description", "")
                actions.rename_workflow(pk, data.get("name", ""), description=description, user_id=user_id)
    except (WorkflowError, DefinitionError) as error:
        show_error(request, str(error))
    return redirect("workflows:detail", pk)


@require_safe
def export(request: Request, pk: int) -> HttpResponseBase:
    """The workflow as a file that can be imported elsewhere, and kept in a repository."""
    workflow = workflow_of(pk)
    answer = JsonResponse(actions.export_workflow(workflow), json_dumps_params={"indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="workflow-{workflow.pk}.json"'
    return answer


@require_POST
@require(Right.EDIT_WORKFLOWS)
def enrol(request: Request, pk: int) -> HttpResponse:
    """The contacts with the pasted addresses, or the members of a segment."""
    workflow = workflow_of(pk)
    try:
        subject = subject_of(request.POST.get("webinar", ""))
        if key := request.POST.get("segment", ""):
            _enrol_segment(request, workflow, key, subject)
        else:
            _enrol_addresses(request, workflow, subject)
    except WorkflowError as error:
        show_error(request, str(error))
    return redirect("workflows:detail", pk)


def _enrol_segment(request: Request, workflow: Workflow, key: str, subject: Subject) -> None:
    segment = Segment.objects.active().filter(pk=row_key(key)).first()
    if segment is None:
        raise WorkflowError(_("There is no such segment."))
    people.enrol_contacts(workflow, segment=segment.pk, subject=subject, user_id=request.user.pk)
    show_success(request, _("The members of “%s” are being enrolled.") % segment)


def _enrol_addresses(request: Request, workflow: Workflow, subject: Subject) -> None:
    pasted = read_pasted(request.POST.get("emails", ""))
    if pasted.is_empty:
        raise WorkflowError(_("Enter at least one email address."))
    contacts, enrolled = pasted.contacts, ""
    if len(contacts) == 1:
        people.enrol_contact(workflow, contacts[0], subject=subject, user_id=request.user.pk)
        enrolled = _("%s was enrolled.") % Contact.objects.get(pk=contacts[0])
    elif contacts:
        people.enrol_contacts(workflow, contacts=contacts, subject=subject, user_id=request.user.pk)
        message = ngettext("%d contact is being enrolled.", "%d contacts are being enrolled.", len(contacts))
        enrolled = message % len(contacts)
    show_result(request, enrolled, pasted.unknown_in_words)
