"""`manage.py sync_zoom …` without keeping to Zoom's limits, as the floor and dlt do not: its own cost."""

import sys

import django
from django.core.management import call_command


def main() -> None:
    django.setup()
    from integrations.zoom.http.pacing import AccountPacer, Unpaced  # noqa: PLC0415  needs Django to be set up

    AccountPacer.of = lambda _zoom, *_share: Unpaced()  # type: ignore[assignment,method-assign]
    call_command("sync_zoom", *sys.argv[1:])


if __name__ == "__main__":
    main()
