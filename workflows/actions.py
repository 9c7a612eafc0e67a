"""What people do with workflows. Each raises `WorkflowError` or `DefinitionError`, and then wrote nothing."""

import json
from collections.abc import Iterator, Mapping
from itertools import chain, count
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.segments.errors import DefinitionError, Problem
from contacts.segments.members import catalogue
from workflows.definition.parsing import VERSION, problems_of
from workflows.definition.tree import Definition, TriggerUse
from workflows.definition.writing import write_definition
from workflows.engine.ending import archive_people, pause_people, resume_people, wake_people
from workflows.engine.enrolment_batches import begin_watching, enrol_existing
from workflows.engine.watching import watched_properties
from workflows.errors import WorkflowError
from workflows.models import EarlierDraft, PublishedTrigger, Workflow, WorkflowChange, WorkflowVersion
from workflows.publishing import checked
from workflows.registry import trigger_of

State = Workflow.State
Kind = WorkflowChange.Kind
MAX_NAME_LENGTH = 200
LARGEST_DRAFT = 512 * 1024  # characters
EMPTY: dict[str, Any] = {
    "version": VERSION,
    "triggers": [],
    "enrolment": {"again": "never", "existing": False},
    "steps": [],
}


@transaction.atomic
def create_workflow(
    name: str, draft: Any = None, *, description: str = "", user_id: int | None = None
) -> Workflow:
    """A draft. It may be incomplete, and does nothing before it is published."""
    workflow = Workflow(draft=_as_draft(EMPTY if draft is None else draft), created_by_id=user_id)
    workflow.description = _cleaned(description)
    _save(workflow, name, user_id)
    _note(workflow, Kind.CREATED, user_id)
    return workflow


@transaction.atomic
def save_draft(
    workflow_id: int, draft: Any, *, revision: int | None = None, user_id: int | None = None
) -> Workflow:
    """Store what the editor holds. `revision` is the one that it began with: another one is a conflict."""
    workflow = _locked(workflow_id)
    if revision is not None and revision != workflow.draft_revision:
        raise WorkflowError(_("Someone else has saved this workflow. Reload it first."), code="conflict")
    draft = _as_draft(draft)
    if draft != workflow.draft:
        _keep_for_undo(workflow)
        workflow.draft = draft
        workflow.draft_revision += 1
        _save(workflow, workflow.name, user_id)
    return workflow


def _keep_for_undo(workflow: Workflow) -> None:
    revision = workflow.draft_revision
    EarlierDraft.objects.create(workflow=workflow, revision=revision, draft=workflow.draft)
    EarlierDraft.objects.filter(workflow=workflow, revision__lte=revision - EarlierDraft.MOST).delete()


@transaction.atomic
def undo_edit(workflow_id: int, *, revision: int, user_id: int | None = None) -> Workflow:
    """Take back the last edit of the draft that was not taken back yet."""
    workflow = _locked(workflow_id)
    if revision != workflow.draft_revision:
        raise WorkflowError(_("Someone else has saved this workflow. Reload it first."), code="conflict")
    earlier = workflow.earlier_drafts.order_by("-revision").first()
    if earlier is None:
        raise WorkflowError(_("There is nothing to undo."), code="state")
    workflow.draft = earlier.draft
    workflow.draft_revision += 1
    earlier.delete()
    _save(workflow, workflow.name, user_id)
    return workflow


@transaction.atomic
def rename_workflow(
    workflow_id: int, name: str, *, description: str = "", user_id: int | None = None
) -> Workflow:
    workflow = _locked(workflow_id)
    is_renamed = workflow.name != name
    workflow.description = _cleaned(description)
    _save(workflow, name, user_id)
    if is_renamed:
        _note(workflow, Kind.RENAMED, user_id)
    return workflow


@transaction.atomic
def publish_workflow(
    workflow_id: int,
    *,
    revision: int | None = None,
    moves_people: bool = False,
    note: str = "",
    user_id: int | None = None,
) -> WorkflowVersion:
    """Make the draft the version that runs. Raises `DefinitionError` with all that is in the way.

    With `moves_people`, those inside go on in it where their step is still there; the others, and without it
    everyone, stay in the version that they are in. A paused workflow stays paused.
    """
    workflow = _locked(workflow_id)
    if revision is not None and revision != workflow.draft_revision:
        raise WorkflowError(_("The workflow has changed since you looked at it."), code="conflict")
    definition = checked(workflow, workflow.draft)
    version = _new_version(workflow, definition, moves_people=moves_people, note=note, user_id=user_id)
    workflow.current = version
    if workflow.state == State.DRAFT:
        workflow.state = State.PUBLISHED
    _save(workflow, workflow.name, user_id)
    _note(workflow, Kind.PUBLISHED, user_id)
    if moves_people:
        wake_people(workflow)
    if workflow.is_published:
        _turn_on(workflow, version, definition)
        if definition.enrolment.existing:
            enrol_existing(workflow, version, user_id)
    return version


@transaction.atomic
def pause_workflow(workflow_id: int, *, user_id: int | None = None) -> Workflow:
    """No one is enrolled, and no one inside goes on, until it is resumed."""
    workflow = _locked(workflow_id)
    _demand(workflow, State.PUBLISHED)
    workflow.state = State.PAUSED
    PublishedTrigger.objects.filter(workflow=workflow).delete()
    _save(workflow, workflow.name, user_id)
    _note(workflow, Kind.PAUSED, user_id)
    pause_people(workflow)
    return workflow


@transaction.atomic
def resume_workflow(workflow_id: int, *, user_id: int | None = None) -> Workflow:
    """Those inside go on where they are. What happened in between enrols no one."""
    workflow = _locked(workflow_id)
    _demand(workflow, State.PAUSED)
    if workflow.current is None:
        raise WorkflowError(_("This workflow was never published."))
    workflow.state = State.PUBLISHED
    _save(workflow, workflow.name, user_id)
    _turn_on(workflow, workflow.current, checked(workflow, workflow.current.definition))
    _note(workflow, Kind.RESUMED, user_id)
    resume_people(workflow)
    return workflow


@transaction.atomic
def archive_workflow(workflow_id: int, *, user_id: int | None = None) -> Workflow:
    """Ends it: those inside leave. Its history stays."""
    workflow = _locked(workflow_id)
    _demand(workflow, State.DRAFT, State.PUBLISHED, State.PAUSED)
    workflow.state, workflow.archived_at = State.ARCHIVED, timezone.now()
    PublishedTrigger.objects.filter(workflow=workflow).delete()
    _save(workflow, workflow.name, user_id)
    _note(workflow, Kind.ARCHIVED, user_id)
    archive_people(workflow)
    return workflow


@transaction.atomic
def restore_workflow(workflow_id: int, *, user_id: int | None = None) -> Workflow:
    """Back as a draft, under another name if its own was taken meanwhile."""
    workflow = _locked(workflow_id)
    _demand(workflow, State.ARCHIVED)
    workflow.state, workflow.archived_at = State.DRAFT, None
    name = workflow.name
    if Workflow.objects.active().filter(name__iexact=name).exists():
        name = name_of_copy(name)
    _save(workflow, name, user_id)
    _note(workflow, Kind.RESTORED, user_id)
    return workflow


@transaction.atomic
def duplicate_workflow(workflow_id: int, *, user_id: int | None = None) -> Workflow:
    """A draft with the same steps, and no one inside."""
    original = _locked(workflow_id)
    return create_workflow(
        name_of_copy(original.name), original.draft, description=original.description, user_id=user_id
    )


# Files


def export_workflow(workflow: Workflow) -> dict[str, Any]:
    """The workflow as a file: its name, description and draft."""
    return {"name": workflow.name, "description": workflow.description, "definition": workflow.draft}


def import_workflow(content: Any, *, user_id: int | None = None) -> Workflow:
    """A draft of a file's content, under a free name. Raises `DefinitionError` for a bad definition."""
    if not isinstance(content, Mapping) or not {"name", "definition"} <= content.keys():
        raise DefinitionError([Problem("", _("Must be an object with “name” and “definition”."))])
    name, definition = content["name"], content["definition"]
    if not isinstance(name, str):
        raise DefinitionError([Problem("name", _("Must be a text."))])
    problems = problems_of(definition, catalogue())
    if problems:
        raise DefinitionError(
            [Problem(f"definition.{problem.path}".rstrip("."), problem.message) for problem in problems]
        )
    if Workflow.objects.active().filter(name__iexact=_cleaned_name(name)).exists():
        name = name_of_copy(name)
    description = content.get("description", "")
    return create_workflow(
        name,
        definition,
        description=description if isinstance(description, str) else "",
        user_id=user_id,
    )


# Parts


def _new_version(
    workflow: Workflow, definition: Definition, *, moves_people: bool, note: str, user_id: int | None
) -> WorkflowVersion:
    last = workflow.versions.aggregate(last=Max("number"))["last"] or 0
    return WorkflowVersion.objects.create(
        workflow=workflow,
        number=last + 1,
        definition=write_definition(definition),
        draft_revision=workflow.draft_revision,
        moves_people=moves_people,
        note=_cleaned(note)[:500],
        published_by_id=user_id,
    )


def _turn_on(workflow: Workflow, version: WorkflowVersion, definition: Definition) -> None:
    """From now on its triggers are matched with what changes."""
    watched = set(watched_properties())
    PublishedTrigger.objects.filter(workflow=workflow).delete()
    rows = [row for position, use in enumerate(definition.triggers) for row in _rows(version, position, use)]
    PublishedTrigger.objects.bulk_create(rows, batch_size=500)
    for name in {row.property for row in rows} - watched - {""}:
        begin_watching(workflow, version, name)


def _rows(version: WorkflowVersion, position: int, use: TriggerUse) -> Iterator[PublishedTrigger]:
    """One for each thing that the trigger is about."""
    for name in dict.fromkeys(trigger_of(use.trigger).about(use.arguments)):
        yield PublishedTrigger(
            workflow_id=version.workflow_id,
            version=version,
            position=position,
            trigger=use.trigger,
            about=name,
            segment_id=use.arguments.get("segment"),
            property=str(use.arguments.get("property", "")),
        )


def _locked(workflow_id: int) -> Workflow:
    """Rows that refer to it may be written meanwhile, so that no worker is waited for who waits for this."""
    locked = Workflow.objects.select_for_update(of=("self",), no_key=True)
    workflow = locked.filter(pk=workflow_id).first()
    if workflow is None:
        raise WorkflowError(_("The workflow was deleted."), code="gone")
    return workflow


def _demand(workflow: Workflow, *states: State) -> None:
    if workflow.state not in states:
        state = workflow.get_state_display().lower()
        raise WorkflowError(_("That isn't possible: the workflow is %s.") % state, code="state")


def _note(workflow: Workflow, kind: Kind, user_id: int | None) -> None:
    version = workflow.current if kind == Kind.PUBLISHED else None
    WorkflowChange.objects.create(workflow=workflow, kind=kind, version=version, by_id=user_id)


def _as_draft(draft: Any) -> dict[str, Any]:
    """Drafts may be incomplete, but are JSON objects that the database can hold."""
    if not isinstance(draft, dict):
        raise DefinitionError([Problem("", _("Must be an object."))])
    text = json.dumps(draft, ensure_ascii=False)
    if len(text) > LARGEST_DRAFT:
        raise DefinitionError([Problem("", _("Is larger than %d KB.") % (LARGEST_DRAFT // 1024))])
    if "\\u0000" in text or not is_storable(text):
        raise DefinitionError([Problem("", _("Contains a character that no stored text can have."))])
    return draft


def is_storable(text: str) -> bool:
    """Half a surrogate pair is no character."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def _cleaned(text: str) -> str:
    return text.replace("\0", "").strip()


def _cleaned_name(name: str) -> str:
    return " ".join(name.replace("\0", "").split())


def _save(workflow: Workflow, name: str, user_id: int | None) -> None:
    workflow.name = _cleaned_name(name)
    if not workflow.name:
        raise WorkflowError(_("Give the workflow a name."), "name")
    if len(workflow.name) > MAX_NAME_LENGTH:
        raise WorkflowError(_("The name is longer than %d characters.") % MAX_NAME_LENGTH, "name")
    workflow.updated_at = timezone.now()
    workflow.edited_by_id = user_id
    try:
        with transaction.atomic():
            workflow.save()
    except IntegrityError as error:
        message = _("There is a workflow called “%s” already.") % workflow.name
        raise WorkflowError(message, "name", "name_taken") from error


def free_name(name: str) -> str:
    """The name, or one with a number where it is taken."""
    taken = {other.lower() for other in Workflow.objects.active().values_list("name", flat=True)}
    numbered = (f"{name[: MAX_NAME_LENGTH - 6]} {number}" for number in count(2))
    return next(free for free in chain([name[:MAX_NAME_LENGTH]], numbered) if free.lower() not in taken)


def name_of_copy(name: str) -> str:
    return free_name(_("Copy of %s") % name)
