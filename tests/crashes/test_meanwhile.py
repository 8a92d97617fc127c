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
from bot.services.audit.judging import NO_OUTCOME
from bot.services.calls import callbacks, calling, outcomes
from bot.services.do_not_call import suppressions
from bot.services.hand_out import next_call, releases
from bot.services.teams import holds, moves
from policy.vocabulary import AttemptState, LeaseStage, Outcome, Verdict
from storage.errors import DatabaseTrouble
from storage.models import Agent, Attempt, Contact, DecisionRecord, Hold, Lease, OutcomeRecord, Suppression
from tests.crashes.meanwhile import meanwhile
from tests.fakes import TUESDAY, SampleOrganisation
from tests.rows import a_call, a_callback
from tests.services.marketing import Marketing
from tests.services.stage import Stage, audited

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


RECORD, WRITTEN = "FROM personnumber", "INSERT INTO outcomerecord"
THURSDAY = TUESDAY.date() + timedelta(days=2)
HOLDING = (Outcome.VULNERABLE, Outcome.COMPLAINT)
SAYS_MORE = (Outcome.WRONG_NUMBER, Outcome.NOT_IN_SERVICE, *HOLDING)  # outcomes with effects beyond the attempt


def _offered(acme: SampleOrganisation) -> int:
    acme.add_contact("Grace")
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    return card.lease_id


def test_it_keeps_the_call_that_began_while_the_agent_asked_for_more(acme: SampleOrganisation, engine: Engine) -> None:
    """By then the open attempt forbids another call: that must not take away the card of this one."""
    lease_id = _offered(acme)
    with meanwhile(engine, lambda: calling.call(acme.deps, acme.alice, lease_id)):
        answer = next_call.hand_out(acme.deps, acme.alice, 1)
    [card] = answer.cards
    assert isinstance(card, CallingCard), "the number stays in sight of whoever is ringing it"
    assert answer.dropped == ()
    [lease], [attempt] = acme.all(Lease), acme.all(Attempt)
    assert (lease.stage, lease.ended_at, attempt.state) == (LeaseStage.CALLING, None, AttemptState.OPEN)


def test_it_shows_no_expired_card_while_another_bot_is_ending_it(acme: SampleOrganisation, engine: Engine) -> None:
    _offered(acme)
    acme.clock.tick(minutes=31)
    with engine.begin() as another:
        another.execute(text("UPDATE lease SET ended_at = leased_until, ended_because = 'lapsed'"))
        assert next_call.hand_out(acme.deps, acme.alice, 1).cards == ()
    assert len(next_call.hand_out(acme.deps, acme.alice, 1).cards) == 1


def test_it_waits_for_a_bot_that_is_renewing_windows(acme: SampleOrganisation, engine: Engine) -> None:
    """It must not say that there is nothing: in the morning all of yesterday's windows have closed."""
    acme.add_contacts(3)
    acme.clock.tick(days=1)
    with engine.connect() as another:
        another.execute(text("SELECT id FROM contact FOR NO KEY UPDATE"))
        done = Timer(0.2, another.rollback)
        done.start()
        answer = next_call.hand_out(acme.deps, acme.alice, 3)
        done.join()
    assert (len(answer.cards), answer.short) == (3, None)


def test_a_call_that_began_while_the_agent_was_leaving_needs_an_outcome(
    acme: SampleOrganisation, engine: Engine
) -> None:
    lease_id = _offered(acme)
    alice = acme.one(Agent, acme.alice.agent_id)
    with (
        meanwhile(engine, lambda: calling.call(acme.deps, acme.alice, lease_id)),
        acme.units() as uow,
    ):
        assert releases.hand_back(uow.session, alice, acme.clock(), is_gone=True) == 1
    [lease], [attempt] = acme.all(Lease), acme.all(Attempt)
    assert lease.ended_at is not None
    assert attempt.state is AttemptState.UNREPORTED, "it counts, and wants an outcome"


def test_a_request_that_gets_no_connection_reports_database_trouble(acme: SampleOrganisation, engine: Engine) -> None:
    """Not a fault of the program: an agent who waited too long is told to try again."""
    assert isinstance(engine.pool, QueuePool)
    engine.pool._timeout = 0.05
    with ExitStack() as others:
        for _ in range(engine.pool.size()):
            others.enter_context(engine.connect())
        with pytest.raises(DatabaseTrouble):
            next_call.hand_out(acme.deps, acme.alice, 1)
    assert next_call.hand_out(acme.deps, acme.alice, 1).cards == ()


def _stopped(acme: SampleOrganisation) -> Callable[[], object]:
    """Returns an act in which the person opts out to an unspecified colleague."""
    [contact] = acme.all(Contact)
    return lambda: suppressions.add(acme.deps, acme.erin, contact.number or "")


def _is_out(acme: SampleOrganisation) -> bool:
    return any(lease.ended_at is None for lease in acme.all(Lease))


@pytest.mark.parametrize("owner", ["nobody", "who is given it"])
def test_a_stop_withdraws_a_card_that_was_just_being_moved(
    acme: SampleOrganisation, engine: Engine, owner: str
) -> None:
    lease_id = _offered(acme)
    [contact] = acme.all(Contact)
    acme.change(Contact, contact.id, owner_id=None if owner == "nobody" else acme.bob.agent_id)
    with meanwhile(engine, _stopped(acme), RECORD):
        moves.move(acme.deps, acme.dana, lease_id, acme.bob.agent_id)
    assert acme.all(Suppression), "what was said is kept"
    assert not _is_out(acme)


def test_a_stop_is_recorded_while_a_call_to_the_person_on_another_list_begins(
    acme: SampleOrganisation, engine: Engine
) -> None:
    """The two deadlock, and one is retried by itself."""
    person = acme.add_person("Grace", "+447700900555")
    acme.add_contact(person=person, number="+447700900555", campaign=acme.water_campaign)
    acme.add_contact(person=person, number="+447700900555")
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    stop = lambda: suppressions.add(acme.deps, acme.erin, "+447700900555")  # noqa: E731 - one line
    with meanwhile(engine, stop, RECORD):
        calling.call(acme.deps, acme.alice, card.lease_id)
    assert acme.all(Suppression)
    assert not _is_out(acme)


@pytest.mark.long
@pytest.mark.parametrize("road", ["typed", "of a call", "of a call off the list"])
def test_a_stop_is_dated_after_a_call_opened_while_it_was_recorded(
    acme: SampleOrganisation, engine: Engine, road: str
) -> None:
    """Otherwise the audit would blame an agent who could not know of it."""
    contact = acme.add_contact("Grace", "+447700900555")
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    acme.clock.tick(seconds=0.3)

    def opens() -> object:
        acme.clock.tick(seconds=0.3)
        opened = calling.call(acme.deps, acme.alice, card.lease_id)
        acme.clock.tick(seconds=0.4)
        return opened

    attempt = acme.put(_called(acme, contact)) if road == "of a call" else None

    def says() -> object:
        if attempt is not None:
            return outcomes.record(acme.deps, acme.bob, attempt.id or 0, Outcome.DO_NOT_CALL)
        if road == "typed":
            return suppressions.add(acme.deps, acme.bob, "+447700900555")
        return outcomes.record_spoken(acme.deps, acme.bob, "+447700900555", "do not call")

    with meanwhile(engine, opens, "FROM attempt" if attempt is not None else "FROM campaign"):
        says()
    [opened_at] = [one.opened_at for one in acme.all(Attempt) if one.lease_id == card.lease_id]
    assert all(one.since > opened_at for one in acme.all(Suppression))
    assert not _is_out(acme)


ROADS = {
    "of a call": SAYS_MORE,
    "of a call, by a word": SAYS_MORE,
    "of a call, with a callback": (Outcome.CALLBACK_AGREED,),
    "of a call, taken back": (Outcome.NOT_DIALLED,),  # which counts for nothing; taken back, the call counts
    "of their own contact": (Outcome.NO_ANSWER, *SAYS_MORE),
    "of another number of their own contact": (Outcome.DO_NOT_CALL, Outcome.NOT_IN_SERVICE, *HOLDING),
    "of another team's contact": (Outcome.WRONG_NUMBER, Outcome.NOT_IN_SERVICE),
}


@pytest.mark.long
@pytest.mark.parametrize(("road", "outcome"), [(road, outcome) for road, said in ROADS.items() for outcome in said])
def test_no_call_opens_on_facts_older_than_an_outcome_being_written(
    acme: SampleOrganisation, engine: Engine, road: str, outcome: Outcome
) -> None:
    """The audit knows the outcome by its time, and would blame an agent who could not know of it."""
    lease_id, grace = _offered_with_two_numbers(acme)
    says = _says(acme, grace, road, outcome)
    with meanwhile(engine, _opens(acme, lease_id), WRITTEN):
        says()
    assert _accusations(acme, lease_id) == ()


@pytest.mark.long
@pytest.mark.parametrize(("road", "outcome"), [(road, said[0]) for road, said in ROADS.items()])
def test_an_outcome_is_dated_after_a_call_opened_while_it_was_recorded(
    acme: SampleOrganisation, engine: Engine, road: str, outcome: Outcome
) -> None:
    lease_id, grace = _offered_with_two_numbers(acme)
    says = _says(acme, grace, road, outcome)
    with meanwhile(engine, _opens(acme, lease_id), "FROM attempt" if "of a call" in road else "FROM campaign"):
        says()
    [opened_at] = [one.opened_at for one in acme.all(Attempt) if one.lease_id == lease_id]
    assert acme.all(OutcomeRecord)[-1].recorded_at > opened_at
    assert _accusations(acme, lease_id) == ()


def test_a_hold_is_dated_after_the_call_that_was_opened_just_before_it(
    acme: SampleOrganisation, engine: Engine
) -> None:
    lease_id, grace = _offered_with_two_numbers(acme)
    acme.clock.tick(seconds=0.3)
    opens = _opens(acme, lease_id)
    event.listen(engine, "before_cursor_execute", lambda *_: opens(), once=True)
    holds.place(acme.deps, acme.dana, grace.id or 0, "a letter from their solicitor")
    [call], [hold] = acme.all(Attempt), acme.all(Hold)
    assert hold.placed_at > call.opened_at
    assert _accusations(acme, lease_id) == ()


@pytest.mark.long
@pytest.mark.parametrize("since", ["FROM screening", "UPDATE contact"])
def test_a_lists_facts_are_dated_after_a_call_opened_during_the_import(
    acme: SampleOrganisation, engine: Engine, tmp_path: Path, since: str
) -> None:
    marketing = Marketing(acme, tmp_path)
    marketing.take("Name,Phone\nGrace,+447700900555\n")
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    acme.clock.tick(seconds=0.3)
    with meanwhile(engine, _opens(acme, card.lease_id), since):
        marketing.take("Name,Phone,TPS\nGrace,+447700900555,yes\n")
    assert len(acme.all(Attempt)) == (since == "FROM screening")
    assert _accusations(acme, card.lease_id) == ()


def _says(acme: SampleOrganisation, grace: Contact, road: str, outcome: Outcome) -> Callable[[], object]:
    """Returns an act that records the outcome, a fraction of a second after all that went before."""
    deps, actor = acme.deps, acme.charlie if "another team" in road else acme.bob
    number = "+447700900556" if "another number" in road else "+447700900555"
    says: Callable[[], object] = partial(outcomes.record_spoken, deps, actor, number, outcome.value)
    if "of a call" in road:
        is_taken_back = "taken back" in road
        earlier = acme.put(_called(acme, grace, timedelta(minutes=1) if is_taken_back else timedelta(days=9))).id or 0
        if is_taken_back:
            outcomes.record(deps, actor, earlier, outcome)
        roads: dict[str, Callable[[], object]] = {
            "of a call": partial(outcomes.record, deps, actor, earlier, outcome),
            "of a call, by a word": partial(outcomes.record_spoken, deps, actor, outcome_text=outcome.value),
            "of a call, with a callback": partial(
                callbacks.agree, deps, actor, earlier, THURSDAY, time(11), is_mine=True
            ),
            "of a call, taken back": partial(outcomes.undo, deps, actor, earlier),
        }
        says = roads[road]
    acme.clock.tick(seconds=0.3)
    return says


def _offered_with_two_numbers(acme: SampleOrganisation) -> tuple[int, Contact]:
    """Grace's first number is on Alice's card; her second is another person's too. Bob called her last."""
    grace = acme.add_contact(person=acme.add_person("Grace", "+447700900555", "+447700900556"), number="+447700900555")
    acme.add_person("Ada", "+447700900556")
    acme.change(Contact, grace.id, owner_id=acme.bob.agent_id)
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    return card.lease_id, grace


def _opens(acme: SampleOrganisation, lease_id: int) -> Callable[[], object]:
    def opens() -> object:
        acme.clock.tick(seconds=0.3)
        opened = calling.call(acme.deps, acme.alice, lease_id)
        acme.clock.tick(seconds=0.4)
        return opened

    return opens


def _accusations(acme: SampleOrganisation, lease_id: int) -> tuple[str, ...]:
    """The audit's faults for the call from a card, except a missing outcome."""
    found = audited(Stage(acme)).by_attempt
    calls = [one.id or 0 for one in acme.all(Attempt) if one.lease_id == lease_id]
    return tuple(said for call in calls for said in found.get(call, ()) if said != NO_OUTCOME)


def _called(acme: SampleOrganisation, contact: Contact, ago: timedelta = timedelta(days=9)) -> Attempt:
    """An attempt of Bob's that waits for its outcome."""
    return a_call(acme.bob, contact, acme.clock() - ago)


def test_a_contact_asked_for_by_name_who_just_opted_out_is_not_handed_out(
    acme: SampleOrganisation, engine: Engine
) -> None:
    contact = acme.add_contact("Grace")
    with meanwhile(engine, _stopped(acme), RECORD):
        answer = next_call.hand_out_these(acme.deps, acme.alice, (contact.id or 0,))
    assert (answer.cards, _is_out(acme)) == ((), False)
    assert [one.name for one in answer.dropped] == ["Grace"]


def test_it_does_not_lock_a_contact_just_offered_to_another_agent(acme: SampleOrganisation, engine: Engine) -> None:
    """A held card is no attempt: once given back, the contact can be called as before."""
    person = acme.add_person("Grace", "+447700900555", "+447700900556")
    asked = acme.add_contact(person=person, number="+447700900555")
    other = acme.add_contact(person=person, number="+447700900556", campaign=acme.water_campaign)
    with meanwhile(engine, lambda: next_call.hand_out(acme.deps, acme.charlie, 1), RECORD):
        answer = next_call.hand_out_these(acme.deps, acme.alice, (asked.id or 0,))
    assert (answer.cards, answer.dropped) == ((), ())
    assert [(name, held.agent_name) for name, held in answer.elsewhere] == [("Grace", "Charlie")]
    assert [acme.one(Contact, one.id).verdict for one in (asked, other)] == [Verdict.CALLABLE] * 2
    assert [one.agent_id for one in acme.all(DecisionRecord)] == [acme.charlie.agent_id]


def test_a_callback_to_a_person_who_just_opted_out_is_not_handed_out(acme: SampleOrganisation, engine: Engine) -> None:
    contact = acme.add_contact("Grace")
    acme.put(a_callback(contact, TUESDAY - timedelta(minutes=1), TUESDAY - timedelta(hours=2)))
    with meanwhile(engine, _stopped(acme), RECORD, turn=2):  # the first query finds the next contacts
        answer = next_call.hand_out(acme.deps, acme.alice, 1)
    assert (answer.cards, _is_out(acme)) == ((), False)


def test_a_stop_withdraws_a_card_that_was_just_being_handed_out(acme: SampleOrganisation, engine: Engine) -> None:
    acme.add_contact("Grace")
    with meanwhile(engine, _stopped(acme), RECORD):
        assert next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert not _is_out(acme)
