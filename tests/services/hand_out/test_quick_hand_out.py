"""Agents who ask at the same moment are served in one batch: each gets their own contacts, and none another's."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from threading import Event
from time import monotonic, sleep

import pytest

from bot.services.answers.calls import HandOut, OfferCard
from bot.services.answers.people import Actor
from bot.services.deps import Deps
from bot.services.hand_out import next_call, releases
from bot.services.hand_out.next_call import desk_of
from policy.vocabulary import ReleaseReason
from storage.database.unit_of_work import UnitOfWork
from storage.errors import TurnLost
from storage.models import Contact, DecisionRecord, Lease
from tests.fakes import SampleOrganisation

pytestmark = pytest.mark.both_engines
PATIENCE_S = 60.0
_SERVED = 2  # the reading of the clock with which the first agent is served


class HeldClock:
    """A clock that advances one second at each reading, and blocks its second reader until released.

    An agent who asks reads it for the house's limit of cards; the first one then reads it again, being served.
    """

    def __init__(self, now: datetime) -> None:
        self._now, self.is_read, self.may_go_on = now, Event(), Event()
        self._readings = count(1)

    def __call__(self) -> datetime:
        if next(self._readings) == _SERVED:
            self.is_read.set()
            assert self.may_go_on.wait(PATIENCE_S)
        self._now += timedelta(seconds=1)
        return self._now


def _crowd(acme: SampleOrganisation, deps: Deps, askers: Sequence[tuple[Actor, int]]) -> list[HandOut]:
    """The first is being served when the others ask, one after the other; these are served next."""
    clock = HeldClock(acme.clock())
    held = replace(deps, clock=clock)
    desk = desk_of(held, askers[0][0])
    asked: list[Future[HandOut]] = []
    with ThreadPoolExecutor(len(askers)) as threads:
        for place, (actor, wanted) in enumerate(askers):
            asked.append(threads.submit(next_call.hand_out, held, actor, wanted))
            begun = monotonic()
            while not (clock.is_read.is_set() and len(desk) == place):
                assert monotonic() - begun < PATIENCE_S
                sleep(0.001)
        clock.may_go_on.set()
    return [one.result(PATIENCE_S) for one in asked]


def _ids(answer: HandOut) -> list[int | None]:
    return [card.contact_id for card in answer.cards if isinstance(card, OfferCard)]


def _id(contacts: Sequence[Contact]) -> list[int | None]:
    return [one.id for one in contacts]


@pytest.mark.long
def test_agents_who_asked_meanwhile_are_served_together(acme: SampleOrganisation) -> None:
    contacts, crowd = acme.add_contacts(14), acme.add_crowd(5)
    answers = _crowd(acme, acme.deps, [(actor, 2 + serial % 2) for serial, actor in enumerate(crowd)])
    assert [len(one.cards) for one in answers] == [2, 3, 2, 3, 2]
    # the first to ask has the first contacts
    assert [id_ for one in answers for id_ in _ids(one)] == _id(contacts[:12])
    leases = acme.all(Lease)
    assert {
        lease.agent_id: lease.offered_at for lease in leases if lease.agent_id != crowd[0].agent_id
    } == dict.fromkeys([actor.agent_id for actor in crowd[1:]], acme.clock() + timedelta(seconds=len(crowd) + 2))
    by_lease = {one.lease_id: one for one in acme.all(DecisionRecord)}
    assert {lease.id: (lease.contact_id, lease.agent_id) for lease in leases} == {
        id_: (one.contact_id, one.agent_id) for id_, one in by_lease.items()
    }


def test_it_gives_the_same_cards_to_an_agent_who_asks_twice(acme: SampleOrganisation) -> None:
    acme.add_contacts(9)
    _, first, second = _crowd(acme, acme.deps, [(acme.alice, 3), (acme.bob, 3), (acme.bob, 3)])
    assert _ids(first) == _ids(second)
    assert len(acme.all(Lease)) == 6


def test_it_shares_what_is_left_and_says_why_there_is_not_more(acme: SampleOrganisation) -> None:
    acme.add_contacts(7)
    crowd = acme.add_crowd(4)
    answers = _crowd(acme, acme.deps, [(actor, 2) for actor in crowd])
    assert [len(one.cards) for one in answers] == [2, 2, 2, 1]
    assert [one.short is None for one in answers] == [True, True, True, False]


def test_each_agent_first_gets_what_comes_before_new_contacts(acme: SampleOrganisation) -> None:
    contacts, (holder, due, plain) = acme.add_contacts(9), acme.add_crowd(3)
    held = next_call.hand_out(acme.deps, holder, 1)
    acme.add_callback(contacts[8], due.agent_id, acme.clock())
    _, *answers = _crowd(acme, acme.deps, [(acme.alice, 2), (holder, 2), (due, 2), (plain, 2)])
    assert _ids(answers[0])[:1] == _ids(held)
    assert _ids(answers[1])[:1] == [contacts[8].id]
    assert [len(set(_ids(one))) for one in answers] == [2, 2, 2]


def test_a_callback_of_one_agent_goes_to_no_other(acme: SampleOrganisation) -> None:
    due, *_ = acme.add_contacts(9)
    first, second, third, theirs = acme.add_crowd(4)
    acme.add_callback(due, theirs.agent_id, acme.clock())
    answers = _crowd(acme, acme.deps, [(first, 2), (second, 2), (third, 2), (theirs, 2)])
    assert [due.id in _ids(one) for one in answers] == [False, False, False, True]
    assert [len(one.cards) for one in answers] == [2, 2, 2, 2]


def test_no_agent_is_offered_what_they_gave_back(acme: SampleOrganisation) -> None:
    _, known, *_ = acme.add_contacts(9)
    first, back, other = acme.add_crowd(3)
    for actor in (first, back):
        next_call.hand_out(acme.deps, actor, 1)
    ours, theirs = acme.all(Lease)
    releases.release(acme.deps, first, ours.id or 0, ReleaseReason.BREAK)
    releases.release(acme.deps, back, theirs.id or 0, ReleaseReason.KNOWN_TO_ME)
    answers = _crowd(acme, acme.deps, [(first, 1), (back, 2), (other, 2)])
    assert known.id not in _ids(answers[1])  # otherwise it would be the first free contact for them
    assert [len(one.cards) for one in answers] == [1, 2, 2]


def test_a_contact_that_may_not_be_called_is_replaced_for_each_agent(acme: SampleOrganisation) -> None:
    forbidden, *others = acme.add_contacts(9)
    first, second, third = acme.add_crowd(3)
    acme.change(Contact, others[1].id, places="", zones="")  # not known to the cache: the local time there is unknown
    answers = _crowd(acme, acme.deps, [(first, 1), (second, 2), (third, 2)])
    assert [len(one.cards) for one in answers] == [1, 2, 2]
    assert all(others[1].id not in _ids(one) for one in answers)
    assert _ids(answers[0]) == [forbidden.id]
    refused = [one for one in acme.all(DecisionRecord) if one.contact_id == others[1].id]
    assert [(one.lease_id, one.verdict != "callable") for one in refused] == [(None, True)]


def test_it_serves_each_alone_when_the_batch_failed(acme: SampleOrganisation) -> None:
    acme.add_contacts(9)
    crowd = acme.add_crowd(3)
    opened: list[UnitOfWork] = []

    class LosesItsSecondTurn:
        """The real unit of work, except that its second one is lost."""

        def __call__(self, *, is_read_only: bool = False) -> UnitOfWork:
            opened.append(acme.units(is_read_only=is_read_only))
            if len(opened) == 2:
                raise TurnLost("deadlock detected")
            return opened[-1]

    answers = _crowd(acme, replace(acme.deps, unit_of_work=LosesItsSecondTurn()), [(actor, 3) for actor in crowd])
    assert [len(one.cards) for one in answers] == [3, 3, 3]
    assert len(opened) == 4  # one alone, two together in vain, then each of the two alone
    assert len(acme.all(Lease)) == 9
