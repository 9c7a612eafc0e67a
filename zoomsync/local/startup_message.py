"""What `make run` prints: where the app is, who can sign in, how to connect your own Zoom account."""

from collections.abc import Iterable

from zoomsync.models import User


def of_the_demo(address: str, zoom: str, people: Iterable[User], password: str) -> str:
    logins = "\n".join(
        f"    {person.get_role_display():<10}{person.email:<30}{password}" for person in people
    )
    return f"""
  Zoomsync is running:  {address}

{logins}

  Zoom is simulated at {zoom} : open it to register people, start a webinar,
  let them join and leave, and watch them arrive in the CRM. It holds three accounts: those of
  the two brands, and one to connect yourself (README.md, "A second brand"). After about a minute a
  new demo publishes two workflows. One registers whoever signs up for an upcoming webinar for "Winter
  release preview" too.

  Your own Zoom account: write ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET into a file .env and give it
  a directory of its own (DATA_DIR=var/mine); README.md, "A real Zoom account", has the steps in Zoom.

  Ctrl-C stops everything; what is in the CRM stays until `make clean`.
"""


def of_ones_own_zoom(address: str, has_admin: bool) -> str:
    first = (
        ""
        if has_admin
        else """
  Nobody can sign in yet. Make the first admin, in a second terminal:
    .venv/bin/python manage.py createsuperuser
"""
    )
    return f"""
  Zoomsync is running:  {address}
{first}
  Then connect your account: Settings > Integrations > Connected apps > Zoom.
  README.md, "A real Zoom account", has the steps in Zoom. Without ZOOM_… settings this starts the demo.

  Ctrl-C stops everything.
"""
