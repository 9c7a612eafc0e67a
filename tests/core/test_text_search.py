import pytest

from contacts.models import Contact
from core.text_search import MOST_WORDS, typed_words
from integrations.models import SkippedPerson, Webinar, ZoomUser
from marketing_events.models import Call, MarketingEvent, Participation

ENDLESS = " ".join(f"word{number}" for number in range(5_000))


def test_a_word_counts_once_and_a_nul_byte_parts_words() -> None:
    assert typed_words(" rose  rose\0garden ") == ["rose", "garden"]


def test_of_very_many_words_only_the_first_are_looked_for() -> None:
    assert typed_words(ENDLESS) == [f"word{number}" for number in range(MOST_WORDS)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "model", [Contact, Call, MarketingEvent, Participation, SkippedPerson, Webinar, ZoomUser]
)
@pytest.mark.parametrize("typed", [ENDLESS, "a\0b"], ids=["endless", "nul"])
def test_nothing_that_is_typed_breaks_a_search_or_keeps_the_database_busy(model, typed: str) -> None:
    assert not model.objects.search(typed).exists()
