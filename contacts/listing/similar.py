"""Names with one typing mistake: patterns that match a text which holds the word that was meant.

Pure. LIKE patterns rather than a database's own idea of similarity, so that both databases find the same.
"""

SHORTEST = 4  # letters: a shorter word is like too many others
LONGEST = 20


def like_patterns(word: str) -> list[str]:
    """One letter wrong, missing, too many, or two next to each other swapped; "_" is any letter.

    The first letter is taken to be right: that keeps matches plausible and the patterns few.
    """
    if not SHORTEST <= len(word) <= LONGEST:
        return []
    letters = [_escaped(letter) for letter in word]
    patterns: dict[str, None] = {}
    for at in range(1, len(letters)):
        before, after = letters[:at], letters[at + 1 :]
        patterns["".join([*before, "_", *after])] = None  # wrong
        patterns["".join([*before, *after])] = None  # too many
        patterns["".join([*before, "_", letters[at], *after])] = None  # missing
        if after:
            patterns["".join([*before, after[0], letters[at], *after[1:]])] = None  # swapped
    return [f"%{pattern}%" for pattern in patterns]


def parts_patterns(word: str) -> list[str]:
    """What a text holds if it matches one of `like_patterns`, or holds the word: quick to look for first.

    A mistake is in one half of the word and leaves the other as it is, or swaps the letters between them.
    """
    if not SHORTEST <= len(word) <= LONGEST:
        return []
    half = len(word) // 2
    swapped = f"{word[: half - 1]}{word[half]}{word[half - 1]}{word[half + 1 :]}"
    parts = (word[:half], word[half:], swapped)
    return [f"%{''.join(map(_escaped, part))}%" for part in parts]


def _escaped(letter: str) -> str:
    return f"\\{letter}" if letter in "\\%_" else letter
