"""The simulator's own pages."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from integrations.simulator.simulator import Simulator


class Pages:
    def __init__(self, simulator: "Simulator") -> None:
        self.simulator = simulator

    def routes(self) -> list[tuple[str, str, Callable[..., Response]]]:
        return [("GET", "/", self.home)]

    def home(self, request: Request) -> Response:
        return Response("Zoom simulator")
