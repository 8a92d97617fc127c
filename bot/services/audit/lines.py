"""What an audit found, in lines: one for each agent and person, never one a call; numbers masked, contacts unnamed."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from bot.services import local_time
from bot.services.answers.reconciliation import PersonRung
from bot.services.audit.people_rung import person_of
from bot.services.numbers.parsing import mask
from policy.templates.phrases import Amount
from policy.templates.sentence import AMOUNT, CLOCK, NAME, NUMBER, TEXT, Said, template
from storage.models import Agent, Attempt

_LINE = template("{at} {agent}, {number}: {says}", at=CLOCK, agent=NAME, number=NAME, says=TEXT)
_LINES = template(
    "{at} to {until} {agent}, {number}: {calls}, {says}",
    at=CLOCK,
    until=CLOCK,
    agent=NAME,
    number=NAME,
    calls=AMOUNT,
    says=TEXT,
)
_OF_ANOTHER_TEAM = template("{at} another team, {number}: {says}", at=CLOCK, number=NAME, says=TEXT)
_UNPROVEN = template("{agent}, {calls} to numbers on no list: {says}", agent=NAME, calls=AMOUNT, says=TEXT)
_OFF_THE_LIST = template("{says} (off the list)", says=TEXT)
_RUNG = template(
    "{at} to {until} {agents}, {number}: rung {count} times, {says}",
    at=CLOCK,
    until=CLOCK,
    agents=NAME,
    number=NAME,
    count=NUMBER,
    says=TEXT,
)
_RUNG_BY_OTHERS = template(
    "{at} to {until} {agents} and another team, {number}: rung {count} times, {says}",
    at=CLOCK,
    until=CLOCK,
    agents=NAME,
    number=NAME,
    count=NUMBER,
    says=TEXT,
)


def dated(on: date, line: str) -> str:
    """A line among those of other days: with its date before the time or the agent that it begins with."""
    if not isinstance(line, Said) or line.template is None:
        return f"{on} {line}"
    first = next(iter(line.template.parameters))
    return line.template.says(**{**line.values, first: f"{on} {line.values[first]}"})


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
