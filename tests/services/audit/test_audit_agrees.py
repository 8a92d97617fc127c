"""Random days through the real services: the audit, which shares no code with them, finds no fault."""

import random
from contextlib import suppress
from datetime import timedelta

import pytest

from bot.services.answers.callbacks import CallbackQuestioned
from bot.services.answers.calls import CallOpened, OfferCard
from bot.services.answers.people import Actor
from bot.services.audit import judging
from bot.services.audit.auditing import Audit, Span, audit
from bot.services.calls import callbacks, calling, outcomes
from bot.services.do_not_call import suppressions
from bot.services.errors import NextcallError
from bot.services.hand_out import hand, next_call, releases
from bot.services.reminders import reminders
from policy.vocabulary import Outcome, ReleaseReason
from storage.models import Attempt
from tests.fakes import TUESDAY, SampleOrganisation

RECORDED = [one for one in Outcome if one is not Outcome.CALLBACK_AGREED]


def audited(acme: SampleOrganisation, days: int) -> Audit:
    with acme.units(is_read_only=True) as uow:
        span = Span(acme.energy, TUESDAY - timedelta(days=1), TUESDAY + timedelta(days=days), acme.clock())
        return audit(uow.session, span, acme.deps.rulebook(), acme.deps.house_pack)


def broken(result: Audit) -> dict[str, tuple[str, ...]]:
    return {check.name: check.details for check in result.checks if check.broken}


class Shift:
    """Two agents at work, who choose at random among everything a person can do."""

    def __init__(self, acme: SampleOrganisation, seed: int) -> None:
        self.acme, self.lot = acme, random.Random(seed)
        shared = acme.add_person("Shared", "+442079460901", "+442079460902")
        contacts = [
            *acme.add_contacts(12),
            acme.add_contact(number="+442079460901", person=shared),
            acme.add_contact(number="+442079460901", campaign=acme.water_campaign, person=shared),
            acme.add_contact(number="+442079460902", name="Same number"),
            acme.add_contact(name="Unknown place", places="", zones=""),
        ]
        self.numbers = [contact.number or "" for contact in contacts]

    def step(self, actor: Actor) -> None:
        acme = self.acme
        acme.clock.tick(minutes=self.lot.choice((1, 4, 11, 40)), seconds=self.lot.randrange(60))
        what = self.lot.choices((self.ring, self.speak, self.undo, self.stop, self.lapse), (12, 2, 2, 1, 2))[0]
        with suppress(NextcallError):  # a refusal with its own sentence: nothing happened
            what(actor)

    def ring(self, actor: Actor) -> None:
        deps = self.acme.deps
        cards = next_call.hand_out(deps, actor, self.lot.randint(1, 3)).cards
        offers = [card for card in cards if isinstance(card, OfferCard)]
        if not offers:
            return
        if self.lot.random() < 0.15:
            releases.release(deps, actor, offers[0].lease_id, ReleaseReason.BREAK)
            return
        self.acme.clock.tick(minutes=self.lot.choice((0, 1, 20)))
        opened = calling.call(deps, actor, offers[0].lease_id)
        if isinstance(opened, CallOpened):
            self.acme.clock.tick(minutes=self.lot.choice((1, 5)))
            self.report(actor, opened.attempt_id)

    def report(self, actor: Actor, attempt_id: int) -> None:
        deps = self.acme.deps
        chosen = self.lot.choices(("outcome", "callback", "nothing"), (8, 2, 1))[0]
        if chosen == "outcome":
            outcomes.record(deps, actor, attempt_id, self.lot.choice(RECORDED), is_confirmed=True)
        elif chosen == "callback":
            _, _, first = callbacks.suggest(deps, actor, attempt_id)
            wall = first.replace(tzinfo=None).time()
            is_mine = self.lot.random() < 0.5
            answer = callbacks.agree(deps, actor, attempt_id, first.date(), wall, is_mine)
            if isinstance(answer, CallbackQuestioned):
                callbacks.agree(deps, actor, attempt_id, first.date(), wall, is_mine, questioned=answer.asked_for)

    def speak(self, actor: Actor) -> None:
        number = self.lot.choice((*self.numbers, "+442079460999", ""))
        outcomes.record_spoken(self.acme.deps, actor, number, self.lot.choice(RECORDED).value)

    def undo(self, actor: Actor) -> None:
        mine = [one for one in self.acme.all(Attempt) if one.agent_id == actor.agent_id]
        if mine:
            outcomes.undo(self.acme.deps, actor, mine[-1].id or 0)

    def stop(self, actor: Actor) -> None:
        suppressions.add(self.acme.deps, actor, self.lot.choice(self.numbers))

    def lapse(self, _who: Actor) -> None:
        hand.lapse_due(self.acme.deps)
        reminders.send_due(self.acme.deps)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(6))
def test_it_agrees_with_days_worked_through_the_services(acme: SampleOrganisation, seed: int) -> None:
    """Calls off the list are not checked beforehand, so only they may break a rule; attempts may lack an outcome."""
    shift = Shift(acme, seed)
    for _day in range(2):
        for _ in range(18):
            shift.step(shift.lot.choice((acme.alice, acme.bob)))
        acme.clock.tick(hours=14)
    result = audited(acme, days=3)
    attempts = {attempt.id: attempt for attempt in acme.all(Attempt)}
    assert sum(attempt.lease_id is not None for attempt in attempts.values()) >= 5
    owed = {judging.NO_OUTCOME}
    on_list = {
        attempt_id: {*found} - owed
        for attempt_id, found in result.by_attempt.items()
        if attempts[attempt_id].lease_id is not None and {*found} - owed - {judging.LATE_OPT_OUTS}
    }
    assert not on_list, broken(result)
    for never in (judging.DOUBLE_LEASES, judging.NO_DECISION, judging.NUMBER_SHOWN):
        assert never not in broken(result)
