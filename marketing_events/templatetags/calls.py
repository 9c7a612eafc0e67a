"""Filters of the pages of recorded calls."""

from django import template

from marketing_events import transcript

register = template.Library()


@register.filter
def clock(seconds: float) -> str:
    """As players show it: 12:34, 1:02:03."""
    return transcript.clock(seconds)
