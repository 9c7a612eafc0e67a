"""The audit log: every code in words, and the functions that write entries.

    record(brand, "sync_completed", "12 registrants, 3 new", webinar=webinar, run=run)
    warn(brand, "E2", "processing", webinar=webinar, session_uuid=uuid)
    clear(brand, "E2", "processing", webinar=webinar, because="The recording is ready.")
    settle(brand, webinar, run, judged={("E5", "no_email")}, found=[Found("E5", "no_email", "3 guests")])

A code without words in the registry is refused with `UnknownCodeError`.
"""

from integrations.audit.codes import Action, Definition, Severity
from integrations.audit.log import Found, clear, record, resolve, settle, subject_of, warn, warn_many
from integrations.audit.registry import DEFINITIONS, UnknownCodeError, definition
from integrations.audit.switches import SWITCH_CAUSES

__all__ = [
    "DEFINITIONS",
    "SWITCH_CAUSES",
    "Action",
    "Definition",
    "Found",
    "Severity",
    "UnknownCodeError",
    "clear",
    "definition",
    "record",
    "resolve",
    "settle",
    "subject_of",
    "warn",
    "warn_many",
]
