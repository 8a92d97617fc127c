"""Days with a database in trouble: work waits or says so in one sentence, and resumes by itself."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event

import pytest

from bot.sandbox import CannotDo, Member, NeverSeen, VisibleMessage
from bot.slack.wording.say import Markup, say
from storage.models import Attempt, Lease, OutcomeRecord
from tests.crashes.centre import PATIENCE, Centre, reads
from tests.postgres import Server
from tests.slack.scenarios.town import NUMBER

LOCKED_FOR = 10.0
AWAY = say("refusals.database_away", code=Markup("")).partition(" (")[0]


def _rows(centre: Centre) -> list[int]:
    return [len(centre.acme.all(kind)) for kind in (Lease, Attempt, OutcomeRecord)]


@pytest.mark.night
def test_it_waits_ten_seconds_for_a_lock_and_then_answers(centre: Centre) -> None:
    for name in ("Grace", "Ada"):
        centre.acme.add_contact(name)
    centre.start()
    alice, bob = centre.person("alice"), centre.person("bob")
    alice.command("/nextcall 1")
    alice.press(reads(alice, "Grace"), "call")
    shown = reads(alice, NUMBER)
    with centre.write_locked():
        took = [bob.command("/nextcall 1").took, alice.press(shown, "outcome_refused").took]
        time.sleep(LOCKED_FOR)
        assert _rows(centre) == [1, 1, 0], "the lock holds"
    bob.wait_for(lambda seen: any("Ada" in one.words for one in seen.messages), within=PATIENCE)
    alice.wait_for(lambda seen: any("*Not interested* recorded" in one.words for one in seen.messages), within=PATIENCE)
    print(
        f"locked for {LOCKED_FOR:.0f} s: acknowledged in {max(took):.2f} s, leases, attempts, outcomes", _rows(centre)
    )
    assert max(took) < LOCKED_FOR / 2, "the ack waits for no lock"
    assert _rows(centre) == [2, 1, 1]
    assert not any(AWAY in one.words for actor in (alice, bob) for one in actor.messages())


def _work(agent: Member, is_over: Event) -> None:
    """Make calls until it is over, whatever the bot answers; a call that was not recorded is tried again."""
    while not is_over.is_set():
        agent.command("/nextcall 1")
        with suppress(NeverSeen, CannotDo):
            card = agent.wait_for(lambda now: next(filter(_is_held, reversed(now.messages)), None), within=1)
            if _has(card, "call"):
                agent.press(card, "call", stale=True)
            shown = agent.wait_for(lambda now: next((m for m in now.messages if NUMBER in m.words), None), within=1)
            agent.press(shown, "outcome_refused", stale=True)
            agent.wait_for(lambda now: not any(NUMBER in m.words for m in now.messages), within=1)


def _is_held(message: VisibleMessage) -> bool:
    return _has(message, "call") or NUMBER in message.words


def _has(message: VisibleMessage, action: str) -> bool:
    return any(one.action_id == action for one in message.buttons)


@pytest.mark.night
def test_it_resumes_after_the_database_died_under_load(centre: Centre, request: pytest.FixtureRequest) -> None:
    if centre.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no server that could die; a full and a locked disk are tested with the surface")
    postgres: Server = request.getfixturevalue("postgres")
    for serial in range(60):
        centre.acme.add_contact(f"Joan {serial}")
    centre.start()
    is_over, before = Event(), _rows(centre)[2]
    with ThreadPoolExecutor(2) as keyboards:
        done = [keyboards.submit(_work, centre.person(name), is_over) for name in ("alice", "bob")]
        try:
            centre.until(lambda: _rows(centre)[2] > before + 1)
            postgres.crash()
            died_at = centre.until(lambda: _rows(centre)[2])
            centre.until(lambda: _rows(centre)[2] > died_at + 1)
        finally:
            is_over.set()
        assert [one.result() for one in done] == [None, None]
    leases, attempts, outcomes = _rows(centre)
    told = sum(AWAY in one.words for name in ("alice", "bob") for one in centre.person(name).messages())
    print(f"died under load: {leases} leases, {attempts} attempts, {outcomes} outcomes, {told} told to wait")

    def is_each_there_once() -> bool:
        reported = [one.id or 0 for one in centre.acme.all(Attempt) if one.outcome is not None]
        return sorted(one.attempt_id for one in centre.acme.all(OutcomeRecord)) == sorted(reported)

    centre.until(is_each_there_once)  # the bot may still write the last one
    live = [one.person_id for one in centre.acme.all(Lease) if one.ended_at is None]
    assert len(live) == len(set(live))
