"""Two bots on one database with different clocks, eight threads of agents, one bot killed: no double lease."""

import random
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.sandbox import CannotDo, Member, NeverSeen
from bot.services.audit.judging import NO_OUTCOME
from bot.services.reports import digests
from storage.models import Attempt, DecisionRecord, Lease, OutcomeRecord
from tests.crashes.centre import Centre
from tests.fakes import SampleOrganisation

ROUNDS = 6
PRESSES = ("call", "outcome_busy", "outcome_refused", "outcome_success", "undo")


def _hammer(centre: Centre, name: str, seed: int) -> int:
    """Random actions of an agent in a hurry. Returns how often the bot answered."""
    agent, choose, heard = centre.person(name), random.Random(seed), 0
    for _ in range(ROUNDS):
        with suppress(NeverSeen, TimeoutError):  # a killed bot gives no answer
            heard += not agent.command(f"/nextcall {choose.randint(1, 4)}").failed
            agent.wait_for(lambda seen: any(one.buttons for one in seen.messages), within=2)
        for action in ("call", *choose.sample(PRESSES, 3)):
            heard += _press(agent, action, choose)
    return heard


def _press(agent: Member, action: str, choose: random.Random) -> bool:
    """Press any such button of any card, however stale."""
    shown = [one for one in agent.messages() if any(button.action_id == action for button in one.buttons)]
    if not shown:
        return False
    card = choose.choice([shown[-1], shown[-1], *shown])
    button = choose.choice([one for one in card.buttons if one.action_id == action])
    with suppress(CannotDo, TimeoutError):
        return not agent.press(card, action, value=button.value, stale=True).failed
    return False


def _overlaps(leases: list[Lease], key: Callable[[Lease], object]) -> list[tuple[Lease, Lease]]:
    """Pairs of consecutive leases that overlap. Undoing an outcome lengthens a lease, but never into another's time."""
    groups: dict[object, list[Lease]] = defaultdict(list)
    for lease in sorted(leases, key=lambda one: one.offered_at):
        groups[key(lease)].append(lease)
    return [
        (first, second)
        for group in groups.values()
        for first, second in pairwise(group)
        if first.ended_at is None or first.ended_at > second.offered_at
    ]


@pytest.mark.long
def test_no_person_or_number_is_leased_to_two_agents(centre: Centre) -> None:
    acme = centre.acme
    for serial in range(90):
        shared = f"+4477009005{serial % 30:02d}"
        acme.add_contact(f"Shares {serial}", number=shared)  # three people on each of thirty numbers
    for serial in range(10):
        person = acme.add_person(f"Both {serial}", f"+4477009006{serial:02d}")
        other = acme.add_campaign(f"Tariff {serial}", "Bright Energy", acme.energy)
        acme.add_contact(person=person, number=f"+4477009006{serial:02d}")
        acme.add_contact(person=person, number=f"+4477009006{serial:02d}", campaign=other)
    centre.start()
    centre.start(ahead=30.0)  # as far ahead as a synchronised clock may be
    with ThreadPoolExecutor(8) as keyboards:
        done = [keyboards.submit(_hammer, centre, ("alice", "bob")[seed % 2], seed) for seed in range(8)]
        centre.until(lambda: acme.all(Attempt))  # each agent has one call open at a time
        centre.kill()
        centre.start()
        heard = sum(one.result() for one in done)
    _stop_both(centre)
    leases = acme.all(Lease)
    found = {
        "contact": _overlaps(leases, lambda lease: lease.contact_id),
        "person": _overlaps(leases, lambda lease: lease.person_id),
        "number": _overlaps(leases, lambda lease: lease.number),
    }
    held = {one.agent_id for one in leases}
    print(
        f"{heard} acts heard by two bots, one killed: {len(leases)} leases, {len(acme.all(Attempt))} attempts, "
        "overlaps",
        {name: len(pairs) for name, pairs in found.items()},
        centre.log.count("incident="),
        "incidents",
    )
    assert len(held) == 2
    assert not any(found.values()), found
    acme.clock.at(centre.clock() + timedelta(minutes=1))  # after the clock that is ahead
    audited = digests.build(acme.deps, acme.energy.id or 0, centre.clock().date())
    assert audited.audit
    broken = {one.name: one.broken for one in audited.audit if one.broken}
    assert broken.pop(NO_OUTCOME, 0) == _undone_and_taken(acme), "an outcome undone when somebody else had the number"
    assert not broken, audited.audit


def _stop_both(centre: Centre) -> None:
    """Stop both. Acts acknowledged but not done stay undone: nothing more is written."""
    centre.kill()
    centre.kill()

    def written() -> list[int]:
        return [len(centre.acme.all(kind)) for kind in (Lease, Attempt, OutcomeRecord, DecisionRecord)]

    def is_quiet() -> bool:  # a server notices a moment later that its client is dead
        before = written()
        time.sleep(0.3)
        return written() == before

    centre.until(is_quiet)


def _undone_and_taken(acme: SampleOrganisation) -> int:
    """Attempts whose outcome was undone but whose lease could not be restored: they need an outcome, says the audit."""
    last = {one.attempt_id: one.outcome for one in acme.all(OutcomeRecord)}
    ended = {one.id for one in acme.all(Lease) if one.ended_at is not None}
    return sum(last.get(one.id or 0, "none") is None and one.lease_id in ended for one in acme.all(Attempt))
