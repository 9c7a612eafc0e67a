"""The switches as they stand: rows in, what the rules of D3 ask for out, and for many webinars at once.

The one place that knows in which column a switch is kept. What follows from the switches is decided in
`integrations.rules.switches`; who may turn them, in `integrations.settings_changes`.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from contacts.models import Brand
from core.domains import DomainList
from core.emails import normalise
from integrations.models import DomainExclusion, Webinar, ZoomSettings
from integrations.rules.switches import (
    BrandSwitches,
    RecordingScope,
    SyncDecision,
    WebinarSwitches,
    recording_switch,
    webinar_switch,
)

# What `webinar_switches` reads; for `Webinar.objects.only(*WEBINAR_FIELDS).select_related("host")`.
WEBINAR_FIELDS = (
    "host_email",
    "sync_enabled",
    "sync_recordings",
    "is_zoom_event",
    "host__sync_recordings",
)


class Effect(NamedTuple):
    """What the switches come to for one webinar."""

    webinar: SyncDecision
    recordings: SyncDecision


def exclusions(brand: Brand) -> dict[str, DomainList]:
    """The three lists, by their kind. One query."""
    by_kind: dict[str, list[str]] = {kind: [] for kind in DomainExclusion.Kind.values}
    for kind, domain in DomainExclusion.objects.filter(brand=brand).values_list("kind", "domain"):
        by_kind[kind].append(domain)
    return {kind: DomainList(domains) for kind, domains in by_kind.items()}


def settings_of(brand: Brand) -> ZoomSettings:
    """A brand whose settings were never saved has those of a new installation (D3)."""
    return ZoomSettings.objects.filter(brand=brand).first() or ZoomSettings(brand=brand)


def switches_in(settings: ZoomSettings, lists: Mapping[str, DomainList]) -> BrandSwitches:
    return BrandSwitches(
        sync_webinars=settings.sync_webinars,
        recordings=RecordingScope(settings.recordings),
        excluded_hosts=lists[DomainExclusion.Kind.HOST],
        excluded_recordings=lists[DomainExclusion.Kind.RECORDING],
    )


def brand_switches(brand: Brand) -> BrandSwitches:
    """Read anew from the database, in two queries."""
    return switches_in(settings_of(brand), exclusions(brand))


def excluded_hosts(brand: Brand) -> list[str]:
    """Those of its hosts whose domain is excluded (R13). Hosts are few; a domain is matched as D4 says."""
    hosts = Webinar.objects.filter(connection__brand=brand).values_list("host_email", flat=True).distinct()
    listed = exclusions(brand)[DomainExclusion.Kind.HOST]
    return [host for host in hosts.order_by("host_email") if listed.match_email(normalise(host))]


def webinar_switches(webinar: Webinar) -> WebinarSwitches:
    """Reads `webinar.host`: select it along where there are many."""
    return WebinarSwitches(
        host_email=normalise(webinar.host_email),
        own=webinar.sync_enabled,
        own_recordings=webinar.sync_recordings,
        host_recordings=bool(webinar.host and webinar.host.sync_recordings),
        is_zoom_events=webinar.is_zoom_event,
    )


def effect(brand: BrandSwitches, webinar: Webinar) -> Effect:
    switches = webinar_switches(webinar)
    return Effect(webinar_switch(brand, switches), recording_switch(brand, switches))


def effects(brand: BrandSwitches, webinars: Iterable[Webinar]) -> dict[int, Effect]:
    """By the webinar's key."""
    return {webinar.pk: effect(brand, webinar) for webinar in webinars}
