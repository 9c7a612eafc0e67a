"""Which of the names that are known of a contact it has (D5, D27)."""

from typing import NamedTuple

from contacts.models import Contact

Source = Contact.NameSource


class SourcedName(NamedTuple):
    first: str
    last: str
    source: str = Source.REGISTRATION

    @property
    def is_blank(self) -> bool:
        return not (self.first.strip() or self.last.strip())


def merge_names(current: SourcedName, offered: SourcedName) -> SourcedName:
    """The name that a contact has once Zoom offers one.

    What a registration says takes the place of a mere display name. Otherwise only a blank part is filled,
    and from a display name only where the other part is the same: parts of two names make no name.
    """
    if offered.is_blank:
        return current
    if current.is_blank or _is_corrected_by(offered, current):
        return SourcedName(offered.first.strip(), offered.last.strip(), offered.source)
    if offered.source == Source.DISPLAY_NAME and not _agree(current, offered):
        return current
    first, last = current.first.strip(), current.last.strip()
    return current._replace(
        first=current.first if first else offered.first.strip(),
        last=current.last if last else offered.last.strip(),
    )


def _is_corrected_by(offered: SourcedName, current: SourcedName) -> bool:
    return current.source == Source.DISPLAY_NAME and offered.source == Source.REGISTRATION


def _agree(name: SourcedName, other: SourcedName) -> bool:
    """Whether the part that both have is the same."""
    pairs = ((name.first, other.first), (name.last, other.last))
    return any(a.strip().casefold() == b.strip().casefold() != "" for a, b in pairs)
