"""What one bot reads, another changes before it writes: on PostgreSQL, where readers do not wait.

Each test lets another transaction act and commit between two statements of a service, which rarely happens by chance.
"""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import time, timedelta
from functools import partial
from pathlib import Path
from threading import Timer

import pytest
from sqlalchemy import Engine, QueuePool, event, text

from bot.services.answers.calls import CallingCard, OfferCard
from bot.services.audit.auditing import NO_OUTCOME
from bot.services.calls import callbacks, calling, outcomes
from bot.services.do_not_call import suppressions
from bot.services.hand_out import leaving, next_call
from bot.services.teams import holds, moves
from policy.vocabulary import AttemptState, LeaseStage, Outcome, Verdict
from storage.errors import DatabaseTrouble
from storage.models import Agent, Attempt, Callback, Contact, DecisionRecord, Hold, Lease, OutcomeRecord, Suppression
from tests.crashes.meanwhile import meanwhile
from tests.fakes import TUESDAY, House
from tests.services.marketing import Marketing
from tests.services.stage import Stage, audited

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


RECORD, WRITTEN = "FROM personnumber", "INSERT INTO outcomerecord"
THURSDAY = TUESDAY.date() + timedelta(days=2)
HOLDING = (Outcome.VULNERABLE, Outcome.COMPLAINT)
SAYS_MORE = (Outcome.WRONG_NUMBER, Outcome.NOT_IN_SERVICE, *HOLDING)  # outcomes with effects beyond the attempt


def _offered(house: House) -> int:
    house.add_contact("Grace")
    [card] = next_call.hand_out(house.deps, house.alice, 1).cards
    assert isinstance(card, OfferCard)
    return card.lease_id


def test_it_keeps_the_call_that_began_while_the_agent_asked_for_more(house: House, engine: Engine) -> None:
    """By then the open attempt forbids another call: that must not take away the card of this one."""
    lease_id = _offered(house)
    with meanwhile(engine, lambda: calling.call(house.deps, house.alice, lease_id)):
        answer = next_call.hand_out(house.deps, house.alice, 1)
    [card] = answer.cards
    assert isinstance(card, CallingCard), "the number stays in sight of whoever is ringing it"
    assert answer.dropped == ()
    [lease], [attempt] = house.all(Lease), house.all(Attempt)
    assert (lease.stage, lease.ended_at, attempt.state) == (LeaseStage.CALLING, None, AttemptState.OPEN)


def test_it_shows_no_expired_card_while_another_bot_is_ending_it(house: House, engine: Engine) -> None:
    _offered(house)
    house.clock.tick(minutes=31)
    with engine.begin() as another:
        another.execute(text("UPDATE lease SET ended_at = leased_until, ended_because = 'lapsed'"))
        assert next_call.hand_out(house.deps, house.alice, 1).cards == ()
    assert len(next_call.hand_out(house.deps, house.alice, 1).cards) == 1


def test_it_waits_for_a_bot_that_is_renewing_windows(house: House, engine: Engine) -> None:
    """It must not say that there is nothing: in the morning all of yesterday's windows have closed."""
    house.add_contacts(3)
    house.clock.tick(days=1)
    with engine.connect() as another:
        another.execute(text("SELECT id FROM contact FOR NO KEY UPDATE"))
        done = Timer(0.2, another.rollback)
        done.start()
        answer = next_call.hand_out(house.deps, house.alice, 3)
        done.join()
    assert (len(answer.cards), answer.short) == (3, None)


def test_a_call_that_began_while_the_agent_was_leaving_needs_an_outcome(house: House, engine: Engine) -> None:
    lease_id = _offered(house)
    alice = house.one(Agent, house.alice.agent_id)
    with (
        meanwhile(engine, lambda: calling.call(house.deps, house.alice, lease_id)),
        house.units() as uow,
    ):
        assert leaving.hand_back(uow.session, alice, house.clock(), is_gone=True) == 1
    [lease], [attempt] = house.all(Lease), house.all(Attempt)
    assert lease.ended_at is not None
    assert attempt.state is AttemptState.UNREPORTED, "it counts, and wants an outcome"


def test_a_request_that_gets_no_connection_reports_database_trouble(house: House, engine: Engine) -> None:
    """Not a fault of the program: an agent who waited too long is told to try again."""
    assert isinstance(engine.pool, QueuePool)
    engine.pool._timeout = 0.05
    with ExitStack() as others:
        for _ in range(engine.pool.size()):
            others.enter_context(engine.connect())
        with pytest.raises(DatabaseTrouble):
            next_call.hand_out(house.deps, house.alice, 1)
    assert next_call.hand_out(house.deps, house.alice, 1).cards == ()


def _stopped(house: House) -> Callable[[], object]:
    """Returns an act in which the person opts out to an unspecified colleague."""
    [contact] = house.all(Contact)
    return lambda: suppressions.add(house.deps, house.erin, contact.number or "")


def _is_out(house: House) -> bool:
    return any(lease.ended_at is None for lease in house.all(Lease))


@pytest.mark.parametrize("owner", ["nobody", "who is given it"])
def test_a_stop_withdraws_a_card_that_was_just_being_moved(house: House, engine: Engine, owner: str) -> None:
    lease_id = _offered(house)
    [contact] = house.all(Contact)
    house.change(Contact, contact.id, owner_id=None if owner == "nobody" else house.bob.agent_id)
    with meanwhile(engine, _stopped(house), RECORD):
        moves.move(house.deps, house.dana, lease_id, house.bob.agent_id)
    assert house.all(Suppression), "what was said is kept"
    assert not _is_out(house)


def test_a_stop_is_recorded_while_a_call_to_the_person_on_another_list_begins(house: House, engine: Engine) -> None:
    """The two deadlock, and one is retried by itself."""
    person = house.add_person("Grace", "+447700900555")
    house.add_contact(person=person, number="+447700900555", campaign=house.water_campaign)
    house.add_contact(person=person, number="+447700900555")
    [card] = next_call.hand_out(house.deps, house.alice, 1).cards
    assert isinstance(card, OfferCard)
    stop = lambda: suppressions.add(house.deps, house.erin, "+447700900555")  # noqa: E731 - one line
    with meanwhile(engine, stop, RECORD):
        calling.call(house.deps, house.alice, card.lease_id)
    assert house.all(Suppression)
    assert not _is_out(house)


@pytest.mark.parametrize("road", ["typed", "of a call", "of a call off the list"])
def test_a_stop_is_dated_after_a_call_opened_while_it_was_recorded(house: House, engine: Engine, road: str) -> None:
    """Otherwise the audit would blame an agent who could not know of it."""
    contact = house.add_contact("Grace", "+447700900555")
    [card] = next_call.hand_out(house.deps, house.alice, 1).cards
    assert isinstance(card, OfferCard)
    house.clock.tick(seconds=0.3)

    def opens() -> object:
        house.clock.tick(seconds=0.3)
        opened = calling.call(house.deps, house.alice, card.lease_id)
        house.clock.tick(seconds=0.4)
        return opened

    attempt = house.put(_called(house, contact)) if road == "of a call" else None

    def says() -> object:
        if attempt is not None:
            return outcomes.record(house.deps, house.bob, attempt.id or 0, Outcome.DO_NOT_CALL)
        if road == "typed":
            return suppressions.add(house.deps, house.bob, "+447700900555")
        return outcomes.record_spoken(house.deps, house.bob, "+447700900555", "do not call")

    with meanwhile(engine, opens, "FROM attempt" if attempt is not None else "FROM campaign"):
        says()
    [opened_at] = [one.opened_at for one in house.all(Attempt) if one.lease_id == card.lease_id]
    assert all(one.since > opened_at for one in house.all(Suppression))
    assert not _is_out(house)


ROADS = {
    "of a call": SAYS_MORE,
    "of a call, by a word": SAYS_MORE,
    "of a call, with a promise": (Outcome.CALLBACK_AGREED,),
    "of a call, taken back": (Outcome.NOT_DIALLED,),  # which counts for nothing; taken back, the call counts
    "of their own contact": (Outcome.NO_ANSWER, *SAYS_MORE),
    "of another number of their own contact": (Outcome.DO_NOT_CALL, Outcome.NOT_IN_SERVICE, *HOLDING),
    "of another team's contact": (Outcome.WRONG_NUMBER, Outcome.NOT_IN_SERVICE),
}


@pytest.mark.parametrize(("road", "outcome"), [(road, outcome) for road, said in ROADS.items() for outcome in said])
def test_no_call_opens_on_facts_older_than_an_outcome_being_written(
    house: House, engine: Engine, road: str, outcome: Outcome
) -> None:
    """The audit knows the outcome by its time, and would blame an agent who could not know of it."""
    lease_id, grace = _offered_with_two_numbers(house)
    says = _says(house, grace, road, outcome)
    with meanwhile(engine, _opens(house, lease_id), WRITTEN):
        says()
    assert _accusations(house, lease_id) == ()


@pytest.mark.parametrize(("road", "outcome"), [(road, said[0]) for road, said in ROADS.items()])
def test_an_outcome_is_dated_after_a_call_opened_while_it_was_recorded(
    house: House, engine: Engine, road: str, outcome: Outcome
) -> None:
    lease_id, grace = _offered_with_two_numbers(house)
    says = _says(house, grace, road, outcome)
    with meanwhile(engine, _opens(house, lease_id), "FROM attempt" if "of a call" in road else "FROM campaign"):
        says()
    [opened_at] = [one.opened_at for one in house.all(Attempt) if one.lease_id == lease_id]
    assert house.all(OutcomeRecord)[-1].recorded_at > opened_at
    assert _accusations(house, lease_id) == ()


def test_a_hold_is_dated_after_the_call_that_was_opened_just_before_it(house: House, engine: Engine) -> None:
    lease_id, grace = _offered_with_two_numbers(house)
    house.clock.tick(seconds=0.3)
    opens = _opens(house, lease_id)
    event.listen(engine, "before_cursor_execute", lambda *_: opens(), once=True)
    holds.place(house.deps, house.dana, grace.id or 0, "a letter from their solicitor")
    [call], [hold] = house.all(Attempt), house.all(Hold)
    assert hold.placed_at > call.opened_at
    assert _accusations(house, lease_id) == ()


@pytest.mark.parametrize("since", ["FROM screening", "UPDATE contact"])
def test_a_lists_facts_are_dated_after_a_call_opened_during_the_import(
    house: House, engine: Engine, tmp_path: Path, since: str
) -> None:
    marketing = Marketing(house, tmp_path)
    marketing.take("Name,Phone\nGrace,+447700900555\n")
    [card] = next_call.hand_out(house.deps, house.alice, 1).cards
    assert isinstance(card, OfferCard)
    house.clock.tick(seconds=0.3)
    with meanwhile(engine, _opens(house, card.lease_id), since):
        marketing.take("Name,Phone,TPS\nGrace,+447700900555,yes\n")
    assert len(house.all(Attempt)) == (since == "FROM screening")
    assert _accusations(house, card.lease_id) == ()


def _says(house: House, grace: Contact, road: str, outcome: Outcome) -> Callable[[], object]:
    """Returns an act that records the outcome, a fraction of a second after all that went before."""
    deps, actor = house.deps, house.charlie if "another team" in road else house.bob
    number = "+447700900556" if "another number" in road else "+447700900555"
    says: Callable[[], object] = partial(outcomes.record_spoken, deps, actor, number, outcome.value)
    if "of a call" in road:
        is_taken_back = "taken back" in road
        earlier = house.put(_called(house, grace, timedelta(minutes=1) if is_taken_back else timedelta(days=9))).id or 0
        if is_taken_back:
            outcomes.record(deps, actor, earlier, outcome)
        roads: dict[str, Callable[[], object]] = {
            "of a call": partial(outcomes.record, deps, actor, earlier, outcome),
            "of a call, by a word": partial(outcomes.record_spoken, deps, actor, outcome_text=outcome.value),
            "of a call, with a promise": partial(
                callbacks.agree, deps, actor, earlier, THURSDAY, time(11), is_mine=True
            ),
            "of a call, taken back": partial(outcomes.undo, deps, actor, earlier),
        }
        says = roads[road]
    house.clock.tick(seconds=0.3)
    return says


def _offered_with_two_numbers(house: House) -> tuple[int, Contact]:
    """Grace's first number is on Alice's card; her second is another person's too. Bob called her last."""
    grace = house.add_contact(
        person=house.add_person("Grace", "+447700900555", "+447700900556"), number="+447700900555"
    )
    house.add_person("Ada", "+447700900556")
    house.change(Contact, grace.id, owner_id=house.bob.agent_id)
    [card] = next_call.hand_out(house.deps, house.alice, 1).cards
    assert isinstance(card, OfferCard)
    return card.lease_id, grace


def _opens(house: House, lease_id: int) -> Callable[[], object]:
    def opens() -> object:
        house.clock.tick(seconds=0.3)
        opened = calling.call(house.deps, house.alice, lease_id)
        house.clock.tick(seconds=0.4)
        return opened

    return opens


def _accusations(house: House, lease_id: int) -> tuple[str, ...]:
    """The audit's faults for the call from a card, except a missing outcome."""
    found = audited(Stage(house)).by_attempt
    calls = [one.id or 0 for one in house.all(Attempt) if one.lease_id == lease_id]
    return tuple(said for call in calls for said in found.get(call, ()) if said != NO_OUTCOME)


def _called(house: House, contact: Contact, ago: timedelta = timedelta(days=9)) -> Attempt:
    """An attempt of Bob's that waits for its outcome."""
    return Attempt(
        organisation_id=house.organisation_id,
        contact_id=contact.id,
        person_id=contact.person_id,
        number=contact.number or "",
        campaign_id=contact.campaign_id,
        principal="Bright Energy",
        agent_id=house.bob.agent_id,
        opened_at=house.clock() - ago,
    )


def test_a_contact_asked_for_by_name_who_just_opted_out_is_not_handed_out(house: House, engine: Engine) -> None:
    contact = house.add_contact("Grace")
    with meanwhile(engine, _stopped(house), RECORD):
        answer = next_call.hand_out_these(house.deps, house.alice, (contact.id or 0,))
    assert (answer.cards, _is_out(house)) == ((), False)
    assert [one.name for one in answer.dropped] == ["Grace"]


def test_it_does_not_lock_a_contact_just_offered_to_another_agent(house: House, engine: Engine) -> None:
    """A held card is no attempt: once given back, the contact can be called as before."""
    person = house.add_person("Grace", "+447700900555", "+447700900556")
    asked = house.add_contact(person=person, number="+447700900555")
    other = house.add_contact(person=person, number="+447700900556", campaign=house.water_campaign)
    with meanwhile(engine, lambda: next_call.hand_out(house.deps, house.charlie, 1), RECORD):
        answer = next_call.hand_out_these(house.deps, house.alice, (asked.id or 0,))
    assert (answer.cards, answer.dropped) == ((), ())
    assert [(one.name, one.held.agent_name) for one in answer.elsewhere] == [("Grace", "Charlie")]
    assert [house.one(Contact, one.id).verdict for one in (asked, other)] == [Verdict.CALLABLE] * 2
    assert [one.agent_id for one in house.all(DecisionRecord)] == [house.charlie.agent_id]


def test_a_callback_to_a_person_who_just_opted_out_is_not_handed_out(house: House, engine: Engine) -> None:
    contact = house.add_contact("Grace")
    house.put(
        Callback(
            organisation_id=house.organisation_id,
            contact_id=contact.id or 0,
            person_id=contact.person_id,
            principal="Bright Energy",
            asked_at=TUESDAY - timedelta(hours=2),
            due_at=TUESDAY - timedelta(minutes=1),
            is_hour_named=True,
        )
    )
    with meanwhile(engine, _stopped(house), RECORD, turn=2):  # the first query finds the next contacts
        answer = next_call.hand_out(house.deps, house.alice, 1)
    assert (answer.cards, _is_out(house)) == ((), False)


def test_a_stop_withdraws_a_card_that_was_just_being_handed_out(house: House, engine: Engine) -> None:
    house.add_contact("Grace")
    with meanwhile(engine, _stopped(house), RECORD):
        assert next_call.hand_out(house.deps, house.alice, 1).cards
    assert not _is_out(house)
