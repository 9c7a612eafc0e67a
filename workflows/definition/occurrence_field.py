"""The field for a date of a series: one by Zoom's occurrence ID, the next one, or whichever Zoom takes."""

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from contacts.segments.catalogue import Catalogue
from contacts.segments.place import Place
from workflows.definition.fields import Field, Names, Words

NEXT = "next"
"""The date that follows the trigger's event, or else the moment when the person came to the step."""
# Letters and digits, and always a digit: 1648194360000, ABCDE12345.
_ID = re.compile(r"(?=.*\d)[\w+/=-]{1,100}", re.ASCII)
_LABEL = lazy("Date of the series")


@dataclass(frozen=True, kw_only=True)
class OccurrenceField(Field):
    """`takes_next`: whether there is a next date for what the step does."""

    control = "occurrence"
    name: str = "occurrence_id"
    label: Words = _LABEL
    required: bool = False
    default: Any = ""
    takes_next: bool = False
    of_blank: Words
    """What no date means."""

    def read(self, place: Place, catalogue: Catalogue) -> str | None:
        text = place.text()
        if text is None or text == "" or (text == NEXT and self.takes_next) or _ID.fullmatch(text):
            return text
        place.refuse(_("Choose a date from the list, or enter an occurrence ID such as 1648194360000."))
        return None

    def words(self, value: str, names: Names) -> str:
        return names.occurrences.get(value, value)
