"""Webinars in the command palette, and "Sync now" for those who may."""

from collections.abc import Iterable, Iterator, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.palette import PER_SOURCE, Hit, Source, register
from core.roles import Right
from integrations.models import Webinar
from integrations.models.webinars import WebinarQuerySet

VERB = "sync"


def _newest(text: str) -> WebinarQuerySet:
    rows = Webinar.objects.search(text).select_related("connection__brand")
    return rows.order_by("-starts_at", "-pk")


def _find(text: str) -> Iterator[Hit]:
    return map(_webinar, _newest(text)[:PER_SOURCE])


def _load(keys: Sequence[int]) -> Iterable[Hit]:
    return map(_webinar, Webinar.objects.filter(pk__in=keys).select_related("connection__brand"))


def _webinar(webinar: Webinar) -> Hit:
    url = reverse("zoom:audit", args=[webinar.connection.brand.slug, webinar.zoom_webinar_id])
    return Hit(str(webinar), url, _("Audit log"), webinar.pk)


def _find_syncs(text: str) -> Iterator[Hit]:
    """For "sync", or "sync" with words of a webinar."""
    verb, *rest = text.lower().split()
    if len(verb) > 1 and VERB.startswith(verb):
        for webinar in _newest(" ".join(rest)).filter(is_zoom_event=False)[:PER_SOURCE]:
            url = reverse("zoom:sync_now", args=[webinar.connection.brand.slug, webinar.zoom_webinar_id])
            yield Hit(_("Sync “%s” now") % webinar, url, key=webinar.pk, fields={})


register(Source("webinars", gettext_lazy("Webinars"), "video", _find, _load, order=25))
register(Source("syncs", gettext_lazy("Actions"), "refresh-cw", _find_syncs, right=Right.SYNC_NOW, order=5))
