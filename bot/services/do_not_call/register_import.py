"""Imports a register's file: what it says of the stored numbers, as of the day on which it was obtained.

A walk goes through the stored numbers that the register covers. Numbers are recorded and their contacts decided in
small transactions, contacts that are alike together; cards of contacts no longer callable are withdrawn. An interrupted
walk begins again: it skips what is already recorded.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sqlmodel import Session

from bot.services.answers.calls import Withdrawn
from bot.services.answers.registers import Holds, ScreeningReport
from bot.services.campaigns import home_country
from bot.services.campaigns import organisation_and_campaign as find_campaign
from bot.services.deciding import refresh
from bot.services.deciding.refresh import tell_withdrawn
from bot.services.deciding.walk import StoredDecisions
from bot.services.deps import Deps, part_again_if_lost
from bot.services.do_not_call import register_file, registers, screenings
from bot.services.do_not_call.register_file import Answers
from bot.services.do_not_call.registers import Register
from bot.services.do_not_call.screenings import Screened
from bot.services.errors import FileRefused
from bot.services.files import refusals
from bot.services.files.row_faults import Progress
from bot.services.files.write_pace import Pace
from policy.calendar.local_time import midnight
from policy.vocabulary import ContactState, Verdict
from storage.models import Campaign
from storage.queries import proofs, setup
from storage.queries.reports import status
from storage.record import stored
from storage.record.stored import AtNumbers

AT_ONCE = 4_000  # numbers in one transaction, at most
Numbers = dict[str, datetime | None]  # in order, each with the moment since which it is known; None: unknown


@dataclass(slots=True)
class Walked:
    """What a walk, or a part of it, came to. `moves`: in a preview, contacts by verdict before and after.

    `counts`: the numbers that are listed and clear; `later`: those not known on the day, of which the file therefore
    says nothing; `overruled`: listed ones that a newer screening found clear; `numbers`: those it met, the `last` of
    which the next part follows.
    """

    counts: Counter[str] = field(default_factory=Counter)
    last: str = ""
    withdrawn: tuple[str, ...] = ()
    moves: Counter[tuple[Verdict, Verdict]] = field(default_factory=Counter)

    def add(self, part: "Walked") -> None:
        """Add the part that comes next."""
        self.counts.update(part.counts)
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
    campaign: Campaign | None
    on: date
    told: Answers
    is_partial: bool
    known_before: datetime | None
    at: datetime
    is_preview: bool
    decisions: StoredDecisions

    @property
    def campaign_id(self) -> int | None:
        return None if self.campaign is None else self.campaign.id

    def run(self, progress: Progress | None) -> Walked:
        """Record and decide; in a preview, undo each part."""
        done, pace, of = Walked(), Pace(self.deps, AT_ONCE, is_undone=self.is_preview), self.count(self.told.prefixes)
        while (part := _screen_part(self, pace, done.last)).last:
            done.add(part)
            if progress:
                progress(done.counts["numbers"], of)
        return done

    def count(self, prefixes: tuple[str, ...]) -> int:
        """How many stored numbers begin so, of those it is about."""
        with self.deps.unit_of_work(is_read_only=True) as uow:
            meant = (self.organisation_id, self.campaign_id, prefixes)
            return proofs.count_numbers(uow.session, *meant) if prefixes else 0

    def after(self, session: Session, last: str, most: int) -> Numbers:
        """The next stored numbers that the file covers, and since when each is known."""
        meant = (self.organisation_id, self.campaign_id, self.told.prefixes)
        return proofs.numbers_after(session, *meant, last, most) if self.told.prefixes else {}

    def found(self, known: Numbers) -> tuple[list[Screened], int]:
        """What the file says of these numbers, and how many came too late for it; it may say nothing of others."""
        numbers, before = list(known), self.known_before
        listed, cleared = self.told.listed.find(numbers), set[str]() if self.is_partial else set(numbers)
        if self.told.cleared is not None:
            cleared = set(self.told.cleared.find(numbers))
        late = {one for one, since in known.items() if before is not None and (since is None or since >= before)}
        clear = cleared - late
        # No entry is newer than its file: such a one bars calls as if it were old.
        days = {one: on if on is None or on <= self.on else None for one, on in listed.items()}
        key, obtained_at = self.register.key, screenings.day_of(self.on, self.at, self.register)
        said = [
            Screened(one, key, obtained_at, one in listed, days.get(one), self.campaign_id)
            for one in numbers
            if one in listed or one in clear
        ]
        return said, len(late - listed.keys())

    def record(self, session: Session, numbers: Numbers) -> Walked:
        found, later = self.found(numbers)
        known = screenings.read_known(session, self.organisation_id, found)
        new, told = screenings.news_among(found, known), tuple[str, ...]()
        before = self._verdicts(session, new) if self.is_preview else {}
        if new:
            of = {one.number for one in new}
            ringing = stored.contacts_at(session, self.organisation_id, of, for_update=True)
            known = screenings.read_known(
                session, self.organisation_id, found
            )  # an import may have said it during the wait
            new = [one for one in screenings.news_among(found, known) if one.number in of]
            told = self._write(session, new, ringing)
        after = self._verdicts(session, new) if self.is_preview else {}
        counts = Counter(listed=sum(one.is_listed for one in found), later=later, numbers=len(numbers))
        counts["clear"] = len(found) - counts["listed"]
        counts["overruled"] = screenings.count_overruled(found, known, is_per_campaign=self.register.is_per_campaign)
        moves = Counter((was, after[key]) for key, was in before.items() if key in after)
        return Walked(counts, next(reversed(numbers), ""), told, moves)

    def _write(self, session: Session, new: list[Screened], ringing: AtNumbers) -> tuple[str, ...]:
        """Record the news, dated now that its contacts are locked: no call opens without knowing of it. Contacts
        without an owner are decided in bulk, since they have no reminders; the others one by one. Returns the Slack
        user ids of those told that their cards are void."""
        at = self.deps.clock()
        screenings.write_news(session, self.organisation_id, new, at)
        withdrawn = list[Withdrawn]()
        if ringing.free and (different := self.decisions.changed(session, ringing.free, at)):
            fresh = [(contact.id, verdict) for contact, verdict in different]
            stored.write_verdicts(session, fresh, at, self.decisions.rules)
            withdrawn += refresh.withdraw_cards(session, {key: one.verdict for key, one in fresh}, at)
        if owned := frozenset(one.number for one in ringing.kept if one.number):
            touched = refresh.Touched(self.organisation_id, owned, frozenset())
            withdrawn += refresh.redecide_touched(self.deps, session, touched, at)
        return tell_withdrawn(session, withdrawn, at)

    def _verdicts(self, session: Session, new: list[Screened]) -> dict[int, Verdict]:
        ringing = stored.contacts_at(session, self.organisation_id, {one.number for one in new}) if new else None
        return {one.id: Verdict(one.verdict) for one in (*ringing.free, *ringing.kept)} if ringing else {}


@part_again_if_lost
def _screen_part(walk: Walk, pace: Pace, last: str) -> Walked:
    with pace.turn(pace.size) as uow:
        if not walk.is_preview:
            # One at a time; and no number is erased, and no person parted, between reading and writing.
            setup.let_one_at_a_time(uow.session, walk.organisation_id)
        part = walk.record(uow.session, walk.after(uow.session, last, pace.size))
        if walk.is_preview:
            uow.roll_back()
        return part


_MOST_FAULTS = 1_000  # in a preview


@dataclass(frozen=True, slots=True)
class ScreeningOrder:
    """A register's file, the day it was obtained, and the numbers it is about.

    `holds`: what the file says; None: as its heading and shape say.
    """

    path: Path
    register: str
    obtained_on: date
    campaign: str = ""  # empty: every number of the organisation
    country: str = ""  # for reading numbers without a country code; empty: the campaign's, or the register's
    despite_faults: bool = False  # treat the other numbers as clear although some rows are unreadable
    holds: Holds | None = None


def screen(
    deps: Deps,
    order: ScreeningOrder,
    progress: Progress | None = None,
    reading: Progress | None = None,
    *,
    is_preview: bool = False,
) -> ScreeningReport:
    """Screen every stored number, or a campaign's; a preview says what that would do now, and changes nothing. Raises
    FileRefused, UnknownCampaign, NotEnrolled.

    If rows of the file are unreadable, only listed numbers are recorded: an incomplete file clears no number. A file of
    the numbers found clears only those that were known on its day. `reading`: the rows of the file that were read;
    `progress`: the stored numbers that were screened; each of how many.
    """
    walk = _read(deps, order, reading, is_preview=is_preview)
    done, told = walk.run(progress), walk.told
    listed, clear, later = (done.counts[name] for name in ("listed", "clear", "later"))
    moves = sorted(done.moves.items(), key=lambda one: (-one[1], one[0]))
    return ScreeningReport(
        register=walk.register.name,
        obtained_on=walk.on,
        campaign=walk.campaign.name if walk.campaign else "",
        holds=told.holds,
        rows=told.file.rows,
        listed=listed,
        clear=clear,
        strangers=len(told.listed) - listed,
        later=later,
        overruled=done.counts["overruled"],
        left_out=walk.count(walk.register.prefixes) - listed - clear - later,
        unsaid=told.unsaid,
        area_codes=told.area_codes,
        days_left=days_until_too_old(walk.register, walk.on, walk.at.date()),
        is_partial=walk.is_partial,
        moves=tuple((now, then, count) for (now, then), count in moves if now is not then),
        states=() if is_preview else _states(walk),
        withdrawn_from=done.withdrawn,
        faults=tuple(told.faults[:_MOST_FAULTS] if is_preview else told.faults),
        heading=told.file.heading,
        unread_sheets=told.file.table.unread_sheets,
    )


def days_until_too_old(register: Register, obtained_on: date, today: date) -> int | None:
    """How many days a screening of that day stays valid; below 0: it is too old; None: no rule limits its age."""
    last = register.last_good_day(obtained_on)
    return None if last is None else (last - today).days


def _read(deps: Deps, order: ScreeningOrder, reading: Progress | None, *, is_preview: bool) -> Walk:
    at, on = deps.clock(), order.obtained_on
    register = registers.register_named(deps.rulebook(), order.register)
    check_day(on, at)
    organisation_id, campaign = find_campaign(deps, order.campaign)
    if register.is_per_campaign and campaign is None:
        raise FileRefused(f"The {register.name} needs a screening for each campaign: add --campaign.")
    home = campaign.country if campaign else home_country(deps)
    country = order.country or registers.country_for(register, home)
    told = register_file.read(order.path, register, country, order.holds, reading)
    is_whole = not told.file.table.unread_sheets and all(one.reason == refusals.FOOT for one in told.faults)
    is_partial = not is_whole and told.cleared is None and not order.despite_faults
    compared = _end_of(deps, organisation_id, campaign, on) if told.holds is Holds.FOUND else None
    about, decisions = (register, organisation_id, campaign, on), StoredDecisions(deps)
    return Walk(deps, *about, told, is_partial, compared, at, is_preview, decisions)


def _end_of(deps: Deps, organisation_id: int, campaign: Campaign | None, on: date) -> datetime:
    """The end of the day for the first of the teams that it ends for: numbers that came later were not compared."""
    with deps.unit_of_work(is_read_only=True) as uow:
        teams = setup.teams(uow.session, organisation_id)
        if campaign is not None:
            theirs = setup.teams_of_campaigns(uow.session, [campaign.id or 0]).get(campaign.id or 0, [])
            teams = [team for team in teams if team.id in theirs] or teams
        zones = {team.zone for team in teams}
    after = on + timedelta(days=1)
    return min((midnight(zone, after) for zone in zones), default=datetime.combine(after, time(), UTC))


def check_day(on: date, at: datetime) -> None:
    """Raise FileRefused for a day that is nowhere on earth yet."""
    if on > screenings.newest_day(at):
        raise FileRefused(f"The screening date {on} is in the future: give the day of the screening.")


def _states(walk: Walk) -> tuple[tuple[ContactState, int], ...]:
    with walk.deps.unit_of_work(is_read_only=True) as uow:
        every = [walk.campaign] if walk.campaign else setup.campaigns(uow.session, walk.organisation_id)
        rows = status.by_state(uow.session, [one.id or 0 for one in every], walk.deps.clock())
    counts = {state: sum(row.count for row, _ in rows if row.state is state) for state in ContactState}
    return tuple((state, count) for state, count in counts.items() if count)
