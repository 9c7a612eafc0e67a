"""The editor: the path on the left, and beside it what is being edited. Each change is saved at once."""

from copy import deepcopy

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contacts.segments.errors import DefinitionError, Problem
from contacts.segments.members import catalogue as load_catalogue
from core.roles import Right
from core.web import Request, leave_for, render_page, require, show_success, wants_fragment
from workflows import actions as workflow_actions
from workflows.editor.beside import beside
from workflows.editor.clicks import Edit, apply_click, whole
from workflows.editor.draft import is_drawable
from workflows.editor.drawing import Drawing, draw, rule_sentences
from workflows.errors import WorkflowError
from workflows.models import Workflow
from workflows.publishing import has_unpublished_changes, publishing_problems

DONE = "done"


@require_http_methods(["GET", "HEAD", "POST"])
@require(Right.EDIT_WORKFLOWS)
def edit(request: Request, pk: int) -> HttpResponse:
    workflow = workflow_of(pk)
    if workflow.state == Workflow.State.ARCHIVED or not is_drawable(workflow.draft):
        return redirect("workflows:detail", pk)
    if request.method != "POST":
        show = "test" if "contact" in request.GET else request.GET.get("show", "")
        return _page(request, workflow, show)
    try:
        show = _apply(request, workflow)
    except WorkflowError as error:
        return _page(request, workflow_of(pk), request.POST.get("show", ""), problem=str(error), status=422)
    except DefinitionError as error:
        return _page(request, workflow_of(pk), "publish", problem=str(error), status=422)
    if show == DONE:
        return leave_for(request, reverse("workflows:detail", args=[pk]))
    if wants_fragment(request):
        return _page(request, workflow_of(pk), show)
    return redirect(f"{reverse('workflows:edit', args=[pk])}?{urlencode({'show': show})}")


def workflow_of(pk: int) -> Workflow:
    workflow = Workflow.objects.select_related("current", "created_by", "edited_by").filter(pk=pk).first()
    if workflow is None:
        raise Http404
    return workflow


def _apply(request: Request, workflow: Workflow) -> str:
    """What is shown afterwards."""
    data, user_id = request.POST, request.user.pk
    button, revision = data.get("do", ""), whole(data.get("revision", ""))
    if button == "undo":
        workflow_actions.undo_edit(workflow.pk, revision=revision, user_id=user_id)
        return data.get("show", "")
    if button == "publish":
        return _publish(request, workflow, revision)
    change = Edit(deepcopy(workflow.draft), data)
    if not apply_click(change, button):
        raise WorkflowError(_("That part is no longer there. Someone may have removed it."))
    workflow_actions.save_draft(workflow.pk, change.draft, revision=revision, user_id=user_id)
    return change.show


def _publish(request: Request, workflow: Workflow, revision: int) -> str:
    data = request.POST
    version = workflow_actions.publish_workflow(
        workflow.pk,
        revision=revision,
        moves_people=data.get("moves_people") == "on",
        note=data.get("note", ""),
        user_id=request.user.pk,
    )
    message = _("“%(name)s” was published as version %(number)d.")
    show_success(request, message % {"name": workflow, "number": version.number})
    return DONE


def _page(
    request: Request, workflow: Workflow, show: str, *, problem: str = "", status: int = 200
) -> HttpResponse:
    known = load_catalogue()
    problems = publishing_problems(workflow, workflow.draft)
    kind, *about = show.split("@")
    about += ["", ""]
    selected = about[0] if kind == "step" else f"trigger-{about[0]}" if kind == "trigger" else ""
    drawing = draw(workflow.draft, known, problems, selected=selected)
    email, webinar = request.GET.get("contact", ""), request.GET.get("webinar", "")
    part = beside(workflow, drawing, known, problems, (kind, about), email=email, webinar=webinar)
    context = {
        "workflow": workflow,
        "drawing": drawing,
        "show": show if part else "",
        "problem": problem,
        "can_undo": workflow.earlier_drafts.exists(),
        "rules": workflow.draft.get("enrolment", {}),
        "problems": problems,
        "located": [_located(drawing, problem) for problem in problems],
        "rule_sentences": rule_sentences(workflow.draft.get("enrolment", {}), known),
        "has_changes": has_unpublished_changes(workflow),
        **(part or {"kind": "start"}),
    }
    return render_page(request, "workflows/edit.html", context, "editor", status=status)


def _located(drawing: Drawing, problem: Problem) -> dict[str, str]:
    """A problem with the part that it is about, and the address that shows it."""
    where, show = drawing.located(problem)
    url = f"?{urlencode({'show': show})}" if show else ""
    return {"message": problem.message, "where": where, "url": url}
