"""Definitions of versions, read once for the jobs that are done together.

Versions never change, but the segments that their conditions name do: so conditions are read anew for each
batch of jobs. A trigger's arguments name no conditions and are kept.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from contacts.segments.catalogue import Catalogue
from contacts.segments.errors import DefinitionError
from contacts.segments.members import catalogue
from workflows.definition.parsing import read_definition
from workflows.definition.tree import Definition, Path, TriggerUse
from workflows.models import WorkflowVersion


@dataclass(frozen=True)
class Readable:
    definition: Definition
    path: Path


@dataclass
class Definitions:
    _known: dict[int, Readable | DefinitionError] = field(default_factory=dict)

    @cached_property
    def catalogue(self) -> Catalogue:
        return catalogue()

    def of(self, version: WorkflowVersion) -> Readable:
        """Raises `DefinitionError`, for instance where a property that it names was deleted."""
        known = self._known.get(version.pk)
        if known is None:
            known = self._known[version.pk] = self._read(version)
        if isinstance(known, DefinitionError):
            raise known
        return known

    def _read(self, version: WorkflowVersion) -> Readable | DefinitionError:
        try:
            definition = read_definition(version.definition, self.catalogue)
        except DefinitionError as error:
            return error
        return Readable(definition, Path(definition))


# A version by its key and when it was published: a hundred bytes for each trigger.
type VersionKey = tuple[int, datetime]
_uses: dict[VersionKey, tuple[TriggerUse, ...]] = {}


def trigger_uses(
    versions: set[VersionKey], definitions: Definitions
) -> dict[VersionKey, tuple[TriggerUse, ...]]:
    """The triggers of these versions. One query, and none for versions that this process knows."""
    missing = {key for key, _published_at in versions - _uses.keys()}
    for version in WorkflowVersion.objects.filter(pk__in=missing) if missing else ():
        try:
            uses = definitions.of(version).definition.triggers
        except DefinitionError:
            continue
        _uses[version.pk, version.published_at] = uses
    return {key: _uses[key] for key in versions if key in _uses}
