from workflows.models.registrations import (
    DailyAdditions,
    RegistrationBatch,
    RegistrationForm,
    RegistrationJob,
    RegistrationStatus,
)

__all__ = ["DailyAdditions", "RegistrationBatch", "RegistrationForm", "RegistrationJob", "RegistrationStatus"]
