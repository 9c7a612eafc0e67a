"""How the bytes of a file become text: decided by looking at all of them once, before anything is written.

A byte order mark decides; else UTF-8, which other encodings hardly ever are by chance; else what Excel
saves on Windows. Nothing is decoded silently into the wrong letters: what had to be guessed is said.
"""

import codecs
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import TextIOWrapper
from typing import BinaryIO

from django.utils.translation import gettext as _

from contacts.importing.errors import UnreadableFileError

MAX_LINE = 100_000  # characters of a line in the file; a longer one is refused, not read into memory
UNREADABLE = "\ufffd"  # what a byte becomes that is no text; lines that hold one are refused

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and .ods; .xls
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Survey:
    encoding: str
    lines: int  # as an editor counts them
    note: str  # what had to be guessed, in words


def survey(file: BinaryIO) -> Survey:
    """Reads the file once from its start. Raises `UnreadableFileError` for what is no text at all."""
    file.seek(0)
    beginning = file.read(4)
    if beginning.startswith(_WORKBOOKS):
        raise UnreadableFileError(_("This is a spreadsheet, not a CSV file. Save it as CSV (UTF-8) first."))
    encoding = next((name for mark, name in _MARKS if beginning.startswith(mark)), "") or _guess(file)
    note = ""
    if encoding == "cp1252":
        note = _("The file is not UTF-8. It was read as Windows-1252: check the letters with accents.")
    return Survey(encoding, sum(1 for _line in lines_of(file, encoding)), note)


def lines_of(file: BinaryIO, encoding: str) -> Iterator[str]:
    """The lines with their ends, from the start; of one that is too long, MAX_LINE characters."""
    file.seek(0)
    text = TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    try:
        while line := text.readline(MAX_LINE):
            yield line
            while len(line) == MAX_LINE and not line.endswith(("\n", "\r")):
                line = text.readline(MAX_LINE)
    finally:
        with suppress(ValueError):  # closed before the last line was asked for
            text.detach()  # the file is the caller's to close


def _guess(file: BinaryIO) -> str:
    """UTF-8 as long as most lines that tell them apart are; single bad ones are refused later."""
    file.seek(0)
    balance = 0
    while line := file.readline(MAX_LINE):
        if not line.isascii():
            balance += 1 if _is_utf8(line) else -1
    return "cp1252" if balance < 0 else "utf-8"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
