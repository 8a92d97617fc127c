"""Tallies attempts by day, by hour of the week, by agent, by list and by campaign, in one pass."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from bot.services import local_time
from bot.services.answers.activity import BestHour, Line, Tally
from policy.vocabulary import STOPPING, Outcome
from storage.activity import CountedAttempt
from storage.queries.reports import status

HOURS, WEEKDAYS = 24, 7
_FEWEST = 20  # attempts in an hour of the week, before it is said to be good
_MOST_HOURS = 3


class Tallies:
    """`zone`: of the days, and of people whose own zone is not known."""

    def __init__(self, zone: str) -> None:
        self._zone = zone
        self.whole = _Count()
        self.days: dict[date, _Count] = defaultdict(_Count)
        self.hours = [[_Count() for _ in range(HOURS)] for _ in range(WEEKDAYS)]
        self.agents: dict[int | None, _Count] = defaultdict(_Count)
        self.lists: dict[int | None, _Count] = defaultdict(_Count)
        self.campaigns: dict[int | None, _Count] = defaultdict(_Count)
        self.own_outcomes: dict[int, int] = defaultdict(int)  # calls, by id

    def add(self, attempts: Iterable[CountedAttempt]) -> None:
        for one in attempts:
            person = one.zones.split()[0] if one.zones else self._zone
            weekday = local_time.date_in(person, one.opened_at).weekday()
            hour = local_time.time_in(person, one.opened_at).hour
            for count in (
                self.whole,
                self.days[local_time.date_in(self._zone, one.opened_at)],
                self.hours[weekday][hour],
                self.agents[one.agent_id],
                self.lists[one.list_id],
                self.campaigns[one.campaign_id],
            ):
                count.add(one.outcome)
            if one.own_outcome_id is not None:
                self.own_outcomes[one.own_outcome_id] += 1

    def by_hour(self) -> tuple[tuple[Tally, ...], ...]:
        return tuple(tuple(count.tally for count in hours) for hours in self.hours)

    def best_hours(self) -> tuple[BestHour, ...]:
        """The hours of the week with the highest contact rates, of those with enough attempts to tell."""
        tried = [
            BestHour(weekday, hour, tally)
            for weekday, hours in enumerate(self.by_hour())
            for hour, tally in enumerate(hours)
            if tally.attempts >= _FEWEST and tally.contacts
        ]
        return tuple(sorted(tried, key=lambda one: -(one.tally.contact_rate or 0))[:_MOST_HOURS])


class _Count:
    """A tally in the making."""

    def __init__(self) -> None:
        self._outcomes: dict[Outcome | None, int] = defaultdict(int)

    def add(self, outcome: Outcome | None) -> None:
        self._outcomes[outcome] += 1

    @property
    def tally(self) -> Tally:
        came = self._outcomes
        return Tally(
            attempts=sum(came.values()),
            contacts=sum(count for outcome, count in came.items() if outcome in status.CONTACTS),
            successes=came.get(Outcome.SUCCESS, 0),
            opt_outs=sum(came.get(one, 0) for one in STOPPING),
            complaints=came.get(Outcome.COMPLAINT, 0),
            without_outcome=came.get(None, 0),
        )


def lines(counts: Mapping[int | None, _Count], names: Mapping[int, str]) -> tuple[Line, ...]:
    """The tallies by name, most attempts first. Without an id the name is empty."""
    found = [Line("" if key is None else names.get(key, ""), count.tally) for key, count in counts.items()]
    return tuple(sorted(found, key=lambda one: (-one.tally.attempts, one.name)))
