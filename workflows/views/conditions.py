"""The builder of segments, for the conditions of a branch or of who is enrolled."""

from copy import deepcopy
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from contacts.segments.builder.page import Builder
from contacts.segments.errors import DefinitionError
from core.roles import Right
from core.web import Request, leave_for, render_page, require
from workflows import actions as workflow_actions
from workflows.editor.clicks import whole
from workflows.editor.draft import Draft, branch_of
from workflows.errors import WorkflowError
from workflows.models import Workflow
from workflows.views.editing import workflow_of


@require_http_methods(["GET", "HEAD", "POST"])
@require(Right.EDIT_WORKFLOWS)
def conditions(request: Request, pk: int) -> HttpResponse:
    """`?of=` names the conditions: "only", or "STEP@BRANCH"."""
    workflow = workflow_of(pk)
    of = request.GET.get("of", "")
    draft = deepcopy(workflow.draft)
    holder, key = _holder(draft, of)
    if holder is None:
        raise Http404
    shown_again = "rules" if of == "only" else f"step@{of.partition('@')[0]}"
    back = f"{reverse('workflows:edit', args=[pk])}?{urlencode({'show': shown_again})}"
    if request.method == "POST":
        builder = Builder.of_form(request.POST)
        if request.POST.get("do") == "save" and not builder.problems:
            holder[key] = builder.definition["where"]
            revision = whole(request.POST.get("revision", ""))
            try:
                workflow_actions.save_draft(pk, draft, revision=revision, user_id=request.user.pk)
            except WorkflowError as error:
                return _conditions_page(request, workflow, builder, back, problem=str(error))
            return leave_for(request, back)
        is_refused = request.POST.get("do") == "save"
        return _conditions_page(request, workflow, builder, back, is_refused=is_refused)
    raw = holder.get(key, {"all": []})
    try:
        builder = Builder.of_definition({"version": 1, "where": raw})
    except (DefinitionError, KeyError, TypeError, ValueError):
        builder = Builder.of_definition({"version": 1, "where": {"all": []}})
    return _conditions_page(request, workflow, builder, back)


def _holder(draft: Draft, of: str) -> tuple[dict[str, Any] | None, str]:
    if of == "only":
        return draft.setdefault("enrolment", {}), "only"
    step_id, _at, branch_id = of.partition("@")
    return branch_of(draft, step_id, branch_id), "where"


def _conditions_page(
    request: Request,
    workflow: Workflow,
    builder: Builder,
    back: str,
    *,
    is_refused: bool = False,
    problem: str = "",
) -> HttpResponse:
    context = {
        "workflow": workflow,
        "builder": builder,
        "back": back,
        "is_refused": is_refused,
        "problem": problem,
        "revision": request.POST.get("revision") or workflow.draft_revision,
        "of": request.GET.get("of", ""),
    }
    status = 422 if is_refused or problem else 200
    return render_page(request, "workflows/conditions.html", context, "builder", status=status)
