"""Call a webhook: signed as in Standard Webhooks, retried, its answer usable in later branches."""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core.api.types import in_utc
from workflows.definition.fields import Names
from workflows.definition.reference_fields import AddressField
from workflows.models import OutgoingMessage
from workflows.registry import Action, Done, Group, Repeat, StepContext, StepResult, register_action
from workflows.steps.messages import message_result


class CallWebhook(Action):
    key = "webhook"
    label = lazy("Call a webhook")
    group = Group.NOTIFY
    icon = "webhook"
    help = lazy("Posts the contact and the trigger's data. A branch can test the JSON that is answered.")
    fields = (
        AddressField(name="url", label=lazy("Address"), help=lazy("https, and not inside the network.")),
    )
    outcomes = {"sent": lazy("Answered"), "not_sent": lazy("No success after all tries")}
    problems = frozenset({"not_sent"})
    repeat = Repeat.MAY_REPEAT

    def sentence(self, arguments: Mapping[str, Any], names: Names) -> str:
        return _("Call %(url)s") % {"url": self.words("url", arguments, names)}

    def perform(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        return message_result(
            step,
            kind=OutgoingMessage.Kind.WEBHOOK,
            recipients=[arguments["url"]],
            body=json.dumps(payload(step), ensure_ascii=False),
        )

    def try_out(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        return Done("sent", {"body": payload(step)})


def payload(step: StepContext) -> dict[str, Any]:
    """What is posted. Never a join link."""
    contact, enrolment = step.contact, step.enrolment
    return {
        "type": "workflow.step",
        "timestamp": in_utc(step.started_at),
        "data": {
            "workflow": {"id": enrolment.workflow_id, "name": enrolment.workflow.name} if enrolment else None,
            "enrolment": enrolment.pk if enrolment else None,
            "contact": {
                "id": contact.pk,
                "email": contact.email,
                "first_name": contact.first_name,
                "last_name": contact.last_name,
                "properties": contact.properties,
            },
            "trigger": dict(step.data),
        },
    }


register_action(CallWebhook())
