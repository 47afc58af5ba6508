"""Intuit, a secret store and a lease in memory, where the process can die at any call."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from daybook.qbo.token_protocol import access_token
from daybook.qbo.tokens import GrantRefused, RefreshUnknown, TokenPair

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class Crash(BaseException):
    """The process died here."""


@dataclass
class Granted:
    fence: int
    taken_over: bool


@dataclass
class World:
    """Intuit (whose refresh tokens live for one use, the harshest rule), a store and a lease.

    ends_at: when the invocation is killed. told: the pairs that the company's row heard of.
    die_at: the call at which the process dies, before its effect or after it.
    """

    now: datetime = START
    live: str = "R0"
    current: TokenPair | None = None
    pending: TokenPair | None = None
    rotates: bool = True
    calls: list[str] = field(default_factory=list)
    refreshed_with: list[str] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    lose: list[str] = field(default_factory=list)
    failing_writes: int = 0
    die_at: tuple[int, str] = (-1, "before")
    held: Granted | None = None
    held_until: datetime = START
    ends_at: datetime | None = None
    told: list[TokenPair] = field(default_factory=list)
    while_asleep: Callable[["World"], None] = field(default=lambda world: None)

    def step[T](self, name: str, effect: Callable[[], T]) -> T:
        self.calls.append(name)
        here = len(self.calls) - 1 == self.die_at[0]
        if here and self.die_at[1] == "before":
            raise Crash
        result = effect()
        if here:
            raise Crash
        return result

    # The secret store.
    def read_current(self, realm: str) -> str | None:
        return self.step("read_current", lambda: self.current.to_json() if self.current else None)

    def read_pending(self, realm: str) -> str | None:
        return self.step("read_pending", lambda: self.pending.to_json() if self.pending else None)

    def write_pending(self, realm: str, text: str) -> None:
        def write() -> None:
            if self.failing_writes:
                self.failing_writes -= 1
                raise OSError("the store does not answer")
            self.pending = TokenPair.from_json(text)

        self.step("write_pending", write)

    def promote(self, realm: str, pending: str, current: str | None) -> bool:
        def move() -> bool:
            there = self.current.to_json() if self.current else None
            if there not in {pending, current}:
                return False
            self.current = TokenPair.from_json(pending)
            return True

        return self.step("promote", move)

    # The lease.
    def acquire(self, realm: str, seconds: int) -> Granted | None:
        def take() -> Granted | None:
            if self.held and self.now < self.held_until:
                return None
            fence = (self.held.fence if self.held else 0) + 1
            self.held = Granted(fence, self.held is not None)
            self.held_until = self.now + timedelta(seconds=seconds)
            return self.held

        return self.step("acquire", take)

    def release(self, realm: str, fence: int) -> None:
        # A process that died releases nothing.
        if len(self.calls) - 1 != self.die_at[0] and self.held and self.held.fence == fence:
            self.held = None

    # Intuit.
    def refresh(self, pair: TokenPair) -> TokenPair:
        def exchange() -> TokenPair:
            self.refreshed_with.append(pair.refresh_token)
            lost = self.lose.pop(0) if self.lose else ""
            if lost == "before":
                raise RefreshUnknown("timeout")
            if pair.refresh_token != self.live:
                raise GrantRefused("invalid_grant")
            if self.rotates:
                self.live = f"R{int(self.live[1:]) + 1}"
            if lost == "after":
                raise RefreshUnknown("timeout")
            return self.pair(pair.generation + 1)

        return self.step("refresh", exchange)

    def pair(self, generation: int, minutes: float = 60) -> TokenPair:
        until = self.now + timedelta(minutes=minutes)
        return TokenPair(
            f"A{generation}",
            self.live,
            until,
            START + timedelta(days=100),
            "913",
            connected_at=START,
            generation=generation,
        )

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)
        self.while_asleep(self)

    def tell(self, pair: TokenPair) -> None:
        self.told.append(pair)

    def remaining(self) -> float:
        return (self.ends_at - self.now).total_seconds() if self.ends_at else float("inf")

    def token(self, *, force: bool = False, over: bool = False) -> str:
        return access_token(
            "913",
            secrets=self,
            lease=self,
            refresh=self.refresh,
            now=lambda: self.now,
            sleep=self.sleep,
            force=force,
            over=over,
            remaining=self.remaining,
            kept=self.tell,
        )


def expired(**fields: object) -> World:
    world = World(**fields)  # type: ignore[arg-type]
    world.current = world.pair(0, minutes=4.9)
    return world
