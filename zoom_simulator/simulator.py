"""The parts of one simulator, put together."""

from datetime import datetime

from zoom_simulator.account.snapshots import Snapshot
from zoom_simulator.api import ENDPOINTS
from zoom_simulator.clock import Clock
from zoom_simulator.faults import Faults
from zoom_simulator.limits import Limits
from zoom_simulator.log import CallLog
from zoom_simulator.oauth import App, OAuth
from zoom_simulator.paging import Pages
from zoom_simulator.scenarios import Scenario, build
from zoom_simulator.tokens import Tokens
from zoom_simulator.webhooks import Webhooks

ALL_SCOPES = sorted({endpoint.scope for endpoint in ENDPOINTS})


class Simulator:
    """A scenario's world, and all that a client or a test of it needs a hand on."""

    def __init__(
        self,
        scenario: str = "demo",
        *,
        seed: int = 1,
        people: int = 10_000,
        latency: float = 0.0,
        rate_limits: str = "off",
        faults: float = 0.0,
        now: datetime | None = None,
        built: datetime | None = None,
        webhook_url: str = "",
        webhook_secret: str = "",
    ) -> None:
        """`now` is where its clock starts; `built`, the moment that the scenario was made for, is the same
        unless a world is made again."""
        self.seed, self.people = seed, people
        self.clock = Clock(now)
        self.built = built or self.clock.now()
        self.scenario: Scenario = build(scenario, built=self.built, seed=seed, people=people)
        self.account = self.scenario.account
        self.account.clock = self.clock
        self.latency = latency
        """Milliseconds that every answer of the API takes longer."""
        self.tokens = Tokens(self.clock)
        self.app = App(account_id=self.account.account_id, scopes=list(ALL_SCOPES))
        self.oauth = OAuth(self.account, self.tokens, self.app)
        self.pages = Pages(self.clock, seed=seed)
        self.limits = Limits(self.clock, rate_limits)
        self.faults = Faults(seed=seed, rate=faults)
        self.calls = CallLog()
        self.webhooks = Webhooks(self.account, self.tokens, webhook_url, webhook_secret)
        self.snapshots: list[Snapshot] = []
        """Taken over HTTP, to tell later what a sync had seen."""
        self.unescaped_scope_errors = False
        """The error of a missing scope comes as invalid JSON, as has been seen in the wild."""

    @property
    def account_id(self) -> str:
        return self.app.account_id

    @property
    def client_id(self) -> str:
        return self.app.client_id

    @property
    def client_secret(self) -> str:
        return self.app.client_secret

    @property
    def url(self) -> str:
        return self.account.base_url

    @property
    def api_url(self) -> str:
        return f"{self.url}/v2"

    @property
    def oauth_url(self) -> str:
        return self.url
