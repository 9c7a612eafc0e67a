"""The contact properties that Zoom brings, group "Zoom" (R59-R63): their names, labels and kinds.

Their values are columns of the contact, computed by the sync. They are defined here, made when a Zoom account
is connected, and from then on shown and offered to segments like any other property.
"""

from django.utils.translation import gettext as _

from contacts.models import PropertyDefinition
from contacts.properties.kinds import PropertyKind
from contacts.properties.names import ZOOM_GROUP


def ensure_zoom_properties() -> None:
    """Make them, or put right what they should be. Any number of times, from any number of workers."""
    PropertyDefinition.objects.bulk_create(
        _definitions(),
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["label", "group", "kind", "description"],
    )


def _definitions() -> list[PropertyDefinition]:
    return [
        PropertyDefinition(
            name="zoom_webinar_attendance_average_duration",
            label=_("Average Zoom webinar attendance duration"),
            kind=PropertyKind.NUMBER,
            group=ZOOM_GROUP,
            description=_(
                "Average share of each attended webinar that the contact was present, in percent: 100 is "
                "the full length of every webinar."
            ),
        ),
        PropertyDefinition(
            name="zoom_webinar_joinlink",
            label=_("Last registered Zoom webinar"),
            kind=PropertyKind.LINK,
            group=ZOOM_GROUP,
            description=_(
                "Join link of the webinar that the contact was last registered for here, manually or by a "
                "workflow."
            ),
        ),
        PropertyDefinition(
            name="zoom_webinar_registration_count",
            label=_("Total number of Zoom webinar registrations"),
            kind=PropertyKind.NUMBER,
            group=ZOOM_GROUP,
            description=_("Number of webinars the contact ever registered for."),
        ),
        PropertyDefinition(
            name="zoom_webinar_attendance_count",
            label=_("Total number of Zoom webinars attended"),
            kind=PropertyKind.NUMBER,
            group=ZOOM_GROUP,
            description=_("Number of different webinars the contact attended. A series counts once."),
        ),
    ]
