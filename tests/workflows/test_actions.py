"""What people do with workflows."""

import pytest

from contacts.models import PropertyDefinition, Segment
from contacts.segments.errors import DefinitionError
from tests.workflows.definition.examples import everything, note, step, trigger, workflow
from workflows.actions import (
    archive_workflow,
    create_workflow,
    duplicate_workflow,
    export_workflow,
    import_workflow,
    pause_workflow,
    publish_workflow,
    rename_workflow,
    restore_workflow,
    resume_workflow,
    save_draft,
    undo_edit,
)
from workflows.errors import WorkflowError
from workflows.models import PublishedTrigger, Workflow
from workflows.publishing import has_unpublished_changes

pytestmark = pytest.mark.django_db

NEW_CONTACTS = workflow(note("hello"), triggers=[trigger("contact_created")])


def published(name="Welcome", definition=NEW_CONTACTS) -> Workflow:
    made = create_workflow(name, definition)
    publish_workflow(made.pk)
    made.refresh_from_db()
    return made


def test_a_draft_may_be_incomplete_and_is_told_what_is_missing_when_it_is_published():
    made = create_workflow("New", {"version": 1, "triggers": [{"trigger": "segment_entered"}], "steps": []})
    with pytest.raises(DefinitionError) as refusal:
        publish_workflow(made.pk)
    assert [problem.path for problem in refusal.value.problems] == ["triggers[0].arguments.segment"]
    made.refresh_from_db()
    assert made.state == Workflow.State.DRAFT
    assert made.current is None


def test_publishing_makes_a_version_that_later_drafts_do_not_change():
    made = published()
    save_draft(made.pk, workflow(note("other"), triggers=[trigger("contact_created")]))
    made.refresh_from_db()
    assert made.current.number == 1
    assert made.current.definition["steps"][0]["id"] == "hello"
    assert has_unpublished_changes(made)
    assert publish_workflow(made.pk).number == 2
    assert [change.kind for change in made.changes.order_by("pk")] == ["created", "published", "published"]


def test_a_change_and_its_undo_leave_nothing_to_publish():
    made = published(definition=workflow(step("wait", "wait", **{"for": {"days": 1}})))
    assert not has_unpublished_changes(made)
    changed = save_draft(made.pk, workflow(step("wait", "wait", **{"for": {"days": 2}})))
    assert has_unpublished_changes(changed)
    undone = undo_edit(made.pk, revision=changed.draft_revision)
    assert not has_unpublished_changes(undone)


def test_the_same_said_in_another_way_is_nothing_to_publish():
    made = published(definition=workflow(step("add", "add_to_webinar", webinar="931 1234 5678")))
    plain = workflow(step("add", "add_to_webinar", webinar="93112345678", occurrence_id=""))
    assert not has_unpublished_changes(save_draft(made.pk, plain))


def test_of_two_editors_the_second_one_is_told_of_the_first():
    made = create_workflow("Shared", NEW_CONTACTS)
    save_draft(made.pk, workflow(note("a")), revision=1)
    with pytest.raises(WorkflowError) as refusal:
        save_draft(made.pk, workflow(note("b")), revision=1)
    assert refusal.value.code == "conflict"


def test_its_triggers_are_on_only_while_it_is_published():
    made = published()
    assert PublishedTrigger.objects.filter(workflow=made).count() == 1
    pause_workflow(made.pk)
    assert not PublishedTrigger.objects.exists()
    resume_workflow(made.pk)
    assert PublishedTrigger.objects.filter(workflow=made).count() == 1
    archive_workflow(made.pk)
    assert not PublishedTrigger.objects.exists()


@pytest.mark.parametrize("act", [pause_workflow, resume_workflow, restore_workflow])
def test_what_does_not_fit_the_state_is_refused(act):
    made = create_workflow("Draft", NEW_CONTACTS)
    with pytest.raises(WorkflowError):
        act(made.pk)


def test_names_are_there_and_unique_among_those_that_are_not_archived():
    made = create_workflow("One")
    with pytest.raises(WorkflowError):
        create_workflow("ONE")
    with pytest.raises(WorkflowError):
        rename_workflow(made.pk, "  ")
    archive_workflow(made.pk)
    create_workflow("one")
    assert restore_workflow(made.pk).name == "Copy of One"


def test_a_copy_is_a_draft_of_the_same_steps():
    copy = duplicate_workflow(published().pk)
    assert (copy.name, copy.state, copy.draft) == ("Copy of Welcome", "draft", NEW_CONTACTS)


def test_what_is_exported_can_be_imported():
    made = create_workflow("All", everything(), description="With all")
    again = import_workflow(export_workflow(made))
    assert (again.name, again.draft, again.description) == ("Copy of All", made.draft, "With all")


@pytest.mark.parametrize(
    ("content", "path"),
    [
        ([], ""),
        ({"name": "x"}, ""),
        ({"name": 3, "definition": {}}, "name"),
        ({"name": "x", "definition": {"version": 1}}, "definition.triggers"),
        ({"name": "x", "definition": []}, "definition"),
    ],
)
def test_a_bad_file_is_refused_with_the_place(content, path):
    with pytest.raises(DefinitionError) as refusal:
        import_workflow(content)
    assert path in [problem.path for problem in refusal.value.problems]
    assert not Workflow.objects.exists()


def test_the_triggers_webinar_needs_triggers_about_events():
    made = create_workflow(
        "Wrong",
        workflow(
            step("add", "add_to_webinar", webinar={"trigger": "webinar_id"}),
            triggers=[trigger("event_attended"), trigger("contact_created")],
        ),
    )
    with pytest.raises(DefinitionError) as refusal:
        publish_workflow(made.pk)
    assert [problem.path for problem in refusal.value.problems] == ["steps[0].arguments.webinar"]


def on_property(name: str, *steps, again="always"):
    return workflow(*steps, triggers=[trigger("property_changed", property=name)], again=again)


def test_circles_through_the_workflow_itself_and_through_others_are_found_when_publishing():
    for name in ("city", "country"):
        PropertyDefinition.objects.create(name=name, label=name)
    segment = Segment.objects.create(name="Callees", kind=Segment.Kind.STATIC)
    own = create_workflow("Own", on_property("city", step("a", "set_property", property="city", value="x")))
    with pytest.raises(DefinitionError):
        publish_workflow(own.pk)
    published("First", on_property("city", step("a", "add_to_segment", segment=segment.pk)))
    second = workflow(
        step("a", "set_property", property="city", value="x"),
        triggers=[trigger("segment_entered", segment=segment.pk)],
        again="always",
    )
    closing = create_workflow("Second", second)
    with pytest.raises(DefinitionError) as refusal:
        publish_workflow(closing.pk)
    assert "“Second” → “First” → “Second”" in str(refusal.value)
    save_draft(closing.pk, {**second, "enrolment": {"again": "never"}})
    publish_workflow(closing.pk)
