"""Is a brand up to date with its Zoom account? The judgement alone: numbers in, one answer out.

Knows neither where the numbers come from nor how the answer is drawn.
"""

from dataclasses import dataclass
from enum import StrEnum


class Answer(StrEnum):
    """From what has to be put right first to what needs nothing."""

    NOT_CONNECTED = "not_connected"
    DISCONNECTED = "disconnected"
    NEEDS_ATTENTION = "needs_attention"
    SWITCHED_OFF = "switched_off"
    NO_WORKER = "no_worker"
    ERRORS = "errors"
    BEHIND = "behind"
    SYNCING = "syncing"
    IN_STEP = "in_step"


@dataclass(frozen=True, slots=True)
class Facts:
    connection: str = ""  # the state of the connection; blank: there is none
    is_on: bool = False  # "Sync webinar data" (R10)
    has_worker: bool = True
    errors: int = 0  # open in the audit log; a sync that failed is one, until one has succeeded
    late: int = 0  # webinars that should have been read a while ago
    active: int = 0  # runs that wait or are under way


def overall_status(facts: Facts) -> Answer:
    checks = (
        (facts.connection == "", Answer.NOT_CONNECTED),
        (facts.connection == "disconnected", Answer.DISCONNECTED),
        (facts.connection == "needs_attention", Answer.NEEDS_ATTENTION),
        (not facts.is_on, Answer.SWITCHED_OFF),
        (not facts.has_worker, Answer.NO_WORKER),
        (facts.errors > 0, Answer.ERRORS),
        (facts.late > 0, Answer.BEHIND),
        (facts.active > 0, Answer.SYNCING),
    )
    return next((answer for applies, answer in checks if applies), Answer.IN_STEP)
