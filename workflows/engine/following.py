"""What follows from a change set: waits that end, and contacts whom triggers enrol.

Of a thousand workflows it reads those alone that may be about one of the events, by an index; then one query
for each kind of fact that these look at.
"""

from collections.abc import Collection, Iterator
from itertools import batched

from django.utils import timezone

from contacts.outbox import Changes, register_follower
from contacts.segments.errors import DefinitionError
from core import array_lookup  # noqa: F401 - a lookup
from core.jobs import Lease
from workflows.engine.definitions import Definitions, VersionKey, trigger_uses
from workflows.engine.enrolling import enrol, priority_of
from workflows.engine.happenings import ChangeFacts, Happening
from workflows.engine.waking import wake_waiting
from workflows.engine.watching import AT_ONCE, changed_values, watched_properties
from workflows.engine.watching import TRIGGER as PROPERTY_CHANGED
from workflows.models import PublishedTrigger, WorkflowVersion
from workflows.registry import trigger_of, triggers

PAGE = 500


def follow_changes(changes: Changes, lease: Lease) -> None:
    if changes.events:
        with lease.writing():
            wake_waiting([f"event:{event}" for event in set(changes.events)])
    definitions = Definitions()
    for version_id, trigger, happenings in _found(changes, definitions):
        for page in batched(happenings, PAGE):
            with lease.writing():
                _enrol(version_id, trigger, page, definitions, len(happenings))
    _follow_properties(changes, lease, definitions)


def _found(changes: Changes, definitions: Definitions) -> Iterator[tuple[int, str, list[Happening]]]:
    """Version, trigger, and whom it enrols."""
    facts = ChangeFacts(changes, timezone.now())
    published = concerned(facts)
    uses = trigger_uses({version for version, _position in published}, definitions)
    for version, position in published:
        if version not in uses:
            continue
        use = uses[version][position]
        happenings = list(trigger_of(use.trigger).happenings(use.arguments, facts))
        if happenings:
            yield version[0], use.trigger, happenings


def concerned(facts: ChangeFacts) -> list[tuple[VersionKey, int]]:
    """Version and position of the triggers that the changes may set off: a query for each kind of them."""
    parts = {name for name, values in vars(facts.changes).items() if values}
    found: set[tuple[int, int, VersionKey]] = set()
    for trigger in triggers().values():
        names = sorted(trigger.names_in(facts)) if trigger.listens_to & parts else []
        if names:
            rows = PublishedTrigger.objects.filter(trigger=trigger.key, about__any_of=names)
            columns = rows.values_list("workflow_id", "position", "version_id", "version__published_at")
            found |= {(workflow, position, (version, at)) for workflow, position, version, at in columns}
    return [(version, position) for _workflow, position, version in sorted(found)]


def _follow_properties(changes: Changes, lease: Lease, definitions: Definitions) -> None:
    contacts = sorted({*changes.contacts_created, *changes.contacts_changed})
    watched = watched_properties() if contacts else []
    for keys in batched(contacts, AT_ONCE) if watched else ():
        with lease.writing():  # the new values are noted together with what follows from them
            changed = changed_values(watched, keys, set(changes.contacts_created))
            rows = PublishedTrigger.objects.filter(trigger=PROPERTY_CHANGED, property__in=changed)
            for version, name in rows.values_list("version_id", "property") if changed else ():
                together = max(len(changed[name]), len(contacts) if len(contacts) > AT_ONCE else 0)
                _enrol(version, PROPERTY_CHANGED, changed[name], definitions, together)


def _enrol(
    version_id: int, trigger: str, page: Collection[Happening], definitions: Definitions, together: int
) -> None:
    version = WorkflowVersion.objects.select_related("workflow").get(pk=version_id)
    try:
        rules = definitions.of(version).definition.enrolment
    except DefinitionError:  # what it names is gone; publishing it again says so
        return
    enrol(version, rules, page, trigger=trigger, priority=priority_of(together))


register_follower("workflows", follow_changes)
