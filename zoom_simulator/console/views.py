"""The simulator's own pages: what there is, and buttons that make things happen. No script, only forms."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from msgspec import Struct
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from zoom_simulator.account.rows import Instance, Webinar
from zoom_simulator.clock import iso
from zoom_simulator.console.actions import ACTIONS, Doing
from zoom_simulator.console.render import TEMPLATES, html
from zoom_simulator.errors import ZoomError
from zoom_simulator.faults import KINDS
from zoom_simulator.limits import PLANS

if TYPE_CHECKING:
    from zoom_simulator.simulator import Simulator

SHOWN_PEOPLE = 200
SHOWN_CALLS = 300
Route = tuple[str, str, Callable[..., Response]]


class Row(Struct):
    """A webinar in the list."""

    webinar: Webinar
    host: str
    state: str
    start: datetime | None
    """Of a series, the next one."""
    registered: int
    pending: int
    attended: int


class Pages:
    def __init__(self, simulator: "Simulator") -> None:
        self.simulator = simulator
        self.account = simulator.account
        self.random = Random()  # noqa: S311 - names and talk, different every time

    def routes(self) -> list[Route]:
        return [
            ("GET", "/", self.home),
            ("GET", "/simulator.css", self.css),
            ("GET", "/calls", self.calls),
            ("POST", "/settings", self.settings),
            ("POST", "/schedule", self.schedule),
            ("GET", "/webinars/<webinar_id>", self.webinar),
            ("POST", "/webinars/<webinar_id>", self.act),
            ("GET", "/webinar/register/<webinar_id>", self.registration),
            ("POST", "/webinar/register/<webinar_id>", self.register),
            ("GET", "/j/<webinar_id>", self.joining),
            ("GET", "/w/<webinar_id>", self.joining),
            ("POST", "/w/<webinar_id>", self.join),
        ]

    def home(self, request: Request) -> Response:
        with self.account.lock:
            rows = [
                self._row(webinar)
                for webinar in self.account.webinars.values()
                if not self.account.is_gone(webinar)
            ]
        wanted = request.args.get("q", "").strip()
        rows = [row for row in rows if wanted.lower() in row.webinar.topic.lower()]
        context = self._common(request) | {
            "groups": _groups(rows),
            "query": wanted,
            "users": list(self.account.users.values()),
            "kinds": KINDS,
            "plans": ["off", *PLANS],
            "rules": self.simulator.faults.rules(),
            "percent": round(self.simulator.faults.rate * 100),
        }
        return html("home.html", context)

    def css(self, request: Request) -> Response:
        return Response(TEMPLATES.with_name("simulator.css").read_bytes(), mimetype="text/css")

    def calls(self, request: Request) -> Response:
        context = self._common(request) | {"calls": list(self.simulator.calls)[: -SHOWN_CALLS - 1 : -1]}
        return html("calls.html", context)

    def webinar(self, request: Request, webinar_id: str) -> Response:
        try:
            webinar = self.account.webinar(int(webinar_id))
        except (ValueError, ZoomError):
            return html("not_found.html", {}, status=404)
        with self.account.lock:
            return html("webinar.html", self._common(request) | self._details(request, webinar))

    def act(self, request: Request, webinar_id: str) -> Response:
        """The form's `do` names the action; the answer says what it did, or why not."""
        action = ACTIONS.get(request.form.get("do", ""))
        try:
            doing = Doing(self.account, self.account.webinar(int(webinar_id)), request.form, self.random)
            said = action(doing) if action else "There is no such action."
        except ZoomError as problem:
            said = f"Not possible: {problem.message}"
        except (KeyError, ValueError) as problem:
            said = f"Something is missing in the form: {problem}"
        if request.form.get("do") == "delete":
            return self._home(said)
        return _back(f"/webinars/{webinar_id}", said)

    def schedule(self, request: Request) -> Response:
        form = request.form
        try:
            start = self.account.clock.now() + timedelta(hours=float(form.get("hours") or 1))
            webinar = self.account.add_webinar(
                form["host_id"], form["topic"], start=start, duration=int(form.get("minutes") or 60)
            )
        except (KeyError, ValueError, OverflowError, ZoomError) as problem:
            return self._home(f"Not possible: {problem}")
        return _back(f"/webinars/{webinar.id}", "The webinar is scheduled.")

    def settings(self, request: Request) -> Response:
        try:
            said = self._set(request)
        except (KeyError, ValueError) as problem:
            said = f"Not possible: {problem}"
        return self._home(said)

    def registration(self, request: Request, webinar_id: str) -> Response:
        """The page behind a webinar's registration_url: what a visitor sees."""
        try:
            webinar = self.account.webinar(int(webinar_id))
        except (ValueError, ZoomError):
            return html("not_found.html", {}, status=404)
        return html("register.html", self._common(request) | {"webinar": webinar})

    def register(self, request: Request, webinar_id: str) -> Response:
        form = request.form
        try:
            registrant = self.account.register(
                int(webinar_id), form["email"].strip(), form["first_name"], form.get("last_name", "")
            )
        except (KeyError, ValueError, ZoomError) as problem:
            return _back(f"/webinar/register/{webinar_id}", f"Not possible: {problem}")
        thanks = "You are registered." if registrant.status == "approved" else "The host will look at it."
        return _back(f"/webinar/register/{webinar_id}", f"Thank you, {registrant.first_name}. {thanks}")

    def joining(self, request: Request, webinar_id: str) -> Response:
        """The page behind a join link: the personal one (with `tk`), or the webinar's own."""
        try:
            webinar = self.account.webinar(int(webinar_id))
        except (ValueError, ZoomError):
            return html("not_found.html", {}, status=404)
        person = webinar.registrants.get(request.args.get("tk", ""))
        return html("join.html", self._common(request) | {"webinar": webinar, "person": person})

    def join(self, request: Request, webinar_id: str) -> Response:
        key = request.args.get("tk", "")
        try:
            row = self.account.join(int(webinar_id), registrant_id=key)
        except (ValueError, ZoomError) as problem:
            return _back(f"/w/{webinar_id}", f"Not possible: {problem}", tk=key)
        return _back(f"/w/{webinar_id}", f"You are in, {row.name}.", tk=key)

    def _home(self, said: str) -> Response:
        return _back("/", said, account=self.account.account_id)

    def _common(self, request: Request) -> dict[str, Any]:
        return {
            "said": request.args.get("said", ""),
            "simulator": self.simulator,
            "world": self.account,
            "now": self.simulator.clock.now(),
        }

    def _row(self, webinar: Webinar) -> Row:
        statuses = [registrant.status for registrant in webinar.registrants.values()]
        return Row(
            webinar=webinar,
            host=self.account.users[webinar.host_id].display_name,
            state=_state(webinar, self.simulator.clock.now()),
            start=webinar.next_start(self.simulator.clock.now()),
            registered=statuses.count("approved"),
            pending=statuses.count("pending"),
            attended=len(
                {row.registrant_id or row.name for instance in webinar.instances for row in instance.rows}
            ),
        )

    def _details(self, request: Request, webinar: Webinar) -> dict[str, Any]:
        people = list(webinar.registrants.values())
        wanted = request.args.get("q", "").strip().lower()
        found = [
            person
            for person in people
            if wanted in f"{person.first_name} {person.last_name} {person.email}".lower()
        ]
        live = webinar.live
        return {
            "row": self._row(webinar),
            "webinar": webinar,
            "query": wanted,
            "people": found[-SHOWN_PEOPLE:][::-1],
            "found": len(found),
            "live": live,
            "present": [row for row in live.rows if not row.leave_time] if live else [],
            "instances": [self._instance(row) for row in reversed(webinar.held)],
        }

    def _instance(self, instance: Instance) -> dict[str, Any]:
        recording = instance.recording
        return {
            "instance": instance,
            "people": len({row.registrant_id or row.user_email or row.name for row in instance.rows}),
            "recording": recording,
            "share_url": f"/rec/share/{recording.share_id}" if recording else "",
        }

    def _set(self, request: Request) -> str:
        """Faults, limits, latency, time and webhooks; returns what was done."""
        form, simulator = request.form, self.simulator
        match form["do"]:
            case "faults":
                percent = min(100.0, max(0.0, float(form["percent"])))
                simulator.faults.randomly(percent / 100)
                return f"{percent:g} percent of the calls fail from now on."
            case "fault":
                simulator.faults.add(form["kind"], form.get("path", ""))
                return f"The next call to “{form.get('path') or 'anything'}” ends with: {form['kind']}."
            case "no faults":
                simulator.faults.clear()
                return "No call fails any more."
            case "limits":
                simulator.limits.switch(form["plan"])
                return f"Rate limits: {form['plan']}."
            case "latency":
                simulator.latency = max(0.0, float(form["latency"]))
                return f"Every answer takes {simulator.latency:g} ms longer."
            case "clock":
                simulator.clock.advance(hours=float(form["hours"]))
                return f"It is {iso(simulator.clock.now())} now."
            case "webhooks":
                valid = simulator.webhooks.configure(form["url"].strip(), form["secret"].strip())
                return "The address proved itself." if valid else "The address did not prove itself."
        return "There is no such setting."


def _groups(rows: list[Row]) -> list[tuple[str, list[Row]]]:
    def start(row: Row) -> str:
        return iso(row.start)

    return [
        ("Live now", sorted((row for row in rows if row.state == "live"), key=start)),
        ("Upcoming", sorted((row for row in rows if row.state == "upcoming"), key=start)),
        ("Past", sorted((row for row in rows if row.state == "past"), key=start, reverse=True)),
    ]


def _state(webinar: Webinar, now: datetime) -> str:
    if webinar.live:
        return "live"
    end = webinar.scheduled_end
    return "past" if end and end < now else "upcoming"


def _back(path: str, said: str, **query: str) -> Response:
    return redirect(f"{path}?{urlencode(query | {'said': said})}", code=303, Response=Response)
