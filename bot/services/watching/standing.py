"""How what the bots work on stands in the database: the log, what waits to be sent, the newest audits. No texts."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from bot.services.deps import Deps
from bot.services.messages import heard
from bot.services.proof import notes
from bot.services.proof.proving import progress_of
from storage.log.tree import Tree
from storage.queries import messages, setup
from storage.queries.reports import digests

_LOOKED_BACK = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class LogStanding:
    """The transparency log. `position`: how many leaves its newest checkpoint has, made `at`.

    `is_verified`: the stored leaves and nodes give that checkpoint's root. `evidence verify` checks everything.
    """

    position: int = 0
    at: datetime | None = None
    is_signed: bool = False  # with the key on record
    is_verified: bool = False
    waiting_rows: int = 0
    oldest_wait_s: float = 0.0
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Unsent:
    """Messages that are due and were not sent: their readers are at work, where that matters."""

    count: int
    oldest_s: float


@dataclass(frozen=True, slots=True)
class AuditStanding:
    """`looked_until`: calls until then were audited within the minute. `broken`: by promise, how often the newest
    digest of each team says that it was broken; `digest_on`: the newest day of those."""

    looked_until: datetime | None
    digest_on: date | None
    broken: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Standing:
    log: LogStanding | None  # None: it has not begun
    unsent: Unsent
    audit: AuditStanding


def standing_of(deps: Deps) -> Standing:
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        found = setup.organisation(uow.session)
        key = found.id or 0 if found else 0
        unsent, audit = _unsent(deps, uow.session, at), _audit(uow.session, key, at)
    return Standing(_log(deps, key), unsent, audit)


def _unsent(deps: Deps, session: Session, at: datetime) -> Unsent:
    due = [
        row.written_at if row.tries else max(row.written_at, row.not_before or row.written_at)
        for row, _ in heard(deps, session, at)
        if row.until is None or row.until > at
    ]
    oldest = min(due, default=at)
    return Unsent(sum(one <= at for one in due), max((at - oldest).total_seconds(), 0.0))


def _audit(session: Session, organisation_id: int, at: datetime) -> AuditStanding:
    found = digests.newest_audits(session, organisation_id, at.date() - _LOOKED_BACK)
    broken = Counter[str]()
    for _, checks in found:
        broken.update({one["name"]: one["broken"] for one in checks})
    days = [on for on, _ in found]
    return AuditStanding(messages.looked_until(session, organisation_id), max(days, default=None), broken)


def _log(deps: Deps, organisation_id: int) -> LogStanding | None:
    try:
        found = progress_of(deps, organisation_id)
    except (notes.KeyDamaged, notes.NotANote):
        return LogStanding()
    if found is None:
        return None
    with deps.unit_of_work(is_read_only=True) as uow:
        try:
            root = Tree(uow.session, organisation_id).subtree(0, found.size)
        except KeyError:
            root = b""
    stands = found.size, found.at, found.is_signed, root == notes.read(found.note).root
    return LogStanding(*stands, found.waiting, found.oldest_wait.total_seconds(), found.is_late)
