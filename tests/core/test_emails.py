import string

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from core import emails
from core.emails import EmailProblem, domain_of, is_valid, normalise, problem_of

# Text that is nearly an address: what tells a fast path that is too kind from one that is right.
ALPHABET = string.ascii_lowercase + "019" + ".-_+'@!\" \0ÜüßΣ…。\u0301"
ENDS = [
    "com",
    "test",
    "local",
    "localhost",
    "arpa",
    "onion",
    "invalid",
    "c",
    "x1",
    "1x",
    "museum",
    "xn--p1ai",
]
addressish = st.one_of(
    st.text(ALPHABET, max_size=40),
    st.builds(
        "{}@{}.{}".format,
        st.text(ALPHABET, max_size=70),
        st.text(ALPHABET, max_size=70),
        st.sampled_from(ENDS),
    ),
    st.builds(
        "{}@{}.{}".format,
        st.text(string.ascii_letters + ".+-", min_size=1, max_size=240),
        st.text(string.ascii_letters + ".-", min_size=1, max_size=80),
        st.sampled_from(ENDS),
    ),
    st.emails(),
    st.text(max_size=300),
)


def reference(email: str) -> bool:
    try:
        validate_email(email, strict=True, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return not email.endswith("@test")


@given(addressish)
@example("a@" + "b" * 63 + ".com")
@example("a@" + "b" * 64 + ".com")
@example("a" * 64 + "@example.com")
@example("a" * 65 + "@example.com")
@example("a" * 58 + "@" + "b.c." * 48 + "com")
@example("a" * 59 + "@" + "b.c." * 48 + "com")
@example("a" * 60 + "@" + "b.c." * 48 + "com")
@example("a@x.com\n")
@example("a@ab--c.com")
def test_d5_the_fast_path_says_yes_only_where_the_library_does(raw: str) -> None:
    email = normalise(raw)
    if emails._PLAIN.match(email):
        assert reference(email)
    if "\ufffd" not in email:
        assert is_valid(email) == reference(email)


@given(st.emails())
def test_d5_common_addresses_take_the_fast_path(raw: str) -> None:
    email = normalise(raw)
    if "--" not in email and not email.endswith(tuple(ENDS)):
        assert emails._PLAIN.match(email)


@given(addressish)
def test_d5_normalising_again_changes_nothing(raw: str) -> None:
    once = normalise(raw)
    assert normalise(once) == once
    assert len(once) <= emails.MAX_LENGTH


@given(addressish)
def test_d5_case_and_surrounding_space_do_not_matter(raw: str) -> None:
    if raw.isascii():
        assert normalise(f" \t{raw.upper()}\n") == normalise(raw)


@given(st.text())
@example("a\ud800b@x.com")
@example("a\0@x.com")
@example("\0")
def test_what_comes_out_can_be_stored_anywhere(raw: str) -> None:
    email = normalise(raw)
    assert "\0" not in email
    assert email.encode().decode() == email


@given(addressish)
def test_d5_valid_means_no_problem(raw: str) -> None:
    email = normalise(raw)
    assert is_valid(email) == (problem_of(email) is None)


@given(st.emails(), st.sampled_from("\0\x07\x1b\x85"), st.data())
def test_an_unprintable_character_never_makes_somebody_elses_address(
    email: str, character: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(1, len(email) - 1))
    dirty = normalise(email[:at] + character + email[at:])
    assert not is_valid(dirty)
    assert dirty != normalise(email)


@pytest.mark.parametrize(
    ("raw", "email"),
    [
        (" Jill.Chill@Example.COM ", "jill.chill@example.com"),
        ("jill@MÜLLER.de", "jill@xn--mller-kva.de"),
        ("jill@xn--MLLER-KVA.de", "jill@xn--mller-kva.de"),
        ("Jose\u0301@x.com", "jos\u00e9@x.com"),
        (None, ""),
        ("  ", ""),
    ],
)
def test_d5_one_spelling_for_each_address(raw: str | None, email: str) -> None:
    assert normalise(raw) == email


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ("", EmailProblem.MISSING),
        ("jill.example.com", EmailProblem.NO_AT_SIGN),
        ("jill..chill@example.com", EmailProblem.LOCAL_PART),
        ("@example.com", EmailProblem.LOCAL_PART),
        ("jill@chill@example.com", EmailProblem.LOCAL_PART),
        ("Jill <jill@example.com>", EmailProblem.LOCAL_PART),
        ("x" * 65 + "@example.com", EmailProblem.LOCAL_PART),
        ("jill@example", EmailProblem.DOMAIN),
        ("jill@", EmailProblem.DOMAIN),
        ("jill@example.com.", EmailProblem.DOMAIN),
        ("jill@exa_mple.com", EmailProblem.DOMAIN),
        ("jill@10.0.0.1", EmailProblem.DOMAIN),
        ("jill@printer.local", EmailProblem.DOMAIN),
        ("jill@test", EmailProblem.DOMAIN),
        ("ji\0ll@example.com", EmailProblem.UNPRINTABLE),
        ("a" * 250 + "@example.com", EmailProblem.TOO_LONG),
        ("jill@" + "example." * 40 + "com", EmailProblem.TOO_LONG),
    ],
)
def test_d5_each_problem_has_its_sentence(raw: str, problem: EmailProblem) -> None:
    assert problem_of(normalise(raw)) is problem
    assert problem.value.endswith(".")


def test_d5_unusual_but_valid_addresses_pass() -> None:
    for raw in (
        "o'neil+zoom@x.co",
        "用户@例子.中国",
        "jill@rehearsal.test",
        "x@a--b.com",
        "a" * 64 + "@x.com",
    ):
        assert is_valid(normalise(raw)), raw


def test_an_address_of_exactly_the_longest_length_is_left_whole() -> None:
    longest = "ü" * 242 + "@example.com"
    assert len(longest) == emails.MAX_LENGTH
    assert normalise(longest) == longest
    whole = "x" * 60 + "@" + "b." * 95 + "com"
    assert len(whole) == emails.MAX_LENGTH
    assert problem_of(normalise(whole)) is None


def test_overlong_addresses_stay_distinct_and_invalid() -> None:
    first, second = (normalise("a" * 300 + tail + "@example.com") for tail in "xy")
    assert first != second
    assert normalise(first) == first
    assert not is_valid(first)
    assert not is_valid("a" * 300 + "@example.com")


@given(addressish)
def test_d4_the_domain_is_what_follows_the_at_sign(raw: str) -> None:
    email = normalise(raw)
    assert "@" not in domain_of(email)
    if domain_of(email):
        assert email.endswith(f"@{domain_of(email)}")
    assert domain_of("nobody") == ""
