"""Definitions for tests: one with every trigger and every action in it, and parts to build others of."""

from typing import Any

from contacts.models import PropertyDefinition, Segment

WEBINAR = "931 1234 5678"


def step(step_id: str, action: str, **arguments: Any) -> dict[str, Any]:
    return {"id": step_id, "action": action, "arguments": arguments}


def note(step_id: str, text: str = "") -> dict[str, Any]:
    return step(step_id, "add_note", text=text or f"came by {step_id}")


def branch(step_id: str, *branches: dict[str, Any], otherwise: list[Any] | None = None) -> dict[str, Any]:
    return {"id": step_id, "action": "branch", "branches": list(branches), "else": otherwise or []}


def trigger(key: str, **arguments: Any) -> dict[str, Any]:
    return {"trigger": key, "arguments": arguments}


def workflow(*steps: dict[str, Any], triggers: Any = (), **enrolment: Any) -> dict[str, Any]:
    return {"version": 1, "triggers": list(triggers), "enrolment": enrolment, "steps": list(steps)}


CAME = {"filter": "event_attended", "events": {}}


def everything() -> dict[str, Any]:
    """Makes what it refers to."""
    PropertyDefinition.objects.create(name="next_webinar", label="Next webinar")
    static = Segment.objects.create(name="Called", kind=Segment.Kind.STATIC)
    events = {"webinar_ids": ["931-1234 5678"], "name": {"is": "contains", "value": "roses"}}
    ask = {"step": "ask", "answer": "lead.score", "is": "at_least", "value": 50}
    return workflow(
        step("add", "add_to_webinar", webinar=WEBINAR, occurrence_id="17"),
        step("add2", "add_to_webinar", webinar={"property": "next_webinar"}) | {"on_problem": "continue"},
        step("wait", "wait", **{"for": {"days": 2}}),
        step("date", "wait_until_date", at="2026-12-01T09:00", zone="Europe/Berlin"),
        step("day", "wait_until_weekday", days=["monday", "friday"], at="09:30", zone="America/New_York"),
        step("start", "wait_for_start", webinar={"trigger": "webinar_id"}, time={"hours": 1}, when="before"),
        step("final", "wait_for_final", webinar={"trigger": "webinar_id"}, longest={"weeks": 1}),
        step("set", "set_property", property="next_webinar", value="{webinar_id}"),
        step("in", "add_to_segment", segment=static.pk),
        step("out", "remove_from_segment", segment=static.pk),
        note("note", "Saw {webinar}"),
        step("mail", "email_team", to=["team@customer.example"], subject="Hi", text="{email} came"),
        step("ask", "webhook", url="https://hooks.example.com/a"),
        branch(
            "which",
            {"id": "warm", "name": "Warm", "results": [ask], "steps": [step("stop", "end")]},
            {"id": "came", "name": "", "where": CAME, "steps": [note("inner")]},
            otherwise=[step("remove", "remove_from_webinar", webinar=WEBINAR, may_register_again=True)],
        ),
        triggers=[
            trigger("event_registered", events=events),
            trigger("event_cancelled"),
            trigger("event_attended", minutes=20, percent=50),
            trigger("event_left_early", percent=30),
            trigger("event_no_show", within_days=7),
            trigger("recording_available"),
            trigger("transcript_ready"),
        ],
        again="after_days",
        days=30,
        only=CAME,
        suppress=[static.pk],
        existing=True,
    )
