"""Names of contact properties: those that the sync keeps, and how a custom one gets its name."""

from django.utils.text import slugify
from django.utils.translation import gettext as _

from contacts.errors import ContactError

MAX_NAME_LENGTH = 100
MAX_VALUE_LENGTH = 5_000
MAX_PROPERTIES = 1_000  # custom ones, so that the form of a contact stays usable
ZOOM_GROUP = "Zoom"

# Columns of Contact, that group's properties (R59-R64): computed by the sync, never typed or imported.
ZOOM_PROPERTIES = (
    "zoom_webinar_registration_count",
    "zoom_webinar_attendance_count",
    "zoom_webinar_attendance_average_duration",
    "zoom_webinar_joinlink",
)


def property_name(label: str) -> str:
    """The name under which a property called `label` is kept: "Company name" is "company_name".

    The empty string where nothing of the label can be part of a name.
    """
    return slugify(label, allow_unicode=True).replace("-", "_")[:MAX_NAME_LENGTH]


def clean_value(value: str, label: str) -> str:
    """Raises `ContactError` for a value that nobody could edit any more."""
    if len(value) > MAX_VALUE_LENGTH:
        words = _('The value of "%(label)s" is longer than %(max)d characters.')
        raise ContactError(words % {"label": label, "max": MAX_VALUE_LENGTH})
    return value
