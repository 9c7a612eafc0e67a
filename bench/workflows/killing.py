"""Takes as many enrolments as told through five steps with workers that are killed, again and again.

Two worker processes, one of which gets SIGKILL every few seconds and is started again. Each of 100 people
whom it had just then waits for its lease to run out, which takes a minute.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from bench.faults.services import Service
from bench.workflows.enrolling import all_but, check_each_effect, published, seed_contacts
from contacts.models import Segment
from workflows.models import Enrolment
from workflows.people import enrol_contacts

DEATHS = 12
BETWEEN = (1.0, 4.0)  # seconds


def main(size: int) -> None:
    seed_contacts(size + 1)
    bulk = published("Bulk")
    everyone = Segment.objects.create(name="All but the last", definition=all_but(size + 1))
    with TemporaryDirectory() as logs:
        workers = [
            Service(Path(logs) / f"worker{number}.log", ["manage", "worker"], dict(os.environ))
            for number in range(2)
        ]
        try:
            enrol_contacts(bulk, segment=everyone.pk)
            seconds = _work_while_killed(workers, size)
        finally:
            for worker in workers:
                worker.close()
    check_each_effect(size)
    print(json.dumps({"deaths": DEATHS, "seconds": seconds}))


def _work_while_killed(workers: list[Service], size: int) -> float:
    random, began = Random(size), time.monotonic()
    while not Enrolment.objects.exclude(step_id="").exists():
        time.sleep(0.1)
    for _death in range(DEATHS):
        time.sleep(random.uniform(*BETWEEN))
        random.choice(workers).signal(signal.SIGKILL)
    while Enrolment.objects.filter(state="complete").count() < size:
        time.sleep(0.5)
    return time.monotonic() - began


if __name__ == "__main__":
    main(int(sys.argv[1]))
