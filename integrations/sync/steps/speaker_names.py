"""The names of those who may speak in a session, for telling speakers from text before a colon (D23)."""

from collections.abc import Collection
from functools import cached_property

from integrations.models import WebinarInstance
from integrations.rules.speakers import normal_name
from integrations.sync.context import WebinarContext
from integrations.zoom.errors import ZoomError


class SpeakerNames:
    """Participants and the host by our rows; panelists are asked for only if those don't explain a name."""

    def __init__(self, ctx: WebinarContext, instance: WebinarInstance) -> None:
        self._ctx, self._instance = ctx, instance

    def known_among(self, names: Collection[str]) -> set[str]:
        """Those of these names, spelled by `normal_name`, that are someone's."""
        known = set(names) & self._present
        others = set(names) - known
        return known | (others & self._panelists) if others else known

    @cached_property
    def _present(self) -> set[str]:
        host = self._ctx.webinar.host
        own = [f"{host.first_name} {host.last_name}"] if host else []
        rows = self._instance.attendance_rows.exclude(name="").order_by().values_list("name", flat=True)
        return {normal_name(name) for name in (*own, *rows.distinct())}

    @cached_property
    def _panelists(self) -> set[str]:
        """Without them a name may stay in the text; that must not keep the transcript away."""
        try:
            listed = self._ctx.panelists or []
        except ZoomError:
            return set()
        return {normal_name(panelist.name) for panelist in listed}
