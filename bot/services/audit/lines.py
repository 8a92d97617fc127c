"""What an audit found, in lines: one for each agent and person, never one a call; numbers masked, contacts unnamed.

It also tells which people were rung against the rules on a day, by any agent.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from bot.services.answers.reconciliation import PersonRung
from bot.services.answers.reports import AuditCheck
from bot.services.audit import judging
from bot.services.audit.judging import Judge, Judged
from bot.services.numbers.parsing import mask
from policy import Finding, Rulebook
from policy.calendar import local_time
from policy.templates.sentence import AMOUNT, CLOCK, NAME, NOTHING, NUMBER, TEXT, Amount, Said, template
from policy.vocabulary import Outcome
from storage.models import Agent, Attempt, Team
from storage.queries.reports import audit as rows

_UTC = "UTC"
_LINE = template("{at} {agent}, {number}: {says}", at=CLOCK, agent=NAME, number=NAME, says=TEXT)
_CALLS = {"at": CLOCK, "until": CLOCK, "agent": NAME, "number": NAME, "calls": AMOUNT, "says": TEXT}
_LINES = template("{at} to {until} {agent}, {number}: {calls}, {says}", **_CALLS)
_OF_ANOTHER_TEAM = template("{at} another team, {number}: {says}", at=CLOCK, number=NAME, says=TEXT)
_UNPROVEN = template("{agent}, {calls} to numbers on no list: {says}", agent=NAME, calls=AMOUNT, says=TEXT)
_OFF_THE_LIST = template("{says} (off the list)", says=TEXT)
_PERSON = {"at": CLOCK, "until": CLOCK, "agents": NAME, "number": NAME, "count": NUMBER, "says": TEXT}
_RUNG = template("{at} to {until} {agents}, {number}: rung {count} times, {says}", **_PERSON)
_RUNG_BY_OTHERS = template("{at} to {until} {agents} and another team, {number}: rung {count} times, {says}", **_PERSON)


class Seen(NamedTuple):
    """By whose eyes: the names of agents that are said, by id, and the zone of each agent's days."""

    names: Mapping[int, str]
    zone_of: Callable[[int], str]


def people_rung(
    session: Session,
    organisation_id: int,
    attempt_ids: Collection[int],
    rulebook: Rulebook,
    house_choice: str,
    at: datetime,
    team_id: int | None = None,
) -> list[PersonRung]:
    """The people of these attempts, as far as one of them was against the rules; gravest wronged first.

    `team_id`: for whom they are told; agents of other teams are not named then. None: everybody is.
    """
    attempts = rows.where_in(session, Attempt, Attempt.id, attempt_ids)
    record, judged = judging.judge(session, organisation_id, attempts, rulebook, house_choice, at)
    near = [one for each in judged for one in (each.attempt, *record.on_its_person(each.attempt))]
    agents = rows.where_in(session, Agent, Agent.id, {one.agent_id for one in near})
    teams = {one.id: one.zone for one in rows.where_in(session, Team, Team.id, (one.team_id for one in agents))}
    ours = None if team_id is None else rows.agents_of(session, team_id)
    zones = {one.id: teams.get(one.team_id, _UTC) for one in agents}
    names = {one.id or 0: one.name for one in agents if ours is None or one.id in ours}
    zone = teams.get(team_id)
    seen = Seen(names, lambda agent_id: zone or zones.get(agent_id, _UTC))
    return by_person(Judge(record, rulebook, house_choice, at), judged, seen)


def by_person(by: Judge, judged: Iterable[Judged], seen: Seen) -> list[PersonRung]:
    """Those with a call against the rules, each once a local day: gravest wronged first, of these most often rung."""
    groups: dict[tuple[int | str, date], list[Judged]] = defaultdict(list)
    for one in judged:
        if one.known or one.shown:
            zone = seen.zone_of(one.attempt.agent_id)
            groups[person_of(one.attempt), local_time.date_in(zone, one.attempt.opened_at)].append(one)
    found = [(min(one.gravity for one in some), _person(by, some, on, seen)) for (_, on), some in groups.items()]
    return [one for _, one in sorted(found, key=lambda pair: (pair[0], -pair[1].count, pair[1].first_at))]


def person_of(attempt: Attempt) -> int | str:
    """Whom an attempt was meant for: the person, or the number where no person is on record."""
    return attempt.number if attempt.person_id is None else attempt.person_id


def _person(by: Judge, some: Sequence[Judged], on: date, seen: Seen) -> PersonRung:
    first = some[0].attempt
    zone = seen.zone_of(first.agent_id)
    calls = {one.attempt.id: one.attempt for one in some}
    calls |= {
        one.id: one
        for one in by.record.on_its_person(first)
        if local_time.date_in(zone, one.opened_at) == on and _was_rung(by, one, first)
    }
    made = sorted(calls.values(), key=lambda one: (one.opened_at, one.id or 0))
    known = [finding for one in some for finding in one.known]
    gravest = min([*known, *(finding for one in some for finding in one.shown)], key=judging.gravity)
    return PersonRung(
        masked_number=mask(first.number),
        first_at=made[0].opened_at,
        last_at=made[-1].opened_at,
        zone=zone,
        count=len(made),
        agents=tuple(dict.fromkeys(seen.names[one.agent_id] for one in made if one.agent_id in seen.names)),
        is_by_others=any(one.agent_id not in seen.names for one in made),
        says=says_of(gravest, by.rulebook, first.opened_at),
        is_known=gravest in known,
    )


def _was_rung(by: Judge, one: Attempt, as_in: Attempt) -> bool:
    """Whether a call counts beside another: out, for the same client or an unknown one, and dialled."""
    is_ours = one.principal == as_in.principal or not one.principal or not as_in.principal
    is_made = one.direction == "out" and one.opened_at <= by.at
    return is_ours and is_made and by.record.outcome_at(one, by.at) is not Outcome.NOT_DIALLED


def says_of(finding: Finding, rulebook: Rulebook, at: datetime) -> str:
    """The limit that was passed, in words; for any other rule what its finding says."""
    on, day = at.date(), timedelta(days=1)
    near = (on, on - day, on + day) if finding.pack in rulebook.packs else ()  # the person's day may be another
    for rule in (one for each in near for one in rulebook.in_force(finding.pack, each) if one.id == finding.rule):
        if (said := rule.parameters.limit(rule)) is not NOTHING:
            return said
    return finding.says


def dated(on: date, line: str) -> str:
    """A line among those of other days: with its date before the time or the agent that it begins with."""
    if not isinstance(line, Said) or line.template is None:
        return f"{on} {line}"
    first = next(iter(line.template.parameters))
    return line.template.says(**{**line.values, first: f"{on} {line.values[first]}"})


def on_day(on: date, checks: Iterable[AuditCheck]) -> tuple[AuditCheck, ...]:
    """What was found on a day, as a longer span says it."""
    return tuple(replace(check, details=tuple(dated(on, line) for line in check.details)) for check in checks)


def of_days(days: Iterable[tuple[AuditCheck, ...]]) -> tuple[AuditCheck, ...]:
    """What was found on several days together, check by check."""
    return tuple(
        AuditCheck(same[0].name, sum(one.broken for one in same), tuple(line for one in same for line in one.details))
        for same in zip(*days, strict=True)
    )


class Found(NamedTuple):
    """One broken promise. The detail names no contact, and of a number only its last digits.

    `call`: the attempt it is about, and why: an agent's calls to one person are told in one line.
    """

    check: str
    attempt_id: int | None
    detail: str
    call: tuple[Attempt, str] | None = None


class Lines(NamedTuple):
    """Writes the lines of one team. `agents`: all who ever worked for it."""

    zone: str
    agents: Mapping[int, Agent]

    def line(self, at: datetime, agent_id: int, number: str, says: str) -> str:
        if agent_id not in self.agents:
            return _OF_ANOTHER_TEAM.says(at=self._clock(at), number=mask(number), says=says)
        return _LINE.says(at=self._clock(at), agent=self.agents[agent_id].name, number=mask(number), says=says)

    def about(self, check: str, attempt: Attempt, says: str) -> Found:
        says = says if attempt.lease_id is not None else _OFF_THE_LIST.says(says=says)
        line = self.line(attempt.opened_at, attempt.agent_id, attempt.number, says)
        return Found(check, attempt.id, line, (attempt, says))

    def unproven(self, agent_id: int, calls: int, says: str) -> str:
        """An agent's calls to numbers on no list that lacked a screening or a basis."""
        return _UNPROVEN.says(agent=self.agents[agent_id].name, calls=Amount(calls, "call"), says=says)

    def rung(self, one: PersonRung) -> str:
        """A person who was rung against the rules."""
        at, agents = self._clock(one.first_at), ", ".join(one.agents)
        if one.count == 1:
            return _LINE.says(at=at, agent=agents, number=one.masked_number, says=one.says)
        line = _RUNG_BY_OTHERS if one.is_by_others else _RUNG
        until = self._clock(one.last_at)
        return line.says(at=at, until=until, agents=agents, number=one.masked_number, count=one.count, says=one.says)

    def each(self, found: Sequence[Found]) -> Iterator[str]:
        """A line for each agent, person and day with all the calls of one check, in the order of the first."""
        groups: dict[object, list[Found]] = defaultdict(list)
        for place, one in enumerate(found):
            key: object = place
            if one.call is not None:
                call, _ = one.call
                on = local_time.date_in(self.zone, call.opened_at)
                key = call.agent_id, person_of(call), on, call.lease_id is None
            groups[key].append(one)
        for some in groups.values():
            yield some[0].detail if len(some) == 1 else self._together([one.call for one in some if one.call])

    def _together(self, calls: Sequence[tuple[Attempt, str]]) -> str:
        ordered = sorted(calls, key=lambda call: call[0].opened_at)
        (first, _), (last, says) = ordered[0], ordered[-1]  # the last tells how many were made before it
        return _LINES.says(
            at=self._clock(first.opened_at),
            until=self._clock(last.opened_at),
            agent=self.agents[first.agent_id].name,
            number=mask(first.number),
            calls=Amount(len(ordered), "call"),
            says=says,
        )

    def _clock(self, at: datetime) -> str:
        return f"{local_time.time_in(self.zone, at):%H:%M}"
