"""What a service may use. The caller passes it in, so tests and the command line can replace any part."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial, wraps
from random import uniform
from time import monotonic, sleep
from types import TracebackType
from typing import Any, NamedTuple, ParamSpec, Protocol, Self, TypeVar

from sqlmodel import Session

from bot.clock import Clock
from bot.services import ports
from bot.services.errors import TakenBefore
from policy import BY_PLACE, Rulebook, house_choice, house_pack_in
from storage.database.engine import insert_unless_taken
from storage.database.rows import is_any
from storage.database.unit_of_work import Author, UnitOfWork
from storage.errors import LeaseLost, TurnLost
from storage.log import changes  # noqa: F401  # from here on a session notes what it changes
from storage.models import Campaign, TakenRequest

T = TypeVar("T")


class OpensUnitOfWork(Protocol):
    """Opens one transaction: `with deps.unit_of_work() as uow:`. A read-only one waits for no writer."""

    def __call__(self, *, is_read_only: bool = False) -> UnitOfWork: ...


class Kept:
    """What the process keeps between requests. `timer`: seconds that pass in it, whatever its clock says."""

    def __init__(self, timer: Callable[[], float] = monotonic) -> None:
        self.timer = timer
        self._made: dict[Callable[[], Any], Any] = {}

    def of(self, make: Callable[[], T]) -> T:
        """What `make` made the first time."""
        if make not in self._made:
            self._made.setdefault(make, make())
        made: T = self._made[make]
        return made


class Request(NamedTuple):
    """What Slack delivered."""

    trigger: str  # Slack's id, the same each time it is delivered
    taken_as: str  # this time's own
    seen_at: datetime  # when the form that was sent was asked for, else when this came: what others did since is unseen


@dataclass(frozen=True, slots=True)
class _Authored:
    """Opens units of work whose changes are on record with who made them, and when.

    One that may write takes the request first. Raises TakenBefore where another delivery of it did.
    """

    opens: OpensUnitOfWork
    author: Author
    tells: Callable[[], None]
    request: Request | None

    def __call__(self, *, is_read_only: bool = False) -> UnitOfWork:
        opened = self.opens(is_read_only=is_read_only)
        # One that has begun keeps the author with whom it began (`Begun`): they are the same.
        opened.author, opened.tells = self.author, self.tells
        if self.request is not None and not is_read_only:
            opened.begins = partial(_take, self.request, self.author.clock)
        return opened


def _take(request: Request, clock: Clock, session: Session) -> None:
    taken = {"trigger": request.trigger, "taken_as": request.taken_as, "taken_at": clock()}
    is_new = insert_unless_taken(session, TakenRequest, taken) is not None  # waits for who is taking it
    ours = TakenRequest.trigger == request.trigger, TakenRequest.taken_as == request.taken_as
    if not is_new and not is_any(session, TakenRequest, *ours):
        raise TakenBefore


@dataclass(frozen=True, slots=True)
class Deps:
    clock: Clock
    unit_of_work: OpensUnitOfWork
    rulebook: Callable[[], Rulebook]  # the one in force: a reload replaces it
    notifier: ports.Notifier
    house_pack: str = BY_PLACE  # for campaigns without one of their own: a pack, or that of their country
    directory: ports.Directory = field(default_factory=ports.NoDirectory)
    files: ports.SharedFiles = field(default_factory=ports.NoFiles)
    kept: Kept = field(default_factory=Kept)
    witness: ports.Witness = field(default_factory=ports.InMemory)
    log_keys: ports.LogKeys = field(default_factory=ports.KeysInMemory)
    request: Request | None = None  # None: nothing that may come twice, or harmless if it does
    by: str = ""  # who asks: a Slack user id, or "command line"; empty: Nextcall itself
    has_news: Callable[["Deps"], None] = lambda _deps: None  # called once a message is committed

    def __post_init__(self) -> None:
        """`replace` gives what it replaces another author, or another clock."""
        opens = self.unit_of_work.opens if isinstance(self.unit_of_work, _Authored) else self.unit_of_work
        object.__setattr__(
            self,
            "unit_of_work",
            _Authored(opens, Author(self.by, self.clock), lambda: self.has_news(self), self.request),
        )

    def is_unseen(self, at: datetime) -> bool:
        """Whether who asks cannot have seen what was done at that moment: the form that they sent is older."""
        return self.request is not None and at > self.request.seen_at

    def house_pack_of(self, campaign: Campaign) -> str:
        """The campaign's own house pack, otherwise the organisation's."""
        return campaign.house_pack or self.house_pack_in(campaign.country)

    def house_pack_in(self, country: str) -> str:
        """The organisation's house pack for a country; empty: not known."""
        return house_pack_in(country, self.house_choice)

    @property
    def house_choice(self) -> str:
        """The organisation's choice of house packs, as it is kept on record."""
        return house_choice(self.house_pack, self.rulebook().packs)


class Begun:
    """A unit of work that has begun. The first `unit_of_work()` of its `deps` continues it, and ends it.

    The service must be the first to open one. If none is opened, it ends with the `with` block.
    """

    def __init__(self, deps: Deps) -> None:
        self._opens = deps.unit_of_work
        self.deps = replace(deps, unit_of_work=self._go_on)

    def __enter__(self) -> Self:
        self._waiting: UnitOfWork | None = self._opens().__enter__()
        self.session = self._waiting.session
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._waiting is not None:
            self._waiting.__exit__(kind, error, trace)

    def _go_on(self, *, is_read_only: bool = False) -> UnitOfWork:
        waiting, self._waiting = self._waiting, None
        return waiting or self._opens(is_read_only=is_read_only)


MOST_TRIES = 4
MOST_TRIES_OF_A_LIST = 100  # no person waits for it, and it must be finished
_AT_MOST_S = 0.05  # random pause between two tries, so that the same two do not collide again

P = ParamSpec("P")
R = TypeVar("R")


def retry_lost_turn(service: Callable[P, R], most_tries: int = MOST_TRIES) -> Callable[P, R]:
    """Retry a service that is one unit of work and sends nothing before its commit: a lost one leaves no trace.

    Raises TurnLost, a DatabaseTrouble, or LeaseLost after the last try.
    """

    @wraps(service)
    def patient(*given: P.args, **named: P.kwargs) -> R:
        for _ in range(most_tries - 1):
            try:
                return service(*given, **named)
            except (TurnLost, LeaseLost):
                sleep(uniform(0.0, _AT_MOST_S))  # noqa: S311 - not used for secrets
        return service(*given, **named)

    return patient


def part_again_if_lost(part: Callable[P, R]) -> Callable[P, R]:
    """Retry one part of a list, up to `MOST_TRIES_OF_A_LIST` times."""
    return retry_lost_turn(part, MOST_TRIES_OF_A_LIST)
