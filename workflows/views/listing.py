"""The list of workflows, a new one, and one from a file."""

import json
from collections.abc import Iterable

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts.segments.errors import DefinitionError
from contacts.segments.members import catalogue
from core.filters import chips, chosen_filter
from core.roles import Right
from core.web import Request, may, paginate, render_page, require, show_error, show_success, sorting
from workflows import actions
from workflows.editor.draft import is_drawable
from workflows.editor.drawing import trigger_sentences
from workflows.errors import WorkflowError
from workflows.models import Enrolment, Workflow
from workflows.templates import TEMPLATES, create_from_template, template_named

COLUMNS = {"name": ("name",), "state": ("state", "name"), "updated": ("updated_at",)}
LARGEST_FILE = 512 * 1024  # bytes


@require_safe
def workflows(request: Request) -> HttpResponse:
    order = sorting(request, COLUMNS, "-updated")
    search = request.GET.get("q", "").strip()
    states = [("", _("In use")), *Workflow.State.choices]
    state = chosen_filter(request, "state", _("State"), states)
    rows = Workflow.objects.search(search)
    rows = rows.filter(state=state.chosen) if state.chosen else rows.active()
    rows = rows.select_related("edited_by", "current").annotate(
        inside=Enrolment.objects.inside().number_of_each(), enrolled=Enrolment.objects.all().number_of_each()
    )
    page = paginate(request, rows.order_by(*order.order_by))
    context = {
        "page": page,
        "rows": _with_triggers(page.object_list),
        "order": order,
        "search": search,
        "filters": (state,),
        "chips": chips(request, (state,)),
        "is_filtered": bool(search or state.chosen),
        "may_edit": may(request, Right.EDIT_WORKFLOWS),
    }
    return render_page(request, "workflows/list.html", context, "workflows")


def _with_triggers(workflows: Iterable[Workflow]) -> list[tuple[Workflow, list[str]]]:
    """With what sets each off, in words: of the version that runs, or of the draft."""
    rows = list(workflows)
    definitions = [row.current.definition if row.current else row.draft for row in rows]
    drawable = [definition if is_drawable(definition) else actions.EMPTY for definition in definitions]
    return list(zip(rows, trigger_sentences(drawable, catalogue()), strict=True))


@require_http_methods(["GET", "HEAD", "POST"])
@require(Right.EDIT_WORKFLOWS)
def new(request: Request) -> HttpResponse:
    """From nothing, or from the template whose button was pressed."""
    name, problem = request.POST.get("name", ""), ""
    if request.method == "POST":
        template = template_named(request.POST.get("template", ""))
        try:
            workflow = (
                create_from_template(name, template, user_id=request.user.pk)
                if template
                else actions.create_workflow(name, user_id=request.user.pk)
            )
        except WorkflowError as error:
            problem = str(error)
        else:
            return redirect(
                f"{reverse('workflows:edit', args=[workflow.pk])}{'?show=publish' if template else ''}"
            )
    context = {"name": name, "problem": problem, "templates": TEMPLATES}
    return render_page(request, "workflows/new.html", context, status=422 if problem else 200)


@require_POST
@require(Right.EDIT_WORKFLOWS)
def import_file(request: Request) -> HttpResponse:
    """A workflow from a file that was exported here, or written by hand."""
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > LARGEST_FILE:
        show_error(request, _("Choose a JSON file of at most %d KB.") % (LARGEST_FILE // 1024))
        return redirect("workflows:new")
    try:
        content = json.loads(file.read().decode("utf-8-sig"))
        workflow = actions.import_workflow(content, user_id=request.user.pk)
    except (ValueError, RecursionError) as error:
        is_ours = isinstance(error, DefinitionError | WorkflowError)
        show_error(request, str(error) if is_ours else _("The file is not JSON."))
        return redirect("workflows:new")
    show_success(request, _("“%s” was created as a draft.") % workflow)
    return redirect("workflows:edit", workflow.pk)
