"""A file of which nothing can be imported. `str(error)` says what to change about it."""


class UnreadableFileError(ValueError):
    """No CSV with a header that names an email column. Nothing of it was written."""
