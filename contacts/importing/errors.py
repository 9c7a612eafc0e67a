"""A file of which nothing can be imported. `str(error)` says what to change about it."""

from collections.abc import Sequence

from django.utils.translation import gettext as _


class UnreadableFileError(ValueError):
    """No CSV with a header that names an email column. Nothing of it was written."""


class NoEmailColumnError(UnreadableFileError):
    """None of the columns has a name that is known for email addresses: somebody has to choose one."""

    def __init__(self, columns: Sequence[str]) -> None:
        named = ", ".join(column for column in columns if column)
        words = _('The file has no "email" column. Its first row names these columns: %s')
        super().__init__(words % named[:300])
        self.columns = tuple(columns)


class TooManyRejectedError(UnreadableFileError):
    """So many lines in a row were rejected that the file is not the one that was meant."""

    def __init__(self, line: int) -> None:
        words = _(
            "Stopped at line %d: too many rows in a row were rejected. Fix the file and import it again."
        )
        super().__init__(words % line)
