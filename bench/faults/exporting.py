"""What the app exports, for comparing it with the truth: a line of JSON that holds all datasets."""

import json
import sys
from io import StringIO

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - needs Django set up

DATASETS = ("contacts", "participations", "timeline", "skipped", "calls")


def main() -> None:
    json.dump({dataset: _rows(dataset) for dataset in DATASETS}, sys.stdout)


def _rows(dataset: str) -> list[object]:
    out = StringIO()
    call_command("export", dataset, "--format", "jsonl", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


if __name__ == "__main__":
    main()
