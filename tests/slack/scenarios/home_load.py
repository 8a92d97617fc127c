"""How many agents Home carries: `python -m tests.slack.scenarios.home_load AGENTS MINUTES`.

So many agents work on Home alone, each at twenty calls an hour, against the local workspace with Slack's rate limits on
(`views.publish`: 100 a minute). Prints how long a press took until Home showed it, and how often Slack refused.
"""

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from statistics import quantiles
from time import monotonic, sleep

from bot.sandbox import Member, NeverSeen, Person, VisibleView
from bot.slack.delivery import second_tries
from policy import load_rulebook
from storage import migrations
from storage.database import engine as engines
from storage.database.unit_of_work import UnitsOfWork
from tests.fakes import FakeClock, SampleOrganisation
from tests.slack.scenarios import town as towns

CALLS_AN_HOUR = 20
PRESSES_A_CALL = 2  # Call, and its outcome; Home brings the next contacts by itself


def work(member: Member, until: float, seed: int) -> list[float]:
    """One agent's presses, and the seconds until Home showed each."""
    rolls, took = Random(seed), list[float]()
    every = 3600 / (CALLS_AN_HOUR * PRESSES_A_CALL)
    home = member.wait_for(lambda seen: seen.home)
    _rest(rolls.uniform(0, every), until)
    while monotonic() < until:
        wanted = next(
            (one for one in ("call", "outcome_busy", "next_contacts") if _has(home, one) and not _calls(home, one)), ""
        )
        if not wanted:
            return took
        begun = monotonic()
        member.press(home, wanted)
        try:
            home = _changed(member, home)
        except NeverSeen:
            took.append(60.0)
            return took
        took.append(monotonic() - begun)
        _rest(rolls.expovariate(1 / every), until)
    return took


def _rest(seconds: float, until: float) -> None:
    sleep(max(0.0, min(seconds, until - monotonic())))


def _has(home: VisibleView, action_id: str) -> bool:
    return any(one.action_id == action_id for one in home.buttons)


def _calls(home: VisibleView, action_id: str) -> bool:
    """Whether Call must wait for the outcome of the call that is open."""
    return action_id == "call" and _has(home, "outcome_busy")


def _changed(member: Member, home: VisibleView) -> VisibleView:
    return member.wait_for(lambda seen: seen.home if seen.home and seen.home.hash != home.hash else None)


def main(agents: int, minutes: float) -> None:
    pace = second_tries.MOST_A_MINUTE
    with tempfile.TemporaryDirectory() as folder:
        engine = engines.create(f"sqlite:///{Path(folder) / 'nextcall.db'}")
        migrations.upgrade(engine)
        acme = SampleOrganisation(UnitsOfWork(engine), load_rulebook(), FakeClock())
        crowd = acme.add_crowd(agents)
        acme.add_contacts(round(agents * (3 + minutes)))
        with towns.town(acme) as town:
            for one in crowd:
                person = Person(one.slack_user_id, one.name.lower(), one.name)
                town.server.workspace.people[person.user_id] = person
            members = [town.server.person(one.slack_user_id) for one in crowd]
            second_tries.MOST_A_MINUTE = 10**6  # type: ignore[misc]  # to begin with: everyone takes their seat at once
            for member in members:
                member.open_home()
            for member in members:
                member.press(member.wait_for(lambda seen: seen.home), "next_contacts")
            for member in members:
                member.wait_for(lambda seen: seen.home if seen.home and _has(seen.home, "call") else None)
            second_tries.MOST_A_MINUTE = pace  # type: ignore[misc]
            town.tries.homes.__init__()  # type: ignore[misc]
            town.server.workspace.rate_limits.is_on = True
            before, until = len(town.server.workspace.calls), monotonic() + 60 * minutes
            with ThreadPoolExecutor(agents) as threads:
                took = [s for some in threads.map(lambda at: work(members[at], until, at), range(agents)) for s in some]
            made = town.server.workspace.calls[before:]
            drawn = sum(one.method == "views.publish" for one in made)
            told = sum(one.method == "chat.postMessage" for one in made)
            cuts = quantiles(took, n=100) if len(took) > 1 else [0.0] * 99
            print(
                f"{agents} agents, {minutes:g} min: {len(took)} presses, {drawn / minutes:.0f} redraws a minute, "
                f"{told} told by message; seconds until Home showed it: p50 {cuts[49]:.2f}, p95 {cuts[94]:.2f}, "
                f"p99 {cuts[98]:.2f}"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
