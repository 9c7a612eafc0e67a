"""The parts of one simulated account, put together, with the other accounts of the same Zoom."""

from datetime import datetime

from zoom_simulator.account.snapshots import Snapshot
from zoom_simulator.api import ENDPOINTS
from zoom_simulator.clock import Clock
from zoom_simulator.faults import Faults
from zoom_simulator.limits import Limits
from zoom_simulator.log import CallLog
from zoom_simulator.oauth import App, OAuth
from zoom_simulator.paging import Pages
from zoom_simulator.scenarios import NEIGHBOURS, Scenario, build
from zoom_simulator.tokens import Tokens
from zoom_simulator.webhooks import Webhooks

NEIGHBOURS_APART = 1000
"""Between the seeds of two accounts: neither shares an id with the other."""
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
        clock: Clock | None = None,
    ) -> None:
        """`now` is where its clock starts; `built`, the moment that the scenario was made for, is the same
        unless a world is made again."""
        self.seed, self.people = seed, people
        self.clock = clock or Clock(now)
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
        self.accounts_beside: list[Simulator] = []
        """Every account at the address, this one too, where there are several."""
        self.neighbours = [
            Simulator(
                name,
                seed=seed + NEIGHBOURS_APART * number,
                people=people,
                latency=latency,
                rate_limits=rate_limits,
                faults=faults,
                built=self.built,
                webhook_url=webhook_url,
                webhook_secret=webhook_secret,
                clock=self.clock,
            )
            for number, name in enumerate(NEIGHBOURS.get(scenario, ()), start=1)
        ]
        """The other accounts at the same address; all of them share the app, the clock and Zoom's pages."""
        for simulator in self.accounts if self.neighbours else ():
            simulator.accounts_beside = self.accounts
            simulator.oauth.accounts = [one.account for one in self.accounts]

    @property
    def accounts(self) -> "list[Simulator]":
        """This account first."""
        return [self, *self.neighbours]

    def knows(self, word: str) -> bool:
        """Whether the word names this account, or something that is in it: a token, a webinar, a file."""
        return (
            word == self.account_id
            or self.tokens.knows(word)
            or (word.isdecimal() and int(word) in self.account.webinars)
            or self.account.has_recording(word)
        )

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
