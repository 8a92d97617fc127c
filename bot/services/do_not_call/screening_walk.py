"""Walks through the stored numbers that a register covers, records what its file says of each, and decides anew.

Numbers are recorded and their contacts decided in small transactions, contacts that are alike together; cards of
contacts no longer callable are withdrawn. An interrupted walk begins again: it skips what is already recorded.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session

from bot.services.answers.calls import Withdrawn
from bot.services.deciding import StoredDecisions, refresh
from bot.services.deps import Deps
from bot.services.do_not_call.register_file import Answers
from bot.services.do_not_call.registers import Register
from bot.services.do_not_call.screenings import Screened, count_overruled, day_of, news_among, read_known, write_news
from bot.services.files.row_faults import Progress
from bot.services.files.write_pace import Pace
from bot.services.notices import tell_withdrawn
from bot.services.retries import part_again_if_lost
from policy.vocabulary import Verdict
from storage.queries import proofs, setup
from storage.record import stored
from storage.record.stored import AtNumbers, StoredContact

AT_ONCE = 4_000  # numbers in one transaction, at most
Numbers = dict[str, datetime | None]  # in order, each with the moment since which it is known; None: unknown


@dataclass(slots=True)
class Walked:
    """What a walk, or a part of it, came to. `moves`: in a preview, contacts by verdict before and after.

    `later`: numbers not known on the day, of which the file therefore says nothing. `overruled`: listed numbers that a
    newer screening found clear. `numbers`: those it met, the `last` of which the next part follows.
    """

    listed: int = 0
    clear: int = 0
    later: int = 0
    overruled: int = 0
    numbers: int = 0
    last: str = ""
    withdrawn: tuple[str, ...] = ()
    moves: Counter[tuple[Verdict, Verdict]] = field(default_factory=Counter)

    def add(self, part: "Walked") -> None:
        """Add the part that comes next."""
        self.listed += part.listed
        self.clear += part.clear
        self.later += part.later
        self.overruled += part.overruled
        self.numbers += part.numbers
        self.last = part.last
        self.withdrawn += part.withdrawn
        self.moves += part.moves


@dataclass(frozen=True, slots=True)
class Walk:
    """A walk for one file. `is_partial`: some rows are unreadable, so that it clears no number.

    `known_before`: numbers known since then or later cannot have been compared; None: the file is the register itself.
    """

    deps: Deps
    register: Register
    organisation_id: int
    campaign_id: int | None
    on: date
    told: Answers
    is_partial: bool
    known_before: datetime | None
    at: datetime
    decisions: StoredDecisions

    def run(self, progress: Progress | None = None, *, is_preview: bool = False) -> Walked:
        """Record and decide; in a preview, undo each part."""
        done, pace, of = Walked(), Pace(self.deps, AT_ONCE, is_undone=is_preview), self.count()
        while (part := _screen_part(self, pace, done.last, is_preview)).numbers:
            done.add(part)
            if progress:
                progress(done.numbers, of)
        return done

    def count(self) -> int:
        """How many stored numbers it meets."""
        with self.deps.unit_of_work(is_read_only=True) as uow:
            return self._count(uow.session, self.told.prefixes)

    def count_beyond(self) -> int:
        """How many stored numbers of the register's countries the file does not cover."""
        with self.deps.unit_of_work(is_read_only=True) as uow:
            every = self._count(uow.session, self.register.prefixes)
            return every - self._count(uow.session, self.told.prefixes)

    def _count(self, session: Session, prefixes: tuple[str, ...]) -> int:
        return proofs.count_numbers(session, self.organisation_id, self.campaign_id, prefixes) if prefixes else 0

    def after(self, session: Session, last: str, most: int) -> Numbers:
        """The next stored numbers that the file covers, and since when each is known."""
        meant = (self.organisation_id, self.campaign_id, self.told.prefixes)
        return proofs.numbers_after(session, *meant, last, most) if self.told.prefixes else {}

    def found(self, known: Numbers) -> tuple[list[Screened], int]:
        """What the file says of these numbers, and how many came too late for it; it may say nothing of others."""
        numbers = list(known)
        listed = self.told.listed.find(numbers)
        is_late = [self._is_late(since) for since in known.values()]
        cleared = self._cleared(numbers)
        of_register = zip(numbers, listed.is_listed, listed.since, cleared, is_late, strict=True)
        day = day_of(self.on, self.at, self.register)
        said = [
            self._screened(number, day, is_listed, since)
            for number, is_listed, since, is_cleared, late in of_register
            if is_listed or (is_cleared and not late)
        ]
        return said, sum(late and not found for late, found in zip(is_late, listed.is_listed, strict=True))

    def _is_late(self, known_since: datetime | None) -> bool:
        return self.known_before is not None and (known_since is None or known_since >= self.known_before)

    def _cleared(self, numbers: Sequence[str]) -> list[bool]:
        if self.told.cleared is not None:
            return self.told.cleared.find(numbers).is_listed
        return [not self.is_partial] * len(numbers)

    def _screened(self, number: str, day: datetime, is_listed: bool, since: date | None) -> Screened:
        if since is not None and since > self.on:
            since = None  # no entry is newer than its file: it bars calls as if it were old
        return Screened(number, self.register.key, day, is_listed, since, self.campaign_id)

    def record(self, session: Session, numbers: Numbers, *, is_preview: bool) -> Walked:
        found, later = self.found(numbers)
        known = read_known(session, self.organisation_id, found)
        new, told = news_among(found, known), tuple[str, ...]()
        before = self._verdicts(session, new) if is_preview else {}
        if new:
            of = {one.number for one in new}
            ringing = stored.contacts_at(session, self.organisation_id, of, for_update=True)
            known = read_known(session, self.organisation_id, found)  # an import may have said it during the wait
            new = [one for one in news_among(found, known) if one.number in of]
            told = self._write(session, new, ringing)
        after = self._verdicts(session, new) if is_preview else {}
        listed = sum(one.is_listed for one in found)
        overruled = count_overruled(found, known, is_per_campaign=self.register.is_per_campaign)
        moves = Counter((was, after[key]) for key, was in before.items() if key in after)
        return Walked(
            listed, len(found) - listed, later, overruled, len(numbers), next(reversed(numbers), ""), told, moves
        )

    def _write(self, session: Session, new: list[Screened], ringing: AtNumbers) -> tuple[str, ...]:
        """Record the news, dated now that its contacts are locked: no call opens without knowing of it.

        Contacts without an owner are decided in bulk, since they have no reminders; the others one by one. Returns the
        Slack user ids of those told that their cards are void.
        """
        at = self.deps.clock()
        write_news(session, self.organisation_id, new, at)
        withdrawn = self._decide(session, ringing.free, at) if ringing.free else ()
        owned = frozenset(one.number for one in ringing.kept if one.number)
        if owned:
            touched = refresh.Touched(self.organisation_id, owned, frozenset())
            withdrawn = (*withdrawn, *refresh.redecide_touched(self.deps, session, touched, at))
        return tell_withdrawn(session, withdrawn, at)

    def _decide(self, session: Session, batch: list[StoredContact], at: datetime) -> tuple[Withdrawn, ...]:
        different = self.decisions.changed(session, batch, at)
        if not different:
            return ()
        fresh = [(contact.id, verdict) for contact, verdict in different]
        stored.write_verdicts(session, fresh, at, self.decisions.rules)
        return tuple(refresh.withdraw_cards(session, {key: one.verdict for key, one in fresh}, at))

    def _verdicts(self, session: Session, new: list[Screened]) -> dict[int, Verdict]:
        """What the contacts at these numbers are."""
        ringing = stored.contacts_at(session, self.organisation_id, {one.number for one in new}) if new else None
        return {one.id: Verdict(one.verdict) for one in (*ringing.free, *ringing.kept)} if ringing else {}


@part_again_if_lost
def _screen_part(walk: Walk, pace: Pace, last: str, is_preview: bool) -> Walked:
    """Screen one part, in one transaction."""
    with pace.turn(pace.size) as uow:
        if not is_preview:
            # One at a time; and no number is erased, and no person parted, between reading and writing.
            setup.let_one_at_a_time(uow.session, walk.organisation_id)
        part = walk.record(uow.session, walk.after(uow.session, last, pace.size), is_preview=is_preview)
        if is_preview:
            uow.roll_back()
        return part
