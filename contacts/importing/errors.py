"""A file of which nothing can be imported. `reason` says what to change about it."""

from collections.abc import Sequence

from core.messages import Message


class UnreadableFileError(ValueError):
    """No CSV with a header that names an email column. Nothing of it was written."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


class NoEmailColumnError(UnreadableFileError):
    """None of the columns has a name that is known for email addresses: someone has to choose one."""

    def __init__(self, columns: Sequence[str]) -> None:
        named = ", ".join(column for column in columns if column)
        super().__init__(Message("import.no_email_column", columns=named[:300]))
        self.columns = tuple(columns)


class TooManyRejectedError(UnreadableFileError):
    """So many lines in a row were rejected that the file is not the one that was meant."""

    def __init__(self, line: int) -> None:
        super().__init__(Message("import.too_many_rejected", line=line))
