"""Reconciles some numbers' calls with their attempts, in one transaction."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col

from bot.services.answers.reconciliation import FIGURE_OF
from bot.services.audit.judging import Judged, judge
from bot.services.audit.lines import person_of
from bot.services.calls import off_list
from bot.services.campaigns import CallerNumbers
from bot.services.deciding import refresh
from bot.services.deciding.refresh import redecide_touched, tell_withdrawn
from bot.services.deps import Deps
from bot.services.erased_numbers import all_as_recorded
from bot.services.numbers.parsing import country_of_number
from bot.services.reconcile.call_file import ABANDONED, FAILED, IN, NO_ANSWER, OUT, Call
from bot.services.reconcile.matching import AgentNames, Rung, is_known, match, whole_calls
from bot.services.reconcile.spool import Ours
from policy import Rulebook
from policy.house.limits import figure
from policy.vocabulary import Outcome
from storage.database.bulk import is_one_of
from storage.database.rows import deleted, every
from storage.models import Agent, Attempt, CallFinding, Campaign, PersonNumber, PhoneCall
from storage.phone import calls as phone_calls
from storage.phone.calls import Against, CallsOf, KnownCall
from storage.phone.findings import FORBIDDEN, ONLY_RECORDS
from storage.queries import agents, contacts, setup

UNRECORDED, WITHOUT_CALL = "unrecorded", "without_call"
SHORT_RING, WITHHELD, LEFT_WAITING, OTHER_NUMBER = "short_ring", "withheld", "abandoned", "other_number"
# A file's forbidden calls are told as one thing once it was read; or once so long nothing came of a reading that died.
TOLD_AFTER = timedelta(seconds=30)
_BEFORE = timedelta(days=1)  # how far from the file's calls attempts are read: more than clocks and zones can differ

Numbers = Sequence[tuple[Ours, list[Call]]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What every part of one file is read with. `ahead`: seconds by which the phone system's clock is ahead.

    `is_dry_run`: all is undone, so nothing is locked, nobody is told, and no contact is decided.

    `calls`: the first and last call out, by our clock; None: there is none.
    """

    deps: Deps
    organisation_id: int
    system: str
    agents: AgentNames
    rulebook: Rulebook
    tolerance: timedelta
    is_dry_run: bool = False
    ahead: float = 0.0
    calls: tuple[datetime, datetime] | None = None

    @property
    def file(self) -> CallsOf | None:
        """By which a team's forbidden calls of this file are known; None: nobody is told."""
        return None if self.calls is None or self.is_dry_run else CallsOf(self.system, *self.calls)


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def rung_on(reading: Reading, numbers: Numbers) -> dict[str, list[Rung]]:
    """Whole calls by number as on record, by our clock."""
    found: dict[str, list[Rung]] = defaultdict(list)
    ahead = reading.ahead
    for ours, told in numbers:
        calls = [one._replace(start=one.start - ahead, second=one.second - ahead) for one in told] if ahead else told
        found[ours.recorded] += whole_calls(calls, reading.agents.find)
    return found


def attempts_near(session: Session, reading: Reading, rung: Mapping[str, Sequence[Rung]]) -> dict[str, list[Attempt]]:
    """The attempts on the numbers around the time of the calls, by number, oldest first."""
    starts = [call.start for calls in rung.values() for call in calls]
    since, until = moment(min(starts)) - _BEFORE, moment(max(starts)) + _BEFORE
    found: dict[str, list[Attempt]] = defaultdict(list)
    for attempt in phone_calls.attempts_on(session, reading.organisation_id, list(rung), since, until):
        found[attempt.number].append(attempt)
    return found


def reconcile_part(session: Session, reading: Reading, numbers: Numbers) -> tuple[Counter[str], list[int]]:
    """Match the calls of some numbers with attempts, keep what is found, and decide anew.

    Returns what that adds to the figures of `Reconciled`, and the attempts that have their call.
    """
    if not reading.is_dry_run:
        # One file at a time; and no number is erased, and no person parted, between reading and writing.
        setup.let_one_at_a_time(session, reading.organisation_id)
        recorded = all_as_recorded(session, reading.organisation_id, [ours.number for ours, _ in numbers])
        # A number may have been erased since the file was read.
        numbers = [(ours._replace(recorded=recorded[ours.number]), calls) for ours, calls in numbers]
    rung = rung_on(reading, numbers)
    persons, earlier, keys = _read(session, reading, rung)
    attempts = attempts_near(session, reading, rung)
    writer = _Writer(session, reading, reading.deps.clock(), {key for _, key in keys})
    for number, calls in rung.items():
        left_over = [one for one in calls if not any((number, key.hex()) in keys for key in one.keys)]
        fresh = [one for one in left_over if not is_known(one, earlier[number])]
        writer.counts["known"] += len(calls) - len(fresh)
        taken = {one.attempt_id for one in earlier[number]}
        left = [one for one in attempts[number] if one.id not in taken]
        pairs, alone = match([one for one in fresh if one.direction == OUT], left, reading.tolerance)
        for call, attempt in pairs:
            writer.match(number, call, attempt)
        for call in alone:
            if call.result == FAILED:
                writer.counts["failed"] += 1
            else:
                writer.add_unrecorded(number, call)
        for call in fresh:
            if call.direction == IN:
                writer.add_call_in(number, call, persons[number])
    writer.write()
    return writer.counts, writer.matched


def _read(
    session: Session, reading: Reading, rung: Mapping[str, Sequence[Rung]]
) -> tuple[dict[str, set[int]], dict[str, list[KnownCall]], set[tuple[str, str]]]:
    """By number, its persons and the calls on record; and the keys of these calls, each with its number."""
    numbers, organisation_id = list(rung), reading.organisation_id
    persons: dict[str, set[int]] = defaultdict(set)
    at_them = PersonNumber.organisation_id == organisation_id, is_one_of(session, PersonNumber.number, numbers)
    for row in every(session, PersonNumber, *at_them):
        persons[row.number].add(row.person_id)
    if not reading.is_dry_run:
        # No call opens, and no outcome is recorded, between reading and writing.
        everyone = {person for found in persons.values() for person in found}
        contacts.contacts_sharing(session, organisation_id, numbers, everyone, for_update=True)
    calls: dict[str, list[KnownCall]] = defaultdict(list)
    for known in phone_calls.calls_on(session, organisation_id, numbers):
        calls[known.number].append(known)
    keys = [key.hex() for found in rung.values() for call in found for key in call.keys]
    return persons, calls, phone_calls.known_keys(session, organisation_id, keys)


class _Writer:
    """Collects what a part found, then writes it: calls, attempts, findings, and what follows for contacts."""

    def __init__(self, session: Session, reading: Reading, at: datetime, keys: set[str]) -> None:
        self._session, self._reading, self._at, self._keys = session, reading, at, keys
        self.counts = Counter[str]()  # by the names of `Reconciled`
        self.matched: list[int] = []  # attempts
        self._named = CallerNumbers(session)
        self._calls: list[tuple[str, Rung, Attempt | None, int | None]] = []
        self._alone: list[tuple[str, Rung]] = []
        self._findings: list[tuple[Attempt, str, float | None]] = []

    def match(self, number: str, call: Rung, attempt: Attempt) -> None:
        self.counts["matched"] += 1
        self.matched.append(attempt.id or 0)
        near = min((call.start, call.second), key=lambda one: abs(one - attempt.opened_at.timestamp()))
        self._calls.append((number, _at(call, near), attempt, attempt.person_id))
        self._judge(call, attempt)

    def add_unrecorded(self, number: str, call: Rung) -> None:
        self._alone.append((number, _at(call, call.second)))  # of two readings the later: waits run longer

    def add_call_in(self, number: str, call: Rung, persons: set[int]) -> None:
        self.counts["calls_in"] += 1
        self._calls.append((number, _at(call, call.second), None, next(iter(persons)) if len(persons) == 1 else None))

    def _judge(self, call: Rung, attempt: Attempt) -> None:
        if call.is_withheld:
            self._findings.append((attempt, WITHHELD, None))
        named = self._named.at(attempt.campaign_id, attempt.opened_at) if call.shown else ()
        if named and call.shown not in named:
            self._findings.append((attempt, OTHER_NUMBER, None))
        if call.result == ABANDONED:
            self._findings.append((attempt, LEFT_WAITING, None))
        is_given_up = call.result == NO_ANSWER and attempt.outcome in (None, Outcome.NO_ANSWER)
        if is_given_up and call.ring is not None and call.ring < self._least_ring(attempt):
            self._findings.append((attempt, SHORT_RING, call.ring))

    def _least_ring(self, attempt: Attempt) -> float:
        """How many seconds the house lets a number ring before it counts as no answer; 0 if no pack names any."""
        deps, campaign_id = self._reading.deps, attempt.campaign_id
        campaign = None if campaign_id is None else self._session.get(Campaign, campaign_id)
        country = country_of_number(attempt.number)
        pack = deps.house_pack_in(country) if campaign is None else deps.house_pack_of(campaign)
        of = "" if campaign_id is None else str(campaign_id)
        return max(figure(self._reading.rulebook, pack, "ring_seconds", attempt.opened_at, of), default=0.0)

    def write(self) -> None:
        made, ours = list[Attempt](), self._reading.organisation_id
        for number, call in self._alone:
            agent = None if call.agent_id is None else self._session.get_one(Agent, call.agent_id)
            attempt = off_list.open_found(self._session, ours, agent, number, moment(call.start), self._at)
            made.append(attempt)
            self._calls.append((number, call, attempt, attempt.person_id))
            self._findings.append((attempt, UNRECORDED, None))
            self._judge(call, attempt)
        self._session.add_all(self._row(*one) for one in self._calls)
        disproved = col(CallFinding.attempt_id).in_(self.matched), CallFinding.kind == WITHOUT_CALL
        deleted(self._session, CallFinding, *disproved)
        self._gather(self._keep_against(made))
        for attempt, kind, seconds in self._findings:
            self._keep(attempt, kind, seconds=seconds)
        if made and not self._reading.is_dry_run:
            persons = frozenset(attempt.person_id for attempt in made if attempt.person_id is not None)
            touched = refresh.Touched(ours, frozenset(attempt.number for attempt in made), persons)
            gone = redecide_touched(self._reading.deps, self._session, touched, self._at)
            self.counts["cards_withdrawn"] += len(tell_withdrawn(self._session, gone, self._at))

    def _keep_against(self, made: list[Attempt]) -> list[Judged]:
        """Keep what forbade each call, and which later ones they made one too many, by the audit's own judgement.
        Returns those of which it was not on record yet."""
        if not made:
            return []
        deps, organisation_id = self._reading.deps, self._reading.organisation_id
        rules, choice, ours = deps.rulebook(), deps.house_choice, {one.id for one in made}
        _, judged = judge(self._session, organisation_id, made, rules, choice, self._at, and_later=True)
        new = list[Judged]()
        for one in judged:
            forbids = ((FORBIDDEN, one.known if one.attempt.id in ours else ()), (ONLY_RECORDS, one.shown))
            kept = [self._keep(one.attempt, kind, rule=found[0].rule) for kind, found in forbids if found]
            new += [one] if any(kept) else []
        return new

    def _keep(self, attempt: Attempt, kind: str, *, seconds: float | None = None, rule: str = "") -> bool:
        about = self._reading.organisation_id, attempt.id or 0
        is_new = phone_calls.keep_finding(self._session, *about, kind, self._at, seconds=seconds, rule=rule)
        self.counts[FIGURE_OF.get(kind, kind)] += is_new
        return is_new

    def _gather(self, against: Sequence[Judged]) -> None:
        """Let what each team's leads are to hear of the file wait until it is read."""
        file, organisation_id = self._reading.file, self._reading.organisation_id
        if file is None:
            return
        due_at = self._at + TOLD_AFTER
        phone_calls.forbidden_due(self._session, organisation_id, file, due_at)
        by_team: dict[int, list[Against]] = defaultdict(list)
        for one in against:
            attempt = one.attempt
            caller = self._session.get_one(Agent, attempt.agent_id)
            team_id = agents.team_at(self._session, caller, attempt.opened_at)
            if team_id is not None:
                by_team[team_id].append(Against(one.gravity, attempt.id or 0, attempt.agent_id, person_of(attempt)))
        for team_id, calls in sorted(by_team.items()):
            phone_calls.add_forbidden(self._session, organisation_id, team_id, file, calls, self._at, due_at)

    def _row(self, number: str, call: Rung, attempt: Attempt | None, person_id: int | None) -> PhoneCall:
        # The second number of a call that was put through has no key of its own: that is known by its time.
        key = call.keys[0].hex()
        own_key = "" if key in self._keys else key
        self._keys.add(key)
        return PhoneCall(
            organisation_id=self._reading.organisation_id,
            key=own_key,
            system=self._reading.system,
            direction=call.direction,
            number=number,
            person_id=person_id,
            agent_id=call.agent_id,
            attempt_id=None if attempt is None else attempt.id,
            started_at=moment(call.start),
            ended_at=moment(call.start + call.length),
            ring_seconds=call.ring,
            result=call.result,
            found_at=self._at,
        )


def _at(call: Rung, start: float) -> Rung:
    return call if start == call.start else replace(call, start=start)
