"""Django's filters `date` and `time`, with the hours as the viewer counts them. Built into every template."""

from typing import Any

from django import template
from django.template import defaultfilters

from core.viewing import clock_format

register = template.Library()


@register.filter(expects_localtime=True, is_safe=False)
def date(value: Any, format_: str | None = None) -> str:
    return defaultfilters.date(value, clock_format(format_) if format_ else format_)


@register.filter(expects_localtime=True, is_safe=False)
def time(value: Any, format_: str | None = None) -> str:
    return defaultfilters.time(value, clock_format(format_) if format_ else format_)
