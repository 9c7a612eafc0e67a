"""Why a change of a workflow is rejected. `str(error)` is a sentence for the person who asked for it."""


class WorkflowError(ValueError):
    """Nothing was changed. `field` names the input that is at fault, `code` the reason for programs."""

    def __init__(self, message: str, field: str = "", code: str = "") -> None:
        super().__init__(message)
        self.field = field
        self.code = code
