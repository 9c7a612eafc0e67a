"""Creates, lists and revokes API tokens.

`create` prints the token alone on the standard output, and on the standard error the secret that signs the
callbacks of jobs made with it. Exit code 2 for bad arguments, 1 when nothing was changed.
"""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.roles import Role
from zoomsync.api.models import ApiToken
from zoomsync.api.tokens import TokenError, create_token, revoke_token

HEADER = ("Name", "Role", "Created (UTC)", "Ends", "Last used", "Callback secret")


class Command(BaseCommand):
    help = "Create, list or revoke the tokens that programs use the API with."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="create|list|revoke")
        create = actions.add_parser("create", help="print a new token, once")
        create.add_argument("--name", required=True, metavar="N", help="what the token is called here")
        create.add_argument("--role", required=True, choices=Role.values, help="what it may do")
        create.add_argument("--days", type=int, metavar="D", help="after which it ends; default: never")
        actions.add_parser("list", help="show all tokens that were not revoked, with their callback secrets")
        revoke = actions.add_parser("revoke", help="make a token useless, for good")
        revoke.add_argument("name", metavar="NAME", help="of the token")

    def handle(self, *, action: str, **options: Any) -> None:
        try:
            getattr(self, f"_{action}")(options)
        except TokenError as refusal:
            raise CommandError(str(refusal)) from None

    def _create(self, options: dict[str, Any]) -> None:
        new = create_token(options["name"], options["role"], days=options["days"])
        self.stderr.write(f"Callbacks are signed with {new.token.callback_secret}", lambda text: text)
        self.stdout.write(new.plain)

    def _list(self, _options: dict[str, Any]) -> None:
        rows = [_row(token) for token in ApiToken.objects.filter(revoked_at=None).order_by("name", "pk")]
        if not rows:
            self.stdout.write("There are no API tokens.")
            return
        table = [HEADER, *rows]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        for row in table:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())

    def _revoke(self, options: dict[str, Any]) -> None:
        token = ApiToken.objects.filter(name__iexact=options["name"].strip(), revoked_at=None).first()
        if token is None:
            raise TokenError(f"There is no token called “{options['name']}”.")
        revoke_token(token)
        self.stdout.write(f"“{token}” is revoked.")


def _row(token: ApiToken) -> tuple[str, ...]:
    ends = f"{_day(token.expires_at)} (over)" if token.has_expired else _day(token.expires_at)
    return (
        *(token.name, token.role, _day(token.created_at), ends, _day(token.last_used_at)),
        token.callback_secret,
    )


def _day(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}" if moment else "never"
