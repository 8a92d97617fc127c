"""What an agent holds is read once a press, in the transaction that changes it; no fault of the reading undoes that."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from bot.services.answers.calls import CallOpened, Card, OfferCard, WithHand
from bot.services.calls import callbacks, calling, outcomes
from bot.services.deciding import refresh
from bot.services.deps import Deps
from bot.services.hand_out import hand, next_call, places, releases
from bot.services.hand_out.cards import cards
from bot.services.hand_out.hand import held_cards
from bot.services.numbers.places import Address
from policy.vocabulary import Outcome
from storage.errors import TurnLost
from storage.hand_out import leases
from storage.models import Attempt, Contact, Lease, OutcomeRecord
from storage.record.whole_record import AnyContact, OnRecord, on_record
from tests.fakes import SampleOrganisation
from tests.transactions import transactions

on_both = pytest.mark.both_engines


@dataclass
class Grace:
    """Alice holds Grace, whose card is pressed, and Ada."""

    acme: SampleOrganisation
    lease_id: int
    attempt_id: int = 0

    def call(self) -> WithHand:
        answer = calling.call(self.acme.deps, self.acme.alice, self.lease_id)
        assert isinstance(answer, CallOpened)
        self.attempt_id = answer.attempt_id
        return answer

    def record(self) -> WithHand:
        return outcomes.record(self.acme.deps, self.acme.alice, self.attempt_id, Outcome.CONVERSATION)

    def record_typed(self) -> WithHand:
        return outcomes.record_spoken(self.acme.deps, self.acme.alice, outcome_text="busy")

    def undo(self) -> WithHand:
        return outcomes.undo(self.acme.deps, self.acme.alice, self.attempt_id)

    def agree_callback(self) -> WithHand:
        tomorrow = self.acme.clock().date() + timedelta(days=1)
        return callbacks.agree(self.acme.deps, self.acme.alice, self.attempt_id, tomorrow, time(11, 30), is_mine=True)

    def give_back(self) -> WithHand:
        return releases.release(self.acme.deps, self.acme.alice, self.lease_id)

    def keep(self) -> WithHand:
        return releases.keep(self.acme.deps, self.acme.alice, self.lease_id)

    def correct_place(self) -> WithHand:
        there = Address(country="GB", zone="London")
        return places.correct(self.acme.deps, self.acme.alice, self.lease_id, there)


PRESSES: dict[str, tuple[Callable[[Grace], WithHand], ...]] = {  # what is pressed, after what
    "Call": (Grace.call,),
    "an outcome": (Grace.call, Grace.record),
    "/outcome": (Grace.call, Grace.record_typed),
    "Undo": (Grace.call, Grace.record, Grace.undo),
    "Call back…": (Grace.call, Grace.agree_callback),
    "Give back": (Grace.give_back,),
    "Keep longer": (Grace.keep,),
    "Elsewhere…": (Grace.correct_place,),
}
each_press = pytest.mark.parametrize("what", PRESSES)


@pytest.fixture
def grace(acme: SampleOrganisation) -> Grace:
    acme.add_contact("Grace", "+447700900111")
    acme.add_contact("Ada", "+447700900222")
    card = next_call.hand_out(acme.deps, acme.alice, 2).cards[0]
    assert isinstance(card, OfferCard)
    return Grace(acme, card.lease_id)


def made_ready(grace: Grace, what: str) -> Callable[[Grace], WithHand]:
    """What is pressed, once everything before it was."""
    *before, press = PRESSES[what]
    for one in before:
        one(grace)
        grace.acme.clock.tick(seconds=61.4)
    return press


@pytest.mark.long
@on_both
@each_press
def test_a_press_reads_the_hand_in_the_transaction_that_changes_it(grace: Grace, what: str) -> None:
    press = made_ready(grace, what)
    with transactions() as seen:
        answer = press(grace)
    [asked] = seen
    assert sum("WHERE lease.agent_id =" in one for one in asked) == 1
    with transactions() as seen:
        assert held_cards(grace.acme.deps, grace.acme.alice, answer.hand) is answer.hand
    assert not seen, "drawn as it was read"
    assert answer.hand == held_cards(grace.acme.deps, grace.acme.alice), "what a reading of its own finds"


def on_record_of(grace: Grace) -> list[dict[str, object]]:
    return [row.model_dump() for kind in (Attempt, Contact, Lease, OutcomeRecord) for row in grace.acme.all(kind)]


def fails_with(fault: Exception) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise fault

    return fail


def asks_what_is_not_there(session: Session, *_: object) -> None:
    """PostgreSQL takes no further statement in such a transaction."""
    session.execute(text("SELECT no_such_column FROM lease"))


@pytest.mark.long
@on_both
@each_press
@pytest.mark.parametrize(
    "fault", [fails_with(KeyError("no such rule")), fails_with(TurnLost("deadlock")), asks_what_is_not_there]
)
def test_a_hand_that_cannot_be_read_undoes_nothing(
    grace: Grace, what: str, fault: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    press, before = made_ready(grace, what), on_record_of(grace)
    with monkeypatch.context() as patched:
        patched.setattr(hand, "cards", fault)
        assert press(grace).hand is None
    assert on_record_of(grace) != before
    if what != "/outcome":  # typed again, that would be of another call
        assert press(grace).hand == held_cards(grace.acme.deps, grace.acme.alice)


@pytest.mark.long
@on_both
@pytest.mark.parametrize("what", ["Call", "an outcome", "/outcome", "Undo", "Call back…"])
def test_a_record_that_cannot_be_read_of_another_card_undoes_nothing(
    grace: Grace, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(session: Session, batch: Sequence[AnyContact]) -> OnRecord:
        if len(batch) > 1:
            raise ValueError("no such day")
        return on_record(session, batch)

    press, before = made_ready(grace, what), on_record_of(grace)
    with monkeypatch.context() as patched:
        patched.setattr(hand, "on_record", read)
        assert press(grace).hand is None
    assert on_record_of(grace) != before


@on_both
@pytest.mark.parametrize("what", ["Call", "an outcome", "Undo"])
def test_the_record_with_the_call_is_what_reading_it_anew_would_give(
    grace: Grace, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def compared(
        deps: Deps, session: Session, about: Sequence[Contact], record: OnRecord, at: datetime, reminds: Any = None
    ) -> Any:
        held = [contact for _, contact in leases.held_by(session, grace.acme.alice.agent_id)]
        assert {one.lease_id for one in record.attempts} == {grace.lease_id}
        seen.append([one.outcome for one in record.said])
        now = on_record(session, [*about, *(one for one in held if one not in about)])
        assert record == replace(now, offers=record.offers)  # it is on offer no more
        return redecide(deps, session, about, record, at, reminds)

    redecide, press = refresh.redecide, made_ready(grace, what)
    monkeypatch.setattr(refresh, "redecide", compared)
    press(grace)
    said = {"Call": [], "an outcome": [Outcome.CONVERSATION], "Undo": [Outcome.CONVERSATION, None]}
    assert seen == [said[what]]


@on_both
def test_undo_draws_the_card_once_though_its_contact_has_another_number_and_person_since(grace: Grace) -> None:
    """Nobody shares the number or person of the call any more: nothing else makes it read the hand."""
    acme = grace.acme
    grace.call()
    acme.clock.tick(seconds=40.3)
    grace.record()
    person = acme.add_person("Joan", "+447700900999")
    acme.change(Contact, acme.one(Lease, grace.lease_id).contact_id, number="+447700900999", person_id=person.id)
    undone = grace.undo()
    assert undone.hand is not None
    assert len(undone.hand.cards) == 2


@on_both
def test_a_hand_is_read_anew_once_it_is_old(grace: Grace) -> None:
    answer = grace.call()
    grace.acme.clock.tick(seconds=0.9)
    assert held_cards(grace.acme.deps, grace.acme.alice, answer.hand) is answer.hand
    grace.acme.clock.tick(seconds=0.1)
    again = held_cards(grace.acme.deps, grace.acme.alice, answer.hand)
    assert again is not answer.hand
    assert again == answer.hand


@on_both
def test_a_hand_is_read_anew_once_another_request_came(grace: Grace) -> None:
    deps, alice = grace.acme.deps, grace.acme.alice
    grace.acme.add_contact("Joan", "+447700900333")
    first = grace.keep()
    next_call.hand_out(deps, alice, 3)
    assert [len(one.cards) for one in (first.hand, held_cards(deps, alice, first.hand)) if one] == [2, 3]
    second, third = grace.keep(), grace.give_back()
    assert [len(one.cards) for one in (second.hand, held_cards(deps, alice, second.hand)) if one] == [3, 2]
    assert len(held_cards(deps, alice, third.hand).cards) == 2
    grace.keep()
    fourth = grace.keep()
    next_call.hand_out_these(deps, alice, tuple(one.id or 0 for one in grace.acme.all(Contact)))
    assert [len(one.cards) for one in (fourth.hand, held_cards(deps, alice, fourth.hand)) if one] == [2, 3]


@on_both
def test_what_a_first_reading_dropped_is_still_said(grace: Grace) -> None:
    ada = grace.acme.all(Contact)[1]
    grace.acme.change(Contact, ada.id, zones="America/Los_Angeles", places="US-CA")  # it is night there
    answer = grace.keep()
    grace.acme.clock.tick(seconds=2.4)
    assert answer.hand is not None
    assert [one.name for one in answer.hand.dropped] == ["Ada"]
    assert held_cards(grace.acme.deps, grace.acme.alice, answer.hand).dropped == answer.hand.dropped


@on_both
def test_of_two_presses_at_once_the_second_waits_and_the_first_draws_what_then_is(
    grace: Grace, monkeypatch: pytest.MonkeyPatch
) -> None:
    deps, alice = grace.acme.deps, grace.acme.alice
    ada = held_cards(deps, alice).cards[1]
    assert isinstance(ada, OfferCard)
    second: list[Future[WithHand]] = []
    with ThreadPoolExecutor(1) as other:

        def meanwhile(*given: Any) -> tuple[Card, ...]:
            if not second:
                second.append(other.submit(releases.release, deps, alice, ada.lease_id))
            return cards(*given)

        monkeypatch.setattr(hand, "cards", meanwhile)
        hands = [grace.give_back().hand, *(one.result(60).hand for one in second)]
    assert [len(one.cards) for one in hands if one is not None] == [1, 0]
    assert [len(held_cards(deps, alice, one).cards) for one in hands] == [0, 0]
