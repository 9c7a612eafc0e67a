"""Connects a brand with its Zoom account by Server-to-Server OAuth, and reads its users and webinars once.

Exit code 0 when it is connected and listed, 1 when Zoom says no or cannot be reached (nothing is left behind
if that was before it let us in), 2 for arguments that cannot be.
"""

import shlex
import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from contacts.models import Brand
from core.jobs import RunResult
from integrations.connections import connect
from integrations.connections.brands import BrandError, brand_named, make_primary, new_brand
from integrations.connections.webhook_secret import WebhookSecretError, checked_secret, set_webhook_secret
from integrations.management.arguments import BAD_ARGUMENT, FAILED
from integrations.models import SyncRun, ZoomConnection
from integrations.sync import scope_warnings
from integrations.sync.runs.foreground import finish
from integrations.sync.runs.queue import enqueue_discovery
from integrations.sync.runs.runner import Result
from integrations.zoom.errors import ZoomError


class Command(BaseCommand):
    help = (
        "Connect a brand with its Zoom account by Server-to-Server OAuth. "
        "The client secret is taken from ZOOM_CLIENT_SECRET, or asked for."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--brand", metavar="NAME", required=True, help="made if there is none of this name"
        )
        parser.add_argument("--primary", action="store_true", help="make it the primary brand")
        parser.add_argument("--account-id", required=True)
        parser.add_argument("--client-id", required=True)
        parser.add_argument(
            "--webhook-secret",
            action="store_true",
            help="also keep the app's Secret Token with the brand, "
            "from ZOOM_WEBHOOK_SECRET_TOKEN, or asked for after the client secret",
        )

    def handle(self, *, account_id: str, client_id: str, primary: bool, **options: Any) -> None:
        brand = _brand(options["brand"])
        secret = _secret("ZOOM_CLIENT_SECRET", "client secret")
        webhook_secret = options["webhook_secret"] and _webhook_secret()
        try:
            connection = connect.connect_server_to_server(
                brand, account_id=account_id, client_id=client_id, client_secret=secret, actor=None
            )
        except ZoomError as error:
            raise CommandError(error.with_zoom_text, returncode=FAILED) from None
        if webhook_secret:
            set_webhook_secret(connection, webhook_secret, actor=None)
        if primary:
            make_primary(brand, actor=None)
        self.stdout.write(f"{brand} is connected with the Zoom account {connection.account_id}.")
        for warning, scopes in scope_warnings.lacking(connection):
            self.stdout.write(f"{warning}: the app at Zoom lacks {', '.join(scopes)}.")
        self._list(connection)

    def _list(self, connection: ZoomConnection) -> None:
        self.stdout.write("Reading its users and webinars …")
        results: list[Result] = []
        finish([enqueue_discovery(connection, SyncRun.Trigger.COMMAND)], results.append)
        if results[0].end is not RunResult.COMPLETE:
            text = "They could not be read to the end, which is tried again by itself."
            raise CommandError(f"{text} {results[0].reason}", returncode=FAILED)
        users, webinars = connection.zoom_users.count(), connection.webinars.count()
        self.stdout.write(f"Found {users:,} users and {webinars:,} webinars.")
        if not connection.brand.zoom_settings.sync_webinars:
            name = shlex.quote(connection.brand.name)
            self.stdout.write(f"Nothing syncs yet: manage.py zoom_settings --brand {name} --sync-webinars on")


def _brand(name: str) -> Brand:
    try:
        return brand_named(name) or new_brand(name)
    except BrandError as error:
        raise CommandError(str(error), returncode=BAD_ARGUMENT) from None


def _secret(setting: str, name: str) -> str:
    """Never an argument: every user of the machine can read those."""
    if secret := getattr(settings, setting):
        return str(secret)
    typed = getpass(f"{name.capitalize()}: ") if sys.stdin.isatty() else sys.stdin.readline()
    if not typed.strip():
        raise CommandError(
            f"The {name} is missing: set {setting}, or give it on the standard input.",
            returncode=BAD_ARGUMENT,
        )
    return typed.strip()


def _webhook_secret() -> str:
    """Checked before Zoom is asked, so that a typing error leaves nothing behind."""
    try:
        return checked_secret(_secret("ZOOM_WEBHOOK_SECRET_TOKEN", "webhook secret"))
    except WebhookSecretError as error:
        raise CommandError(str(error), returncode=BAD_ARGUMENT) from None
