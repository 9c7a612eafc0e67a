"""The people of a workflow: the list, its CSV, one person's path, and trying a step again."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from contacts.segments.members import catalogue
from core.csv_download import ROWS_AT_ONCE, csv_download
from core.filters import chips, chosen_filter
from core.roles import Right
from core.web import Request, may, paginate, render_page, require, show_error, show_success
from workflows import people
from workflows.editor.draft import is_drawable
from workflows.editor.drawing import DrawnStep, decision_text, draw
from workflows.errors import WorkflowError
from workflows.models import Enrolment, EnrolmentOutcome, EnrolmentState, StepRun, Workflow
from workflows.models.enrolments import INSIDE, EnrolmentQuerySet
from workflows.views.editing import workflow_of
from workflows.wording import outcome_words, reason_advice, reason_words

# What came of a step: as `StepRun.state` has it, but for those who are there now.
RESULTS = (
    ("here", _lazy("Is there now")),
    (StepRun.State.DONE.value, _lazy("Done")),
    (StepRun.State.PROBLEM.value, _lazy("Not done")),
    (StepRun.State.FAILED.value, _lazy("Failed")),
)
RETRIED_AT_ONCE = 1_000
CSV_COLUMNS = (
    *("email", "first_name", "last_name", "state", "result", "step", "reason", "source"),
    *("enrolled_at", "finished_at"),
)


def people_context(request: Request, workflow: Workflow) -> dict[str, Any]:
    search = request.GET.get("q", "").strip()
    groups = [
        ("", _("All")),
        ("inside", _("Inside")),
        ("finished", _("Came to the end")),
        ("stopped", _("Stopped or failed")),
    ]
    state = chosen_filter(request, "state", _("State"), groups)
    steps = steps_of(workflow)
    named = [("", _("Any step")), *((step.id, step.sentence) for step in steps.values())]
    step = chosen_filter(request, "step", _("Step"), named)
    results = [("", _("Any result")), *((key, str(label)) for key, label in RESULTS)]
    result = chosen_filter(request, "result", _("At the step"), results)
    filters = (state, step, result)
    rows = filtered(workflow, search, state.chosen, step.chosen, result.chosen)
    page = paginate(request, rows.newest_first().select_related("contact"))
    return {
        "page": page,
        "people": [_row(row, steps) for row in page.object_list],
        "search": search,
        "filters": filters,
        "chips": chips(request, filters),
        "is_filtered": bool(search or any(each.chosen for each in filters)),
        "can_retry_all": page.paginator.count > 1 and state.chosen == "stopped",
        "query": request.GET.urlencode(),
    }


def filtered(workflow: Workflow, search: str, state: str, step: str, result: str) -> EnrolmentQuerySet:
    """`step` alone: everyone who came to it. With a `result`: exactly those whom the path counts there."""
    rows = Enrolment.objects.search(search).filter(workflow=workflow)
    if state == "inside":
        rows = rows.filter(state__in=INSIDE)
    elif state == "finished":
        rows = rows.filter(state=EnrolmentState.COMPLETE).exclude(outcome=EnrolmentOutcome.STOPPED)
    elif state == "stopped":
        stopped = rows.filter(outcome=EnrolmentOutcome.STOPPED)
        rows = stopped | rows.filter(state=EnrolmentState.FAILED)
    if result == "here":
        rows = rows.filter(state__in=INSIDE)
        return rows.filter(step_id=step) if step else rows
    if result:
        runs = StepRun.objects.filter(workflow=workflow, state=result)
        return rows.filter(pk__in=(runs.filter(step_id=step) if step else runs).values("enrolment"))
    return rows.filter(Q(step_id=step) | Q(pk__in=_came_to(workflow, step))) if step else rows


def _came_to(workflow: Workflow, step: str) -> QuerySet[StepRun, Any]:
    return StepRun.objects.filter(workflow=workflow, step_id=step).values("enrolment")


def _definitions(workflow: Workflow) -> list[Any]:
    raw = [workflow.draft, workflow.current.definition if workflow.current else None]
    return [definition for definition in raw if definition is not None and is_drawable(definition)]


def steps_of(workflow: Workflow) -> dict[str, DrawnStep]:
    """By the step's ID, as the version that runs has it."""
    known = catalogue()
    drawn = [draw(definition, known) for definition in _definitions(workflow)]
    return {step.id: step for drawing in drawn for step in drawing.path.walk()}


def _row(row: Enrolment, steps: Mapping[str, DrawnStep]) -> dict[str, Any]:
    return {
        "enrolment": row,
        "state": row.get_outcome_display() if row.outcome else row.get_state_display(),
        "tone": _tone(row),
        "step": _sentence(steps, row.step_id, row.step_id),
        "reason": _reason(row, steps),
        "can_retry": people.can_retry(row),
        "is_inside": row.is_inside,
    }


def _tone(row: Enrolment) -> str:
    if row.state == EnrolmentState.FAILED or row.outcome == EnrolmentOutcome.STOPPED:
        return "danger"
    return "success" if row.state == EnrolmentState.COMPLETE else "info"


def _sentence(steps: Mapping[str, DrawnStep], step_id: str, otherwise: str) -> str:
    """`otherwise` for a step that is no longer there."""
    return steps[step_id].sentence if step_id in steps else otherwise


def _reason(row: Enrolment, steps: Mapping[str, DrawnStep]) -> str:
    if not row.reason_code:
        return ""
    action = steps[row.step_id].action if row.step_id in steps else ""
    return reason_words(row.reason_code, row.reason_values, action)


@require_safe
def download(request: Request, pk: int) -> HttpResponseBase:
    """The people as they are listed, with the same filters."""
    workflow = workflow_of(pk)
    rows = _listed(request, workflow).newest_first().select_related("contact")
    return csv_download(f"workflow-{pk}", CSV_COLUMNS, _lines(workflow, rows))


def _listed(request: Request, workflow: Workflow) -> EnrolmentQuerySet:
    """By the filters in the address; an unknown result is none."""
    search, state, step, result = (
        request.GET.get(key, "").strip() for key in ("q", "state", "step", "result")
    )
    return filtered(workflow, search, state, step, result if result in dict(RESULTS) else "")


def _lines(workflow: Workflow, rows: EnrolmentQuerySet) -> Iterator[Sequence[Any]]:
    steps = steps_of(workflow)
    for row in rows.iterator(chunk_size=ROWS_AT_ONCE):
        yield (
            row.contact.email,
            row.contact.first_name,
            row.contact.last_name,
            row.state,
            row.outcome,
            _sentence(steps, row.step_id, row.step_id),
            _reason(row, steps),
            row.source,
            row.enrolled_at,
            row.finished_at,
        )


@require_safe
def person(request: Request, pk: int, enrolment: int) -> HttpResponse:
    """The path that one person took, with each decision."""
    workflow = workflow_of(pk)
    row = _enrolment_of(workflow, enrolment)
    steps = steps_of(workflow)
    runs = StepRun.objects.filter(enrolment=row).order_by("started_at", "pk")
    context = {
        "workflow": workflow,
        "enrolment": row,
        "row": _row(row, steps),
        "runs": [
            (
                run,
                _sentence(steps, run.step_id, run.action),
                outcome_words(run.action, run.outcome),
                _why(run, steps.get(run.step_id)),
            )
            for run in runs
        ],
        "may_edit": may(request, Right.EDIT_WORKFLOWS),
    }
    return render_page(request, "workflows/person.html", context)


def _why(run: StepRun, step: DrawnStep | None) -> str:
    if "reason" in run.values:
        texts = (reason_words(run.outcome, run.values, run.action), reason_advice(run.values))
        return " ".join(filter(None, texts))
    return decision_text(step, run.decision)


@require_POST
@require(Right.EDIT_WORKFLOWS)
def change_person(request: Request, pk: int, enrolment: int) -> HttpResponse:
    """What to do is in the field `do`: retry or remove."""
    workflow = workflow_of(pk)
    row = _enrolment_of(workflow, enrolment)
    try:
        if request.POST.get("do") == "retry":
            people.retry_enrolment(row)
            show_success(request, _("The step is tried again for %s.") % row.contact)
        elif request.POST.get("do") == "remove":
            people.remove_enrolment(row)
            show_success(request, _("%s was removed from the workflow.") % row.contact)
    except WorkflowError as error:
        show_error(request, str(error))
    if request.POST.get("back") == "list":
        return redirect(f"{reverse('workflows:detail', args=[pk])}?{request.GET.urlencode()}#people")
    return redirect("workflows:person", pk, enrolment)


@require_POST
@require(Right.EDIT_WORKFLOWS)
def retry_all(request: Request, pk: int) -> HttpResponse:
    """Everyone who stopped or failed, as they are listed, with the same filters; the oldest of them first."""
    workflow = workflow_of(pk)
    rows = list(_listed(request, workflow).retryable().order_by("pk")[: RETRIED_AT_ONCE + 1])
    tried = people.retry_enrolments(rows[:RETRIED_AT_ONCE])
    words = ngettext(
        "The step is tried again for %d contact.", "The step is tried again for %d contacts.", tried
    )
    sentences = [words % tried]
    if len(rows) > RETRIED_AT_ONCE:
        sentences.append(_("More people are left. Choose it again to continue."))
    show_success(request, " ".join(sentences))
    return redirect(f"{reverse('workflows:detail', args=[pk])}#people")


def _enrolment_of(workflow: Workflow, pk: int) -> Enrolment:
    row = Enrolment.objects.select_related("contact", "version").filter(workflow=workflow, pk=pk).first()
    if row is None:
        raise Http404
    return row
