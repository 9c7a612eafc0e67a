from workflows.models.enrolments import (
    Enrolment,
    EnrolmentBatch,
    EnrolmentOutcome,
    EnrolmentSource,
    EnrolmentState,
    OutgoingMessage,
    StepRun,
)
from workflows.models.registrations import (
    DailyAdditions,
    RegistrationBatch,
    RegistrationForm,
    RegistrationJob,
    RegistrationStatus,
)
from workflows.models.workflows import (
    EarlierDraft,
    PublishedTrigger,
    WatchedValue,
    Workflow,
    WorkflowChange,
    WorkflowVersion,
)

__all__ = [
    "DailyAdditions",
    "EarlierDraft",
    "Enrolment",
    "EnrolmentBatch",
    "EnrolmentOutcome",
    "EnrolmentSource",
    "EnrolmentState",
    "OutgoingMessage",
    "PublishedTrigger",
    "RegistrationBatch",
    "RegistrationForm",
    "RegistrationJob",
    "RegistrationStatus",
    "StepRun",
    "WatchedValue",
    "Workflow",
    "WorkflowChange",
    "WorkflowVersion",
]
