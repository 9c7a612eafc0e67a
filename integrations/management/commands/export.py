"""Writes a dataset to the standard output, row by row.

Exit code 0 when all was written, also when whoever reads stopped reading (`| head`); 2 for bad arguments.
"""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from integrations.exports import DATASETS, FORMATS


class Command(BaseCommand):
    help = (
        "Export a dataset. Times are UTC in ISO 8601. Values are written as they are: open a CSV with "
        "texts from strangers in a spreadsheet only with its formulas switched off."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dataset", choices=DATASETS, metavar="DATASET", help=", ".join(DATASETS))
        parser.add_argument("--format", choices=FORMATS, default="jsonl", help="default: jsonl")

    def handle(self, *, dataset: str, **options: Any) -> None:
        exported = DATASETS[dataset]
        try:
            FORMATS[options["format"]](exported.fields, exported.rows(), self.stdout)
            self.stdout.flush()
        except BrokenPipeError:
            # What Python still holds would be written at exit, and complain again.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
