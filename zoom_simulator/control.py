"""Steering the simulator over HTTP with JSON, for scripts and tests that run it as a process of its own.

Everything is below /simulator/; nothing here is Zoom's.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
from werkzeug.wrappers import Request, Response

from zoom_simulator.account.unconfirmed import Unconfirmed
from zoom_simulator.clock import iso, moments, parse_iso
from zoom_simulator.errors import ZoomError

if TYPE_CHECKING:
    from zoom_simulator.simulator import Simulator

Route = tuple[str, str, Callable[..., Response]]


class Control:
    def __init__(self, simulator: "Simulator") -> None:
        self.simulator = simulator

    def routes(self) -> list[Route]:
        return [
            ("GET", "/simulator/info", self.info),
            ("POST", "/simulator/snapshot", self.snapshot),
            ("POST", "/simulator/do/<name>", self.do),
            ("GET", "/simulator/calls", self.calls),
            ("DELETE", "/simulator/calls", self.forget_calls),
            ("POST", "/simulator/faults", self.add_fault),
            ("DELETE", "/simulator/faults", self.clear_faults),
            ("POST", "/simulator/limits", self.limits),
            ("POST", "/simulator/unconfirmed", self.unconfirmed),
            ("POST", "/simulator/clock", self.clock),
            ("POST", "/simulator/webhooks", self.webhooks),
        ]

    def info(self, request: Request) -> Response:
        """Where it is, who may connect, and under which policy its scenario is meant to be synced.

        Each path takes `?account=` with the id of one of the `accounts`.
        """
        simulator = self.simulator
        return _json(
            {
                "api_url": simulator.api_url,
                "oauth_url": simulator.oauth_url,
                "account_id": simulator.account_id,
                "client_id": simulator.client_id,
                "client_secret": simulator.client_secret,
                "accounts": [one.account_id for one in simulator.accounts_beside or [simulator]],
                "scenario": simulator.scenario.name,
                "seed": simulator.seed,
                "now": iso(simulator.clock.now()),
                "policy": simulator.scenario.policy.as_json(),
            }
        )

    def snapshot(self, request: Request) -> Response:
        """Call it when a sync has run: people who vanish later then count as cancelled."""
        self.simulator.snapshots.append(self.simulator.account.snapshot())
        return _json({"snapshots": len(self.simulator.snapshots)})

    def do(self, request: Request, name: str) -> Response:
        """A happening of the world, with the arguments in the body."""
        method = getattr(self.simulator.account, name, None)
        if method is None or not hasattr(method, "is_happening"):
            return _json({"error": f"Nothing called {name} can happen."}, 404)
        try:
            arguments = {key: moments(key, value) for key, value in _body(request).items()}
            return _json(method(**arguments))
        except ZoomError as problem:
            return _json(problem.body(), 400)
        except (TypeError, ValueError) as problem:
            return _json({"error": str(problem)}, 400)

    def calls(self, request: Request) -> Response:
        """Filtered by the parameters path (a regular expression), method and label."""
        given = request.args
        found = self.simulator.calls.where(
            given.get("path", ""), method=given.get("method", ""), label=given.get("label", "")
        )
        return _json({"count": len(found), "calls": found})

    def forget_calls(self, request: Request) -> Response:
        self.simulator.calls.clear()
        return _json({})

    def add_fault(self, request: Request) -> Response:
        """Either `{"rate": 0.2}` or a rule: `{"kind": "500", "path": "/registrants", "nth": 3}`."""
        body = _body(request)
        try:
            if "rate" in body:
                self.simulator.faults.randomly(**body)
            else:
                self.simulator.faults.add(**body)
        except (TypeError, ValueError) as problem:
            return _json({"error": str(problem)}, 400)
        return _json({"rules": self.simulator.faults.rules(), "rate": self.simulator.faults.rate})

    def clear_faults(self, request: Request) -> Response:
        self.simulator.faults.clear()
        return _json({})

    def limits(self, request: Request) -> Response:
        """`{"plan": "pro"}`; also `per_registrant` and `per_address`, the daily counts of one person."""
        body, limits = _body(request), self.simulator.limits
        try:
            if "plan" in body:
                limits.switch(body["plan"])
        except ValueError as problem:
            return _json({"error": str(problem)}, 400)
        limits.per_registrant = bool(body.get("per_registrant", limits.per_registrant))
        limits.per_address = bool(body.get("per_address", limits.per_address))
        return _json({"plan": limits.plan})

    def unconfirmed(self, request: Request) -> Response:
        """What Zoom does where no one knows for sure: the fields of `Unconfirmed`."""
        account = self.simulator.account
        wanted = msgspec.structs.asdict(account.unconfirmed) | _body(request)
        try:
            account.unconfirmed = msgspec.convert(wanted, Unconfirmed)
        except msgspec.ValidationError as problem:
            return _json({"error": str(problem)}, 400)
        return _json(account.unconfirmed)

    def clock(self, request: Request) -> Response:
        """`{"set": "2026-01-31T10:00:00Z"}` or `{"advance": {"minutes": 30}}`."""
        body, clock = _body(request), self.simulator.clock
        if "set" in body:
            clock.set(parse_iso(body["set"]))
        clock.advance(**body.get("advance", {}))
        return _json({"now": iso(clock.now())})

    def webhooks(self, request: Request) -> Response:
        """`{"url": …, "secret": …}`, or what goes wrong: `drop`, `double`, `hold`, `release` (backwards)."""
        body, webhooks = _body(request), self.simulator.webhooks
        if "url" in body:
            webhooks.configure(body["url"], body.get("secret", ""))
        webhooks.drop(body.get("drop", 0))
        webhooks.double(body.get("double", 0))
        if body.get("hold"):
            webhooks.hold()
        if "release" in body:
            webhooks.release(backwards=body["release"] == "backwards")
        return _json({"url": webhooks.url, "valid": webhooks.is_valid, "sent": len(webhooks.log)})


def _body(request: Request) -> dict[str, Any]:
    content = request.get_data()
    found: dict[str, Any] = msgspec.json.decode(content) if content else {}
    return found


def _json(body: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status=status, mimetype="application/json")
