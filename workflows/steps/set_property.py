"""Set a property of the contact, or clear it."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from contacts.actions import edit_contact
from contacts.errors import ContactError
from workflows.definition.fields import Names, TextField, Words
from workflows.definition.reference_fields import PropertyField
from workflows.definition.values import fill_in
from workflows.registry import Action, Done, Group, Repeat, StepContext, StepResult, register_action
from workflows.steps.webinars import placeholders, property_text

NAMES = ("first_name", "last_name")


class SetProperty(Action):
    key = "set_property"
    label = lazy("Set a property")
    group = Group.CONTACT
    icon = "pencil-line"
    fields = (
        PropertyField(name="property", only_settable=True),
        TextField(
            name="value",
            label=lazy("Value"),
            help=lazy("Blank clears the property. Names in braces are filled in, such as {webinar}."),
            required=False,
            default="",
            most=1_000,
            takes_names=True,
        ),
    )
    outcomes: ClassVar[Mapping[str, Words]] = {
        "set": lazy("Set"),
        "unchanged": lazy("Had this value already"),
        "value_rejected": lazy("The property doesn't take this value"),
    }
    problems = frozenset({"value_rejected"})
    repeat = Repeat.CHANGES_NOTHING

    def sentence(self, arguments: Mapping[str, Any], names: Names) -> str:
        if not arguments["value"]:
            return _("Clear %(property)s") % {"property": self.words("property", arguments, names)}
        return _("Set %(property)s to %(value)s") % {
            name: self.words(name, arguments, names) for name in ("property", "value")
        }

    def perform(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        name, value = arguments["property"], fill_in(arguments["value"], placeholders(step))
        before = property_text(step.contact, name)
        values = {"property": name, "before": before, "after": value}
        if before == value:
            return Done("unchanged", values)
        try:
            _write(step, name, value)
        except ContactError as error:
            return Done("value_rejected", values | {"problem": str(error)})
        return Done("set", values)

    def try_out(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        name, value = arguments["property"], fill_in(arguments["value"], placeholders(step))
        before = property_text(step.contact, name)
        values = {"property": name, "before": before, "after": value}
        return Done("unchanged" if before == value else "set", values)

    def effects(self, arguments: Mapping[str, Any]) -> Iterable[str]:
        return [f"property:{arguments['property']}"]


def _write(step: StepContext, name: str, value: str) -> None:
    contact = step.contact
    edit_contact(
        contact.pk,
        first_name=value if name == "first_name" else contact.first_name,
        last_name=value if name == "last_name" else contact.last_name,
        properties={} if name in NAMES else {name: value},
        who=_("Workflow “%s”") % step.enrolment.workflow if step.enrolment else "",
    )
    contact.refresh_from_db()


register_action(SetProperty())
