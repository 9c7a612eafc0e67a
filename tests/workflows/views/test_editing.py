"""The editor, click by click, as the browser sends it."""

import pytest
from django.test import Client

from contacts.models import Segment, TimelineEntry
from contacts.segments.usage import usages
from tests.contacts.make import make_contact
from tests.marketing_events.make import make_event, make_registered
from tests.support.htmx import htmx
from tests.workflows.definition.examples import branch, note
from tests.workflows.definition.examples import workflow as workflow_of
from tests.workflows.engine.helpers import work
from tests.workflows.views.editor import Editor
from workflows.actions import create_workflow, publish_workflow, save_draft
from workflows.models import Workflow
from workflows.people import enrol_contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def workflow() -> Workflow:
    return create_workflow("Follow-up")


@pytest.fixture
def editor(charlie_client: Client, workflow: Workflow) -> Editor:
    return Editor(charlie_client, workflow)


def test_r76_a_step_is_added_filled_in_and_published(editor: Editor):
    webinar = make_event("May tour").zoom_webinar_id
    assert "Add contact to Zoom webinar" in editor.client.get(f"{editor.address}?show=add@@0").text
    assert "Choose…" in editor.click("add@@0@add_to_webinar")
    assert "thing to complete" in editor.client.get(editor.address).text
    text = f"{webinar}"
    typed = f"{text[:3]} {text[3:7]}-{text[7:]}"
    page = editor.click("save-step@add_to_webinar", webinar__from="number", webinar__number=typed)
    assert "Add contact to May tour" in page
    assert "Ready to publish" in page
    data = {"do": "publish", "revision": editor.revision}
    answer = editor.client.post(editor.address, data, headers=htmx("editor"))
    assert answer["HX-Redirect"] == f"/automation/workflows/{editor.workflow.pk}/"
    editor.workflow.refresh_from_db()
    assert editor.workflow.is_published


@pytest.mark.parametrize(
    ("key", "fields", "arguments", "sentence"),
    [
        ("wait", {"for__amount": "2", "for__unit": "days"}, {"for": {"days": 2}}, "Wait 2 days"),
        ("add_note", {"text": "Came by"}, {"text": "Came by"}, "Came by"),
        ("email_team", {"to": "a@x.example, b@x.example", "subject": "Hi", "text": "There"},
         {"to": ["a@x.example", "b@x.example"], "subject": "Hi", "text": "There"}, "Email a@x.example"),
        ("wait_until_date", {"at": "2027-05-01T09:00", "zone": "Europe/Berlin"},
         {"at": "2027-05-01T09:00", "zone": "Europe/Berlin"}, "Europe/Berlin"),
    ],
)  # fmt: skip
def test_each_sort_of_field_comes_out_as_json(editor: Editor, key, fields, arguments, sentence):
    editor.click(f"add@@0@{key}")
    page = editor.click(f"save-step@{key}", **fields)
    assert editor.draft["steps"][0]["arguments"] == arguments
    assert sentence in page
    assert "Ready to publish" in page


def test_what_is_typed_wrongly_is_kept_and_said(editor: Editor):
    editor.click("add@@0@wait")
    page = editor.click("save-step@wait", for__amount="soon", for__unit="days")
    assert editor.draft["steps"][0]["arguments"] == {"for": {"days": "soon"}}
    assert 'value="soon"' in page
    assert "Must be a whole number" in page
    assert "Must be a whole number" in editor.click("publish", status=422)


def test_steps_are_moved_copied_removed_and_undone(editor: Editor):
    editor.click("add@@0@wait")
    editor.click("add@@1@add_note")
    editor.click("down@wait")
    assert [step["id"] for step in editor.draft["steps"]] == ["add_note", "wait"]
    editor.click("duplicate@wait")
    assert [step["id"] for step in editor.draft["steps"]] == ["add_note", "wait", "wait_2"]
    editor.click("remove@add_note")
    for expected in (["add_note", "wait", "wait_2"], ["add_note", "wait"], ["wait", "add_note"]):
        editor.click("undo")
        assert [step["id"] for step in editor.draft["steps"]] == expected


def test_a_step_is_moved_into_a_branch_and_out_again(editor: Editor):
    editor.click("add@@0@wait")
    editor.click("add@@1@branch")
    page = editor.show("step@wait")
    assert "Branch, Branch 1: at the beginning" in page
    assert 'value="up@wait" disabled' in page
    editor.click("move@wait", place="branch.@0")
    assert [step["id"] for step in editor.draft["steps"]] == ["branch"]
    assert [step["id"] for step in editor.draft["steps"][0]["else"]] == ["wait"]
    editor.click("move@wait", place="@1")
    assert [step["id"] for step in editor.draft["steps"]] == ["branch", "wait"]
    editor.click("move@branch", place="branch.@0")  # not into itself
    assert [step["id"] for step in editor.draft["steps"]] == ["branch", "wait"]


def test_each_thing_to_complete_leads_to_where_it_is(editor: Editor):
    editor.click("add@@0@wait")
    editor.click("add-trigger@segment_entered")
    page = editor.show("publish")
    assert 'href="?show=step%40wait"' in page
    assert 'href="?show=trigger%400"' in page


def test_a_branch_gets_conditions_by_the_builder_of_segments(editor: Editor):
    editor.click("add@@0@branch")
    branch = editor.draft["steps"][0]["branches"][0]["id"]
    editor.click(f"add@branch.{branch}@0@end")
    address = f"/automation/workflows/{editor.workflow.pk}/conditions/?of=branch@{branch}"
    assert "Add condition" in editor.client.get(address).text
    fields = {"r.match": "all", "r.0.what": "property:email", "r.0.operator": "contains", "r.0.value": "@x."}
    editor.workflow.refresh_from_db()
    data = {"do": "save", "revision": editor.workflow.draft_revision, **fields}
    assert editor.client.post(address, data).status_code == 302
    where = editor.draft["steps"][0]["branches"][0]["where"]
    assert where == {"all": [{"filter": "property", "property": "email", "is": "contains", "value": "@x."}]}
    assert "Primary email contains" in editor.client.get(editor.address).text


def test_triggers_and_rules_are_set(editor: Editor):
    segment = Segment.objects.create(name="Partners", definition={"version": 1, "where": {"all": []}})
    event = make_event("May tour")
    editor.click("add-trigger@event_registered")
    page = editor.click("save-trigger@0", events__event=f"May tour #{event.pk}", within_days="0")
    assert "Registers for “May tour" in page
    editor.click("save-rules", again="after_days", days="30", suppress=str(segment.pk), existing="on")
    rules = {"again": "after_days", "days": 30, "suppress": [segment.pk], "existing": True}
    assert editor.draft["enrolment"] == rules
    make_registered(event, make_contact("ann@x.example"))
    editor.click("add@@0@end")
    publishing = editor.client.get(f"{editor.address}?show=publish").text
    assert "1 more meets a trigger, but the rules keep them out." in publishing  # everyone is a partner
    editor.click("save-rules", again="never", existing="on")
    assert "ann@x.example" in editor.client.get(f"{editor.address}?show=publish").text


def test_publishing_again_foretells_only_those_who_were_not_enrolled_yet(editor: Editor):
    event, ann = make_event(), make_contact("ann@x.example")
    make_registered(event, ann)
    editor.click("add@@0@end")
    editor.click("add-trigger@event_registered")
    editor.click("save-trigger@0", within_days="0")
    editor.click("save-rules", again="once_per_event", existing="on")
    publish_workflow(editor.workflow.pk)
    work()
    make_registered(event, make_contact("ben@x.example"))
    page = editor.show("publish")
    assert "<strong>1</strong> contact will be enrolled right away." in page
    assert "ben@x.example" in page


def test_two_editors_do_not_overwrite_each_other(editor: Editor):
    editor.click("add@@0@wait")
    stale = {"do": "add@@0@end", "revision": 1}
    answer = editor.client.post(editor.address, stale, headers=htmx("editor"))
    assert answer.status_code == 422
    assert "Someone else has saved this workflow." in answer.text
    assert len(editor.draft["steps"]) == 1


def test_publishing_shows_what_differs(editor: Editor, charlie):
    editor.click("add@@0@end")
    publish_workflow(editor.workflow.pk)
    editor.click("add@@0@wait")
    editor.click("save-step@wait", for__amount="1", for__unit="hours")
    page = editor.client.get(f"{editor.address}?show=publish").text
    assert "New</strong> Wait 1 hours" in page
    publish_workflow(editor.workflow.pk, note="They asked for a pause", user_id=charlie.pk)
    overview = editor.client.get(f"/automation/workflows/{editor.workflow.pk}/").text
    assert "They asked for a pause" in overview
    version = editor.client.get(f"/automation/workflows/{editor.workflow.pk}/versions/2/").text
    assert "New</strong> Wait 1 hours" in version
    assert str(charlie) in version
    assert "Nothing has changed since version 2." in editor.show("publish")


NONSENSE = (
    "", "add@nowhere@0@wait", "add@@0@nothing", "duplicate@gone", "save-step@gone", "save-trigger@7",
    "add-trigger@none", "up@@@@", "branch-up@a@b", "add@@9999999999@end",
)  # fmt: skip


@pytest.mark.parametrize("do", NONSENSE)
def test_clicks_that_mean_nothing_break_nothing(editor: Editor, do):
    editor.client.post(editor.address, {"do": do, "revision": editor.workflow.draft_revision})
    assert len(editor.draft["steps"]) <= 1


@pytest.mark.parametrize("show", ["step@gone", "trigger@99", "add@gone@0", "nonsense", "trigger@x", "@@@@@@"])
def test_addresses_of_what_is_gone_show_the_path(editor: Editor, show):
    assert editor.client.get(editor.address, {"show": show}).status_code == 200


def test_operators_read_and_do_not_edit(bob_client: Client, workflow: Workflow):
    for path in ("edit/", "conditions/?of=only"):
        assert bob_client.get(f"/automation/workflows/{workflow.pk}/{path}").status_code == 403
    assert (
        bob_client.post(f"/automation/workflows/{workflow.pk}/change/", {"do": "archive"}).status_code == 403
    )


def test_the_life_of_a_workflow(editor: Editor):
    page = f"/automation/workflows/{editor.workflow.pk}/"
    editor.click("add@@0@end")
    publish_workflow(editor.workflow.pk)
    for do, state in [
        ("pause", "paused"),
        ("resume", "published"),
        ("archive", "archived"),
        ("restore", "draft"),
    ]:
        editor.client.post(f"{page}change/", {"do": do})
        editor.workflow.refresh_from_db()
        assert editor.workflow.state == state
    exported = editor.client.get(f"{page}workflow.json")
    assert exported.json()["definition"]["steps"] == [{"id": "end", "action": "end", "arguments": {}}]


def test_a_person_is_enrolled_listed_and_removed(editor: Editor):
    contact = make_contact("ann@x.example", first_name="Ann")
    editor.click("add@@0@wait")
    editor.click("save-step@wait", for__amount="1", for__unit="days")
    publish_workflow(editor.workflow.pk)
    page = f"/automation/workflows/{editor.workflow.pk}/"
    editor.client.post(f"{page}enrol/", {"emails": "ann@x.example nobody@x.example"})
    enrolment = editor.workflow.enrolments.get()
    assert enrolment.contact == contact
    assert "ann@x.example" in editor.client.get(page).text
    assert "No step was done yet." in editor.client.get(f"{page}people/{enrolment.pk}/").text
    lines = b"".join(editor.client.get(f"{page}people.csv").streaming_content).decode()
    assert "ann@x.example" in lines
    editor.client.post(f"{page}people/{enrolment.pk}/change/", {"do": "remove"})
    enrolment.refresh_from_db()
    assert enrolment.outcome == "removed"


def test_a_new_one_and_one_from_a_file(charlie_client: Client):
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    new = "/automation/workflows/new/"
    assert charlie_client.post(new, {"name": " "}).status_code == 422
    assert charlie_client.post(new, {"name": "Welcome"}).status_code == 302
    workflow = Workflow.objects.get(name="Welcome")
    exported = charlie_client.get(f"/automation/workflows/{workflow.pk}/workflow.json").content
    upload = SimpleUploadedFile("workflow.json", exported, "application/json")
    charlie_client.post("/automation/workflows/import/", {"file": upload})
    assert Workflow.objects.filter(name="Copy of Welcome").exists()
    for content in (
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"name": 1, "definition": {}}',
        b'{"name": "x", "definition": []}',
    ):
        upload = SimpleUploadedFile("workflow.json", content, "application/json")
        answer = charlie_client.post("/automation/workflows/import/", {"file": upload}, follow=True)
        assert answer.status_code == 200
    assert Workflow.objects.count() == 2


def test_a_test_run_shows_the_path_of_one_contact_and_does_nothing(editor: Editor):
    make_contact("ann@x.example", first_name="Ann")
    editor.click("add@@0@add_note")
    editor.click("save-step@add_note", text="Came by")
    page = editor.client.get(editor.address, {"contact": "Ann@x.example"}).text
    assert "Add the note “Came by”" in page
    assert "Noted" in page
    assert not TimelineEntry.objects.exists()
    assert (
        "No contact has this address." in editor.client.get(editor.address, {"contact": "no@x.example"}).text
    )


def test_the_webinar_of_the_trigger_is_named_for_a_test_run_and_for_those_enrolled_by_hand(editor: Editor):
    contact = make_contact("ann@x.example", first_name="Ann")
    event = make_event(name="Roses")
    editor.click("add@@0@add_to_webinar")
    editor.click("save-step@add_to_webinar", webinar__from="trigger")
    run = {"contact": "ann@x.example"}
    assert "A step uses the webinar of the trigger." in editor.client.get(editor.address, run).text
    unclear = editor.client.get(editor.address, run | {"webinar": "roses"}).text
    assert "Choose an event from the list, or enter a webinar ID" in unclear
    tried = editor.client.get(editor.address, run | {"webinar": f"Roses #{event.pk}"}).text
    assert "The primary brand is not connected to Zoom." in tried
    publish_workflow(editor.workflow.pk)
    page = f"/automation/workflows/{editor.workflow.pk}/"
    refused = editor.client.post(f"{page}enrol/", {"emails": "ann@x.example"}, follow=True).text
    assert "Choose the webinar to enrol for." in refused
    editor.client.post(f"{page}enrol/", {"emails": "ann@x.example", "webinar": f"Roses #{event.pk}"})
    made = editor.workflow.enrolments.get()
    assert (made.contact, made.data["webinar_id"]) == (contact, str(event.zoom_webinar_id))


def test_a_test_run_and_a_path_say_how_each_branch_was_decided(editor: Editor):
    contact = make_contact("ann@x.example")
    never = {"id": "no", "name": "Never", "where": {"any": []}, "steps": []}
    always = {"id": "yes", "name": "Always", "where": {"all": []}, "steps": [note("hi")]}
    save_draft(editor.workflow.pk, workflow_of(branch("b", never, always)))
    decision = "Never: not met, Always: met"
    assert decision in editor.client.get(editor.address, {"contact": "ann@x.example"}).text
    publish_workflow(editor.workflow.pk)
    editor.workflow.refresh_from_db()
    one = enrol_contact(editor.workflow, contact.pk)
    work()
    path = f"/automation/workflows/{editor.workflow.pk}/people/{one.pk}/"
    assert decision in editor.client.get(path).text


def test_publishing_says_what_would_stop_a_step(editor: Editor):
    editor.click("add@@0@add_to_webinar")
    editor.click("save-step@add_to_webinar", webinar__from="number", webinar__number="93112345678")
    page = editor.client.get(f"{editor.address}?show=publish").text
    assert "What would stop a step now" in page


def test_a_segment_says_which_workflows_use_it(editor: Editor):
    segment = Segment.objects.create(name="Called", kind=Segment.Kind.STATIC)
    assert usages(segment.pk) == []
    editor.click("add@@0@add_to_segment")
    editor.click("save-step@add_to_segment", segment=str(segment.pk))
    (usage,) = usages(segment.pk)
    assert (usage.name, usage.url) == ("Follow-up", f"/automation/workflows/{editor.workflow.pk}/")


def test_the_list_costs_as_many_queries_for_many_workflows_as_for_one(
    charlie_client: Client, workflow: Workflow, django_assert_max_num_queries
):
    triggers = [{"trigger": "event_registered", "arguments": {}}]
    draft = {"version": 1, "triggers": triggers, "steps": []}
    for number in range(20):
        create_workflow(f"Follow-up {number}", draft)
    with django_assert_max_num_queries(10):
        page = charlie_client.get("/automation/workflows/").text
    assert page.count("Registers for any event") == 20


def test_definitions_are_read_again_only_where_they_changed(editor: Editor, django_assert_num_queries):
    segment = Segment.objects.create(name="Called", kind=Segment.Kind.STATIC)
    usages(segment.pk)
    with django_assert_num_queries(3):  # versions of segments and of workflows, saved views
        assert usages(segment.pk) == []
    editor.click("add@@0@add_to_segment")
    editor.click("save-step@add_to_segment", segment=str(segment.pk))
    with django_assert_num_queries(5):  # and the definition, and the name
        assert [usage.name for usage in usages(segment.pk)] == ["Follow-up"]
    editor.click("undo")
    assert usages(segment.pk) == []
