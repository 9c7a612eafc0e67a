"""Tags and filters of the frame: links that know where they are, times, form controls. Reads no model."""

import json
from datetime import datetime
from typing import Any

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.contrib.messages.storage.base import Message
from django.forms import BoundField, CheckboxInput, FileInput, RadioSelect, Select
from django.http import HttpRequest
from django.template.context import Context
from django.template.defaultfilters import date as format_date
from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from core.domains import in_letters
from core.viewing import clock_format

register = template.Library()


@register.inclusion_tag("components/nav_link.html", takes_context=True)
def nav_link(
    context: Context,
    view: str,
    icon: str,
    label: str,
    *,
    under: str = "",
    exact: bool = False,
    also: str = "",
    but: str = "",
) -> dict[str, object]:
    """A link of the navigation, marked as current on its page and (unless `exact`) on all pages below it.

    `under` names the view whose address is the root of those pages, where it is not `view` itself. `also` and
    `but` name views (separated by spaces) that belong to this link, or do not, wherever their address is.
    """
    request: HttpRequest = context["request"]
    url, here = reverse(view), request.resolver_match.view_name if request.resolver_match else ""
    below = not exact and request.path.startswith(reverse(under or view)) and here not in but.split()
    current = request.path == url or below or here in also.split()
    return {"url": url, "icon": icon, "label": label, "current": current}


@register.simple_tag
def moment(value: datetime | None, *, seconds: bool = False) -> SafeString:
    """A time in the viewer's zone, with the zone's name."""
    if value is None:
        return format_html('<span class="muted" aria-label="{}">—</span>', _("never"))
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        _in_utc(value),
        in_words(value, seconds),
    )


@register.simple_tag
def now_shown() -> str:
    """The present time, as pages write times."""
    return in_words(timezone.now(), seconds=False)


@register.filter
def address(email: str) -> SafeString:
    """An email address that breaks, where it is too long for its place, before "@" or a dot of the domain."""
    name, at, domain = email.rpartition("@")
    if not at:
        return conditional_escape(email)
    first, *rest = in_letters(domain).split(".")
    labels = format_html_join("", "<wbr>.{}", ((label,) for label in rest))
    return format_html("{}<wbr>@{}{}", name, first, labels)


@register.filter
def letters(text: str) -> str:
    """A domain or an address in its own letters; the ASCII form is what the rules compare."""
    return in_letters(str(text))


@register.simple_tag
def day_and_time(value: datetime) -> SafeString:
    """As `moment`, on two lines for narrow columns: for <div class="facts">, more of which may follow."""
    local = timezone.localtime(value)
    return format_html(
        '<time class="day" datetime="{}" title="{}">{}</time><span>{} {}</span>',
        value.isoformat(),
        _in_utc(value),
        format_date(local, "j M Y"),
        format_date(local, clock_format("H:i")),
        zone_name(local),
    )


@register.simple_tag
def ago(value: datetime | None) -> SafeString:
    """How long ago, or in how long; the script keeps it right while the page is open."""
    if value is None:
        return format_html('<span class="muted">{}</span>', _("never"))
    return format_html(
        '<time datetime="{}" title="{}" data-relative>{}</time>',
        value.isoformat(),
        in_words(value, seconds=False),
        _relative(value),
    )


@register.simple_tag
def took(started: datetime | None, finished: datetime | None) -> str:
    """How long something lasted, or has lasted until now."""
    if started is None:
        return ""
    seconds = max(0, round(((finished or timezone.now()) - started).total_seconds()))
    if seconds < 60:
        return _("%(seconds)s s") % {"seconds": seconds}
    return _("%(minutes)s min %(seconds)s s") % {"minutes": seconds // 60, "seconds": seconds % 60}


def in_words(value: datetime, seconds: bool) -> str:
    local = timezone.localtime(value)
    shown = clock_format("j M Y, H:i:s" if seconds else "j M Y, H:i")
    return f"{format_date(local, shown)} {zone_name(local)}"


def zone_name(local: datetime) -> str:
    """ "CET" where the zone has letters, else the offset ("UTC+03")."""
    name = local.tzname() or ""
    return f"UTC{name}" if name[:1] in "+-" else name


def _in_utc(value: datetime) -> str:
    return f"{value.astimezone(timezone.get_fixed_timezone(0)):%Y-%m-%d %H:%M} UTC"


def _relative(value: datetime) -> str:
    now = timezone.now()
    if abs((now - value).total_seconds()) < 60:
        return _("just now")
    if value < now:
        return _("%(time)s ago") % {"time": timesince(value, now, depth=1)}
    return _("in %(time)s") % {"time": timesince(now, value, depth=1)}


@register.filter
def undo_of(message: Message) -> dict[str, Any] | None:
    """The form that undoes what the message reports (core.web.show_success), if there is one."""
    try:
        undo = json.loads(message.extra_tags or "null")
    except ValueError:
        return None
    return undo if isinstance(undo, dict) else None


@register.filter
def control(bound: BoundField) -> SafeString:
    """A form field's control with Bootstrap's class for its kind, marked when it is invalid."""
    widget = bound.field.widget
    if isinstance(widget, CheckboxInput):
        css = "form-check-input"
    elif isinstance(widget, Select) and not isinstance(widget, RadioSelect):
        css = "form-select"
    elif isinstance(widget, RadioSelect):
        css = ""
    else:
        css = "form-control"
    attrs: dict[str, str | bool] = {"class": f"{css} is-invalid".strip() if bound.errors else css}
    return bound.as_widget(attrs=attrs)


@register.filter
def is_checkbox(bound: BoundField) -> bool:
    return isinstance(bound.field.widget, CheckboxInput)


@register.filter
def is_file(bound: BoundField) -> bool:
    return isinstance(bound.field.widget, FileInput)


@register.filter
def percent(value: float | None) -> str:
    """A percentage, everywhere with one digit after the point."""
    return "" if value is None else f"{floatformat(value, 1)} %"


@register.filter
def percent_of(part: int | None, whole: int | None) -> str:
    """At most 100 %; of nothing it is 0."""
    return percent(min(100, 100 * (part or 0) / whole) if whole else 0)


@register.filter
def duration(seconds: float | None) -> str:
    """How long someone stayed: in seconds below a minute, so that no one who came was there for 0 min."""
    if seconds is None:
        return ""
    if round(seconds) < 60:
        return _("%(seconds)s s") % {"seconds": round(seconds)}
    return _("%(minutes)s min") % {"minutes": intcomma(round(seconds / 60))}
