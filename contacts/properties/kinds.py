"""What a property is: its kind, and the choices of those kinds that have some."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class PropertyKind(models.TextChoices):
    TEXT = "text", _("Text")
    LONG_TEXT = "long_text", _("Long text")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    DATE_TIME = "date_time", _("Date and time")
    YES_NO = "yes_no", _("Yes or no")
    CHOICE = "choice", _("Choice")
    CHOICES = "choices", _("Several choices")
    LINK = "link", _("Link")


WITH_CHOICES = (PropertyKind.CHOICE, PropertyKind.CHOICES)


@dataclass(frozen=True, slots=True)
class Choice:
    """`value` is stored and never changes; `label` is shown. An archived one is kept, but not offered."""

    value: str
    label: str
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class PropertySpec:
    """A property as the rules see it."""

    name: str
    label: str
    kind: PropertyKind = PropertyKind.TEXT
    choices: tuple[Choice, ...] = ()
    group: str = ""
    is_archived: bool = False

    @property
    def labels(self) -> dict[str, str]:
        return {choice.value: choice.label for choice in self.choices}
