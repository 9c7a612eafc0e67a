"""Email to the team, through Django's mail settings. It is sent by the queue of outgoing messages."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from contacts.models.contact import ContactQuerySet
from workflows.definition.fields import Names, TextField
from workflows.definition.reference_fields import EmailsField
from workflows.definition.values import fill_in
from workflows.models import OutgoingMessage
from workflows.registry import Action, Blocker, Done, Group, Repeat, StepContext, StepResult, register_action
from workflows.steps.messages import message_result
from workflows.steps.webinars import placeholders


class EmailTeam(Action):
    key = "email_team"
    label = lazy("Email the team")
    group = Group.NOTIFY
    icon = "mail"
    fields = (
        EmailsField(name="to", label=lazy("To")),
        TextField(name="subject", label=lazy("Subject"), takes_names=True),
        TextField(name="text", label=lazy("Text"), is_long=True, most=5_000, takes_names=True),
    )
    outcomes = {
        "sent": lazy("Sent"),
        "not_sent": lazy("Couldn't be sent"),
        "no_mail_server": lazy("No mail server is set up"),
    }
    problems = frozenset({"not_sent", "no_mail_server"})
    repeat = Repeat.MAY_REPEAT

    def sentence(self, arguments: Mapping[str, Any], names: Names) -> str:
        return _("Email %(to)s: %(subject)s") % {
            name: self.words(name, arguments, names) for name in ("to", "subject")
        }

    def perform(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        if not settings.EMAIL_URL:
            return Done("no_mail_server")
        values = placeholders(step)
        return message_result(
            step,
            kind=OutgoingMessage.Kind.EMAIL,
            recipients=list(arguments["to"]),
            subject=" ".join(fill_in(arguments["subject"], values).split())[:300],
            body=fill_in(arguments["text"], values),
        )

    def try_out(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        if not settings.EMAIL_URL:
            return Done("no_mail_server")
        subject = fill_in(arguments["subject"], placeholders(step))
        return Done("sent", {"to": list(arguments["to"]), "subject": subject})

    def blockers(self, arguments: Mapping[str, Any], contacts: ContactQuerySet) -> list[Blocker]:
        if settings.EMAIL_URL:
            return []
        remedy = _("Anyone who runs the app can set EMAIL_URL and restart it.")
        return [Blocker("no_mail_server", f"{self.outcomes['no_mail_server']}.", remedy)]


register_action(EmailTeam())
