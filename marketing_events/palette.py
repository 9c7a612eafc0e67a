"""Events, and calls with what was said in them, in the command palette."""

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import Q
from django.template.defaultfilters import date as format_date
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core.palette import PER_SOURCE, Hit, Source, register
from core.text_search import some_holding, typed_words, words_of
from marketing_events.models import Call, MarketingEvent, Utterance
from marketing_events.transcript import clock


def _find_events(text: str) -> Iterator[Hit]:
    events = MarketingEvent.objects.search(text).order_by("-starts_at", "-pk")
    return map(_event, events[:PER_SOURCE])


def _load_events(keys: Sequence[int]) -> Iterable[Hit]:
    return map(_event, MarketingEvent.objects.filter(pk__in=keys))


def _event(event: MarketingEvent) -> Hit:
    day = format_date(timezone.localtime(event.starts_at), "j M Y") if event.starts_at else ""
    return Hit(event.name, reverse("events:detail", args=[event.pk]), day, event.pk)


def _find_calls(text: str) -> Iterator[Hit]:
    """By the title; then by what was said, from where it was said."""
    rows = Call.objects.all()
    for word in typed_words(text):
        rows = rows.filter(title__icontains=word)
    calls = list(rows.order_by("-starts_at", "-pk")[:PER_SOURCE])
    yield from map(_call, calls)
    if words_of(text):
        yield from _uttered(text, PER_SOURCE - len(calls))


def _uttered(text: str, count: int) -> Iterator[Hit]:
    rows = Utterance.objects.filter(Q(text__holds_words=text)).select_related("call")
    for row in some_holding(rows, count):
        url = f"{reverse('calls:detail', args=[row.call_id])}?q={text}"
        yield Hit(f"“{row.text[:80]}”", url, f"{row.call.title}, {clock(row.start_seconds)}", row.call_id)


def _load_calls(keys: Sequence[int]) -> Iterable[Hit]:
    return map(_call, Call.objects.filter(pk__in=keys))


def _call(call: Call) -> Hit:
    day = format_date(timezone.localtime(call.starts_at), "j M Y")
    return Hit(call.title, reverse("calls:detail", args=[call.pk]), day, call.pk)


register(Source("events", gettext_lazy("Events"), "calendar-days", _find_events, _load_events, order=20))
register(Source("calls", gettext_lazy("Recorded calls"), "circle-play", _find_calls, _load_calls, order=30))
