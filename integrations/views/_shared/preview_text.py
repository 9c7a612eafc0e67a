"""What a rehearsed change would do, in sentences (X6). Words only: the figures come from the rehearsal."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from integrations.models import SkippedPerson
from integrations.rules.retention import Availability
from integrations.rules.switches import Switch
from integrations.settings_changes import Entrance, Lost, SettingsPreview


@dataclass(frozen=True)
class Fact:
    """One sentence, with the Lucide name of its icon."""

    icon: str
    text: str


@dataclass(frozen=True)
class MissingLine:
    lost: Lost
    what: str


@dataclass(frozen=True)
class Missing:
    """What of the past can no longer be fetched (D14)."""

    text: str
    lines: list[MissingLine]
    more: int  # webinars that are not named


def facts_of(preview: SettingsPreview) -> list[Fact]:
    facts = [*_webinars(preview), *_recordings(preview)]
    if preview.outcome.queued:
        facts.append(Fact("history", _counted(_CATCHES_UP, preview.outcome.queued)))
    if preview.entrance is not None:
        facts += entrance_facts(preview.entrance)
    if preview.staff:
        facts.append(Fact("user-x", _counted(_STAFF_OUT, preview.staff)))
    return facts or [Fact("equal", _("No existing webinars or people are affected."))]


def _webinars(preview: SettingsPreview) -> Iterator[Fact]:
    outcome = preview.outcome
    if outcome.started:
        yield Fact("play", _counted(_STARTED, outcome.started, total=preview.webinars))
        yield from _known(preview)
        turned_all = any(change.field == "sync_webinars" for change in outcome.changes)
        if turned_all and (blocked := sum(preview.blocked.values())):
            why = ", ".join(_blocked_reasons(preview.blocked))
            yield Fact("pause", _counted(_BLOCKED, blocked, why=f": {why}" if why else ""))
    if outcome.stopped:
        yield Fact("square", _counted(_STOPPED, outcome.stopped, total=preview.webinars))
        yield Fact("archive", _numbers(_STAYS, registered=preview.registered, attended=preview.attended))


def _known(preview: SettingsPreview) -> Iterator[Fact]:
    if preview.registered or preview.attended:
        yield Fact("users", _numbers(_KNOWN, registered=preview.registered, attended=preview.attended))
    if preview.unread:
        yield Fact("circle-question-mark", _counted(_UNREAD, preview.unread))


def _recordings(preview: SettingsPreview) -> Iterator[Fact]:
    outcome = preview.outcome
    if outcome.recordings_started:
        yield Fact("circle-play", _counted(_RECORDINGS_STARTED, outcome.recordings_started))
    if outcome.recordings_stopped and not outcome.stopped:
        yield Fact("circle-stop", _counted(_RECORDINGS_STOPPED, outcome.recordings_stopped))


def entrance_facts(entrance: Entrance) -> Iterator[Fact]:
    """What becomes of people who are skipped now."""
    if entrance.people:
        yield Fact(
            "user-plus", _counted(_ENTER, entrance.people, webinars=_counted(_WEBINARS, entrance.webinars))
        )
    if entrance.resuming:
        yield Fact("refresh-cw", _counted(_RESUME, entrance.resuming))
    if not (entrance.people or entrance.resuming or entrance.waiting):
        yield Fact("user-x", _("This won't add anyone who is currently skipped."))
    if entrance.waiting:
        yield Fact("pause", _counted(_WAIT, entrance.waiting))
    if staying := sum((entrance.staying or {}).values()):
        reasons = (
            f"{SkippedPerson.Reason(reason).label} {intcomma(count)}"
            for reason, count in sorted((entrance.staying or {}).items())
        )
        yield Fact("shield", _counted(_STAY_OUT, staying, why=", ".join(reasons)))
    if entrance.is_capped:
        yield Fact("ellipsis", _("There are more skipped people than this preview checked."))


def contacts_fact(contacts: int) -> Fact:
    """What adding domains to the contact exclusions means for contacts."""
    if not contacts:
        return Fact("users", _("No contact has a primary email in these domains."))
    return Fact("users", _counted(_CONTACTS, contacts))


def missing_of(preview: SettingsPreview) -> Missing | None:
    if not preview.losses:
        return None
    dates = {name: date_format(localtime(at), "j M Y") for name, at in preview.reaches_to._asdict().items()}
    return Missing(
        _counted(_MISSING, preview.losses)
        + " "
        + _(
            "Zoom keeps registrations for 90 days (since %(registrants)s). It promises attendance for 6 "
            "months (since %(participants)s), and has it for 12 at most."
        )
        % dates,
        [MissingLine(lost, _what_is_lost(lost)) for lost in preview.lost],
        preview.losses - len(preview.lost),
    )


def _what_is_lost(lost: Lost) -> str:
    if lost.loss.participants is Availability.NO:
        return _("neither registrations nor attendance")
    if lost.loss.participants is Availability.PERHAPS:
        return _("no registrations, possibly attendance")
    return _("attendance, but no registrations")


def _counted(text: Any, count: int, **others: object) -> str:
    """`words` are of ngettext_lazy; `count` decides the form, `shown` is how it is written."""
    shown = {name: intcomma(value) if isinstance(value, int) else value for name, value in others.items()}
    return str(text % {"count": count, "shown": intcomma(count), **shown})


def _numbers(text: Any, **numbers: int) -> str:
    return str(text % {name: intcomma(number) for name, number in numbers.items()})


NO_NEW_CONTACTS = gettext_lazy("People who aren't contacts yet will be skipped. Existing contacts are kept.")
_STARTED = ngettext_lazy(
    "%(shown)s of %(total)s webinars will start syncing.",
    "%(shown)s of %(total)s webinars will start syncing.",
    "count",
)
_BLOCKED = ngettext_lazy(
    "%(shown)s webinar stays off%(why)s.", "%(shown)s webinars stay off%(why)s.", "count"
)
_STOPPED = ngettext_lazy(
    "%(shown)s of %(total)s webinars will stop syncing.",
    "%(shown)s of %(total)s webinars will stop syncing.",
    "count",
)
_STAYS = gettext_lazy(
    "Existing data is kept: %(registered)s registrations and %(attended)s attendance records. "
    "No new data will sync."
)
_KNOWN = gettext_lazy(
    "%(registered)s registrations and %(attended)s attendance records from them are already here."
)
_UNREAD = ngettext_lazy(
    "%(shown)s of them hasn't synced yet, so we can't tell who is in it.",
    "%(shown)s of them haven't synced yet, so we can't tell who is in them.",
    "count",
)
_RECORDINGS_STARTED = ngettext_lazy(
    "Recordings and transcripts of %(shown)s webinar will start syncing.",
    "Recordings and transcripts of %(shown)s webinars will start syncing.",
    "count",
)
_RECORDINGS_STOPPED = ngettext_lazy(
    "Recordings and transcripts of %(shown)s webinar will stop syncing. Existing calls are kept.",
    "Recordings and transcripts of %(shown)s webinars will stop syncing. Existing calls are kept.",
    "count",
)
_CATCHES_UP = ngettext_lazy(
    "%(shown)s webinar will start catching up right away.",
    "%(shown)s webinars will start catching up right away.",
    "count",
)
_ENTER = ngettext_lazy(
    "%(shown)s currently skipped person will be added to the CRM, in %(webinars)s.",
    "%(shown)s currently skipped people will be added to the CRM, in %(webinars)s.",
    "count",
)
_RESUME = ngettext_lazy(
    "%(shown)s skipped person is already in the CRM. Their missed activity will sync.",
    "%(shown)s skipped people are already in the CRM. Their missed activity will sync.",
    "count",
)
_WAIT = ngettext_lazy(
    "%(shown)s person will be added only when their webinar syncs.",
    "%(shown)s people will be added only when their webinar syncs.",
    "count",
)
_STAY_OUT = ngettext_lazy(
    "%(shown)s person stays excluded by another rule: %(why)s.",
    "%(shown)s people stay excluded by other rules: %(why)s.",
    "count",
)
_STAFF_OUT = ngettext_lazy(
    "%(shown)s host or panelist gets no new activity from their webinars. Existing data is kept.",
    "%(shown)s hosts and panelists get no new activity from their webinars. Existing data is kept.",
    "count",
)
_CONTACTS = ngettext_lazy(
    "%(shown)s contact has a primary email in these domains. Its data is kept, but no new "
    "activity will sync.",
    "%(shown)s contacts have a primary email in these domains. Their data is kept, but no new "
    "activity will sync.",
    "count",
)
_MISSING = ngettext_lazy(
    "Zoom no longer has all the data of %(shown)s of these webinars.",
    "Zoom no longer has all the data of %(shown)s of these webinars.",
    "count",
)
_WEBINARS = ngettext_lazy("%(shown)s webinar", "%(shown)s webinars", "count")


def _blocked_reasons(blocked: Mapping[Switch, int]) -> Iterator[str]:
    sentences = {
        Switch.ZOOM_EVENTS: _("%(count)s as part of Zoom Events"),
        Switch.HOST_EXCLUDED: _("%(count)s because of their host's domain"),
        Switch.WEBINAR: _("%(count)s because their own sync is off"),
    }
    for switch, sentence in sentences.items():
        if count := blocked.get(switch, 0):
            yield sentence % {"count": intcomma(count)}
