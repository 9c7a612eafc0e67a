"""Who says what in a transcript: the name that Zoom puts before the words (D23)."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

LONGEST_NAME = 100


class Attributed(NamedTuple):
    speaker: str  # blank: no one is named
    text: str


def attribute(
    texts: Sequence[str], known_among: Callable[[Collection[str]], Collection[str]]
) -> list[Attributed]:
    """Parts each text into speaker and words.

    What stands before the first ": " is a speaker if it recurs in the file, or if it is the name of someone
    who was there. `known_among` is asked at most once, for the names (spelled by `normal_name`) that don't
    recur.
    """
    names = [_name_before_colon(text) for text in texts]
    times = Counter(normal_name(name) for name in names if name)
    once = {name for name, count in times.items() if count == 1}
    speakers = (times.keys() - once) | (set(known_among(once)) if once else set())
    return [
        Attributed(name, text[len(name) + 2 :])
        if name and normal_name(name) in speakers
        else Attributed("", text)
        for name, text in zip(names, texts, strict=True)
    ]


def normal_name(name: str) -> str:
    """One spelling for names that look the same."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _name_before_colon(text: str) -> str:
    name, colon, rest = text.partition(": ")
    return name if colon and rest.strip() and name.strip() and len(name) <= LONGEST_NAME else ""
