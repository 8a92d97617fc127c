"""A press that waits for a row lock acts on what it finds when the wait ends, and at that moment.

On SQLite a writer waits before its transaction begins (`test_waiting_turns`).
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from bot.services.answers.calls import CallingCard, CallOpened, CardGone, OfferCard
from bot.services.answers.people import Actor
from bot.services.calls import callbacks, calling, outcomes
from bot.services.deciding import refresh
from bot.services.deciding.decisions import decide_contact
from bot.services.deciding.facts import COUNT_NO_OFFERS
from bot.services.deps import Deps
from bot.services.errors import NothingOnLease
from bot.services.hand_out import hand, next_call, places, releases
from bot.services.numbers.parsing import is_erased
from bot.services.numbers.places import Address
from bot.services.privacy import erasing
from bot.services.teams import holds, moves
from policy.vocabulary import AttemptState, LeaseEnd, Outcome, Role
from storage.hand_out import leases
from storage.models import Agent, Attempt, Callback, Contact, Hold, Lease, OutcomeRecord
from tests.fakes import SampleOrganisation
from tests.rows import a_call

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
PATIENCE_S = 20.0
ANN, BEN = "+447700900111", "+447700900222"
Press = Callable[[SampleOrganisation], object]


def after_a_wait(
    acme: SampleOrganisation, engine: Engine, contact_id: int, press: Press, meanwhile: Callable[[Session], object]
) -> object:
    """What the press answers, if another transaction has the contact locked, and does something before it commits."""
    with acme.units() as uow, ThreadPoolExecutor(1) as pool:
        uow.session.execute(text(f"SELECT id FROM contact WHERE id = {contact_id} FOR NO KEY UPDATE"))
        answer = pool.submit(press, acme)
        await_a_waiter(engine)
        meanwhile(uow.session)
        uow.session.commit()
        return answer.result(PATIENCE_S)


def await_a_waiter(engine: Engine) -> None:
    until = monotonic() + PATIENCE_S
    while monotonic() < until:
        with engine.connect() as connection:
            if connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one():
                return
        sleep(0.02)
    raise AssertionError("nobody waits")


def cards(acme: SampleOrganisation, how_many: int = 1) -> list[OfferCard]:
    return [one for one in next_call.hand_out(acme.deps, acme.alice, how_many).cards if isinstance(one, OfferCard)]


def call(acme: SampleOrganisation, lease_id: int = 1) -> CallOpened:
    answer = calling.call(acme.deps, acme.alice, lease_id)
    assert isinstance(answer, CallOpened), answer
    return answer


def is_as_decided_now(acme: SampleOrganisation, contact: Contact) -> bool:
    """Whether what is kept of the contact is what its record says."""
    kept = acme.one(Contact, contact.id)
    with acme.units(is_read_only=True) as uow:
        again = uow.session.get_one(Contact, contact.id)
        now = decide_contact(acme.deps, uow.session, again, acme.clock(), COUNT_NO_OFFERS).decision
    return (kept.verdict, kept.callable_from) == (now.verdict, now.callable_from)


def test_call_shows_no_number_when_the_hours_ended_while_it_waited(acme: SampleOrganisation, engine: Engine) -> None:
    acme.add_contact()
    acme.clock.at(datetime(2026, 11, 24, 19, 55, 0, 300_000, tzinfo=UTC))
    cards(acme)
    acme.clock.at(datetime(2026, 11, 24, 19, 59, 55, 300_000, tzinfo=UTC))
    press = lambda acme: calling.call(acme.deps, acme.alice, 1)  # noqa: E731
    answer = after_a_wait(acme, engine, 1, press, lambda _: acme.clock.tick(seconds=10.4))
    assert not isinstance(answer, CallOpened)
    assert not acme.all(Attempt)


def test_a_call_is_dated_when_its_wait_ended(acme: SampleOrganisation, engine: Engine) -> None:
    """Else it would lie in a stop that was taken back during the wait."""
    acme.add_contact()
    cards(acme)
    after_a_wait(acme, engine, 1, call, lambda _: acme.clock.tick(seconds=6.3))
    assert [one.opened_at for one in acme.all(Attempt)] == [acme.clock()]


@pytest.mark.parametrize(
    "press",
    [
        lambda acme: releases.release(acme.deps, acme.alice, 1),
        lambda acme: releases.keep(acme.deps, acme.alice, 1),
        lambda acme: releases.take_back(acme.deps, acme.dana, 1),
        lambda acme: moves.move(acme.deps, acme.dana, 1, acme.bob.agent_id),
        lambda acme: places.correct(acme.deps, acme.alice, 1, Address(country="GB", zone="London")),
    ],
    ids=["give back", "keep longer", "take back", "move", "elsewhere"],
)
def test_a_card_that_ran_out_during_the_wait_is_gone(acme: SampleOrganisation, engine: Engine, press: Press) -> None:
    acme.add_contact()
    cards(acme)
    until = acme.one(Lease, 1).leased_until
    acme.clock.at(until - timedelta(seconds=5.3))
    assert isinstance(after_a_wait(acme, engine, 1, press, lambda _: acme.clock.tick(seconds=10.4)), CardGone)
    assert acme.one(Lease, 1).ended_because == LeaseEnd.LAPSED


DUE = datetime(2026, 11, 26, 14, 30, 0, 300_001, tzinfo=UTC)


def hold(acme: SampleOrganisation) -> object:
    return holds.place(acme.deps, acme.dana, 1, "on leave")


def promise(acme: SampleOrganisation) -> object:
    return acme.add_callback(acme.one(Contact, 1), acme.alice.agent_id, DUE)


@pytest.mark.parametrize(
    ("before", "press", "written_at"),
    [
        (hold, lambda acme: holds.lift(acme.deps, acme.dana, 1, "back"), lambda acme: acme.one(Hold, 1).lifted_at),
        (
            promise,
            lambda acme: callbacks.move_to(acme.deps, acme.alice, 1, DUE + timedelta(hours=1)),
            lambda acme: acme.one(Callback, 2).asked_at,
        ),
    ],
    ids=["lift", "callback moved"],
)
def test_what_is_written_is_dated_when_the_wait_ended(
    acme: SampleOrganisation,
    engine: Engine,
    before: Press,
    press: Press,
    written_at: Callable[[SampleOrganisation], datetime],
) -> None:
    acme.add_contact()
    before(acme)
    after_a_wait(acme, engine, 1, press, lambda _: acme.clock.tick(seconds=6.3))
    assert written_at(acme) == acme.clock()


def test_whom_an_outcome_reaches_beyond_its_person_is_decided_when_the_wait_ended(
    acme: SampleOrganisation, engine: Engine
) -> None:
    """A dead number: the person's next number is another's too, who is called during the wait."""
    person = acme.add_person("Cat", ANN, BEN)
    acme.add_contact(person=person, number=ANN)
    cards(acme)
    call(acme)
    other = acme.add_contact("Ben", BEN)
    acme.clock.tick(seconds=30.3)

    def bob_calls(session: Session) -> None:
        acme.clock.tick(seconds=10.2)
        session.add(a_call(acme.bob, BEN, acme.clock(), person_id=other.person_id))
        acme.clock.tick(seconds=0.3)

    press = lambda acme: outcomes.record(acme.deps, acme.alice, 1, Outcome.NOT_IN_SERVICE)  # noqa: E731
    after_a_wait(acme, engine, other.id or 0, press, bob_calls)
    assert is_as_decided_now(acme, other)


@pytest.mark.parametrize("outcome", [None, Outcome.NOT_NOW, Outcome.DO_NOT_CALL])
def test_a_contact_that_appeared_during_the_wait_is_decided_too(
    acme: SampleOrganisation, engine: Engine, outcome: Outcome | None
) -> None:
    """An import has the person's contact locked, and adds one with the same number. No outcome: Call is pressed."""
    acme.add_contact("Ann", ANN)
    cards(acme)
    press: Press = call
    if outcome is not None:
        call(acme)
        acme.clock.tick(minutes=5, seconds=0.3)
        press = lambda acme: outcomes.record(acme.deps, acme.alice, 1, outcome)  # noqa: E731
    added = list[Contact]()

    def add(session: Session) -> None:
        added.append(acme._contact(session, number=ANN, name="Ann again"))
        session.add_all(added)
        session.flush()
        refresh.refresh(acme.deps, session, added, acme.clock())

    after_a_wait(acme, engine, 1, press, add)
    assert is_as_decided_now(acme, added[0])


def test_an_outcome_reaches_whom_its_call_was_given_to_during_the_wait(
    acme: SampleOrganisation, engine: Engine
) -> None:
    """A parting locks the person's contacts and gives the call to another person."""
    acme.add_contact("Ann", ANN)
    cards(acme)
    call(acme)
    acme.clock.tick(minutes=61, seconds=0.3)
    hand.lapse_due(acme.deps)
    other = acme.add_contact("Ben", BEN)

    with acme.units() as uow, ThreadPoolExecutor(1) as pool:
        uow.session.execute(text("SELECT id FROM contact FOR NO KEY UPDATE"))
        uow.session.execute(text(f"UPDATE attempt SET person_id = {other.person_id}"))
        answer = pool.submit(outcomes.record, acme.deps, acme.alice, 1, Outcome.NOT_NOW)
        await_a_waiter(engine)
        uow.session.commit()
        answer.result(PATIENCE_S)
    assert is_as_decided_now(acme, other)


def a_press_waits(engine: Engine, acme: SampleOrganisation, press: Press, change: Callable[[Deps], object]) -> object:
    """What the press answers, begun once `change` has its locks, by the time it commits."""
    begun = list[Future[object]]()
    with ThreadPoolExecutor(1) as pool:

        def clock() -> datetime:
            if not begun:
                begun.append(pool.submit(press, acme))
                await_a_waiter(engine)
            return acme.clock()

        change(replace(acme.deps, clock=clock))
        return begun[0].result(PATIENCE_S)


def test_an_outcome_for_a_number_that_was_erased_during_the_wait_is_kept_without_it(
    acme: SampleOrganisation, engine: Engine
) -> None:
    acme.add_contact("Ann", ANN)
    press = lambda acme: outcomes.record_spoken(acme.deps, acme.alice, ANN, "no answer")  # noqa: E731
    frank = Actor(0, acme.organisation_id, "U0FRANK", "Frank", Role.ADMIN, None, "UTC")
    a_press_waits(engine, acme, press, lambda deps: erasing.erase(deps, frank, ANN))
    [attempt] = acme.all(Attempt)
    assert is_erased(attempt.number)


def test_a_typed_outcome_is_not_that_of_a_call_of_which_a_lead_spoke_during_the_wait(
    acme: SampleOrganisation, engine: Engine
) -> None:
    acme.add_contact("Ann", ANN)
    cards(acme)
    call(acme)
    acme.clock.tick(seconds=30.3)
    press = lambda acme: outcomes.record_spoken(acme.deps, acme.alice, "", "no answer")  # noqa: E731
    with pytest.raises(NothingOnLease):
        a_press_waits(engine, acme, press, lambda deps: outcomes.record(deps, acme.dana, 1, Outcome.CONVERSATION))
    assert acme.one(Attempt, 1).outcome is Outcome.CONVERSATION
    assert len(acme.all(OutcomeRecord)) == 1


def test_a_call_of_which_a_lead_speaks_is_reported_although_its_agent_leaves_slack_meanwhile(
    acme: SampleOrganisation, engine: Engine
) -> None:
    acme.add_contact("Ann", ANN)
    cards(acme)
    call(acme)
    acme.clock.tick(seconds=30.3)

    def leaves(acme: SampleOrganisation) -> int:
        with acme.units() as uow:
            alice = uow.session.get_one(Agent, acme.alice.agent_id)
            return releases.hand_back(uow.session, alice, acme.clock(), is_gone=True)

    said = lambda deps: outcomes.record(deps, acme.dana, 1, Outcome.CONVERSATION)  # noqa: E731
    assert a_press_waits(engine, acme, leaves, said) == 0
    call_made = acme.one(Attempt, 1)
    assert (call_made.outcome, call_made.state) == (Outcome.CONVERSATION, AttemptState.REPORTED)
    assert acme.one(Lease, 1).ended_because == LeaseEnd.OUTCOME


def test_call_draws_no_card_that_was_taken_away_during_the_wait(acme: SampleOrganisation, engine: Engine) -> None:
    acme.add_contact("Ann", ANN)
    acme.add_contact("Ben", BEN)
    cards(acme, 2)

    def take_away(session: Session) -> None:
        assert leases.end(session, session.get_one(Lease, 2), acme.clock(), LeaseEnd.WITHDRAWN)

    answer = after_a_wait(acme, engine, 1, call, take_away)
    assert isinstance(answer, CallOpened)
    assert answer.hand is not None
    assert len(answer.hand.cards) == 1
    assert [one.offer.name for one in answer.hand.cards if isinstance(one, CallingCard)] == ["Ann"]
