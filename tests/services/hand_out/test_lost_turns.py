"""Deadlocks: PostgreSQL ends one of the two transactions, and the request is retried without telling its actor."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Engine, insert, text

from bot.services.answers.calls import CardGone, OfferCard
from bot.services.calls import calling
from bot.services.deciding.decisions import decide_batch
from bot.services.deps import MOST_TRIES, retry_lost_turn
from bot.services.hand_out import next_call
from policy.vocabulary import LeaseEnd, LeaseStage, Verdict
from storage.errors import DatabaseTrouble, TurnLost
from storage.hand_out import leases
from storage.models import Attempt, Contact, DecisionRecord, Lease
from tests.fakes import SampleOrganisation

PATIENCE_S = 60.0


pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


# Waits and writes inside the server: the hand-out looks for a deadlock once, a second after it began to wait.
_WANT_THE_CONTACT = """
DO $$ BEGIN
  WHILE NOT EXISTS (SELECT FROM pg_locks WHERE NOT granted) LOOP
    PERFORM pg_sleep(0.01);
  END LOOP;
  UPDATE contact SET name = 'Renamed';
END $$
"""


def _claim_then_want_the_contact(engine: Engine, acme: SampleOrganisation, contact: Contact, claims: Event) -> None:
    """Lock in the opposite order of a hand-out, which locks the contact before it writes its lease.

    In the end nothing is claimed, and the contact has another name.
    """
    values = {
        "organisation_id": acme.organisation_id,
        "contact_id": contact.id,
        "person_id": contact.person_id,
        "number": contact.number,
        "agent_id": acme.bob.agent_id,
        "stage": LeaseStage.OFFERED,
        **dict.fromkeys(("offered_at", "leased_until", "lawful_until"), acme.clock()),
        **dict.fromkeys(("ended_because", "release_reason", "release_words"), ""),
    }
    with engine.connect() as connection:
        connection.execute(insert(Lease).values(values))
        connection.execute(text(f"SET LOCAL statement_timeout = '{PATIENCE_S:.0f}s'"))  # if nobody waits for the lease
        connection.execute(text("SET LOCAL deadlock_timeout = '1min'"))  # the hand-out looks first, and loses
        claims.set()
        connection.execute(text(_WANT_THE_CONTACT))
        connection.execute(text("DELETE FROM lease"))
        connection.commit()


def _deadlocks(engine: Engine) -> int:
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_stat_force_next_flush()"))
        found = connection.execute(text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))
        return int(found.scalar_one())


def test_a_hand_out_that_lost_a_deadlock_is_retried(acme: SampleOrganisation, engine: Engine) -> None:
    contact, claims = acme.add_contact(), Event()
    before = _deadlocks(engine)  # of other tests, which had this database too
    with ThreadPoolExecutor(1) as other:
        renaming = other.submit(_claim_then_want_the_contact, engine, acme, contact, claims)
        assert claims.wait(PATIENCE_S)
        found = next_call.hand_out(acme.deps, acme.alice, 1)
        renaming.result(PATIENCE_S)
    assert [card.name for card in (one.offer if hasattr(one, "offer") else one for one in found.cards)] == ["Renamed"]
    assert _deadlocks(engine) == before + 1
    assert len(acme.all(Lease)) == 1
    assert [one.verdict for one in acme.all(DecisionRecord)] == [Verdict.CALLABLE]


def test_it_gives_up_after_a_few_times(acme: SampleOrganisation) -> None:
    tries = []

    @retry_lost_turn
    def unlucky() -> None:
        tries.append(1)
        raise TurnLost("deadlock detected")

    with pytest.raises(TurnLost):
        unlucky()
    assert len(tries) == MOST_TRIES


def test_it_does_not_retry_other_failures(acme: SampleOrganisation) -> None:
    tries = []

    @retry_lost_turn
    def broken() -> None:
        tries.append(1)
        raise DatabaseTrouble("the disk is full")

    with pytest.raises(DatabaseTrouble):
        broken()
    assert tries == [1]


def test_a_card_that_ends_meanwhile_is_gone(acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lease is not locked while the contact is decided: the sweep may end it then."""
    acme.add_contact("Grace Hopper", "+447700900123")
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    ends = [True]

    def meanwhile(*given: Any) -> Any:
        if ends and ends.pop():
            with acme.units() as uow:
                lease = uow.session.get_one(Lease, card.lease_id)
                assert leases.end(uow.session, lease, acme.clock(), LeaseEnd.LAPSED)
        return decide_batch(*given)

    monkeypatch.setattr(calling, "decide_batch", meanwhile)
    gone = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(gone, CardGone)
    assert gone.because == LeaseEnd.LAPSED
    assert not acme.all(Attempt)
    assert [record.asked_for for record in acme.all(DecisionRecord)] == ["hand_out"]
