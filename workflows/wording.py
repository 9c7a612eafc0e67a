"""What people read about codes of enrolments and steps: reasons, refusals, outcomes."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.messages import define
from workflows.definition.fields import Words
from workflows.registrations.wording import reason_detail, reason_remedy
from workflows.registry import actions

define(
    {
        "workflow.definition_unusable": _("The definition can't be used. %(reason)s"),
        "workflow.left": _("The contact had left the workflow."),
        "workflow.mail_not_taken": _("The mail server didn't take it (%(error)s)."),
        "merge.workflow_at_work": _("A workflow is working on the contact right now. Try again in a moment."),
        "merge.registration_at_work": _(
            "The contact is being registered for a webinar right now. Try again in a moment."
        ),
        "merge.in_same_workflow": _(
            "Both contacts are in the workflow “%(workflow)s”. Remove one of them, or wait until it ends."
        ),
        "workflow.receiver_answered": _("The receiver answered %(status)s."),
    }
)

# Why a contact was not enrolled.
REFUSALS: dict[str, Words] = {
    "gone": _("The contact was deleted."),
    "suppressed": _("The contact is in a segment whose members aren't enrolled."),
    "conditions": _("The contact doesn't meet the conditions for enrolment."),
    "enrolled_before": _("The contact was enrolled before, and the workflow enrols each contact once."),
    "too_soon": _("The contact was enrolled not long ago."),
    "inside": _("The contact is in the workflow already."),
}
# Why someone waits, or why a step failed.
REASONS: dict[str, Words] = {
    "time": _("Waits until a time"),
    "no_date": _("Waits until the webinar has a date"),
    "not_final": _("Waits until attendance is final"),
    "registering": _("Waits for the registration in Zoom"),
    "sending": _("Waits for the message to be sent"),
    "retrying": _("A step broke. It is tried again automatically."),
    "woken": _("Continues"),
    "too_often": _("Enrolled too often within an hour. Workflows may set each other off in a circle."),
    "definition_unusable": _("The definition can't be used: something that it names was deleted."),
    "internal_error": _("Something went wrong in this app. The log has the details."),
    "left": _("Left the workflow at this step"),
}


def outcome_words(action_key: str, outcome: str) -> str:
    """What a step came to."""
    action = actions().get(action_key)
    known = action.outcomes.get(outcome) if action else None
    return str(known or REASONS.get(outcome) or outcome)


def reason_words(code: str, values: Mapping[str, Any], action_key: str = "") -> str:
    """Why an enrolment waits, stopped or failed; of a registration, the sentence of its reason."""
    if "reason" in values:
        return reason_detail(str(values["reason"]), values)
    return str(REASONS.get(code) or outcome_words(action_key, code))


def reason_advice(values: Mapping[str, Any]) -> str:
    """What to do about a registration that was refused; blank for none."""
    return reason_remedy(str(values["reason"])) if "reason" in values else ""
