"""The audit log: every code in words, and the functions that write entries.

    record(brand, "sync_completed", "12 registrants, 3 new", webinar=webinar, run=run)
    warn(brand, "E2", "processing", webinar=webinar, session_uuid=uuid)
    clear(brand, "E2", "processing", webinar=webinar, because="The recording is ready.")
    settle(brand, webinar, run, judged={("E5", "no_email")}, found=[Found("E5", "no_email", "3 guests")])

What follows from the switches (E1, E2, E4) is `switch_warnings(...)`, judged as `SWITCH_WARNINGS`.
A code without words in the registry is refused with `UnknownCodeError`.
"""

from integrations.audit.codes import Action, Definition, Severity
from integrations.audit.log import (
    Finding,
    clear,
    open_many,
    reconcile_warnings,
    record,
    record_many,
    resolve,
    subject_of,
    warn,
)
from integrations.audit.registry import DEFINITIONS, UnknownCodeError, definition
from integrations.audit.switch_warnings import (
    SWITCH_WARNINGS,
    History,
    switch_warnings,
    warning_of,
)

__all__ = [
    "DEFINITIONS",
    "SWITCH_WARNINGS",
    "Action",
    "Definition",
    "Finding",
    "History",
    "Severity",
    "UnknownCodeError",
    "clear",
    "definition",
    "open_many",
    "reconcile_warnings",
    "record",
    "record_many",
    "resolve",
    "subject_of",
    "switch_warnings",
    "warn",
    "warning_of",
]
