"""A kept window holds: at every moment inside it the engine, asked anew, allows the call.

The facts are random lines near the edges that packs name. The moments are where a window might break: its own ends,
midnights, changes of the clocks, first days of rules, and whatever ends in the facts.
"""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from bot.services.deciding.decisions import decide_facts, to_cache
from bot.services.deps import Deps
from policy import Facts, Prepared, Verdict, decide, load_rulebook
from policy.calendar.local_time import HORIZON, second_of
from storage.database.unit_of_work import UnitOfWork
from tests.fakes import FakeNotifier
from tests.policy.second.compare import GROUPS, readable_line
from tests.policy.strategies import CHANGES, version_days

RULEBOOK = load_rulebook()
LINES, PARTS, SEED = 32_000, 80, 31
ASKED = 100_000  # moments in all, at least
MOST = 8  # edges of a window that are asked about
DAY, HOUR, MOMENT = timedelta(days=1), timedelta(hours=1), timedelta(microseconds=1)


def _no_database(*, is_read_only: bool = False) -> UnitOfWork:
    raise AssertionError(is_read_only)


DEPS = Deps(lambda: datetime(2026, 11, 24, 9, 0, 0, 7, tzinfo=UTC), _no_database, lambda: RULEBOOK, FakeNotifier())


class Window(NamedTuple):
    """What a contact keeps of one decision, and the facts it was made of."""

    facts: Facts
    house: str
    opens: datetime
    closes: datetime | None

    @property
    def ends(self) -> datetime:
        """Its end; without one, the last moment that the engine looked at."""
        return self.closes or self.opens + timedelta(seconds=HORIZON)

    def forbidden(self, moments: list[datetime]) -> list[str]:
        """The moments at which the call is not allowed, with the rules against it."""
        asked = [(at, decide(self.facts, RULEBOOK, at, house_pack=self.house or None)) for at in moments]
        return [
            f"{at}: {said.verdict} {[one.rule for one in said.findings]}"
            for at, said in asked
            if said.verdict is not Verdict.CALLABLE
        ]


def kept(number: int) -> Window | None:
    """The window that a contact of a random line keeps, if it has one. What is on record has happened."""
    _, asked, house = readable_line(GROUPS[number % len(GROUPS)], SEED, number)
    rolls = Random(f"days {SEED} {number}")
    call, on = asked.facts.call, asked.at.date()
    if rolls.random() < 0.15:
        call = replace(call, ends_on=on + DAY * rolls.choice((0, 1, 2)))
    if rolls.random() < 0.1:
        call = replace(call, starts_on=on + DAY * rolls.choice((-1, 0, 1)))
    at = asked.at.astimezone(UTC)
    prepared = Prepared(replace(asked.facts, call=call)).known_by(at, second_of(at))
    decision = decide_facts(DEPS, prepared, at, house or "")
    cached = to_cache(DEPS, prepared, decision, house or "")
    if cached.callable_from is None:
        return None
    return Window(prepared.facts, house or "", cached.callable_from, cached.callable_until)


def moments_in(window: Window, rolls: Random) -> list[datetime]:
    """Its first and last moment, and some of those inside at which something begins or ends, with the ones before."""
    inside = [one for one in _edges(window) if window.opens < one < window.ends]
    chosen = rolls.sample(inside, min(len(inside), MOST))
    length = window.ends - window.opens
    chosen += [min(window.opens + length * rolls.random(), window.ends - MOMENT) for _ in range(2)]
    before = [one - MOMENT for one in chosen if one - MOMENT > window.opens]
    return [window.opens, window.ends - MOMENT, *chosen, *before]


def _edges(window: Window) -> Iterator[datetime]:
    contact, call = window.facts.contact, window.facts.call
    named = [getattr(event, one.name) for event in window.facts.events for one in fields(event)]
    yield from (one for one in named if isinstance(one, datetime))
    days = {one for one in named if isinstance(one, date) and not isinstance(one, datetime)}
    days |= {one for one in (call.starts_on, call.ends_on) if one is not None} | {*CHANGES, *_first_days()}
    days |= {(window.opens + DAY * ahead).date() for ahead in range(3)} | {window.ends.date()}
    for zone in map(ZoneInfo, contact.zones):
        for on in days:
            yield from (datetime.combine(one, time(), zone).astimezone(UTC) for one in (on, on + DAY))
    for on in CHANGES:
        yield from (datetime.combine(on, time(hour), UTC) for hour in range(24))


@cache
def _first_days() -> frozenset[date]:
    return frozenset(on for pack in RULEBOOK.packs.values() for on in version_days(pack))


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_the_engine_allows_every_moment_of_a_kept_window(part: int) -> None:
    asked, found = 0, list[str]()
    for number in range(part * LINES // PARTS, (part + 1) * LINES // PARTS):
        if (window := kept(number)) is not None:
            moments = moments_in(window, Random(number))
            asked += len(moments)
            found += [f"line {number}: {one}" for one in window.forbidden(moments)]
    assert found == []
    assert asked > ASKED / PARTS


def test_a_window_ends_when_the_rules_forbid_the_call_and_not_before() -> None:
    windows = [window for number in range(80) if (window := kept(number)) is not None and window.closes is not None]
    assert len(windows) > 20
    assert [one for one in windows if not one.forbidden([one.ends])] == []
