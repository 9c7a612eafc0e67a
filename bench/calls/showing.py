"""Asks for the pages of the call as a signed-in admin; prints server time and queries of each."""

import json

import django
from django.core.management import call_command

from bench.pages.visiting import signed_in, visit


def main() -> None:
    django.setup()
    from marketing_events.models import Call  # noqa: PLC0415  needs Django to be set up

    call_command("collectstatic", verbosity=0, interactive=False)
    call, client = Call.objects.get(), signed_in()
    attendee = call.attendees.order_by("pk")[0].contact_id
    for name, path in {
        "change of password (baseline)": "/account/password/",
        "page of the call": f"/calls/{call.pk}/",
        "page, searched": f"/calls/{call.pk}/?q=pricing+conversation",
        "page, as somebody heard it": f"/calls/{call.pk}/?attendee={attendee}",
        "page, last lines": f"/calls/{call.pk}/?page=25",
        "list of calls, searched": "/calls/?q=pricing",
    }.items():
        print(json.dumps({"page": name, **visit(client, path)}), flush=True)


if __name__ == "__main__":
    main()
