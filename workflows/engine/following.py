"""What follows from a change set: waits that end, and contacts whom triggers enrol.

With a thousand workflows it costs one query for the triggers, and one for each kind of fact that they look
at; the definition is read only of those that found someone.
"""

from collections.abc import Collection, Iterator
from itertools import batched

from django.utils import timezone

from contacts.outbox import Changes, register_follower
from contacts.segments.errors import DefinitionError
from core.jobs import Lease
from workflows.engine.definitions import Definitions, trigger_uses
from workflows.engine.enrolling import enrol, priority_of
from workflows.engine.happenings import ChangeFacts, Happening
from workflows.engine.waking import wake_waiting
from workflows.engine.watching import TRIGGER as PROPERTY_CHANGED
from workflows.engine.watching import changed_values, watched_properties
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
    parts = {name for name, values in vars(changes).items() if values}
    keys = [trigger.key for trigger in triggers().values() if trigger.listens_to & parts]
    rows = PublishedTrigger.objects.filter(trigger__in=keys).order_by("workflow_id", "position")
    columns = rows.values_list("version_id", "version__published_at", "position")
    published = (
        [((version, published_at), position) for version, published_at, position in columns] if keys else []
    )
    if not published:
        return
    uses = trigger_uses({version for version, _position in published}, definitions)
    facts = ChangeFacts(changes, timezone.now())
    for version, position in published:
        if version not in uses:
            continue
        use = uses[version][position]
        happenings = list(trigger_of(use.trigger).happenings(use.arguments, facts))
        if happenings:
            yield version[0], use.trigger, happenings


def _follow_properties(changes: Changes, lease: Lease, definitions: Definitions) -> None:
    if not (changes.contacts_changed or changes.contacts_created):
        return
    for name in watched_properties():
        with lease.writing():  # the new value is noted together with what follows from it
            happenings = changed_values(name, changes)
            rows = PublishedTrigger.objects.filter(trigger=PROPERTY_CHANGED, property=name)
            for version in rows.values_list("version_id", flat=True) if happenings else ():
                _enrol(version, PROPERTY_CHANGED, happenings, definitions, len(happenings))


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
