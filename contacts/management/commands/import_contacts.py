"""Imports contacts from a CSV file, in the foreground, and says what became of each line that was refused.

Exit code 0 when the file was read to its end, also if lines of it were refused; 2 when nothing of it could
be imported: no such file, no text, no email column.
"""

from argparse import ArgumentParser
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from contacts.importing.batches import Manner, Outcome, apply
from contacts.importing.columns import Refusal
from contacts.importing.errors import TooManyRejectedError, UnreadableFileError
from contacts.importing.header import FIELDS
from contacts.importing.reading import MAX_REJECTED_IN_A_ROW, ContactFile
from contacts.importing.report import Rejections, properties_made
from core.security_log import SecurityCode, record
from core.terminal import console_of, progress_on


class Command(BaseCommand):
    help = (
        "Import contacts from a CSV file with the columns email, first_name, last_name, secondary_emails "
        "(separated by ;). Each further column becomes a custom property. Blank cells overwrite nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.csv", type=Path)
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="FIELD=NUMBER",
            help=f"which column (from 1) holds {', '.join(FIELDS)}, where its name doesn't say so",
        )

    def handle(self, *, file: Path, column: list[str], **options: Any) -> None:
        chosen = dict(map(_chosen, column))
        console = console_of(self.stdout)
        try:
            with file.open("rb") as opened:
                record(SecurityCode.IMPORT_STARTED, subject=file.name)
                total = _import(opened, console, chosen)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror or error}", returncode=2) from error
        except UnreadableFileError as error:
            raise CommandError(f"{file}: {error}", returncode=2) from error
        console.print(
            f"Added {total.added:,}, changed {total.changed:,}, unchanged {total.unchanged:,}, "
            f"refused {total.refused:,}."
        )


def _chosen(text: str) -> tuple[str, int]:
    """ "email=2" as the field and the position, which counts from 0."""
    name, _equals, number = text.partition("=")
    if name not in FIELDS or not (number.isascii() and number.isdecimal()) or int(number) == 0:
        raise CommandError(f"--column {text}: expected FIELD=NUMBER, such as email=2.", returncode=2)
    return name, int(number) - 1


def _import(opened: BinaryIO, console: Console, chosen: dict[str, int]) -> "_Total":
    """Each batch is kept as soon as it is written: after Ctrl-C, the same file may be imported again."""
    file = ContactFile(opened, chosen)
    for note in file.notes:
        console.print(str(note))
    manner = Manner(new_specs=file.new_specs())
    total, rejections, in_a_row = _Total(), Rejections(), 0
    with progress_on(console) as progress:
        task = progress.add_task("Importing", total=file.lines)
        for batch in file.batches():
            outcome = apply(batch.people, manner=manner)
            outcome.refusals += batch.refusals
            total.add(outcome)
            rejections.add(outcome.refusals)
            if outcome.new_properties:
                console.print(str(properties_made([spec.label for spec in outcome.new_properties])))
            for refusal in sorted(outcome.refusals, key=attrgetter("line")):
                console.print(_in_words(refusal))
            progress.update(task, completed=batch.last_line)
            in_a_row = batch.rejected_at_its_end(outcome.refusals, in_a_row)
            if in_a_row >= MAX_REJECTED_IN_A_ROW:
                raise TooManyRejectedError(batch.last_line)
    for reason in rejections.repeated():
        console.print(str(reason.in_words))
    return total


@dataclass
class _Total:
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0

    def add(self, outcome: Outcome) -> None:
        self.added += outcome.added
        self.changed += outcome.changed
        self.unchanged += outcome.unchanged
        self.refused += len(outcome.refusals)


def _in_words(refusal: Refusal) -> str:
    address = f", {refusal.email}" if refusal.email else ""
    return f"line {refusal.line}{address}: {refusal.reason}"
