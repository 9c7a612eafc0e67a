"""Names before colons (D23)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.rules.speakers import LONGEST_NAME, attribute, normal_name

ODD_NAMES = [
    "T. Archer",
    "Olga M. (acme)",
    "Pia Lund - acme.example",
    "acme.coop",
    "@pine / Noa Pine (A-12)",
    "0xFern",
    "1415***1234",
    "Maria del Carmen de la Cruz Rodriguez Lopez",
    "🎤 Jane",
    "Dr.:Who",
]


def split(*texts: str, known: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    names = {normal_name(name) for name in known}
    return [tuple(part) for part in attribute(texts, lambda asked: names & set(asked))]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_name_that_recurs_is_a_speaker_whatever_characters_it_has(name):
    assert split(f"{name}: Hi", "ok", f"{name}: Bye") == [(name, "Hi"), ("", "ok"), (name, "Bye")]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_someone_who_was_there_is_a_speaker_however_little_they_say(name):
    assert split(f"{name}: So my point is: go", known=(name,)) == [(name, "So my point is: go")]


def test_what_is_nobodys_name_and_comes_once_stays_in_the_text():
    said = ["Ann Archer: Hello.", "And here is the thing: we ship today.", "Ann Archer: Yes.", "Bob Bell: ok"]
    assert split(*said, known=("Bob Bell",)) == [
        ("Ann Archer", "Hello."),
        ("", "And here is the thing: we ship today."),
        ("Ann Archer", "Yes."),
        ("Bob Bell", "ok"),
    ]


@pytest.mark.parametrize(
    "text", ["12:30 we start", "See https://a.example/x", "Anna:", ": what", "", "Anna:hi"]
)
def test_without_a_colon_and_a_blank_after_a_name_there_is_no_speaker(text):
    assert split(text, text, known=("12", "Anna", "")) == [("", text), ("", text)]


def test_case_width_and_spaces_do_not_tell_names_apart():
    assert split("ANNA BERG: Hi", known=("Anna\u3000Berg",)) == [("ANNA BERG", "Hi")]
    assert split("Anna: Hi", "anna: Bye") == [("Anna", "Hi"), ("anna", "Bye")]


def test_a_name_has_at_most_100_characters():
    longest = "x" * LONGEST_NAME
    assert split(f"{longest}: Hi", known=(longest,)) == [(longest, "Hi")]
    assert split(f"{longest}x: Hi", known=(f"{longest}x",)) == [("", f"{longest}x: Hi")]


def test_only_names_that_do_not_recur_are_asked_for_and_all_at_once():
    asked = []
    attribute(["A: 1", "A: 2", "B: 3", "C: 4"], lambda names: asked.append(set(names)) or set())
    assert asked == [{"b", "c"}]
    attribute(["A: 1", "A: 2", "words"], lambda names: pytest.fail("nothing to ask"))


@given(st.lists(st.text(max_size=20) | st.sampled_from(["A: b", "A: c", "B: d: e"])), st.booleans())
def test_no_character_is_lost(texts, everyone_is_known):
    parts = attribute(texts, lambda names: names if everyone_is_known else ())
    assert [f"{part.speaker}: {part.text}" if part.speaker else part.text for part in parts] == texts
