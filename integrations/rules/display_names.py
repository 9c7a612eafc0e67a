"""The first and last name in the name that an attendee goes by in Zoom (D27).

People type what they like there: a name, a name with a title or a company, a device, an address. It is split
only where it is plain which word is what; otherwise a part stays blank, for a registration or a person to
fill in.
"""

import re
import unicodedata

from integrations.rules.people import Name

_NOBODY = Name("", "")


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


# "Anna Smith (Acme)", "Anna Smith [she/her]"; the end may be missing, for Zoom cuts long names.
_BRACKETS = re.compile(r"\([^()]*\)?|\[[^\[\]]*\]?|\{[^{}]*\}?|<[^<>]*>?")
# "Anna Smith | Acme" may as well be "Acme | Anna Smith".
_SEPARATORS = re.compile(r"\s[-\u2013\u2014\u2022\u00b7:~+&]+\s|[|/\\@=_]|\w{2}\.\w{2}")
# O'Neil, Anne-Marie, J.R.R.: apostrophes and hyphens in their kinds, and dots.
_WITHIN_WORDS = ".'`\u2019\u02bc-\u2010\u2011"
_AROUND_WORDS = "\"'!?*#;:,-\u2013\u2014\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb\u2022\u2026"

_TITLES = _listed("dr prof professor mr mrs ms miss mx sir dame herr frau dott dra")
_ABBREVIATED_TITLES = _listed("mag ing dipl-ing fr hr hon rev eng med phil rer nat habil jur hc pd")
_SUFFIXES = _listed("jr sr ii iii iv phd dphil dds dvm mba emba msc bsc mphil llb llm esq cpa cissp psyd edd")
# These are last names, too: "Li Ma", "Anna Do".
_AMBIGUOUS_SUFFIXES = _listed("ma ba ms bs do md jd rn cfa pmp")
# "Berg" alone is not the last name of "Anna van den Berg".
_PARTICLES = _listed(
    "van von der den de da di del della dos das du la le el al bin ibn ter ten zu zur vom st"
)
_DEVICES = _listed(
    "iphone ipad ipod macbook imac samsung galaxy huawei xiaomi redmi oneplus android chromebook airpods "
    "laptop tablet desktop smartphone"
)
_GENERIC = _listed(
    "zoom room rooms conference meeting webinar guest user attendee participant host panelist admin owner "
    "test unknown anonymous phone mobile computer pc mac notebook caller"
)


def split_display_name(display_name: str) -> Name:
    """Both parts where they are plain, only the first for a single word, nothing for what is no name."""
    text = _BRACKETS.sub(" ", display_name.replace("\0", ""))
    front, *others = (_words(part) for part in text.split(","))
    while others and all(_is_suffix(word, of=len(front)) for word in others[-1]):
        others.pop()
    if len(others) > 1 or not _may_be_a_name([*front, *(others[0] if others else ())]):
        return _NOBODY
    return _last_name_first(front, others[0]) if others else _first_name_first(front)


def _first_name_first(words: list[str]) -> Name:
    """The first word, then all others. After a title a single word is the last name: "Dr. Berg"."""
    named = _without_titles(words)
    has_title = len(named) < len(words)
    while len(named) > 1 and _is_suffix(named[-1], of=len(named) - 1):
        named.pop()
    if not named or (len(named) == 1 and has_title):
        return _NOBODY
    first, *last = named
    while len(last) > 1 and len(last[0]) == 2 and last[0].endswith("."):
        first = f"{first} {last.pop(0)}"  # "John F. Kennedy"
    return Name(first, " ".join(last))


def _last_name_first(last: list[str], first: list[str]) -> Name:
    """ "Berg, Anna". What has several words before the comma may as well be a name and its company."""
    first, last = _without_titles(first), _without_titles(last)
    names = [word for word in last if word.casefold() not in _PARTICLES]
    if len(names or last) != 1 or not 1 <= len(first) <= 2:
        return _NOBODY
    return Name(" ".join(first), " ".join(last))


def _words(text: str) -> list[str]:
    """Without emoji and other signs, but for those that say that something is no name."""
    if _SEPARATORS.search(_without_suffixes(text)):
        return ["/"]
    words = "".join(map(_kept, text)).split()
    return [word for each in words if (word := each.strip(_AROUND_WORDS))]


def _kept(sign: str) -> str:
    """Letters with their accents, and punctuation. What joins or colours emoji leaves no gap."""
    kind = unicodedata.category(sign)
    if kind in {"Cf", "Cn", "Co", "Cs"} or sign == "\N{VARIATION SELECTOR-16}":
        return ""
    return " " if kind[0] in "SC" and sign != "`" else sign


def _without_suffixes(text: str) -> str:
    """ "Ph.D." looks like a domain."""
    return " ".join(word for word in text.split(" ") if _plain(word) not in _SUFFIXES)


def _without_titles(words: list[str]) -> list[str]:
    named = list(words)
    while named and (_plain(named[0]) in _TITLES or _is_abbreviated_title(named[0])):
        named.pop(0)
    return named


def _is_abbreviated_title(word: str) -> bool:
    """Without their dot they are first names: Phil, Nat."""
    return word.endswith(".") and _plain(word) in _ABBREVIATED_TITLES


def _is_suffix(word: str, *, of: int) -> bool:
    """Whether the word is a suffix of a name of so many words."""
    return _plain(word) in _SUFFIXES or (of > 1 and _plain(word) in _AMBIGUOUS_SUFFIXES)


def _may_be_a_name(words: list[str]) -> bool:
    plain = [_plain(word).replace("\u2019", "'").removesuffix("'s") for word in words]
    is_device = any(word in _DEVICES for word in plain) or all(word in _GENERIC for word in plain)
    return not is_device and all(map(_is_word, words))


def _is_word(word: str) -> bool:
    """Letters of any script with their accents. Only a number at the end does no harm: "Anna2"."""
    letters = word.rstrip("0123456789")
    if len(letters) < len(word) and not (letters.isalpha() and len(letters) > 1):
        return False
    return letters[0].isalpha() and all(
        sign.isalpha() or sign in _WITHIN_WORDS or unicodedata.category(sign).startswith("M")
        for sign in letters
    )


def _plain(word: str) -> str:
    return word.casefold().replace(".", "").rstrip("0123456789").strip("-")
