"""Names of contact properties: those that the sync keeps, and how a custom one gets its name."""

from django.utils.text import slugify

MAX_NAME_LENGTH = 100
MAX_PROPERTIES = 1_000  # custom ones, so that the form of a contact stays usable
ZOOM_GROUP = "Zoom"
CUSTOM_GROUP = "Custom"

# Columns of Contact, that group's properties (R59-R64): computed by the sync, never typed or imported.
ZOOM_PROPERTIES = (
    "zoom_webinar_registration_count",
    "zoom_webinar_attendance_count",
    "zoom_webinar_attendance_average_duration",
    "zoom_webinar_joinlink",
)
# What a segment or a list of columns calls a contact's own fields: no custom property may have these names.
OWN_FIELDS = ("email", "first_name", "last_name", "secondary_emails", "source", "created_at", "updated_at")


def property_name(label: str) -> str:
    """The name under which a property called `label` is kept: "Company name" is "company_name".

    The empty string where nothing of the label can be part of a name.
    """
    return slugify(label, allow_unicode=True).replace("-", "_")[:MAX_NAME_LENGTH]
