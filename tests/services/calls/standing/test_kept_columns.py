"""The columns that keep what stands equal the statements, after whatever several people say of two contacts."""

from collections.abc import Callable
from contextlib import suppress
from datetime import time, timedelta
from random import Random

import pytest

from bot.services.answers.calls import OfferCard
from bot.services.answers.people import Actor
from bot.services.calls import callback_times, callbacks, calling, outcomes, statements
from bot.services.do_not_call import suppressions
from bot.services.errors import NextcallError
from bot.services.hand_out import next_call
from bot.services.local_time import date_in
from bot.services.teams import holds
from policy.vocabulary import Outcome
from storage.models import Attempt, Callback, Contact, PersonNumber, Suppression
from tests.fakes import TUESDAY, SampleOrganisation
from tests.services.calls.standing.kept_columns import differing

FIRST, SECOND = "+447700900111", "+447700900222"
WEIGHTY = [one for one in Outcome if one.meaning.is_final or one.meaning.stops or one.meaning.held_for]
WORDS = [*(one for one in Outcome if one is not Outcome.CALLBACK_AGREED), *WEIGHTY, *WEIGHTY]
TYPED = ("success", "refused", "no_answer", "not_in_service", "do_not_call", "complaint", "spoke")


class Story:
    """Ada has two numbers, Bob one of them; both may have a callback. An agent, a colleague, a lead and a manager
    speak."""

    def __init__(self, acme: SampleOrganisation, seed: int) -> None:
        self.acme, self.dice, self.told = acme, Random(seed), [f"seed {seed}"]
        acme.allow_open_calls(4)
        ada, shared = acme.add_person("Ada", FIRST, SECOND), self.dice.choice((FIRST, SECOND))
        acme.clock.tick(seconds=0.3)
        self.contacts = [
            acme.add_contact(person=ada, number=FIRST),
            acme.add_contact(person=acme.add_person("Bob", shared), number=shared),
            acme.add_contact(person=ada, number=FIRST, campaign=acme.water_campaign),
        ]
        self.typed: list[tuple[Actor, int]] = []
        for contact in self.dice.sample(self.contacts[:2], self.dice.randint(0, 2)):
            callback = acme.add_callback(contact, acme.alice.agent_id, acme.clock() + timedelta(days=2))
            acme.change(Callback, callback.id, asked_at=acme.clock())
        self._dials(acme.alice, 0)
        self._types(acme.bob, 0)

    def step(self) -> None:
        self.acme.clock.tick(seconds=self.dice.choice((0.3, 2.1, 7.000001, 61)))
        steps: dict[Callable[[Actor, int], object], int] = {
            self._records: 42,
            self._undoes: 20,
            self._types: 10,
            self._agrees: 10,
            self._moves: 3,
            self._stops: 3,
            self._takes_stop_back: 3,
            self._lifts: 3,
            self._says_about_data: 2,
            self._they_rang: 2,
            self._dials: 2,
        }
        [chosen] = self.dice.choices([*steps], [*steps.values()])
        who = self.dice.choice((self.acme.alice, self.acme.bob, self.acme.dana, self.acme.erin))
        call = self.dice.choice(self.acme.all(Attempt)).id or 0
        self.told.append(f"{who.name} {chosen.__name__} {call}")
        with suppress(NextcallError):
            self.told[-1] += f": {chosen(who, call)}"

    def check(self) -> None:
        with self.acme.units(is_read_only=True) as uow:
            found = differing(uow.session, self.acme.organisation_id, self.acme.clock())
        assert found == [], "\n".join(self.told)

    def _records(self, who: Actor, call: int) -> object:
        return outcomes.record(self.acme.deps, who, call, self.dice.choice(WORDS), is_confirmed=True).outcome

    def _undoes(self, who: Actor, call: int) -> object:
        return outcomes.undo(self.acme.deps, who, call).was

    def _types(self, _: Actor, __: int) -> object:
        word, number = self.dice.choice(TYPED), self.dice.choice((FIRST, SECOND))
        return outcomes.record_spoken(self.acme.deps, self.acme.bob, number, word).outcome

    def _agrees(self, who: Actor, call: int) -> object:
        on = date_in("Europe/London", self.acme.clock()) + timedelta(days=self.dice.randint(1, 3))
        hour, is_mine = time(self.dice.choice((10, 11, 15))), self.dice.random() < 0.5
        return type(callbacks.agree(self.acme.deps, who, call, on, hour, is_mine))

    def _moves(self, who: Actor, _: int) -> object:
        waiting = [one for one in self.acme.all(Callback) if one.closed_at is None]
        if not waiting:
            return None
        due_at = waiting[0].due_at + timedelta(hours=self.dice.choice((1, 24)))
        return type(callback_times.move_to(self.acme.deps, who, waiting[0].id or 0, due_at))

    def _stops(self, who: Actor, _: int) -> object:
        done = suppressions.add(self.acme.deps, who, self.dice.choice((FIRST, SECOND)))
        self.typed += [(who, done.stop_id)] if done.stop_id else []
        return done.stop_id

    def _takes_stop_back(self, _: Actor, __: int) -> object:
        return [suppressions.take_back(self.acme.deps, *one) for one in self.typed[-1:]]

    def _lifts(self, who: Actor, _: int) -> object:
        return holds.lift(self.acme.deps, who, self.dice.choice(self.contacts).id or 0, "talked it over").state

    def _says_about_data(self, who: Actor, call: int) -> object:
        return outcomes.say_about_data(self.acme.deps, who, call).outcome

    def _they_rang(self, who: Actor, call: int) -> object:
        return outcomes.they_rang(self.acme.deps, who, call).outcome

    def _dials(self, who: Actor, _: int) -> object:
        self.acme.clock.tick(days=self.dice.randint(0, 2), seconds=3.3)
        cards = [one for one in next_call.hand_out(self.acme.deps, who, 1).cards if isinstance(one, OfferCard)]
        return [calling.call(self.acme.deps, who, one.lease_id) for one in cards]


@pytest.mark.long
@pytest.mark.both_engines
@pytest.mark.parametrize("seed", range(16))
def test_columns_keep_what_stands_after_every_statement(acme: SampleOrganisation, seed: int) -> None:
    story = Story(acme, seed)
    for _ in range(20):
        story.step()
        story.check()


def test_each_column_that_keeps_something_else_is_found(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace Hopper", FIRST)
    call = outcomes.record_spoken(acme.deps, acme.alice, FIRST, "do not call").attempt_id
    acme.clock.tick(seconds=0.3)
    callback = acme.add_callback(contact, None, acme.clock() + timedelta(days=3))
    acme.put(statements.hold(acme.organisation_id, contact.id or 0, "complaint", TUESDAY, acme.alice.agent_id, call))
    acme.change(Attempt, call, closed_at=TUESDAY - timedelta(seconds=0.3))
    acme.change(Suppression, 1, withdrawn_at=TUESDAY)
    acme.change(Suppression, 2, withdrawn_at=TUESDAY)
    acme.change(Contact, contact.id, finished_because="success", finished_at=TUESDAY, finished_attempt_id=call)
    acme.change(PersonNumber, 1, closed_because="not_in_service", closed_at=TUESDAY, closed_attempt_id=call)
    acme.change(Callback, callback.id, closed_because="kept", closed_at=TUESDAY, closed_attempt_id=call)
    with acme.units(is_read_only=True) as uow:
        found = differing(uow.session, acme.organisation_id, acme.clock())
    tables = ["attempt", "suppression", "hold", "personnumber", "contact", "callback"]
    assert [one.table for one in found] == tables
