"""People and segments in the command palette."""

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy

from contacts.models import Contact, Segment
from core.domains import in_letters
from core.palette import PER_SOURCE, Hit, Source, register
from core.text_search import some_holding, typed_words, words_of

SHORTEST_WORD = 3
"""Letters. For fewer only addresses are found: too many words begin with them."""


def _find_people(text: str) -> Iterator[Hit]:
    if not words_of(text):
        return iter(())
    people = Contact.objects.filter(_begins_with(text)).only("email", "first_name", "last_name")
    return map(_person, some_holding(people, PER_SOURCE))


def _begins_with(text: str) -> Q:
    """Each condition has an index of its own."""
    *_others, last = words_of(text)
    by_address = Q(email__startswith=last.lower()) if len(typed_words(text)) == 1 else Q(pk__in=[])
    if "@" in text or min(map(len, words_of(text))) < SHORTEST_WORD:
        return by_address
    return Q(searched_text__holds_words=text)


def _load_people(keys: Sequence[int]) -> Iterable[Hit]:
    return map(_person, Contact.objects.filter(pk__in=keys))


def _person(contact: Contact) -> Hit:
    hint = in_letters(contact.email) if contact.name else ""
    return Hit(str(contact), reverse("contacts:detail", args=[contact.pk]), hint, contact.pk)


def _find_segments(text: str) -> Iterator[Hit]:
    segments = Segment.objects.active()
    for word in typed_words(text):
        segments = segments.filter(name__icontains=word)
    return map(_segment, segments.order_by("name", "pk")[:PER_SOURCE])


def _load_segments(keys: Sequence[int]) -> Iterable[Hit]:
    return map(_segment, Segment.objects.active().filter(pk__in=keys))


def _segment(segment: Segment) -> Hit:
    url = reverse("contacts:segment", args=[segment.pk])
    return Hit(segment.name, url, str(segment.get_kind_display()), segment.pk)


register(Source("people", gettext_lazy("People"), "user", _find_people, _load_people, order=10))
register(
    Source("segments", gettext_lazy("Segments"), "list-filter", _find_segments, _load_segments, order=40)
)
