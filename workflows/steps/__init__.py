"""The actions of workflows: a file for each, which registers itself.

An action's file is imported here; CONTRIBUTING says how to add one.
"""

from workflows.steps import (
    add_note,
    add_to_webinar,
    branch,
    email_team,
    end,
    remove_from_webinar,
    segment_members,
    set_property,
    wait,
    wait_for_final,
    wait_for_start,
    wait_until,
    webhook,
)

__all__ = [
    "add_note",
    "add_to_webinar",
    "branch",
    "email_team",
    "end",
    "remove_from_webinar",
    "segment_members",
    "set_property",
    "wait",
    "wait_for_final",
    "wait_for_start",
    "wait_until",
    "webhook",
]
