"""The demo's two workflows, published once the first sync is over, with people in them.

Anyone who registers for an upcoming webinar is registered for the release preview too: so a newcomer who
registers someone in the simulator sees a workflow at work. Recent no-shows wait for their follow-up.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import Segment
from contacts.segments.actions import create_segment
from contacts.segments.members import members_of
from marketing_events.models import MarketingEvent
from workflows import actions, people
from workflows.models import Workflow
from zoomsync.models import User

SEGMENT = "Registered for an upcoming webinar"
PREVIEW = "Winter release preview"
WEEKLY_DEMO = "Product demo, live every week"
ENROLLED_BY_HAND = 8
NO_SHOWS_OF_DAYS = 5


def add_segment(marketer: User) -> Segment:
    """Made before the first sync: so its members by then have entered before anything waits for them."""
    return create_segment(
        SEGMENT,
        {"version": 1, "where": {"all": [_registered_for_upcoming()]}},
        description=_("A workflow registers them for the release preview."),
        user_id=marketer.pk,
    )


@transaction.atomic
def publish_workflows(marketer: User) -> None:
    """Both, each with people in it. Nothing where there are workflows already, or the segment is gone."""
    segment = Segment.objects.active().filter(name=SEGMENT).first()
    if segment is None or Workflow.objects.exists():
        return
    if preview := _webinar(PREVIEW):
        workflow = _publish(
            _("Register sign-ups for the release preview"),
            _("Anyone who registers for an upcoming webinar gets a seat in the winter release preview."),
            _register_segment(segment, preview),
            marketer,
        )
        newest = members_of(segment).order_by("-pk").values_list("pk", flat=True)
        people.enrol_contacts(workflow, contacts=list(newest[:ENROLLED_BY_HAND]), user_id=marketer.pk)
    if demo := _webinar(WEEKLY_DEMO):
        _publish(
            _("Follow up with no-shows"),
            _("Once attendance is final: a note, and two days later a seat in the next product demo."),
            _follow_up_no_shows(demo),
            marketer,
        )


def _publish(name: str, description: str, definition: dict[str, Any], marketer: User) -> Workflow:
    workflow = actions.create_workflow(name, definition, description=description, user_id=marketer.pk)
    actions.publish_workflow(workflow.pk, user_id=marketer.pk)
    workflow.refresh_from_db()
    return workflow


def _webinar(topic: str) -> int | None:
    """Zoom's number of the webinar with a date to come."""
    coming = MarketingEvent.objects.filter(name=topic, starts_at__gt=timezone.now())
    return coming.order_by("starts_at", "pk").values_list("zoom_webinar_id", flat=True).first()


def _registered_for_upcoming() -> dict[str, Any]:
    return {"filter": "event_registered", "events": {"starts": {"is": "next_days", "value": 60}}}


def _register_segment(segment: Segment, webinar: int) -> dict[str, Any]:
    return _definition(
        {"trigger": "segment_entered", "arguments": {"segment": segment.pk}},
        {"again": "never", "existing": False},
        _step("register", "add_to_webinar", webinar=str(webinar)),
        _step("note", "add_note", text=f"Has a seat in “{PREVIEW}”: registered by a workflow"),
    )


def _follow_up_no_shows(webinar: int) -> dict[str, Any]:
    upcoming: dict[str, Any] = {
        "id": "upcoming",
        "name": "Comes to another one",
        "where": _registered_for_upcoming(),
        "steps": [_step("comes", "add_note", text="Missed {webinar}, is registered for another one")],
    }
    otherwise = [
        _step("pause", "wait", **{"for": {"days": 2}}),
        _step("register", "add_to_webinar", webinar=str(webinar)),
    ]
    return _definition(
        {"trigger": "event_no_show", "arguments": {"within_days": NO_SHOWS_OF_DAYS}},
        {"again": "once_per_event", "existing": True},
        _step("missed", "add_note", text="Registered for {webinar} and didn't attend"),
        {"id": "again", "action": "branch", "branches": [upcoming], "else": otherwise},
    )


def _definition(
    trigger: Mapping[str, Any], enrolment: Mapping[str, Any], *steps: Mapping[str, Any]
) -> dict[str, Any]:
    return {"version": 1, "triggers": [trigger], "enrolment": enrolment, "steps": list(steps)}


def _step(step_id: str, action: str, **arguments: Any) -> dict[str, Any]:
    return {"id": step_id, "action": action, "arguments": arguments}
