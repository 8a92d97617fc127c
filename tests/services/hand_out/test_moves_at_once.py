"""One person on two lists, with a callback due on each: moved by a team lead while others ask for the next contact."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest

from bot.services.answers.calls import CardGone, HandOut
from bot.services.answers.leads import Moved
from bot.services.hand_out import next_call, releases
from bot.services.teams import moves
from storage.models import Contact, DecisionRecord, Lease
from tests.fakes import SampleOrganisation

pytestmark = pytest.mark.both_engines
ROUNDS = 4


@pytest.fixture
def cat(acme: SampleOrganisation) -> SampleOrganisation:
    person = acme.add_person("Cat", "+447700900666", "+447700900667")
    service = acme.add_campaign("Energy service", "Bright Energy", acme.energy)
    for campaign, number in ((acme.campaign, "+447700900666"), (service, "+447700900667")):
        contact = acme.add_contact(person=person, number=number, campaign=campaign)
        acme.add_callback(contact, None, acme.clock() - timedelta(minutes=1))
    return acme


def at_once(*steps: Callable[[], object]) -> list[object]:
    """What each step returns, all begun in the same moment."""
    ready = Barrier(len(steps))

    def step(one: Callable[[], object]) -> object:
        ready.wait()
        return one()

    with ThreadPoolExecutor(len(steps)) as threads:
        return [done.result() for done in [threads.submit(step, one) for one in steps]]


def held(acme: SampleOrganisation) -> Lease:
    """The only lease in force, which its contact and its decision repeat."""
    [lease] = [one for one in acme.all(Lease) if one.ended_at is None]
    [stored] = [one for one in acme.all(DecisionRecord) if one.lease_id == lease.id]
    assert (stored.agent_id, stored.contact_id) == (lease.agent_id, lease.contact_id)
    marked = {one.id: one.leased_until for one in acme.all(Contact) if one.leased_until is not None}
    assert marked == {lease.contact_id: lease.leased_until}
    return lease


@pytest.mark.long
def test_a_person_due_twice_is_held_once_whoever_asks_and_moves(cat: SampleOrganisation) -> None:
    agents = {one.agent_id: one for one in (cat.alice, cat.bob, cat.dana)}
    for _ in range(ROUNDS):
        answers = at_once(*(partial(next_call.hand_out, cat.deps, one, 1) for one in agents.values()))
        first = held(cat)
        assert sum(len(one.cards) for one in answers if isinstance(one, HandOut)) == 1
        others = [one for id_, one in agents.items() if id_ != first.agent_id]
        moved, *answers = at_once(
            partial(moves.move, cat.deps, cat.dana, first.id or 0, others[0].agent_id),
            *(partial(next_call.hand_out, cat.deps, one, 1) for one in others),
        )
        assert isinstance(moved, Moved), moved
        second = held(cat)
        assert (second.contact_id, second.agent_id) == (first.contact_id, others[0].agent_id)
        assert second.callback_id == first.callback_id is not None
        assert not isinstance(releases.take_back(cat.deps, cat.dana, second.id or 0), CardGone)
