"""Who runs a webinar: its host, co-hosts and panelists, by Zoom's lists (D26)."""

import re
from collections.abc import Iterable, Iterator

from core.emails import normalise
from integrations.models import Webinar, WebinarStaff
from integrations.sync.context import WebinarContext
from integrations.zoom import endpoints

Role = WebinarStaff.Role


def write_hosts(webinar: Webinar, alternative_hosts: str) -> None:
    """The host, and the co-hosts that Zoom names in one text. Must run inside a transaction."""
    emails = [webinar.host_email, *re.split(r"[;,\s]+", alternative_hosts)]
    _write(webinar, Role.HOST, (normalise(email) for email in emails if "@" in email))


def read_staff(ctx: WebinarContext) -> Iterator[None]:
    """Asks Zoom for the panelists. Without an answer they stay as they are known.

    Stops when the request was sent.
    """
    ctx.zoom.send_ahead(endpoints.panelists(ctx.webinar.zoom_webinar_id))
    yield
    if ctx.panelists is None:
        return
    with ctx.writing():
        hosts = set(ctx.webinar.staff.filter(role=Role.HOST).values_list("email", flat=True))
        emails = {normalise(panelist.email) for panelist in ctx.panelists} - hosts - {""}
        _write(ctx.webinar, Role.PANELIST, emails)


def roles_of(webinar: Webinar) -> dict[str, str]:
    """The role of each staff member, by email. A webinar has at most some hundred."""
    return dict(webinar.staff.values_list("email", "role"))


def _write(webinar: Webinar, role: Role, emails: Iterable[str]) -> None:
    wanted, rows = set(emails), webinar.staff.filter(role=role)
    known = set(rows.values_list("email", flat=True))
    if known - wanted:
        rows.filter(email__in=known - wanted).delete()
    if wanted - known:
        if role is Role.HOST:
            webinar.staff.filter(email__in=wanted).delete()
        new = [WebinarStaff(webinar=webinar, email=email, role=role) for email in sorted(wanted - known)]
        WebinarStaff.objects.bulk_create(new, ignore_conflicts=True)
