import pytest

from integrations.models import AuditEntry
from tests.integrations.make import make_webinar

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(brand, webinar):
    """Of a webinar that is called "Growing roses"."""
    return make_entry(brand, webinar, "Zoom's limit is used up: 429, try again at 10:00")


def make_entry(brand, webinar, message, **fields):
    return AuditEntry.objects.create(
        **{"brand": brand, "webinar": webinar, "subject": str(webinar), "code": "rate_limited",
           "severity": "error", "state": "resolved", "values": {"reason": message},
           "search_text": message, **fields}
    )  # fmt: skip


@pytest.mark.parametrize("text", ["limit", "LIMIT used", "zoom's", "429", "lim", "  used   limit "])
def test_entries_are_found_by_the_words_of_their_message(entry, text):
    assert list(AuditEntry.objects.search(text)) == [entry]


@pytest.mark.parametrize(
    "text", ["limit roses2", "100%", "li_it", "…", "'", "\\", "limit \\x", "& | !", "zz:*", "zz\0"]
)
def test_what_is_in_no_entry_finds_none_and_breaks_nothing(entry, text):
    assert list(AuditEntry.objects.search(text)) == []


def test_entries_are_found_by_the_topic_the_host_and_the_number_of_their_webinar(entry, webinar, connection):
    make_entry(entry.brand, make_webinar(connection, topic="Pruning", host_email="b@b.test"), "Synced")
    for text in ("roses", "growing host@acme.test", str(webinar.zoom_webinar_id)):
        assert list(AuditEntry.objects.search(text)) == [entry]


def test_a_word_of_the_template_and_one_of_the_values_find_it_together(brand, webinar):
    """The template of the code, which is not in the row, has the words "couldn't be used"."""
    entry = make_entry(brand, webinar, "7", code="participants_invalid", values={"count": 7})
    make_entry(brand, None, "8", subject="x", code="participants_invalid", values={"count": 8})
    assert list(AuditEntry.objects.search("used 7")) == [entry]
    assert list(AuditEntry.objects.search("participant 9")) == []


def test_a_message_with_marks_of_patterns_is_found_by_them(brand, webinar):
    entry = make_entry(brand, webinar, "50% of a_b")
    make_entry(brand, webinar, "500 of aXb")
    assert list(AuditEntry.objects.search("a_b")) == [entry]


def test_a_search_for_nothing_takes_nothing_away(entry):
    assert list(AuditEntry.objects.search(" \0 ")) == [entry]
