"""What is shown of a code is its words: timeline entries, reasons, states and choices, whatever they hold."""

import re
from datetime import UTC, datetime

from django.db.models import Choices
from django.db.models.enums import ChoicesType
from hypothesis import given
from hypothesis import strategies as st

from contacts.models import TimelineEntry
from contacts.timeline import kinds, lines
from integrations.models import Webinar
from tests.house_rules.test_code import OWN_MODELS

CODE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+|[A-Z]+(_[A-Z]+)+")
UUID = re.compile(r"[A-Za-z0-9+/]{22}==|[0-9a-f]{8}-[0-9a-f]{4}")
KINDS = {kind.name: kind for kind in kinds()}


def all_choices(parent: ChoicesType = Choices) -> list[type[Choices]]:
    """Those that the app's own modules define, the models' among them."""
    found = []
    for child in parent.__subclasses__():
        found += [child, *all_choices(child)]
    own = {model._meta.app_config.name for model in OWN_MODELS}
    return [one for one in found if one.__module__.partition(".")[0] in own | {"core"} and len(one)]


CHOICES = {(one.__qualname__, member.name): str(member.label) for one in all_choices() for member in one}


def is_words(text: str) -> bool:
    """Whether it begins as a sentence does, and holds neither a code nor an ID."""
    begins = text[:1].isupper() or re.match(r"\d+ [a-z]", text)
    return bool(begins) and not CODE.search(text) and not UUID.search(text) and not text.isdigit()


def test_every_kind_of_timeline_entry_has_words_for_itself_and_its_group() -> None:
    for kind in KINDS.values():
        shown = [kind.label, kind.group or kind.label, *(more.label for more in kind.more)]
        assert all(is_words(str(text)) for text in shown)
        assert "%(title)s" in str(kind.sentence)


@given(
    kind=st.sampled_from([*KINDS, "of_an_app_that_is_gone"]),
    title=st.just("") | st.from_regex(r"[A-Z][a-z]+( [a-z]+){0,3}", fullmatch=True),
    number=st.none() | st.integers(80_000_000_000, 99_999_999_999),
)
def test_whatever_a_timeline_entry_lacks_it_reads_as_words(kind: str, title: str, number: int | None) -> None:
    """A webinar without a topic is called so, and not by its number alone."""
    entry = TimelineEntry(
        pk=1, kind=kind, title=title, zoom_webinar_id=number, occurred_at=datetime(2026, 3, 2, tzinfo=UTC)
    )
    (line,) = lines([entry])
    assert is_words(str(line.kind.label))
    has_name = title or number or line.kind.sentence != "%(title)s"  # edits and notes have none
    assert is_words(line.sentence) if has_name else line.sentence == ""
    assert title in line.sentence
    assert kind not in line.sentence


@given(topic=st.just("") | st.text(min_size=1), number=st.integers(1, 10**12))
def test_a_webinar_is_never_called_by_its_number_alone(topic: str, number: int) -> None:
    webinar = Webinar(topic=topic, zoom_webinar_id=number)
    assert str(webinar) == (topic or f"Webinar {number}")


def test_every_choice_has_a_label_in_words() -> None:
    """Reasons for skipping people among them."""
    assert ("SkippedPerson.Reason", "NO_EMAIL") in CHOICES
    assert [choice for choice, label in CHOICES.items() if not is_words(label)] == []
