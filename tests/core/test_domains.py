import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domains import DomainList, NotADomainError, in_letters, parse_domain, parse_many, spellings

LETTERS = string.ascii_lowercase
labels = st.text(LETTERS + string.digits, min_size=1, max_size=10)
domains = st.builds(
    lambda head, tail: ".".join([*head, tail]),
    st.lists(labels, min_size=1, max_size=4),
    st.text(LETTERS, min_size=2, max_size=6),
)


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("@x.com", "x.com"),
        ("*.x.com", "x.com"),
        ("@*.x.com", "x.com"),
        (".x.com", "x.com"),
        ("  X.CoM\n", "x.com"),
        ("x.com.", "x.com"),
        ("www.x.com", "x.com"),
        ("https://www.x.com:8443/jobs?a=b", "x.com"),
        ("HTTP://shop.x.com", "shop.x.com"),
        ("joe@mail.x.com", "mail.x.com"),
        ("mailto:joe@x.com", "x.com"),
        ("MÜLLER.de", "xn--mller-kva.de"),
        ("xn--MLLER-kva.de", "xn--mller-kva.de"),
        ("müller。de", "xn--mller-kva.de"),
        ("9gag.com", "9gag.com"),
    ],
)
def test_d4_a_domain_is_understood_however_it_is_typed(typed: str, domain: str) -> None:
    assert parse_domain(typed) == domain


@pytest.mark.parametrize(
    "typed",
    ["", " ", "@", "*", "x..com", "-x.com", "x-.com", "x_y.com", "a b.com", "1.2.3.4", "http://[", "x.com/a",
     "x\0y.com", "a" * 64 + ".com", "a." * 127 + "com", "\ud800.com", "ü" * 300 + ".com"],
)  # fmt: skip
def test_d4_what_is_no_domain_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(NotADomainError, match=r"example\.com") as refused:
        parse_domain(typed)
    assert str(refused.value).endswith(".")
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize("typed", ["com", "@de", "*.com", "COM."])
def test_d4_the_end_of_a_domain_alone_is_refused_because_it_would_hit_half_the_world(typed: str) -> None:
    with pytest.raises(NotADomainError, match="only the end of a domain"):
        parse_domain(typed)


@pytest.mark.parametrize("typed", ["a@b@c.com", "@@c.com", "mailto:a@b@c.com", "a@b.com@c.com"])
def test_d4_more_than_one_at_sign_is_refused_because_nobody_can_tell_what_is_meant(typed: str) -> None:
    with pytest.raises(NotADomainError, match=f'"{typed}" has more than one "@"'):
        parse_domain(typed)


def test_d4_a_refusal_can_be_translated() -> None:
    with pytest.raises(NotADomainError) as refused:
        parse_domain("100%.com")
    assert refused.value.template % {"typed": refused.value.typed} == str(refused.value)


@given(domains)
def test_d4_parsing_is_idempotent_and_blind_to_spelling(domain: str) -> None:
    for typed in (domain, domain.upper(), f"@{domain}", f"*.{domain}", f"{domain}.", f"joe@{domain}"):
        assert parse_domain(typed) == parse_domain(parse_domain(typed)) == parse_domain(domain)


@given(st.text(max_size=60))
def test_d4_any_text_ends_as_a_stable_domain_or_a_refusal(text: str) -> None:
    try:
        domain = parse_domain(text)
    except NotADomainError:
        return
    assert parse_domain(domain) == domain
    assert domain.isascii()


def test_d4_a_pasted_list_is_taken_apart_and_each_bad_piece_is_named() -> None:
    parsed = parse_many('"x.com", @Y.com;\n x.com\t<z.com> nonsense www.v.com;;')
    assert parsed.domains == ("x.com", "y.com", "z.com", "v.com")
    assert [problem.typed for problem in parsed.problems] == ["nonsense"]


@given(st.lists(domains), st.sampled_from([", ", "\n", ";", "  ", ",\r\n"]))
def test_d4_a_pasted_list_keeps_every_domain_once_in_order(typed: list[str], separator: str) -> None:
    parsed = parse_many(separator.join(typed))
    assert parsed.domains == tuple(dict.fromkeys(parse_domain(domain) for domain in typed))
    assert parsed.problems == ()


def test_d4_a_listed_domain_covers_its_subdomains_but_no_lookalike() -> None:
    listed = DomainList(["example.com", "mail.example.com"])
    assert listed.match("example.com") == "example.com"
    assert listed.match("a.b.example.com") == "example.com"
    assert listed.match("eu.mail.example.com") == "mail.example.com"  # the nearest entry is the one to name
    assert listed.match("notexample.com") is None
    assert listed.match("example.com.evil.net") is None
    assert listed.match("com") is None
    assert listed.match_email("joe@mail.example.com") == "mail.example.com"
    assert listed.match_email("example.com") is None
    assert listed.match_email("") is None


@given(st.lists(domains, min_size=1), st.data())
def test_d4_every_entry_covers_itself_and_whatever_is_below_it(
    entries: list[str], data: st.DataObject
) -> None:
    listed = DomainList(entries)
    entry, below = data.draw(st.sampled_from(entries)), data.draw(labels)
    assert listed.match(entry) == entry
    assert listed.match(f"{below}.{entry}") in {entry, f"{below}.{entry}"} & set(entries)
    assert listed.match_email(f"joe@{below}.{entry}") == listed.match(f"{below}.{entry}")


@given(st.lists(domains), domains)
def test_d4_a_hit_is_always_the_domain_itself_or_something_above_it(entries: list[str], domain: str) -> None:
    hit = DomainList(entries).match(domain)
    expected = {entry for entry in entries if domain == entry or domain.endswith(f".{entry}")}
    assert hit == max(expected, key=len, default=None)


def test_d4_lists_are_equal_by_what_they_hold() -> None:
    assert DomainList(["b.com", "a.com"]) == DomainList(["a.com", "b.com", "a.com"])
    assert list(DomainList(["b.com", "a.com"])) == ["a.com", "b.com"]
    assert DomainList() != frozenset()
    assert "x.a.com" in DomainList(["a.com"])
    assert len({DomainList(["a.com"]), DomainList(["a.com"]), DomainList()}) == 2


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("xn--bcher-kva.example", "bücher.example"),
        ("shop.xn--fsq.test", "shop.例.test"),
        ("plain.example", "plain.example"),
        ("xn--99999999.example", "xn--99999999.example"),
        ("xn--.example", "xn--.example"),
    ],
)
def test_a_domain_is_shown_in_its_own_letters(stored: str, shown: str) -> None:
    assert in_letters(stored) == shown


@given(domains, st.sampled_from(["bücher", "例え", "δοκιμή"]))
def test_its_own_letters_are_the_same_domain(domain: str, label: str) -> None:
    stored = parse_domain(f"{label}.{domain}")
    assert parse_domain(in_letters(stored)) == stored


@pytest.mark.parametrize("word", ["acme.example", "anna@acme.example", "xn--mnchen-3ya.example", "Anna", ""])
def test_a_word_of_ascii_is_searched_for_as_it_is(word: str) -> None:
    assert spellings(word) == {word}


@pytest.mark.parametrize("word", ["münchen", "@münchen.example", "anna@mail.münchen.example"])
def test_a_domain_in_its_own_letters_is_found_as_it_is_stored(word: str) -> None:
    assert spellings(word) == {word, word.replace("münchen", "xn--mnchen-3ya")}


@given(st.text())
def test_whatever_is_searched_for_is_also_searched_for_as_typed(word: str) -> None:
    assert word in spellings(word)
