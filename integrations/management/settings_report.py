"""The settings of a brand, or the switches of a webinar, as lines of text: each with what it comes to."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Count, Q

from contacts.models import Brand
from core.domains import DomainList
from integrations import audit
from integrations.models import DomainExclusion, SkippedPerson, Webinar, ZoomConnection, ZoomUser
from integrations.rules.switches import SyncDecision
from integrations.settings.effective import WEBINAR_FIELDS, brand_switches, effect, effects

Kind = DomainExclusion.Kind


def report_brand(brand: Brand) -> list[str]:
    """Reads all webinars of the brand once; the number of queries does not depend on how many there are."""
    settings = brand.zoom_settings
    rows = Webinar.objects.filter(connection__brand=brand).select_related("host").only(*WEBINAR_FIELDS)
    webinars = list(rows)
    outcomes = effects(brand_switches(brand), webinars).values()
    users = _users(brand)
    return [
        f"{brand}{' (primary brand)' if brand.is_primary else ''}: {_connection(brand)}",
        _line(
            "Sync webinar data",
            _on_off(settings.sync_webinars),
            f"{sum(bool(effect_.webinar) for effect_ in outcomes):,} of {len(webinars):,} webinars sync",
        ),
        _line("Webinars turned off", f"{sum(not webinar.sync_enabled for webinar in webinars):,}"),
        _line(
            "Recordings",
            settings.get_recordings_display(),
            f"{sum(bool(effect_.recordings) for effect_ in outcomes):,} webinars, "
            f"{users['recordings']:,} of {users['all']:,} users selected",
        ),
        _line(
            "New webinars sync",
            _on_off(settings.sync_new_webinars),
            f"for {users['new']:,} of {users['all']:,} users",
        ),
        _line("Create contacts", _on_off(settings.create_contacts)),
        _line("Exclude hosts and panelists", _on_off(settings.exclude_staff)),
        *_lists(brand, [webinar.host_email for webinar in webinars]),
    ]


def report_webinar(webinar: Webinar) -> list[str]:
    outcome = effect(brand_switches(webinar.connection.brand), webinar)
    return [
        f"{webinar} ({webinar.zoom_webinar_id})",
        _line("Sync", _on_off(webinar.sync_enabled), _in_words(outcome.webinar)),
        _line("Recordings", _on_off(webinar.sync_recordings), _in_words(outcome.recordings)),
    ]


def _connection(brand: Brand) -> str:
    connection = ZoomConnection.objects.filter(brand=brand).first()
    if connection is None:
        return "not connected to Zoom"
    reason = f" ({connection.state_reason})" if connection.state_reason else ""
    return f"Zoom account {connection.account_id}, {connection.get_state_display().lower()}{reason}"


def _users(brand: Brand) -> dict[str, int]:
    users: dict[str, int] = ZoomUser.objects.filter(connection__brand=brand, is_gone=False).aggregate(
        all=Count("pk"),
        new=Count("pk", filter=Q(sync_new_webinars=True)),
        recordings=Count("pk", filter=Q(sync_recordings=True)),
    )
    return users


def _lists(brand: Brand, hosts: Iterable[str]) -> list[str]:
    """Each entry with how many webinars it keeps out, or how many people it has kept out so far."""
    webinars_of = Counter(hosts)
    skipped = SkippedPerson.objects.filter(
        webinar__connection__brand=brand, reason=SkippedPerson.Reason.EXCLUDED_DOMAIN
    )
    people = dict(skipped.order_by().values_list("rule").annotate(Count("email", distinct=True)))
    entries: dict[str, list[str]] = {kind: [] for kind in Kind.values}
    for entry in DomainExclusion.objects.filter(brand=brand).order_by("domain"):
        if entry.kind == Kind.CONTACT:
            what = f"{people.get(entry.domain, 0):,} people skipped"
        else:
            listed = DomainList([entry.domain])
            hits = sum(count for host, count in webinars_of.items() if listed.match_email(host))
            what = f"{hits:,} webinars"
        entries[entry.kind].append(f"{entry.domain} ({what})")
    return [_line(str(Kind(kind).label), ", ".join(domains) or "none") for kind, domains in entries.items()]


def _line(name: str, value: object, comes_to: str = "") -> str:
    return f"  {name}: {value}{f' - {comes_to}' if comes_to else ''}"


def _on_off(value: bool) -> str:
    return "on" if value else "off"


def _in_words(verdict: SyncDecision) -> str:
    """Yes, or what the first switch that says no means."""
    if verdict.first is None:
        return "syncs"
    return f"does not sync: {audit.definition(audit.warning_of(verdict.first.switch)).meaning}"
