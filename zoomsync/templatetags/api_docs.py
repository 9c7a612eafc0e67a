"""For the page with the API's documentation."""

import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter(is_safe=True)
def code(text: str) -> SafeString:
    """What stands between backticks as code."""
    escaped = str(conditional_escape(text))
    return mark_safe(re.sub(r"`([^`]+)`", r"<code>\1</code>", escaped))  # noqa: S308 - it was escaped
