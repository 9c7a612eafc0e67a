"""One address for all accounts of the simulated Zoom: finds the account that a request is about.

As with Zoom, the token of an API call names it; a page of the simulator is about the account whose webinar or
recording it shows, or about the one that `?account=` names. The first account has what names none.
"""

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request

from zoom_simulator.app import Application
from zoom_simulator.simulator import Simulator

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

OF_OAUTH = ("account_id", "code", "refresh_token", "token")


class AllAccounts:
    def __init__(self, simulators: Sequence[Simulator]) -> None:
        self.simulators = simulators
        self.applications = [Application(simulator) for simulator in simulators]

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return self._application(environ)(environ, start_response)

    def _application(self, environ: "WSGIEnvironment") -> Application:
        if len(self.applications) == 1:
            return self.applications[0]
        words = [word for word in _words(environ) if word]
        pairs = zip(self.simulators, self.applications, strict=True)
        found = (application for simulator, application in pairs if any(map(simulator.knows, words)))
        return next(found, self.applications[0])


def _words(environ: "WSGIEnvironment") -> list[str]:
    """What the request names: one of these is known to one account only."""
    request = Request(environ)
    if request.path.startswith("/v2/"):
        return [request.headers.get("Authorization", "").removeprefix("Bearer ")]
    account = request.args.get("account", "")
    if request.path.startswith("/oauth/"):
        form = _form(environ)
        return [account, *(form.values.get(name, "") for name in OF_OAUTH)]
    return [account, *request.path.split("/")[2:]]


def _form(environ: "WSGIEnvironment") -> Request:
    """The request with its body, which is left in place for the application."""
    body = environ["wsgi.input"].read()
    environ["wsgi.input"] = io.BytesIO(body)
    return Request({**environ, "wsgi.input": io.BytesIO(body)})
