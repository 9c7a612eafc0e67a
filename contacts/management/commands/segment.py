"""Counts or lists the contacts that a segment definition in a file selects.

Exit code 0 when that was done, also if the segment is empty; 2 for bad arguments or a bad definition, with
the place of each mistake and the reason.
"""

import json
import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.models import F
from django.db.models.functions import Collate

from contacts.segments.definition import Node
from contacts.segments.errors import DefinitionError
from contacts.segments.members import count, every, parse

ROWS_AT_ONCE = 5_000


class Command(BaseCommand):
    help = "Count the contacts that a segment definition selects, or list their primary emails."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.json", type=Path)
        modes = parser.add_mutually_exclusive_group(required=True)
        modes.add_argument("--count", action="store_true", help="print how many there are")
        modes.add_argument("--emails", action="store_true", help="print their primary emails, sorted")

    def handle(self, *, file: Path, emails: bool, **options: Any) -> None:
        node = _read(file)
        if not emails:
            self.stdout.write(str(count(node)))
            return
        try:
            members = every(node).order_by(_by_code_points()).values_list("email", flat=True)
            for email in members.iterator(chunk_size=ROWS_AT_ONCE):
                self.stdout.write(email)
            self.stdout.flush()
        except BrokenPipeError:
            # What Python still holds would be written at exit, and complain again.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _read(file: Path) -> Node:
    try:
        return parse(json.loads(file.read_bytes()))
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror or error}", returncode=2) from error
    except (ValueError, RecursionError) as error:
        if not isinstance(error, DefinitionError):
            raise CommandError(f"{file}: not a JSON file: {error}", returncode=2) from error
        problems = "\n".join(map(str, error.problems))
        raise CommandError(problems, returncode=2) from error


def _by_code_points() -> Any:
    """The same order whatever the locale of the database; SQLite has no other."""
    return Collate(F("email"), "C") if connection.vendor == "postgresql" else F("email")
