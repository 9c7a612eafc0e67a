"""How an attempt at a job can end, beside the refusals, waits and failures of `registration_reasons`."""

from dataclasses import dataclass, field
from enum import StrEnum

from core.jobs import Lease
from integrations.rules.registration_reasons import Failure, Refusal, Wait
from workflows.models import RegistrationJob


class FailureReason(StrEnum):
    """Why a job was given up; a temporary reason that lasted too long is one too."""

    UNKNOWN_REFUSAL = "unknown_refusal"
    INTERNAL_ERROR = "internal_error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """`was_registered`: before this job. `join_url` is a secret, and blank where Zoom gave none."""

    registrant_id: str
    occurrence_id: str = ""
    is_pending: bool = False
    was_registered: bool = False
    join_url: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Removed:
    """`was_registered` is False where there was nothing to remove."""

    was_registered: bool
    occurrence_id: str = ""
    is_deleted: bool = False


type Result = Registered | Removed | Refusal | Wait | Failure

type Work = tuple[RegistrationJob, Lease]
type Answer = tuple[RegistrationJob, Lease, Result]
