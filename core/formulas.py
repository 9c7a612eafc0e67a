"""Text in CSV files that no spreadsheet runs as a formula, whatever its language and its delimiter.

    escape_formulas("=1+1") == "'=1+1"        unescape_formulas("'=1+1") == "=1+1"

A text is dangerous where a cell begins with it. That is its front, and, in a program that expects semicolons
or tabs (half of Europe), also what follows one of these or a line break inside it: quotes don't help there.
"""

import re

# The signs that begin a formula, and their full-width forms, which East Asian versions take for the same.
_SIGN = "[=+@\\-\uff1d\uff0b\uff20\uff0d]"
_BLANK = '[ "\xa0\u200b\u2060\u3000\ufeff]'
_FRONT = rf"(?=[\t\r\n]|{_BLANK}*{_SIGN})"
_INSIDE = rf"(?<=[;\t\r\n])({_BLANK}*)"

_ESCAPES = (
    (re.compile(rf"{_INSIDE}('*{_SIGN})"), r"\1'\2"),
    (re.compile(rf"\A('*){_FRONT}"), r"'\1"),
)
_UNESCAPES = (
    (re.compile(rf"{_INSIDE}'('*{_SIGN})"), r"\1\2"),
    (re.compile(rf"\A'('*){_FRONT}"), r"\1"),
)


def escape_formulas(text: str) -> str:
    """The text with an apostrophe in front of each formula."""
    for pattern, escaped in _ESCAPES:
        text = pattern.sub(escaped, text)
    return text


def unescape_formulas(text: str) -> str:
    """The text as it was before `escape_formulas`."""
    for pattern, plain in _UNESCAPES:
        text = pattern.sub(plain, text)
    return text
