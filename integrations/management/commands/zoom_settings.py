"""The settings of a brand's Zoom account, for scripts: the same switches and lists as in the pages.

All that is asked for in one call is done, or nothing of it. Exit code 2 when something is refused, with the
reason in words.
"""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from contacts.models import Brand
from integrations.management.arguments import BAD_ARGUMENT, known_brand, webinar_number
from integrations.management.settings_report import report_brand, report_webinar
from integrations.models import DomainExclusion, Webinar, ZoomSettings, ZoomUser
from integrations.settings_changes import (
    ActionError,
    Outcome,
    add_exclusions,
    in_words,
    remove_exclusions,
    set_global,
    set_users,
    set_webinar,
)

ON_OFF = ("off", "on")
GLOBAL = ("sync_webinars", "recordings", "create_contacts", "exclude_staff", "new_webinars")
LISTS = {
    "host": (DomainExclusion.Kind.HOST, "hosts whose webinars do not sync"),
    "recordings": (DomainExclusion.Kind.RECORDING, "hosts whose recordings do not sync"),
    "contacts": (DomainExclusion.Kind.CONTACT, "people who do not become contacts"),
}


class Command(BaseCommand):
    help = "Change or show what syncs from a brand's Zoom account."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--brand", metavar="NAME", required=True)
        parser.add_argument("--show", action="store_true", help="print the settings, and what each comes to")
        parser.add_argument("--sync-webinars", choices=ON_OFF, help="sync webinar data at all")
        parser.add_argument(
            "--recordings", choices=ZoomSettings.Recordings.values, help="of which Zoom users"
        )
        parser.add_argument("--create-contacts", choices=ON_OFF, help="whether people become contacts")
        parser.add_argument(
            "--exclude-staff", choices=ON_OFF, help="keep hosts, co-hosts and panelists out of the CRM"
        )
        parser.add_argument(
            "--new-webinars", choices=ON_OFF, help="sync new webinars by default, of all users"
        )
        webinar = parser.add_argument_group("one webinar")
        webinar.add_argument("--webinar", metavar="ID", help="spaces and dashes do not matter")
        webinar.add_argument("--sync", choices=ON_OFF)
        webinar.add_argument("--recordings-sync", choices=ON_OFF)
        lists = parser.add_argument_group("lists of domains")
        for name, (_kind, text) in LISTS.items():
            for verb, help_text in (
                ("exclude", f"add to the {text}"),
                ("include", f"remove from the {text}"),
            ):
                lists.add_argument(
                    f"--{verb}-{name}", metavar="D", nargs="+", action="extend", help=help_text
                )

    def handle(self, *, show: bool, **options: Any) -> None:
        brand = known_brand(options["brand"])
        webinar = _webinar(brand, options)
        try:
            with transaction.atomic():
                outcomes = list(_apply(brand, webinar, options))
        except ActionError as refusal:
            raise CommandError(str(refusal), returncode=BAD_ARGUMENT) from None
        self._tell(outcomes)
        if show or not _asks_for_change(options):
            lines = report_webinar(webinar) if webinar else report_brand(brand)
            self.stdout.write("\n".join(lines))

    def _tell(self, outcomes: list[Outcome]) -> None:
        for change in (change for outcome in outcomes for change in outcome.changes):
            what = f"{change.target}: " if change.scope in {"user", "webinar"} else ""
            self.stdout.write(f"{what}{in_words(change)}.")
        if queued := sum(outcome.queued for outcome in outcomes):
            self.stdout.write(f"Webinars that catch up with what was missed: {queued:,}.")


def _webinar(brand: Brand, options: dict[str, Any]) -> Webinar | None:
    switches = options["sync"] or options["recordings_sync"]
    if not options["webinar"]:
        if switches:
            raise CommandError("--sync and --recordings-sync need --webinar.", returncode=BAD_ARGUMENT)
        return None
    number = webinar_number(options["webinar"])
    webinars = Webinar.objects.filter(connection__brand=brand, zoom_webinar_id=number)
    webinar = webinars.select_related("connection__brand", "host").first()
    if webinar is None:
        raise CommandError(f"{brand} has no webinar with the ID {number}.", returncode=BAD_ARGUMENT)
    return webinar


def _asks_for_change(options: dict[str, Any]) -> bool:
    lists = (f"{verb}_{name}" for name in LISTS for verb in ("exclude", "include"))
    names = (*GLOBAL, "sync", "recordings_sync", *lists)
    return any(options[name] is not None for name in names)


def _apply(brand: Brand, webinar: Webinar | None, options: dict[str, Any]) -> Iterator[Outcome]:
    """From the farthest above to the nearest, so that one call can switch on all that it takes (R16)."""
    new_webinars = _is_on(options["new_webinars"])
    if any(options[name] is not None for name in GLOBAL):
        yield set_global(
            brand,
            sync_webinars=_is_on(options["sync_webinars"]),
            recordings=options["recordings"],
            create_contacts=_is_on(options["create_contacts"]),
            exclude_staff=_is_on(options["exclude_staff"]),
            sync_new_webinars=new_webinars,
            actor=None,
        )
    if new_webinars is not None:
        users = ZoomUser.objects.filter(connection__brand=brand)
        yield set_users(brand, users, sync_new_webinars=new_webinars, actor=None)
    for name, (kind, _words) in LISTS.items():
        if domains := options[f"exclude_{name}"]:
            yield add_exclusions(brand, kind, domains, None)
        if domains := options[f"include_{name}"]:
            yield remove_exclusions(brand, kind, domains, None)
    if webinar:
        sync, recordings = _is_on(options["sync"]), _is_on(options["recordings_sync"])
        yield set_webinar(webinar, sync=sync, recordings=recordings, actor=None)


def _is_on(given: str | None) -> bool | None:
    return None if given is None else given == "on"
