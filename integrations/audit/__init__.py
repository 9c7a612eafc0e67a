"""The audit log: every code in words, and the functions that write entries.

    record(brand, AuditCode.CALL_CREATED, {"title": "Roses"}, webinar=webinar, run=run)
    warn(brand, AuditCode.RECORDING_PROCESSING, webinar=webinar, session_uuid=uuid)
    clear(brand, AuditCode.RECORDING_PROCESSING, webinar=webinar)
    reconcile_warnings(brand, webinar, run, checked={…}, findings=[Finding(AuditCode.NO_PARTICIPANTS)])

An entry is stored as its code and values that belong to no language (`core.messages`). What follows from the
settings (E1, E2) is `switch_warnings(...)`, checked as `SWITCH_WARNINGS`. A code without words is refused
with `UnknownCodeError`.
"""

from integrations.audit.account import (
    HAS_ENDED,
    concerned_by,
    open_for_account,
    open_of_account,
    settle_account,
)
from integrations.audit.acknowledge import acknowledge, undo_acknowledgement
from integrations.audit.codes import Action, AuditCode, Definition, Severity
from integrations.audit.log import (
    Finding,
    Values,
    clear,
    open_many,
    reconcile_warnings,
    record,
    record_many,
    resolve,
    subject_of,
    warn,
)
from integrations.audit.people import code_of_skipped, skipped_reason
from integrations.audit.registry import (
    DEFINITIONS,
    UnknownCodeError,
    codes_of,
    definition,
    definition_of_stored,
    label_of,
    titles,
)
from integrations.audit.switch_warnings import (
    ACCOUNT_WARNINGS,
    RECORDING_WARNINGS,
    SWITCH_WARNINGS,
    account_warnings,
    concerning,
    switch_warnings,
    warning_of,
)

__all__ = [
    "ACCOUNT_WARNINGS",
    "DEFINITIONS",
    "HAS_ENDED",
    "RECORDING_WARNINGS",
    "SWITCH_WARNINGS",
    "Action",
    "AuditCode",
    "Definition",
    "Finding",
    "Severity",
    "UnknownCodeError",
    "Values",
    "account_warnings",
    "acknowledge",
    "clear",
    "code_of_skipped",
    "codes_of",
    "concerned_by",
    "concerning",
    "definition",
    "definition_of_stored",
    "label_of",
    "open_for_account",
    "open_many",
    "open_of_account",
    "reconcile_warnings",
    "record",
    "record_many",
    "resolve",
    "settle_account",
    "skipped_reason",
    "subject_of",
    "switch_warnings",
    "titles",
    "undo_acknowledgement",
    "warn",
    "warning_of",
]
