"""`make bench`, or `python -m bench [NAME …]`: runs benchmarks; each gives a table and a JSON file."""

import argparse
import sys
from pathlib import Path

from bench import api, backlog, calls, pages, registrations, segments, whole_sync, workflows
from bench.report import Benchmark, Options

BENCHMARKS: dict[str, Benchmark] = {
    "whole-sync": whole_sync,
    "backlog": backlog,
    "calls": calls,
    "pages": pages,
    "registrations": registrations,
    "api": api,
    "segments": segments,
    "workflows": workflows,
}
RESULTS = Path("bench-results")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(BENCHMARKS)}; else all")
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        default=[10_000, 40_000],
        help="how many people (whole-sync, registrations)",
    )
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured; the median counts")
    parser.add_argument("--latency", type=float, default=0, help="milliseconds for each of Zoom's answers")
    given = parser.parse_args()
    if unknown := set(given.names) - set(BENCHMARKS):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    options = Options(sizes=tuple(given.sizes), rounds=given.rounds, latency=given.latency)
    reports = [BENCHMARKS[name].run(options) for name in given.names or BENCHMARKS]
    for report in reports:
        report.show()
        report.save(RESULTS)
    return 0 if all(report.is_sound for report in reports) else 1


if __name__ == "__main__":
    sys.exit(main())
