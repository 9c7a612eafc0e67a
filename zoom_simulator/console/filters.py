"""How the pages write times and sizes: always the same, whatever language a project is set to."""

from datetime import datetime

from django.template import Library

register = Library()


@register.filter
def moment(value: datetime) -> str:
    return value.strftime("%Y-%m-%d %H:%M")


@register.filter
def hour(value: datetime) -> str:
    return value.strftime("%H:%M:%S")


@register.filter
def day(value: datetime) -> str:
    """For visitors."""
    return value.strftime("%A, %-d %B %Y, %H:%M")


@register.filter
def size(value: int) -> str:
    return f"{value / 1_000_000:.1f} MB" if value >= 100_000 else f"{value / 1000:.1f} KB"


@register.filter
def tenths(value: float) -> str:
    return f"{value:.1f}"
