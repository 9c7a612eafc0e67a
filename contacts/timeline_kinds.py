"""What people did with a contact here, in words: edits and notes. Registered when Django starts."""

from collections.abc import Mapping

from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.history import EDITED, MERGE_UNDONE, MERGED, NOTE, PROPERTY
from contacts.models import TimelineEntry
from contacts.properties.definitions import custom_specs
from contacts.properties.kinds import PropertySpec
from contacts.properties.values import in_words
from contacts.timeline import ChangeLine, Kind, register


def _changes(entries: list[TimelineEntry]) -> Mapping[int, list[ChangeLine]]:
    """One query, for the labels of the properties."""
    fields = {field for entry in entries for field, _old, _new in entry.details.get("changes", [])}
    names = {field.removeprefix(PROPERTY) for field in fields if field.startswith(PROPERTY)}
    specs = custom_specs(names) if names else {}
    return {
        entry.pk: [_line(specs, *change) for change in entry.details.get("changes", [])] for entry in entries
    }


def _line(specs: Mapping[str, PropertySpec], field: str, old: object, new: object) -> ChangeLine:
    own = {"first_name": _("First name"), "last_name": _("Last name"), "email": _("Primary email")}
    name = field.removeprefix(PROPERTY)
    spec = specs.get(name) or PropertySpec(name, own.get(name, name))
    zone = get_current_timezone()
    return ChangeLine(spec.label, in_words(old, spec, zone), in_words(new, spec, zone))


register(
    Kind(
        EDITED,
        label=gettext_lazy("Edited"),
        sentence="%(title)s",
        icon="pencil",
        group=gettext_lazy("Edits"),
        changes=_changes,
    )
)
register(
    Kind(
        MERGED,
        label=gettext_lazy("Merged"),
        sentence=gettext_lazy("%(title)s was merged into this contact"),
        icon="merge",
        group=gettext_lazy("Edits"),
        changes=_changes,
    )
)
register(
    Kind(
        MERGE_UNDONE,
        label=gettext_lazy("Merge undone"),
        sentence=gettext_lazy("%(title)s is a separate contact again"),
        icon="undo-2",
        group=gettext_lazy("Edits"),
    )
)
register(
    Kind(
        NOTE,
        label=gettext_lazy("Note"),
        sentence="%(title)s",
        icon="sticky-note",
        tone="warning",
        group=gettext_lazy("Notes"),
    )
)
