"""What stands of a call, against a ledger that is kept as people speak: random statements of three roles, in memory."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from bot.services.calls import standing
from policy.vocabulary import HOLDING, STOPPING, Outcome
from storage.models import Attempt, Callback, OutcomeRecord
from tests.fakes import TUESDAY

AGENT, LEAD, MANAGER = 1, 2, 3
WORDS = [*Outcome, *STOPPING, *STOPPING, *HOLDING, Outcome.CALLBACK_AGREED, Outcome.CALLBACK_AGREED]


def leads(one: int, other: int, _at: datetime) -> bool:
    """A lead answers for themselves too, as does a manager; an agent for nobody."""
    return one > other or one == other != AGENT


@dataclass
class Line:
    """One statement in the ledger."""

    by: int
    outcome: Outcome
    at: datetime
    has_time: bool = False  # a callback was agreed with it


@dataclass
class Stop:
    """One speaker's stop, with the corrections that end it; `is_left`: they had second thoughts, and may not take it
    back."""

    ended_by: list[Line] = field(default_factory=list)
    is_left: bool = False


@dataclass
class Ledger:
    """Crosses out what is taken back. Nothing is looked up in what was said before."""

    is_on_no_list: bool
    lines: list[Line] = field(default_factory=list)
    stops: dict[int, Stop] = field(default_factory=dict)

    def say(self, line: Line) -> None:
        stood = self.lines[-1].outcome if self.lines else None
        self.lines.append(line)
        if line.outcome in STOPPING:
            self.stops[line.by] = Stop()
            return
        if line.by in self.stops:
            self.stops[line.by].is_left = True
        if stood in STOPPING and not (self.is_on_no_list and line.outcome is Outcome.NOT_DIALLED):
            for by, stop in self.stops.items():
                if leads(line.by, by, line.at):
                    stop.ended_by.append(line)

    def take_back(self, by: int) -> None:
        gone = [one for one in self.lines if one.by == by]
        self.lines = [one for one in self.lines if one.by != by]
        if by in self.stops and not self.stops[by].is_left and any(one.outcome in STOPPING for one in gone):
            del self.stops[by]
        for other, stop in self.stops.items():
            if other != by:
                stop.ended_by = [one for one in stop.ended_by if one.by != by]

    def run(self, upto: int | None = None) -> list[Line]:
        """The last lines that say the same, up to a place."""
        lines = self.lines[:upto]
        other = [place for place, one in enumerate(lines) if one.outcome is not lines[-1].outcome]
        return lines[other[-1] + 1 :] if other else lines

    def outcome(self) -> tuple[Outcome | None, datetime | None]:
        run = self.run()
        if not run:
            return None, None
        timed = [one.at for one in run if one.has_time]
        return run[-1].outcome, timed[-1] if timed else run[0].at

    def stopping(self) -> set[int]:
        return {by for by, stop in self.stops.items() if not stop.ended_by}

    def holding(self) -> dict[tuple[int, Outcome], datetime]:
        found = {}
        for by in {one.by for one in self.lines}:
            place = max(place for place, one in enumerate(self.lines) if one.by == by)
            last = self.lines[place]
            later = [one for one in self.lines[place + 1 :] if one.outcome is not last.outcome]
            if last.outcome in HOLDING and not any(leads(one.by, by, last.at) for one in later):
                found[by, last.outcome] = next(one.at for one in self.run(place + 1) if one.by == by)
        return found


class Call:
    """A call of which both are kept: the rows, as they are stored, and the ledger."""

    def __init__(self, dice: Random) -> None:
        self.dice, self.at, self.told = dice, TUESDAY, list[str]()
        is_on_no_list = dice.random() < 0.3
        ids: dict[str, Any] = {"contact_id": None if is_on_no_list else 1, "lease_id": None if is_on_no_list else 1}
        self.attempt = Attempt(
            id=1, organisation_id=1, number="+447700900111", principal="", agent_id=AGENT, opened_at=TUESDAY, **ids
        )
        self.said, self.agreed, self.ledger = list[OutcomeRecord](), list[Callback](), Ledger(is_on_no_list)

    def step(self) -> None:
        """Somebody speaks, or takes back what they said if any of it stands."""
        self.at += timedelta(seconds=self.dice.choice((0.3, 2.1, 61.000001)))
        by = self.dice.choice((AGENT, AGENT, LEAD, MANAGER))
        theirs = [one for one in standing.standing(self.said) if one.recorded_by == by]
        if self.dice.random() < 0.3:
            if theirs:
                self._take_back(by, theirs)
            return
        word = self.dice.choice(WORDS)
        has_time = word is Outcome.CALLBACK_AGREED and self.dice.random() < 0.7
        self._append(word, by)
        self.ledger.say(Line(by, word, self.at, has_time))
        if has_time:
            ids: dict[str, Any] = {
                "id": len(self.agreed) + 1,
                "organisation_id": 1,
                "contact_id": 1,
                "person_id": 1,
                "attempt_id": 1,
            }
            self.agreed.append(Callback(principal="", asked_at=self.at, due_at=self.at + timedelta(days=1), **ids))

    def check(self) -> None:
        kept = self.ledger.outcome(), self.ledger.stopping(), self.ledger.holding()
        stands = (
            standing.in_force(self.said, self.agreed),
            standing.stopping(self.attempt, self.said, leads),
            standing.holding(self.said, leads),
        )
        assert stands == kept, "\n".join(self.told)

    def _append(self, word: Outcome | None, by: int) -> None:
        self.told.append(f"{by} {word}")
        row = OutcomeRecord(organisation_id=1, attempt_id=1, outcome=word, recorded_at=self.at, recorded_by=by)
        row.id = len(self.said) + 1
        self.said.append(row)

    def _take_back(self, by: int, theirs: list[OutcomeRecord]) -> None:
        if len(theirs) == len(standing.standing(self.said)):
            self._append(None, by)
        else:
            self.told.append(f"{by} takes back")
            for one in theirs:
                one.taken_back_at = self.at
        self.ledger.take_back(by)


def compared(dice: Random, how_many: int) -> None:
    """Compare after each of so many statements, in stories of up to 14."""
    done = 0
    while done < how_many:
        call = Call(dice)
        for _ in range(dice.randint(2, 14)):
            call.step()
            call.check()
            done += 1


def test_what_stands_is_what_a_ledger_keeps() -> None:
    compared(Random(31), 1_000)


@pytest.mark.night
def test_what_stands_is_what_a_ledger_keeps_each_night(pytestconfig: pytest.Config) -> None:
    compared(Random(str(pytestconfig.getoption("day"))), 10_000)
