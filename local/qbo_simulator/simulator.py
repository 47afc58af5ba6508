"""The whole simulated service: its companies, tokens, clock, switches and fault rules."""

from datetime import datetime

from local.qbo_simulator.clock import SimulatorClock
from local.qbo_simulator.entities import TRANSACTIONS
from local.qbo_simulator.fault_rules import FaultInjector
from local.qbo_simulator.late_commits import LateCommits
from local.qbo_simulator.limits import MAX_BATCH_ITEMS
from local.qbo_simulator.realm import Realm
from local.qbo_simulator.standard_company import standard_company
from local.qbo_simulator.switches import Switches
from local.qbo_simulator.tokens import TokenStore

DEFAULT_REALM = "9341450000000001"


class Simulator:
    """State shared by all requests. Used from one event loop, never across an await."""

    def __init__(self, realm: str = DEFAULT_REALM, clock: SimulatorClock | None = None) -> None:
        self.default_realm = realm
        self.clock = clock or SimulatorClock()
        self.tokens = TokenStore()
        self.switches = Switches()
        self.injector = FaultInjector(self.switches)
        self.late = LateCommits()
        self._realms: dict[str, Realm] = {}
        self.initial_refresh_token = self.authorize(realm)

    @property
    def now(self) -> datetime:
        """The simulated instant."""
        return self.clock.now()

    def realm(self, realm_id: str) -> Realm:
        """The company; one never seen before gets the standard chart."""
        if realm_id not in self._realms:
            self._realms[realm_id] = standard_company(realm_id, self.now)
        return self._realms[realm_id]

    def companies(self) -> list[tuple[str, str]]:
        """Every company that was ever named: its realm and its name."""
        return [
            (realm_id, str(realm.singletons["CompanyInfo"]["CompanyName"]))
            for realm_id, realm in self._realms.items()
        ]

    def authorize(self, realm_id: str) -> str:
        """Consent for a company without a browser: its refresh token."""
        self.realm(realm_id)
        return self.tokens.authorize(realm_id, self.now).refresh_token

    def set_switches(self, switches: Switches) -> None:
        """Replace all switches and rules, and begin the random draws anew from their seed."""
        self.switches = switches
        self.injector = FaultInjector(switches)

    def reset(self) -> None:
        """Empty every company's transactions; lists, settings, tokens and clock stay."""
        self.late = LateCommits()
        for realm in self._realms.values():
            realm.forget_transactions(TRANSACTIONS)

    def surface(self) -> None:
        """Do what was to be done by now although its reply was lost."""
        self.late.run_due(self.now)

    def admit(self, realm: Realm, *, is_batch: bool, items: int) -> bool:
        """Whether Intuit's limits let a request pass, counting it."""
        if not self.switches.enforce_limits:
            return True
        # A weight above the largest legal batch would never fit; the reply to it is 1040.
        weight = min(max(items, 1), MAX_BATCH_ITEMS) if self.switches.batch_counts_items else 1
        return realm.limits.admit(self.now, is_batch=is_batch, weight=weight)
