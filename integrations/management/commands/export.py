"""Writes a dataset to the standard output, row by row.

Exit code 0 when all was written, also when whoever reads stopped reading (`| head`); 2 for bad arguments.
"""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from integrations.exports import DATASETS, FORMATS
from integrations.exports.formats import write_raw_csv


class Command(BaseCommand):
    help = (
        "Export a dataset. Times are UTC in ISO 8601. In CSV, text that a spreadsheet would run as a formula "
        "gets an apostrophe in front; import_contacts removes it again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dataset", choices=DATASETS, metavar="DATASET", help=", ".join(DATASETS))
        parser.add_argument("--format", choices=FORMATS, default="jsonl", help="default: jsonl")
        parser.add_argument("--raw", action="store_true", help="CSV for programs: without apostrophes")

    def handle(self, *, dataset: str, **options: Any) -> None:
        fields, rows = DATASETS[dataset].read()
        is_raw_csv = options["raw"] and options["format"] == "csv"
        write = write_raw_csv if is_raw_csv else FORMATS[options["format"]]
        try:
            write(fields, rows, self.stdout)
            self.stdout.flush()
        except BrokenPipeError:
            # What Python still holds would be written at exit, and complain again.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
