"""Internet domains as people type them, and lists of domains that include their subdomains (D4).

Pure: nothing is looked up, so a domain need not exist.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

import idna

from core.i18n import gettext_noop

MAX_DOMAIN_LENGTH = 253  # octets of the ASCII form, RFC 1035 2.3.4

LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{LABEL}\.)+(?![0-9]+\Z){LABEL}")
_ASCII_LABEL = re.compile(r"(?<![\w-])xn--[a-z0-9-]+(?![\w-])")
_LABEL_IN_LETTERS = re.compile(r"[\w-]*[^\W\x00-\x7f][\w-]*")
_SEPARATORS = re.compile(r"[\s,;]+")
_WRAPPING = "<>()[]\"'`"


class NotADomainError(ValueError):
    """What was typed is no domain. `str(error)` is a sentence for the person who typed it.

    To show it in another language: `gettext(error.template) % {"typed": error.typed}`.
    """

    def __init__(self, template: str, typed: str) -> None:
        self.template = template
        self.typed = typed if len(typed) <= 80 else f"{typed[:79]}…"
        super().__init__(template % {"typed": self.typed})


class ParsedDomains(NamedTuple):
    domains: tuple[str, ...]  # each once, in the order typed
    problems: tuple[NotADomainError, ...]  # one for each piece that is no domain


@lru_cache(maxsize=8192)
def to_ascii(domain: str) -> str | None:
    """The IDNA ASCII form in lower case (UTS 46), or None where there is none. ASCII is only lowered."""
    if domain.isascii():
        return domain.lower()
    if len(domain) > MAX_DOMAIN_LENGTH:
        return None
    try:
        return idna.encode(domain, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, ValueError):  # ValueError: a code point without a name
        return None


def in_letters(text: str) -> str:
    """A text in which each domain is in its own letters, as people write it.

    What cannot be read so stays as it is.
    """
    return _ASCII_LABEL.sub(_label_in_letters, text) if "xn--" in text else text


def _label_in_letters(label: re.Match[str]) -> str:
    try:
        return idna.decode(label[0])
    except (idna.IDNAError, ValueError):
        return label[0]


def spellings(word: str) -> set[str]:
    """A word that is searched for in stored addresses: as typed, and with its domain as it is stored.

    Only a whole label has an ASCII form: "münch" does not find münchen.example.
    """
    return {word, _LABEL_IN_LETTERS.sub(lambda label: to_ascii(label[0]) or label[0], word)}


def parse_domain(typed: str) -> str:
    """The domain in ASCII and lower case, without dots at the ends.

    "@x.com", "*.x.com", "x.com." and IDN are understood (D4). Of a pasted email address the part after its
    "@" is meant; of a pasted web address the host, without its "www." (no one has mail there).

    Raises `NotADomainError`.
    """
    text = typed.strip()
    if not text:
        raise NotADomainError(gettext_noop("Type a domain, such as example.com."), typed)
    if "://" not in text and text.count("@") > 1:
        raise NotADomainError(
            gettext_noop('"%(typed)s" has more than one "@". Type a domain, such as example.com.'), text
        )
    ascii_form = to_ascii(_bare(text).strip("."))
    if ascii_form and "." not in ascii_form and re.fullmatch(LABEL, ascii_form):
        raise NotADomainError(
            gettext_noop(
                '"%(typed)s" is only the end of a domain. Type the whole of it, such as example.com.'
            ),
            text,
        )
    if ascii_form is None or len(ascii_form) > MAX_DOMAIN_LENGTH or not _DOMAIN.fullmatch(ascii_form):
        raise NotADomainError(
            gettext_noop('"%(typed)s" is not a domain. Type it as in example.com, without spaces.'), text
        )
    return ascii_form


def parse_many(text: str) -> ParsedDomains:
    """Domains from a pasted list: separated by commas, semicolons, spaces or lines, quoted or not."""
    domains: dict[str, None] = {}
    problems: list[NotADomainError] = []
    for piece in _SEPARATORS.split(text):
        if bare := piece.strip(_WRAPPING):
            try:
                domains[parse_domain(bare)] = None
            except NotADomainError as problem:
                problems.append(problem)
    return ParsedDomains(tuple(domains), tuple(problems))


def _bare(text: str) -> str:
    """The domain within an address of mail or web, or within a pattern."""
    if "://" in text:
        return _host(text).removeprefix("www.")
    if text.lower().startswith("www."):
        return _host(f"http://{text}").removeprefix("www.")
    return text.removeprefix("mailto:").rpartition("@")[2].removeprefix("*.")


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # for instance an unbalanced bracket
        return ""


class DomainList:
    """Domains that also cover their subdomains, but no lookalikes: x.com covers a.x.com, not notx.com (D4).

    Entries are what `parse_domain` answers. Asking costs one set look-up per label of the domain asked for.
    """

    __slots__ = ("_entries",)

    def __init__(self, entries: Iterable[str] = ()) -> None:
        self._entries = frozenset(entries)

    def match(self, domain: str) -> str | None:
        """The most specific entry that covers the domain (given in ASCII and lower case), or None."""
        entries = self._entries
        while entries and domain:
            if domain in entries:
                return domain
            domain = domain.partition(".")[2]
        return None

    def match_email(self, email: str) -> str | None:
        """As `match`, for the domain of a normalised email address."""
        return self.match(email.rpartition("@")[2]) if self._entries and "@" in email else None

    def __contains__(self, domain: str) -> bool:
        return self.match(domain) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DomainList) and self._entries == other._entries

    def __hash__(self) -> int:
        return hash(self._entries)

    def __repr__(self) -> str:
        return f"DomainList({list(self)!r})"


NO_DOMAINS = DomainList()
