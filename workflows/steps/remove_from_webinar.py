"""Remove contact from Zoom webinar: the registration is cancelled in Zoom, or deleted there."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from contacts.models import Contact
from workflows.definition.fields import FlagField, Names, Words
from workflows.definition.occurrence_field import OccurrenceField
from workflows.definition.reference_fields import WebinarField
from workflows.models import RegistrationJob, RegistrationStatus
from workflows.registrations.preflight import Preflight, preflight_of_removal
from workflows.registry import register_action
from workflows.steps.add_to_webinar import NO_WEBINAR, RegistrationAction


class RemoveFromWebinar(RegistrationAction):
    key = "remove_from_webinar"
    label = lazy("Remove contact from Zoom webinar")
    icon = "video-off"
    job_action = RegistrationJob.Action.REMOVE
    fields = (
        WebinarField(name="webinar"),
        OccurrenceField(of_blank=lazy("No particular date")),
        FlagField(
            name="may_register_again",
            label=lazy("They may register again"),
            help=lazy("Deletes the registrant in Zoom instead of cancelling the registration."),
        ),
    )
    outcomes: ClassVar[Mapping[str, Words]] = {
        RegistrationStatus.REMOVED: lazy("Removed"),
        RegistrationStatus.REFUSED: lazy("Not removed"),
        RegistrationStatus.FAILED: lazy("The removal failed"),
        RegistrationStatus.CANCELLED: lazy("The removal was cancelled here"),
        NO_WEBINAR: lazy("No webinar ID was found"),
    }

    def sentence(self, arguments: Mapping[str, Any], names: Names) -> str:
        values = {name: self.words(name, arguments, names) for name in ("webinar", "occurrence_id")}
        if arguments.get("occurrence_id"):
            return _("Remove contact from %(webinar)s on %(occurrence_id)s") % values
        return _("Remove contact from %(webinar)s") % values

    def preflight(
        self, number: int, arguments: Mapping[str, Any], contacts: QuerySet[Contact], after: datetime
    ) -> Preflight:
        return preflight_of_removal(number)

    def effects(self, arguments: Mapping[str, Any]) -> Iterable[str]:
        return [f"removal:{arguments['webinar'].zoom_webinar_id or '*'}"]


register_action(RemoveFromWebinar())
