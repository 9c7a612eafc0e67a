"""What a sync changed, in words: one list for the audit log, the pages and the command line.

Decides which of a run's counts people care about, and in which order. Knows no page.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy


def told(counts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The name and the words of each count, but for what is nought."""
    for name, words in _WORDS.items():
        count = counts.get(name, 0)
        if isinstance(count, int) and count > 0:
            yield name, str(words % {"count": count, "shown": intcomma(count)})


def in_words(counts: Mapping[str, Any]) -> str:
    """All of it as one sentence."""
    return ", ".join(text for _name, text in told(counts)) or _("No changes.")


_WORDS: dict[str, Any] = {
    "contacts_new": ngettext_lazy("%(shown)s contact added", "%(shown)s contacts added", "count"),
    "contacts_changed": ngettext_lazy("%(shown)s contact filled in", "%(shown)s contacts filled in", "count"),
    "participations_new": ngettext_lazy(
        "%(shown)s participation added", "%(shown)s participations added", "count"
    ),
    "participations_changed": ngettext_lazy(
        "%(shown)s participation changed", "%(shown)s participations changed", "count"
    ),
    "participations_gone": ngettext_lazy(
        "%(shown)s participation removed", "%(shown)s participations removed", "count"
    ),
    "registrants_gone": ngettext_lazy(
        "%(shown)s registration deleted in Zoom", "%(shown)s registrations deleted in Zoom", "count"
    ),
    "skipped_new": ngettext_lazy("%(shown)s person skipped", "%(shown)s people skipped", "count"),
    "calls_new": ngettext_lazy("%(shown)s call added", "%(shown)s calls added", "count"),
    "transcripts_read": ngettext_lazy("%(shown)s transcript read", "%(shown)s transcripts read", "count"),
    "calls_withdrawn": ngettext_lazy(
        "%(shown)s recording deleted in Zoom", "%(shown)s recordings deleted in Zoom", "count"
    ),
    "calls_gone": ngettext_lazy("%(shown)s call removed", "%(shown)s calls removed", "count"),
}
