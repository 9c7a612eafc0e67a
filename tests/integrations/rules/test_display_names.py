import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.rules.display_names import split_display_name
from integrations.rules.people import Name

FIRST = st.sampled_from(["Anna", "Anne-Marie", "José", "Zoë", "J.R.R.", "美咲", "नेहा", "Phil", "سارة"])
LAST = st.sampled_from(["Berg", "O'Neil", "van den Berg", "Ünï", "佐藤", "शर्मा", "Ma", "Do", "de la Cruz"])
TITLES = st.sampled_from(["Dr.", "dr", "Prof. Dr.", "Mrs", "Herr Dr. med.", "Dipl.-Ing."])
SUFFIXES = st.sampled_from(["PhD", "Ph.D.", "Jr.", "III", "MBA", "Esq."])
AROUND = st.sampled_from(["{} (Acme)", "{} [she/her]", "🎤 {}", "{} ⭐", "  {}\t", "“{}”", "{} (Acme"])
DEVICES = st.sampled_from(["iPhone", "iPad", "MacBook Pro", "Galaxy S21", "iPhone 15", "Samsung SM-G991B"])

NO_NAMES = [
    "",
    " ",
    "iPhone",
    "Anna\u2019s iPhone",
    "Guest",
    "Zoom User 7",
    "Conference Room",
    "anna@acme.example",
    "acme.coop",
    "1415***1234",
    "@pine / Noa Pine (A-12)",
    "Acme - Anna Berg",
    "Anna Berg | Acme",
    "Anna_Berg",
    "Anna Smith, Acme Inc",
    "Berg, Anna, Acme",
    "Dr. Berg",
    "(Acme)",
    "💻",
]


@pytest.mark.parametrize("display_name", NO_NAMES)
def test_d27_what_is_not_plainly_a_name_gives_none(display_name: str) -> None:
    assert split_display_name(display_name) == Name("", "")


@pytest.mark.parametrize(
    ("display_name", "name"),
    [
        ("Jill Chill", Name("Jill", "Chill")),
        ("  Jill   van der Chill ", Name("Jill", "van der Chill")),
        ("Smith, Anna", Name("Anna", "Smith")),
        ("Dr. Anna Smith", Name("Anna", "Smith")),
        ("Smith, Dr. Anna", Name("Anna", "Smith")),
        ("Anna Smith (Acme)", Name("Anna", "Smith")),
        ("Anna Smith, MA", Name("Anna", "Smith")),
        ("Li, Ma", Name("Ma", "Li")),
        ("John F. Kennedy", Name("John F.", "Kennedy")),
        ("Maria del Carmen de la Cruz", Name("Maria", "del Carmen de la Cruz")),
        ("Anna PhD", Name("Anna", "")),
        ("Shared Id3", Name("Shared", "Id3")),
    ],
)
def test_d27_names_are_split_as_people_write_them(display_name: str, name: Name) -> None:
    assert split_display_name(display_name) == name


@given(FIRST, LAST)
def test_d27_both_orders_of_a_name_are_the_same_name(first: str, last: str) -> None:
    assert (
        split_display_name(f"{first} {last}") == split_display_name(f"{last}, {first}") == Name(first, last)
    )


@given(FIRST, LAST, TITLES, SUFFIXES, AROUND, st.booleans())
def test_d27_titles_suffixes_and_what_stands_around_a_name_are_left_out(
    first: str, last: str, title: str, suffix: str, around: str, with_comma: bool
) -> None:
    separator = ", " if with_comma else " "
    dressed = around.format(f"{title} {first} {last}{separator}{suffix}")
    assert split_display_name(dressed) == Name(first, last)


@given(FIRST, TITLES)
def test_d27_a_single_word_gives_no_last_name(word: str, title: str) -> None:
    assert split_display_name(word) == Name(word, "")
    assert split_display_name(f"{title} {word}") == Name("", "")


@given(FIRST, LAST, DEVICES, st.sampled_from(["{} {}", "{}'s {}", "{}\u2019s {}"]))
def test_d27_a_device_gives_no_name_whosever_it_is(first: str, last: str, device: str, form: str) -> None:
    assert split_display_name(form.format(first, device)) == Name("", "")
    assert split_display_name(form.format(f"{first} {last}", device)) == Name("", "")


@given(st.text(max_size=60))
def test_d27_any_text_gives_words_of_its_own_or_none(text: str) -> None:
    name = split_display_name(text)
    assert split_display_name(text) == name
    for word in f"{name.first} {name.last}".split():
        assert "@" not in word
        assert word[0].isalpha()
    assert name.first or not name.last
