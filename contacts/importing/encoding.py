"""The encoding of an uploaded file, found by reading it once before anything is written.

A byte order mark decides; else UTF-8, which other encodings hardly ever are by chance; else the code page
that charset-normalizer finds. A guess is never silent: the note names it.
"""

import codecs
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import TextIOWrapper
from typing import BinaryIO

from charset_normalizer import from_bytes

from contacts.importing.errors import UnreadableFileError
from core.messages import Message

MAX_LINE = 100_000  # characters of a line in the file; a longer one is refused, not read into memory
UNREADABLE = "\ufffd"  # what a byte becomes that is no text; lines that hold one are refused

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and .ods; .xls
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Excel's code pages that charset-normalizer distinguishes from a few names. It confuses the Western one with
# the Central European one ("Lefčvre"), so the Western one is taken wherever it is possible at all.
_WESTERN = "cp1252"
_CODE_PAGES = {
    _WESTERN: "Windows-1252",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1256": "Windows-1256 (Arabic)",
    "cp932": "Shift JIS (Japanese)",
}
_SAMPLE = 64_000  # bytes


@dataclass(frozen=True, slots=True)
class Survey:
    encoding: str
    lines: int  # as an editor counts them
    note: Message | None  # which encoding was guessed


def survey(file: BinaryIO) -> Survey:
    """Reads the file once from its start. Raises `UnreadableFileError` for what is no text at all."""
    beginning = refuse_workbook(file)
    encoding = next((name for mark, name in _MARKS if beginning.startswith(mark)), "") or _guess(file)
    note = None
    if encoding in _CODE_PAGES:
        note = Message("import.guessed_encoding", encoding=_CODE_PAGES[encoding])
    return Survey(encoding, sum(1 for _line in lines_of(file, encoding)), note)


def refuse_workbook(file: BinaryIO) -> bytes:
    """The file's first bytes. Raises `UnreadableFileError` where they are those of a spreadsheet program."""
    file.seek(0)
    beginning = file.read(4)
    if beginning.startswith(_WORKBOOKS):
        raise UnreadableFileError(Message("import.spreadsheet"))
    return beginning


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
    """UTF-8 as long as most lines that tell encodings apart are; single bad ones are rejected later."""
    file.seek(0)
    balance, sample = 0, b""
    while line := file.readline(MAX_LINE):
        if _is_utf8(line):
            balance += not line.isascii()
        else:
            balance -= 1
            sample = sample if len(sample) > _SAMPLE else sample + line
    return _code_page(sample) if balance < 0 else "utf-8"


def _code_page(sample: bytes) -> str:
    matches = from_bytes(sample, cp_isolation=[*_CODE_PAGES])
    best = matches.best()
    if best is None or any(_WESTERN in match.could_be_from_charset for match in matches):
        return _WESTERN
    return best.encoding


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
