"""Set a property of the contact, or clear it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from contacts.actions import edit_contact, set_property_of_many
from contacts.errors import ContactError
from workflows.definition.fields import Names, TextField, Words
from workflows.definition.reference_fields import PropertyField
from workflows.definition.values import fill_in
from workflows.registry import Action, Done, Group, Repeat, StepContext, StepResult, register_action
from workflows.steps.webinars import placeholders, placeholders_of, property_text

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
            help=lazy("Blank clears the property."),
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
        if name not in NAMES:
            (result,) = self.perform_many(arguments, [step])
            return result
        values = _values(step, name, value)
        if values["before"] == value:
            return Done("unchanged", values)
        try:
            _write_name(step, name, value)
        except ContactError as error:
            return Done("value_rejected", values | {"problem": str(error)})
        return Done("set", values)

    def perform_many(self, arguments: Mapping[str, Any], steps: Sequence[StepContext]) -> list[StepResult]:
        name = arguments["property"]
        if name in NAMES:
            return super().perform_many(arguments, steps)
        texts = (fill_in(arguments["value"], values) for values in placeholders_of(steps))
        wanted = [(step.contact, _values(step, name, text)) for step, text in zip(steps, texts, strict=True)]
        changing = [
            (contact, before_and_after["after"])
            for contact, before_and_after in wanted
            if before_and_after["before"] != before_and_after["after"]
        ]
        rejected = set_property_of_many(name, changing, who=_who(steps[0])) if changing else {}
        return [_result(values, rejected.get(contact.pk)) for contact, values in wanted]

    def try_out(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        name, value = arguments["property"], fill_in(arguments["value"], placeholders(step))
        values = _values(step, name, value)
        return Done("unchanged" if values["before"] == value else "set", values)

    def effects(self, arguments: Mapping[str, Any]) -> Iterable[str]:
        return [f"property:{arguments['property']}"]


def _values(step: StepContext, name: str, value: str) -> dict[str, Any]:
    return {"property": name, "before": property_text(step.contact, name), "after": value}


def _result(values: dict[str, Any], error: ContactError | None) -> StepResult:
    if error is not None:
        return Done("value_rejected", values | {"problem": str(error)})
    return Done("unchanged" if values["before"] == values["after"] else "set", values)


def _who(step: StepContext) -> str:
    return _("Workflow “%s”") % step.enrolment.workflow if step.enrolment else ""


def _write_name(step: StepContext, name: str, value: str) -> None:
    contact = step.contact
    names = {each: getattr(contact, each) for each in NAMES} | {name: value}
    edit_contact(contact.pk, **names, who=_who(step))
    contact.refresh_from_db()


register_action(SetProperty())
