"""Why a change of a setting is refused. `str(error)` is a sentence for the person who asked for it."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.domains import NotADomainError


class ActionError(Exception):
    """The change was not made; nothing of it was written."""


class NotAllowed(ActionError):  # noqa: N818 - named for what it says
    """This person may not do this, or not yet (R16)."""


class ChangedSinceError(ActionError):
    """What should be undone was changed again in the meantime."""

    def __init__(self, label: str) -> None:
        super().__init__(_("“%(setting)s” has changed since, so it wasn't undone.") % {"setting": label})


class BadDomainsError(ActionError):
    """Some of what was typed is no domain. `problems` has a sentence for each such entry."""

    def __init__(self, problems: Sequence[NotADomainError]) -> None:
        self.problems = [_(problem.template) % {"typed": problem.typed} for problem in problems]
        super().__init__(" ".join(self.problems))
