"""Random stories: what several people say, correct and take back of calls, while lists and people change."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from random import Random

from bot.services.answers.calls import OfferCard
from bot.services.answers.people import Actor
from bot.services.calls import callbacks, calling, comparing, outcomes
from bot.services.calls.comparing import Differs
from bot.services.calls.statements import leads_in
from bot.services.do_not_call import suppressions
from bot.services.errors import NextcallError
from bot.services.hand_out import next_call
from bot.services.lists.importing import ListOrder, import_contacts
from bot.services.lists.in_use import list_terms
from bot.services.merges import parting
from bot.services.privacy import erasing
from bot.services.teams import holds
from policy.calendar.local_time import date_in
from policy.vocabulary import Outcome, Role
from storage.models import Attempt, Callback, Contact, ContactList, Person, PersonMerge
from tests.fakes import SampleOrganisation

FIRST, SECOND, THIRD = "+447700900111", "+447700900222", "+447700900333"
NUMBERS = (FIRST, SECOND, THIRD)
WEIGHTY = [one for one in Outcome if one.meaning.is_final or one.meaning.stops or one.meaning.held_for]
WORDS = [*(one for one in Outcome if one is not Outcome.CALLBACK_AGREED), *WEIGHTY, *WEIGHTY]
TYPED = ("success", "refused", "no_answer", "not_in_service", "do_not_call", "complaint", "spoke")
BOILERS = "Boiler care"
NAMES = ("Ada", "Ida", "Bob")


class Story:
    """Lists give Ada and Ida as one person, at three numbers, one of them also Bob's; an agent, a colleague, a lead and
    a manager speak."""

    def __init__(self, acme: SampleOrganisation, folder: Path, seed: int) -> None:
        self.acme, self.folder, self.dice, self.told = acme, folder, Random(seed), [f"seed {seed}"]
        self.typed: list[tuple[Actor, int]] = []
        self.admin = replace(acme.erin, role=Role.ADMIN)
        acme.allow_open_calls(4)
        acme.add_campaign(BOILERS, "Bright Energy", acme.energy)
        both = ["Energy switch", "Energy switch", "Water meters", BOILERS]
        self._lists(f"1001,Ada,{FIRST},{THIRD}", "Energy switch")
        self._lists(f"1001,Ida,{SECOND},{self.dice.choice((THIRD, ''))}", self.dice.choice(both))
        self._lists(f"1002,Bob,{self.dice.choice(NUMBERS)},", "Energy switch")
        people = [*{one.person_id: one for one in acme.all(Contact)}.values()]
        for contact in self.dice.sample(people, self.dice.randint(0, 2)):
            callback = acme.add_callback(contact, acme.alice.agent_id, acme.clock() + timedelta(days=2))
            acme.change(Callback, callback.id, asked_at=acme.clock())
        self._dials(acme.alice, 0)
        self._types(acme.bob, 0)

    def step(self) -> None:
        """Somebody says or does one thing; what is refused changes nothing."""
        self.acme.clock.tick(seconds=self.dice.choice((0.3, 2.1, 7.000001, 61)))
        steps: dict[Callable[[Actor, int], object], int] = {
            self._records: 168,
            self._undoes: 80,
            self._types: 40,
            self._agrees: 40,
            self._moves: 12,
            self._stops: 12,
            self._takes_stop_back: 12,
            self._lifts: 12,
            self._says_about_data: 8,
            self._they_rang: 8,
            self._dials: 12,
            self._parts: 10,
            self._merges: 8,
            self._closes_list: 4,
            self._takes_list_up: 8,
            self._erases: 1,
        }
        [chosen] = self.dice.choices([*steps], [*steps.values()])
        who = self.dice.choice((self.acme.alice, self.acme.bob, self.acme.dana, self.acme.erin))
        call = self.dice.choice(self.acme.all(Attempt)).id or 0
        self.told.append(f"{who.name} {chosen.__name__} {call}")
        try:
            self.told[-1] += f": {chosen(who, call)}"
        except NextcallError as refused:
            self.told[-1] += f" refused: {type(refused).__name__}"

    def differing(self) -> list[Differs]:
        """Every column that keeps something else than what stands. Roles never change here, so who led is known."""
        with self.acme.units(is_read_only=True) as uow:
            session, people = uow.session, [one.id or 0 for one in self.acme.all(Person)]
            made = self.acme.all(Attempt)
            found = comparing.of_calls(session, made, lambda one: (leads_in(session, one),) * 2)
            return [*found, *comparing.of_people(session, self.acme.organisation_id, people, self.acme.clock())]

    def check(self) -> None:
        assert self.differing() == [], "\n".join(self.told)

    def _records(self, who: Actor, call: int) -> object:
        return outcomes.record(self.acme.deps, who, call, self.dice.choice(WORDS), is_confirmed=True).outcome

    def _undoes(self, who: Actor, call: int) -> object:
        return outcomes.undo(self.acme.deps, who, call).was

    def _types(self, _: Actor, __: int) -> object:
        word, number = self.dice.choice(TYPED), self.dice.choice(NUMBERS)
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
        return type(callbacks.move_to(self.acme.deps, who, waiting[0].id or 0, due_at))

    def _stops(self, who: Actor, _: int) -> object:
        done = suppressions.add(self.acme.deps, who, self.dice.choice(NUMBERS))
        self.typed += [(who, done.stop_id)] if done.stop_id else []
        return done.stop_id

    def _takes_stop_back(self, _: Actor, __: int) -> object:
        return [suppressions.take_back(self.acme.deps, *one) for one in self.typed[-1:]]

    def _lifts(self, who: Actor, _: int) -> object:
        contact = self.dice.choice(self.acme.all(Contact))
        return holds.lift(self.acme.deps, who, contact.id or 0, "talked it over").state

    def _says_about_data(self, who: Actor, call: int) -> object:
        return outcomes.say_about_data(self.acme.deps, who, call).outcome

    def _they_rang(self, who: Actor, call: int) -> object:
        return outcomes.they_rang(self.acme.deps, who, call).outcome

    def _dials(self, who: Actor, _: int) -> object:
        self.acme.clock.tick(days=self.dice.randint(0, 2), seconds=3.3)
        cards = [one for one in next_call.hand_out(self.acme.deps, who, 1).cards if isinstance(one, OfferCard)]
        return [calling.call(self.acme.deps, who, one.lease_id) for one in cards]

    def _parts(self, _: Actor, __: int) -> object:
        merge = self.dice.choice(self.acme.all(PersonMerge))
        return parting.part(self.acme.deps, self.admin, merge.id or 0, "two clients, one number")

    def _merges(self, _: Actor, __: int) -> object:
        row = f"1001,{self.dice.choice(NAMES)},{self.dice.choice(NUMBERS)},{self.dice.choice(NUMBERS)}"
        return self._lists(row, self.dice.choice(("Energy switch", "Water meters", BOILERS)))

    def _closes_list(self, _: Actor, __: int) -> object:
        key = self.dice.choice(self.acme.all(ContactList)).id or 0
        if self.dice.random() < 0.5:
            return list_terms.pause(self.acme.deps, self.admin, key)
        return list_terms.withdraw(self.acme.deps, self.admin, key, "an old file")

    def _takes_list_up(self, _: Actor, __: int) -> object:
        key = self.dice.choice(self.acme.all(ContactList)).id or 0
        return list_terms.take_up(self.acme.deps, self.admin, key)

    def _erases(self, _: Actor, __: int) -> object:
        return erasing.erase(self.acme.deps, self.admin, self.dice.choice(NUMBERS), ["Bob"])

    def _lists(self, row: str, campaign: str) -> object:
        path = self.folder / "rows.csv"
        path.write_text(f"reference,name,phone,phone 2\n{row}\n")
        self.acme.clock.tick(seconds=1.3)
        return import_contacts(self.acme.deps, ListOrder(path, campaign, "GB")).imported
