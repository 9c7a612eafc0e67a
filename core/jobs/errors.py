"""What a job raises to say how it ended, and what a lease raises when the work must stop."""

from datetime import datetime

from core.messages import Message


class RetryLater(Exception):  # noqa: N818 - it is a decision, and named for it
    """The job could not be done now. It is tried again after a growing pause, and not before `not_before`."""

    def __init__(self, reason: Message, not_before: datetime | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.not_before = not_before


class JobFailedError(Exception):
    """The job cannot be done: trying again would not help. People read the reason."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


class LeaseLostError(Exception):
    """Another worker has taken the job over, or it was ended. What this worker does now must not count."""


class StoppedError(Exception):
    """The worker is to stop: the job goes back, so that another worker continues at once."""
