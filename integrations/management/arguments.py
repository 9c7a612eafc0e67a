"""What commands are given by name: brands and webinars. A mistake is a sentence, and exit code 2."""

from django.core.management.base import CommandError

from contacts.models import Brand
from integrations.connections.brands import all_names, brand_named

BAD_ARGUMENT = 2
FAILED = 1


def known_brand(name: str) -> Brand:
    brand = brand_named(name)
    if brand is None:
        known = ", ".join(all_names()) or "none"
        raise CommandError(f"There is no brand “{name}”. Known brands: {known}.", returncode=BAD_ARGUMENT)
    return brand


def webinar_number(typed: str) -> int:
    """A webinar ID as people paste it, with spaces and dashes (R79)."""
    digits = typed.replace(" ", "").replace("-", "")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 19):
        raise CommandError(f"“{typed}” is not a webinar ID.", returncode=BAD_ARGUMENT)
    return int(digits)
