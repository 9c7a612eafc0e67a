"""Syncs now, in the foreground: lists the account, then reads every webinar that is not over, with progress.

Someone who asks does not want to wait until a webinar is due; only of what is final nothing is read again.
Exit code 0 when everything is up to date, 1 when a sync failed (each with its reason), 2 for a brand or
webinar that
does not exist.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import F, OuterRef, Q, Subquery

from core.jobs import RunResult
from core.terminal import console_of, progress_on
from integrations import audit
from integrations.management.arguments import known_brand, webinar_number
from integrations.models import SyncRun, Webinar, ZoomConnection
from integrations.settings.policy import Policy, load_policy
from integrations.sync.change_summary import in_words
from integrations.sync.runs.foreground import finish
from integrations.sync.runs.queue import enqueue_discovery, enqueue_webinar
from integrations.sync.runs.runner import Result

Trigger = SyncRun.Trigger


class Command(BaseCommand):
    requires_system_checks = ()  # run by a clock, every few minutes; `check` and `migrate` look at the code
    help = "Sync with Zoom now: all webinars that are not final yet, or one in full with --webinar."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--brand", metavar="NAME", default="", help="only this brand; default: all")
        parser.add_argument("--webinar", metavar="ID", default="", help="only this webinar, and all of it")

    def handle(self, *, brand: str, webinar: str, **options: Any) -> None:
        self.console = console_of(self.stdout)
        connections = _connections(brand)
        if webinar:
            failed = self._sync_one(connections, webinar_number(webinar))
        else:
            failed = sum(self._sync_account(connection) for connection in connections)
        if failed:
            raise CommandError(f"{failed} of these syncs did not come to their end.", returncode=1)

    def _sync_one(self, connections: list[ZoomConnection], zoom_webinar_id: int) -> int:
        """A webinar that no one has heard of yet may have been scheduled just now."""
        webinar = _find(connections, zoom_webinar_id)
        if webinar is None:
            for connection in connections:
                self._finish([enqueue_discovery(connection, Trigger.COMMAND)])
            webinar = _find(connections, zoom_webinar_id)
        if webinar is None:
            raise CommandError(f"Zoom lists no webinar with the ID {zoom_webinar_id}.", returncode=2)
        no = load_policy(webinar.connection.brand).effect(webinar).webinar.first
        if no:
            meaning = audit.definition(audit.warning_of(no.switch)).meaning
            self.console.print(f"{webinar} does not sync. {meaning}")
            return 0
        return self._finish([enqueue_webinar(webinar, Trigger.COMMAND, depth=SyncRun.Depth.FULL)])

    def _sync_account(self, connection: ZoomConnection) -> int:
        self.console.rule(str(connection.brand), align="left", characters="-")
        failed = self._finish([enqueue_discovery(connection, Trigger.COMMAND)])
        policy = load_policy(connection.brand)
        if not policy.switches.sync_webinars:
            self.console.print("“Sync webinar data” is off, so there is nothing to sync.")
            return failed
        webinars = _to_sync(connection, policy)
        if not webinars:
            self.console.print("All webinars are up to date.")
            return failed
        return failed + self._finish([enqueue_webinar(webinar, Trigger.COMMAND) for webinar in webinars])

    def _finish(self, runs: list[SyncRun]) -> int:
        """Have the runs done, telling each one's result; how many were not completed."""
        failed = 0
        with progress_on(self.console) as progress:
            task = progress.add_task("Syncing", total=len(runs))

            def tell(result: Result) -> None:
                nonlocal failed
                failed += result.end is not RunResult.COMPLETE
                self.console.print(_in_words(result))
                progress.advance(task)

            finish(runs, tell, on_wait=lambda result: self.console.print(_in_words(result, is_over=False)))
        return failed


def _connections(brand_name: str) -> list[ZoomConnection]:
    connected = ZoomConnection.objects.exclude(state=ZoomConnection.State.DISCONNECTED)
    connected = connected.select_related("brand").order_by("-brand__is_primary", "brand__name")
    if brand_name:
        connected = connected.filter(brand=known_brand(brand_name))
    connections = list(connected)
    if not connections:
        who = f"“{brand_name}”" if brand_name else "No brand"
        problem = "is not connected to Zoom" if brand_name else "is connected to Zoom"
        raise CommandError(f"{who} {problem}. Connect it with connect_zoom.", returncode=2)
    return connections


def _find(connections: list[ZoomConnection], zoom_webinar_id: int) -> Webinar | None:
    webinars = Webinar.objects.filter(connection__in=connections, zoom_webinar_id=zoom_webinar_id)
    return webinars.select_related("connection__brand", "host").order_by("pk").first()


def _to_sync(connection: ZoomConnection, policy: Policy) -> list[Webinar]:
    """Those not over, whose recording is awaited, never read, or failed the last time, if they may sync."""
    newest = SyncRun.objects.filter(webinar=OuterRef("pk")).order_by("-pk").values("state")[:1]
    wanting = Webinar.objects.annotate(last_end=Subquery(newest)).filter(
        Q(next_sync_at__isnull=False)
        | Q(next_recording_at__isnull=False)
        | Q(last_synced_at=None)
        | Q(last_end=SyncRun.State.FAILED),
        connection=connection,
    )
    webinars = wanting.select_related("host").order_by(F("starts_at").desc(nulls_last=True), "pk")
    return [webinar for webinar in webinars if policy.effect(webinar).webinar]


def _in_words(result: Result, *, is_over: bool = True) -> str:
    run = SyncRun.objects.select_related("webinar", "connection__brand").get(pk=result.run_id)
    what = (
        f"{run.webinar} ({run.webinar.zoom_webinar_id})"
        if run.webinar
        else f"Webinars of {run.connection.brand}"
    )
    if result.end is RunResult.COMPLETE:
        return f"{what}: {_done(run)}"
    if result.end is RunResult.FAILED:
        return f"{what}: failed. {result.reason}"
    if not is_over:
        return f"{what}: waits until {run.not_before:%H:%M:%S} UTC. {result.reason or ''}"
    return f"{what}: put off until {run.not_before:%Y-%m-%d %H:%M} UTC. {result.reason or ''}"


def _done(run: SyncRun) -> str:
    if run.webinar is None:
        return "listed."
    if run.webinar.state == Webinar.State.GONE:
        return "Zoom does not have it any more. What was synced stays."
    return in_words(run.changes)
