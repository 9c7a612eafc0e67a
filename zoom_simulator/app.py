"""The WSGI application: routes a request, authorises it, applies limits and faults, and logs it.

Paths are routed as they came over the wire, still percent-encoded, because Zoom's rule for uuids is about
exactly that encoding.
"""

import time
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from zoom_simulator import errors, fault_answers
from zoom_simulator.api import ENDPOINTS
from zoom_simulator.api.endpoint import Answer, Call, Endpoint
from zoom_simulator.console.views import Pages
from zoom_simulator.control import Control
from zoom_simulator.errors import ZoomError
from zoom_simulator.faults import Rule as Fault
from zoom_simulator.files import Files
from zoom_simulator.log import LoggedCall
from zoom_simulator.simulator import Simulator
from zoom_simulator.tokens import Grant

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

View = Callable[..., Response]


class Route(Struct, frozen=True):
    """Where a request goes: an endpoint of the API, or a view that answers by itself."""

    endpoint: Endpoint | None = None
    view: View | None = None
    is_page: bool = False
    """The simulator's own pages are neither logged nor do they fail."""


class Application:
    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        table = _table(simulator)
        self.map = _map(tuple((method, path) for method, path, _route in table))
        self.routes = [route for _method, _path, route in table]

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        started = time.perf_counter()
        request = Request(environ)
        path = environ["REQUEST_URI"].split("?")[0]
        route, args = self._route(request.method, path)
        fault = None if route.is_page else self._fault(request, path)
        response = self._respond(route, request, path, args, fault)
        if not route.is_page:
            self._log(request, path, route, response.status_code, started, fault)
        return fault_answers.deliver(fault, response, environ, start_response)

    def _route(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        try:
            number, args = self.map.bind("simulator").match(path, method=method)
        except HTTPException as problem:
            answer = problem if not path.startswith("/v2/") else None
            return Route(view=lambda request: _not_found(request, answer)), {}
        return self.routes[number], dict(args)

    def _fault(self, request: Request, path: str) -> Fault | None:
        return self.simulator.faults.for_call(request.method, f"{path}?{request.query_string.decode()}")

    def _respond(
        self, route: Route, request: Request, path: str, args: dict[str, str], fault: Fault | None
    ) -> Response:
        if fault and fault.kind == "slow":
            time.sleep(fault.seconds)
        instead = fault_answers.instead(fault, self.simulator.clock)
        if instead:
            return instead
        try:
            if route.view:
                return route.view(request, **args)
            return self._api(route, request, path, args, fault)
        except ZoomError as error:
            return self._refusal(error)

    def _api(
        self, route: Route, request: Request, path: str, args: dict[str, str], fault: Fault | None
    ) -> Response:
        assert route.endpoint  # noqa: S101 - a route has either a view or an endpoint
        simulator = self.simulator
        if simulator.latency:
            time.sleep(simulator.latency / 1000)
        grant = self._authorised(request, route.endpoint)
        headers = simulator.limits.count(route.endpoint.label)
        if fault and fault.kind == "expired token" and request.args.get("next_page_token"):
            raise errors.bad_page_token()
        call = Call(
            account=simulator.account,
            pages=simulator.pages,
            tokens=simulator.tokens,
            limits=simulator.limits,
            grant=grant,
            request=request,
            path=path,
            args=args,
        )
        with simulator.account.lock:
            answer = route.endpoint.handler(call)
        if not isinstance(answer, Answer):
            answer = Answer(200, fault_answers.with_repeated_token(fault, answer, request))
        return _json(answer.body, answer.status, headers)

    def _authorised(self, request: Request, endpoint: Endpoint) -> Grant:
        if "access_token" in request.args:
            raise errors.token_in_query()
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not token:
            raise errors.no_token()
        grant = self.simulator.tokens.access(token)
        if grant is None:
            raise errors.bad_token()
        if grant.expires < self.simulator.clock.now():
            raise errors.expired_token()
        if not _allowed(grant, endpoint):
            raise errors.missing_scope(
                endpoint.scope, endpoint.classic, app_is_classic=self.simulator.app.classic_scopes
            )
        return grant

    def _refusal(self, error: ZoomError) -> Response:
        if error.code in (104, 4711) and self.simulator.unescaped_scope_errors:
            broken = error.message.replace("[", '["').replace("]", '"]')
            text = f'{{"code":{error.code},"message":"{broken}"}}'
            return Response(text, status=error.status, mimetype="application/json")
        return _json(error.body(), error.status, error.headers)

    def _log(
        self, request: Request, path: str, route: Route, status: int, started: float, fault: Fault | None
    ) -> None:
        self.simulator.calls.add(
            LoggedCall(
                method=request.method,
                path=path,
                query=request.query_string.decode(),
                label=route.endpoint.label if route.endpoint else "",
                status=status,
                at=self.simulator.clock.now(),
                milliseconds=(time.perf_counter() - started) * 1000,
                authorization=request.headers.get("Authorization", "").partition(" ")[0],
                fault=fault.kind if fault else "",
            )
        )


@cache
def _map(addresses: tuple[tuple[str, str], ...]) -> Map:
    """Finds the number of an address. It takes a while to be made and is the same for every simulator."""
    rules = [Rule(path, endpoint=number, methods=[method]) for number, (method, path) in enumerate(addresses)]
    return Map(rules, merge_slashes=False)


def _table(simulator: Simulator) -> list[tuple[str, str, Route]]:
    """What answers, by method and path."""
    oauth, files = simulator.oauth, Files(simulator)
    views: list[tuple[str, str, View]] = [
        ("GET", "/oauth/authorize", oauth.authorize),
        ("POST", "/oauth/authorize", oauth.authorize),
        ("POST", "/oauth/token", oauth.token),
        ("POST", "/oauth/revoke", oauth.revoke),
        ("GET", "/rec/download/<file_id>", files.download),
        ("GET", "/rec/play/<file_id>", files.play),
        ("GET", "/rec/share/<share_id>", files.share),
        ("GET", "/storage/<file_id>", files.storage),
    ]
    api = [(endpoint.method, "/v2" + endpoint.path, Route(endpoint=endpoint)) for endpoint in ENDPOINTS]
    others = [(method, path, Route(view=view)) for method, path, view in views]
    pages = [
        (method, path, Route(view=view, is_page=True))
        for method, path, view in [*Pages(simulator).routes(), *Control(simulator).routes()]
    ]
    return [*api, *others, *pages]


def _allowed(grant: Grant, endpoint: Endpoint) -> bool:
    """By the granular scope or the classic one, for the account or (where it exists) for the user alone."""
    enough = {endpoint.scope, endpoint.classic}
    if not endpoint.path.startswith(("/report", "/metrics")):
        enough |= {row.removesuffix(":admin") for row in enough}
    return not enough.isdisjoint(grant.scopes)


def _not_found(request: Request, problem: HTTPException | None) -> Response:
    if problem is not None:
        return Response(f"{problem.code} {problem.name}", status=problem.code)
    error = errors.unknown_endpoint()
    return _json(error.body(), error.status)


def _json(body: Any, status: int, headers: dict[str, str] | None = None) -> Response:
    content = b"" if body is None else msgspec.json.encode(body)
    response = Response(content, status=status, mimetype="application/json;charset=UTF-8")
    response.headers.update(headers or {})
    return response
