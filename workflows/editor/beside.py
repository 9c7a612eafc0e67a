"""What stands beside the path in the editor: a step, a trigger, the rules of enrolment, publishing."""

from typing import Any

from django.utils.translation import gettext as _

from contacts.models import Contact
from contacts.segments.catalogue import Catalogue
from contacts.segments.errors import DefinitionError, Problem
from workflows.definition.naming import step_sentences
from workflows.definition.parsing import read_definition
from workflows.definition.tree import BRANCH, Definition
from workflows.definition.writing import write_definition
from workflows.editor import draft as edits
from workflows.editor.clicks import trigger_at, whole
from workflows.editor.controls import Control, controls
from workflows.editor.differences import Difference, differences
from workflows.editor.drawing import Drawing, condition_lines, decision_text
from workflows.engine.subjects import subject_of
from workflows.errors import WorkflowError
from workflows.forecast import forecast, preflight
from workflows.models import Workflow
from workflows.registry import GROUPS, REPEATS, Action, Blocker, Trigger, actions, triggers
from workflows.trial import try_out


def beside(
    workflow: Workflow,
    drawing: Drawing,
    known: Catalogue,
    problems: list[Problem],
    show: tuple[str, list[str]],
    *,
    email: str = "",
    webinar: str = "",
) -> dict[str, Any] | None:
    """The context of the part at the right; None for one that there is no more.

    `show` is the kind of part and what it is about; `email` and `webinar` are those of a test run.
    """
    kind, about = show
    draft = workflow.draft
    match kind:
        case "step":
            return _step_form(draft, drawing, known, problems, about[0])
        case "trigger":
            return _trigger_form(draft, known, problems, about[0])
        case "add":
            if about[0] not in dict(edits.lists_of(draft)):
                return None
            return {"kind": "add", "into": about[0], "index": whole(about[1]), "groups": grouped(actions())}
        case "add-trigger":
            return {"kind": "add-trigger", "groups": grouped(triggers())}
        case "rules":
            return _rules_form(draft, known, problems)
        case "publish":
            return {"kind": "publish", **_publishing(workflow, known)}
        case "test":
            return {"kind": "test", **_test_run(workflow, drawing, known, email, webinar)}
    return None


def grouped[K: Action | Trigger](kinds: dict[str, K]) -> list[tuple[str, list[K]]]:
    groups: dict[str, list[K]] = {}
    for kind in kinds.values():
        groups.setdefault(str(GROUPS[kind.group]), []).append(kind)
    order = [str(label) for label in GROUPS.values()]
    return sorted(groups.items(), key=lambda item: order.index(item[0]))


def _has_trigger_webinar(draft: edits.Draft) -> bool:
    known = triggers()
    uses = [known.get(use["trigger"]) for use in draft["triggers"]]
    return all(kind is not None and kind.is_about_event for kind in uses)


def _step_form(
    draft: edits.Draft, drawing: Drawing, known: Catalogue, problems: list[Problem], step_id: str
) -> dict[str, Any] | None:
    step = edits.step_of(draft, step_id)
    kind = actions().get(step["action"]) if step else None
    if step is None or kind is None:
        return None
    context: dict[str, Any] = {"kind": "step", "step": step, "action": kind, "name": step.get("name", "")}
    context |= {"repeat": REPEATS[kind.repeat], **_place_of(draft, drawing, step_id)}
    if step["action"] == BRANCH:
        context["branches"] = [
            (branch, condition_lines(branch, known)) for branch in step.get("branches", [])
        ]
    else:
        place = next(drawn.place for drawn in drawing.path.walk() if drawn.id == step_id)
        arguments = step.get("arguments", {})
        context["controls"] = _controls(draft, kind, arguments, known, problems, f"{place}.arguments")
        context["goes_on"] = step.get("on_problem") == "continue"
    return context


def _place_of(draft: edits.Draft, drawing: Drawing, step_id: str) -> dict[str, Any]:
    """Whether it stands first or last in its list, and where else it may be moved."""
    names = drawing.list_names()
    sentences = {step.id: step.sentence for step in drawing.path.walk()}
    siblings = next(steps for _name, steps in edits.lists_of(draft) if step_id in _ids(steps))
    places = [
        (f"{name}@{index}", _place_words(names[name], sentences.get(before, "")))
        for name, index, before in edits.places_for(draft, step_id)
    ]
    ids = _ids(siblings)
    return {"is_first": ids[0] == step_id, "is_last": ids[-1] == step_id, "places": places}


def _ids(steps: list[edits.RawStep]) -> list[str]:
    return [step["id"] for step in steps]


def _place_words(branch: str, before: str) -> str:
    place = _("after “%s”") % before if before else _("at the beginning")
    return f"{branch}: {place}" if branch else place[:1].upper() + place[1:]


def _trigger_form(
    draft: edits.Draft, known: Catalogue, problems: list[Problem], number: str
) -> dict[str, Any] | None:
    use = trigger_at(draft, number)
    kind = triggers().get(use["trigger"]) if use else None
    if use is None or kind is None:
        return None
    path = f"triggers[{number}].arguments"
    made = _controls(draft, kind, use.get("arguments", {}), known, problems, path)
    return {"kind": "trigger", "trigger": kind, "number": number, "controls": made}


def _controls(
    draft: edits.Draft,
    kind: Action | Trigger,
    arguments: dict[str, Any],
    known: Catalogue,
    problems: list[Problem],
    path: str,
) -> list[Control]:
    messages: dict[str, list[str]] = {}
    for problem in problems:
        if problem.path.startswith(f"{path}."):
            name = problem.path.removeprefix(f"{path}.").partition(".")[0].partition("[")[0]
            messages.setdefault(name, []).append(problem.message)
    has_webinar = _has_trigger_webinar(draft)
    return controls(kind.fields, arguments, known, messages, has_trigger_webinar=has_webinar)


def _rules_form(draft: edits.Draft, known: Catalogue, problems: list[Problem]) -> dict[str, Any]:
    rules = draft.get("enrolment", {})
    suppressed = rules.get("suppress", [])
    return {
        "kind": "rules",
        "segments": [(key, row.name, key in suppressed) for key, row in known.segments.items()],
        "only_lines": condition_lines({"where": rules["only"]}, known) if "only" in rules else [],
        "rule_problems": [problem.message for problem in problems if problem.path.startswith("enrolment")],
    }


def _publishing(workflow: Workflow, known: Catalogue) -> dict[str, Any]:
    """What publishing would do: what differs, and who is enrolled at once."""
    inside = workflow.enrolments.inside().count()
    try:
        definition = read_definition(workflow.draft, known)
    except DefinitionError:
        return {"inside": inside}
    context: dict[str, Any] = {"inside": inside, "differences": _unpublished(workflow, definition, known)}
    context["blockers"] = _blockers(workflow, definition, known)
    if definition.enrolment.existing and definition.triggers:
        context["forecast"] = forecast(workflow, definition)
    return context


def _unpublished(workflow: Workflow, definition: Definition, known: Catalogue) -> list[Difference]:
    """Of the draft from the version that runs; none before the first one."""
    if workflow.current is None:
        return []
    return differences(workflow.current.definition, write_definition(definition), known)


def _blockers(workflow: Workflow, definition: Definition, known: Catalogue) -> list[tuple[str, Blocker]]:
    """What would stop a step now, each with the step's sentence (X9)."""
    sentences = step_sentences(definition, known)
    checks = preflight(workflow, definition)
    return [(sentences[check.step_id], blocker) for check in checks for blocker in check.blockers]


def _test_run(
    workflow: Workflow, drawing: Drawing, known: Catalogue, email: str, webinar: str
) -> dict[str, Any]:
    """The path that one contact would take now. Nothing is sent."""
    context: dict[str, Any] = {"email": email, "webinar": webinar}
    try:
        definition = read_definition(workflow.draft, known)
    except DefinitionError:
        return context | ({"test_problem": _("Complete the steps first.")} if email else {})
    context["needs_webinar"] = definition.needs_webinar
    if not email:
        return context
    contact = Contact.objects.filter(addresses__email=email.strip().lower()).first()
    if contact is None:
        return context | {"test_problem": _("No contact has this address.")}
    try:
        subject = subject_of(webinar)
    except WorkflowError as error:
        return context | {"webinar_problem": str(error)}
    if definition.needs_webinar and not subject.data:
        return context | {"webinar_problem": _("A step uses the webinar of the trigger. Choose one.")}
    sentences = step_sentences(definition, known)
    trial = try_out(definition, contact, subject)
    drawn = {step.id: step for step in drawing.path.walk()}
    tried = [
        (sentences[step.step_id], step, decision_text(drawn.get(step.step_id), step.decision))
        for step in trial.steps
    ]
    return context | {"contact": contact, "trial": trial, "tried": tried}
