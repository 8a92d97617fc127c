"""What an agent holds is read once a press, in the transaction that changes it; no fault of the reading undoes that."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import text
from sqlmodel import Session

from bot.services.answers.calls import CallOpened, OfferCard, WithHand
from bot.services.calls import calling
from bot.services.hand_out import hand, held_cards, next_call
from storage.errors import TurnLost
from tests.fakes import SampleOrganisation
from tests.transactions import transactions

pytestmark = pytest.mark.both_engines


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


PRESSES: dict[str, tuple[Callable[[Grace], WithHand], ...]] = {  # what is pressed, after what
    "Call": (Grace.call,),
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


@each_press
@pytest.mark.parametrize("fault", [KeyError("no such rule"), TurnLost("deadlock")])
def test_a_hand_that_cannot_be_read_undoes_nothing(
    grace: Grace, what: str, fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    press = made_ready(grace, what)

    def fail(*_: object) -> None:
        raise fault

    monkeypatch.setattr(hand, "cards", fail)
    answer = press(grace)
    monkeypatch.undo()
    assert answer.hand is None
    again = press(grace)
    assert again != answer, "it is on record, so the same press once more is a repeat"
    assert again.hand == held_cards(grace.acme.deps, grace.acme.alice)


@each_press
def test_a_statement_that_fails_while_the_hand_is_read_undoes_nothing(
    grace: Grace, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL takes no further statement in such a transaction."""
    press = made_ready(grace, what)

    def fail(session: Session, *_: object) -> None:
        session.execute(text("SELECT no_such_column FROM lease"))

    monkeypatch.setattr(hand, "cards", fail)
    answer = press(grace)
    monkeypatch.undo()
    assert answer.hand is None
    assert press(grace) != answer, "it is on record"
