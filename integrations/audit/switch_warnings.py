"""Which warnings follow from the switches (E1, E2, E4). Settings and sync ask the same function, so that what
opens when a switch is turned off is what clears when it is turned on.

Pure: knows neither rows nor who turned the switch.
"""

from collections.abc import Iterator
from typing import NamedTuple

from integrations.rules.switches import Switch, SyncDecision

E1_CAUSES = {
    Switch.ZOOM_EVENTS: "zoom_events",
    Switch.GLOBAL: "switch_global",
    Switch.HOST_EXCLUDED: "host_excluded",
    Switch.WEBINAR: "switch_webinar",
}
E2_CAUSES = {
    Switch.RECORDINGS_NONE: "switch_recordings_global",
    Switch.RECORDINGS_USER: "switch_recordings_user",
    Switch.RECORDINGS_EXCLUDED: "host_excluded",
    Switch.RECORDINGS_WEBINAR: "switch_recordings_webinar",
}
# All that can follow from a switch: whoever judges the switches of a webinar has judged these.
SWITCH_WARNINGS = frozenset(
    {
        *(("E1", cause) for cause in E1_CAUSES.values()),
        *(("E2", cause) for cause in E2_CAUSES.values()),
        *(
            ("E4", cause)
            for cause in ("switch_global", "switch_webinar", "host_excluded", "switch_recordings")
        ),
    }
)


def warning_of(switch: Switch) -> tuple[str, str]:
    """The code and cause under which a switch that says no is explained."""
    return ("E1", E1_CAUSES[switch]) if switch in E1_CAUSES else ("E2", E2_CAUSES[switch])


class History(NamedTuple):
    """What of a webinar is in the CRM already: it tells whether a switch keeps out all of it or the rest."""

    was_synced: bool = False
    has_ended: bool = False
    has_calls: bool = False


def switch_warnings(
    webinar: SyncDecision, recordings: SyncDecision, history: History
) -> Iterator[tuple[str, str]]:
    """The codes and causes that should be open.

    E1: the webinar does not sync. E4 beside it: it did before, so only a part is there. E2: the webinar syncs
    and was held, but its recordings do not sync. E4 beside that: earlier ones did.
    """
    for no in webinar.blockers:
        yield "E1", E1_CAUSES[no.switch]
        if history.was_synced and no.switch is not Switch.ZOOM_EVENTS:
            yield "E4", E1_CAUSES[no.switch]
    if webinar and history.has_ended:
        for no in recordings.blockers:
            yield "E2", E2_CAUSES[no.switch]
        if recordings.blockers and history.has_calls:
            yield "E4", "switch_recordings"
