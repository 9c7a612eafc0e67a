"""Workflows that webinar teams make again and again, to begin with.

Each is a draft: what only the team can say (which segment, which webinar) is left open.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from workflows.actions import create_workflow, free_name
from workflows.definition.fields import Words
from workflows.definition.parsing import VERSION
from workflows.models import Workflow

OF_TRIGGER = {"trigger": "webinar_id"}


@dataclass(frozen=True)
class WorkflowTemplate:
    name: str
    label: Words
    description: Words
    icon: str
    definition: Mapping[str, Any]


def _definition(*steps: Mapping[str, Any], triggers: Any = (), again: str = "never") -> dict[str, Any]:
    return {
        "version": VERSION,
        "triggers": [{"trigger": key, "arguments": arguments} for key, arguments in triggers],
        "enrolment": {"again": again, "existing": False},
        "steps": list(steps),
    }


def _step(step_id: str, action: str, **arguments: Any) -> dict[str, Any]:
    return {"id": step_id, "action": action, "arguments": arguments}


def _mail(step_id: str, subject: str) -> dict[str, Any]:
    text = "{first_name} {last_name}, {email}"
    return _step(step_id, "email_team", to=[], subject=subject, text=text)


TEMPLATES = (
    WorkflowTemplate(
        "register_segment",
        _("Register a segment"),
        _("Everyone who enters a segment is registered for a webinar."),
        "user-plus",
        _definition(_step("register", "add_to_webinar"), triggers=[("segment_entered", {})]),
    ),
    WorkflowTemplate(
        "remind",
        _("Remind the team of who hasn't registered"),
        _("A week after someone enters a segment, tell the team if they're registered for no coming event."),
        "bell",
        _definition(
            _step("wait", "wait", **{"for": {"weeks": 1}}),
            {
                "id": "registered",
                "action": "branch",
                "branches": [
                    {
                        "id": "yes",
                        "name": "Registered",
                        "where": {
                            "filter": "event_registered",
                            "events": {"starts": {"is": "next_days", "value": 60}},
                        },
                        "steps": [_step("done", "end")],
                    }
                ],
                "else": [_mail("tell", "Not registered yet: {email}")],
            },
            triggers=[("segment_entered", {})],
        ),
    ),
    WorkflowTemplate(
        "attendees",
        _("Follow up with attendees"),
        _("An hour after attendance is final, tell the team of those who stayed half of the time."),
        "user-check",
        _definition(
            _step("final", "wait_for_final", webinar=OF_TRIGGER, longest={"days": 2}),
            _step("pause", "wait", **{"for": {"hours": 1}}),
            _step("note", "add_note", text="Attended {webinar}"),
            _mail("tell", "Attended {webinar}: {email}"),
            triggers=[("event_attended", {"percent": 50})],
            again="once_per_event",
        ),
    ),
    WorkflowTemplate(
        "no_shows",
        _("Follow up with no-shows"),
        _("Once attendance is final, note it and tell the team."),
        "user-x",
        _definition(
            _step("note", "add_note", text="Registered for {webinar} and didn't attend"),
            _mail("tell", "Missed {webinar}: {email}"),
            triggers=[("event_no_show", {})],
            again="once_per_event",
        ),
    ),
    WorkflowTemplate(
        "left_early",
        _("Follow up with those who left early"),
        _("Attended less than half of it: once attendance is final, note it and tell the team."),
        "log-out",
        _definition(
            _step("note", "add_note", text="Left {webinar} early"),
            _mail("tell", "Left {webinar} early: {email}"),
            triggers=[("event_left_early", {})],
            again="once_per_event",
        ),
    ),
    WorkflowTemplate(
        "replay",
        _("Tell the team when the recording is ready"),
        _("Once the recording can be played, for everyone who attended."),
        "video",
        _definition(
            _step("note", "add_note", text="The recording of {webinar} is available"),
            _mail("tell", "Recording of {webinar} for {email}"),
            triggers=[("recording_available", {})],
            again="once_per_event",
        ),
    ),
    WorkflowTemplate(
        "next_date",
        _("Register attendees for the next date"),
        _("Of a series: everyone who came is registered for the date that follows."),
        "repeat",
        _definition(
            _step("final", "wait_for_final", webinar=OF_TRIGGER, longest={"days": 2}),
            _step("register", "add_to_webinar", webinar=OF_TRIGGER, occurrence_id="next"),
            triggers=[("event_attended", {})],
            again="once_per_event",
        ),
    ),
)


def create_from_template(name: str, template: WorkflowTemplate, *, user_id: int | None = None) -> Workflow:
    """A draft of it. Without a name it gets the template's own, or a free one like it."""
    description = str(template.description)
    draft = deepcopy(dict(template.definition))
    return create_workflow(
        name.strip() or free_name(str(template.label)), draft, description=description, user_id=user_id
    )


def template_named(name: str) -> WorkflowTemplate | None:
    return next((template for template in TEMPLATES if template.name == name), None)
