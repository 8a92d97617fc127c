"""The phone system's word: calls nobody recorded count, nothing is counted twice, and strangers are not kept."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, BrokenBarrierError, Thread

import pytest

from bot.services import erased_numbers
from bot.services.answers.reconciliation import Reconciled
from bot.services.audit.auditing import Span, audit
from bot.services.audit.judging import ONLY_RECORDS
from bot.services.calls import outcomes
from bot.services.hand_out import next_call
from bot.services.privacy import erasing
from bot.services.reconcile import part
from policy.vocabulary import AttemptState, Outcome, Role, Verdict
from storage.models import Agent, Attempt, CallFinding, Contact, PhoneCall
from storage.subject import erased_keys
from tests.fakes import TUESDAY
from tests.rows import a_call
from tests.services.reconcile.phones import EVENING, Phones
from tests.services.stage import RULEBOOK

pytestmark = pytest.mark.both_engines
ONE, TWO, THREE = "+447700900501", "+447700900502", "+447700900503"
S = timedelta(seconds=1)


def run(both: list[Thread]) -> None:
    for one in both:
        one.start()
    for one in both:
        one.join()


def counts(done: Reconciled) -> tuple[int, int, int, int]:
    return done.matched, done.unrecorded, done.without_call, done.known


def test_a_call_nobody_recorded_becomes_an_attempt_and_locks_the_contact_at_once(phones: Phones) -> None:
    phones.meet(ONE)
    assert phones.acme.one(Contact, phones.contacts[ONE].id).verdict is Verdict.CALLABLE
    phones.acme.clock.at(TUESDAY + timedelta(hours=1))
    done = phones.read(phones.row(ONE, TUESDAY + timedelta(minutes=50)))
    assert counts(done) == (0, 1, 0, 0)
    [attempt] = phones.found()
    assert (attempt.agent_id, attempt.contact_id) == (phones.acme.alice.agent_id, phones.contacts[ONE].id)
    assert (attempt.state, attempt.found_at) == (AttemptState.UNREPORTED, phones.acme.clock.now)
    assert phones.acme.one(Contact, phones.contacts[ONE].id).verdict is Verdict.LOCKED
    assert phones.findings() == [(attempt.id, "unrecorded")]


def test_the_card_of_a_contact_that_the_call_locks_is_withdrawn(phones: Phones) -> None:
    phones.meet(ONE)
    next_call.hand_out_these(phones.acme.deps, phones.acme.bob, (phones.contacts[ONE].id or 0,))
    done = phones.read(phones.row(ONE, TUESDAY - timedelta(minutes=5)))
    assert done.cards_withdrawn == 1
    assert [user for user, _, _ in phones.acme.notifier.withdrawn] == [phones.acme.bob.slack_user_id]


@pytest.mark.long
def test_the_same_file_and_one_that_overlaps_it_add_nothing_twice(phones: Phones) -> None:
    phones.meet(ONE, TWO)
    phones.acme.clock.at(EVENING)
    first = phones.row(ONE, TUESDAY + 60 * S, call_id="a")
    second = phones.row(TWO, TUESDAY + 120.25 * S, call_id="b")
    assert counts(phones.read(first)) == (0, 1, 0, 0)
    assert counts(phones.read(first)) == (0, 0, 0, 1)
    assert counts(phones.read(first, second)) == (0, 1, 0, 1)
    assert (len(phones.found()), len(phones.calls())) == (2, 2)


@pytest.mark.long
def test_a_call_is_known_by_its_time_where_the_other_file_has_no_id_of_it(phones: Phones) -> None:
    phones.meet(ONE)
    phones.acme.clock.at(EVENING)
    phones.read(phones.row(ONE, TUESDAY + 60 * S, call_id="a"))
    assert counts(phones.read(phones.row(ONE, TUESDAY + 60.7 * S, call_id="of another export"))) == (0, 0, 0, 1)
    assert counts(phones.read(phones.row(ONE, TUESDAY + 200 * S, call_id="a later call"))) == (0, 1, 0, 0)


def test_a_recorded_call_is_matched_to_a_fraction_of_the_tolerance(phones: Phones) -> None:
    phones.meet(ONE)
    attempt = phones.call(ONE, Outcome.NO_ANSWER, lasting=30)
    closed = attempt.closed_at
    assert closed is not None
    phones.acme.clock.at(EVENING)
    tolerance = timedelta(minutes=2)
    beyond = phones.row(ONE, closed + tolerance + 0.002 * S)
    assert counts(phones.read(beyond, is_dry_run=True))[:2] == (0, 1)
    within = phones.row(ONE, closed + tolerance - 0.002 * S)
    assert counts(phones.read(within, is_dry_run=True))[:2] == (1, 0)
    assert (phones.found(), phones.calls(), phones.findings()) == ([], [], [])


def test_a_dry_run_says_what_the_file_then_does(phones: Phones) -> None:
    phones.meet(ONE, TWO, THREE)
    phones.call(ONE)
    phones.acme.clock.tick(minutes=30)
    phones.call(TWO)
    phones.acme.clock.at(EVENING)
    rows = (
        phones.row(ONE, TUESDAY + 5 * S),
        phones.row(THREE, TUESDAY + 900 * S, ring=7.5, talk=None),
        phones.row(THREE, TUESDAY + 7200 * S, direction="inbound"),
        phones.row("+447700900999", TUESDAY + 7300 * S),
    )
    said = phones.read(*rows, is_dry_run=True)
    done = phones.read(*rows)
    assert (said.matched, said.unrecorded, said.without_call, said.short_rings, said.calls_in) == (1, 1, 1, 1, 1)
    assert said.strangers == done.strangers == 1
    for name in ("matched", "unrecorded", "forbidden", "without_call", "short_rings", "calls_in", "known", "failed"):
        assert getattr(said, name) == getattr(done, name), name


@pytest.mark.long
def test_an_attempt_without_a_call_is_found_once_and_withdrawn_when_its_call_turns_up(phones: Phones) -> None:
    phones.meet(ONE, TWO, THREE)
    attempt = phones.call(ONE)
    phones.acme.clock.at(EVENING)
    around = (phones.row(TWO, TUESDAY - 600 * S), phones.row(THREE, TUESDAY + 3600 * S))
    assert counts(phones.read(*around)) == (0, 2, 1, 0)
    assert counts(phones.read(*around)) == (0, 0, 0, 2)
    assert (attempt.id, "without_call") in phones.findings()
    assert counts(phones.read(phones.row(ONE, TUESDAY + 8 * S))) == (1, 0, 0, 0)
    assert (attempt.id, "without_call") not in phones.findings()


@pytest.mark.long
def test_an_attempt_outside_the_time_of_the_file_or_not_dialled_lacks_no_call(phones: Phones) -> None:
    phones.meet(ONE, TWO, THREE)
    phones.call(ONE, Outcome.NOT_DIALLED)
    phones.acme.clock.tick(hours=2)
    phones.call(TWO)
    phones.acme.clock.at(EVENING)
    done = phones.read(phones.row(THREE, TUESDAY - 600 * S), phones.row(THREE, TUESDAY + 3600 * S))
    assert done.without_call == 0


def test_a_call_on_an_attempt_said_to_be_not_dialled_counts(phones: Phones) -> None:
    phones.meet(ONE)
    said = phones.call(ONE, Outcome.NOT_DIALLED)
    phones.acme.clock.at(EVENING)
    done = phones.read(phones.row(ONE, TUESDAY + 5 * S))
    assert counts(done) == (0, 1, 0, 0)
    assert [one.id for one in phones.found()] != [said.id]


def test_an_undone_attempt_keeps_its_call(phones: Phones) -> None:
    phones.meet(ONE)
    attempt = phones.call(ONE)
    outcomes.undo(phones.acme.deps, phones.acme.alice, attempt.id or 0)
    phones.acme.clock.at(EVENING)
    assert counts(phones.read(phones.row(ONE, TUESDAY + 5 * S))) == (1, 0, 0, 0)


@pytest.mark.long
def test_a_second_call_in_one_attempt_is_a_call_nobody_recorded(phones: Phones) -> None:
    phones.meet(ONE)
    phones.call(ONE, lasting=200)
    phones.acme.clock.at(EVENING)
    done = phones.read(phones.row(ONE, TUESDAY + 5 * S, talk=None), phones.row(ONE, TUESDAY + 60 * S))
    assert counts(done) == (1, 1, 0, 0)


def test_a_call_recorded_on_another_row_of_the_number_is_recorded(phones: Phones) -> None:
    phones.meet(ONE)
    other = phones.acme.add_contact(number=ONE, campaign=phones.acme.water_campaign)
    attempt = phones.call(ONE)
    phones.acme.clock.at(EVENING)
    assert counts(phones.read(phones.row(ONE, TUESDAY + 5 * S))) == (1, 0, 0, 0)
    assert (attempt.contact_id, [one.attempt_id for one in phones.calls()]) == (phones.contacts[ONE].id, [attempt.id])
    assert other.id != attempt.contact_id


def test_another_agents_call_does_not_hide_behind_a_colleagues_attempt(phones: Phones) -> None:
    phones.meet(ONE)
    phones.call(ONE)
    phones.acme.clock.at(EVENING)
    done = phones.read(phones.row(ONE, TUESDAY + 5 * S, agent="Bob"), phones.row("+447700900777", TUESDAY - 60 * S))
    assert done.unrecorded == 1
    assert phones.found()[0].agent_id == phones.acme.bob.agent_id


def test_an_unknown_agents_call_is_matched_by_number_and_time_alone(phones: Phones) -> None:
    phones.meet(ONE)
    phones.call(ONE)
    phones.acme.clock.at(EVENING)
    done = phones.read(phones.row(ONE, TUESDAY + 5 * S, agent="204"))
    assert (counts(done), done.unknown_agents) == ((1, 0, 0, 0), ("204",))


@pytest.mark.long
def test_agents_are_known_by_their_extension_and_two_with_one_extension_by_none(phones: Phones) -> None:
    phones.meet(ONE)
    phones.acme.change(Agent, phones.acme.bob.agent_id, extension="204, 205")
    phones.acme.clock.at(EVENING)
    phones.read(phones.row(ONE, TUESDAY + 5 * S, agent="205"))
    assert phones.found()[0].agent_id == phones.acme.bob.agent_id
    phones.give_alice("205")
    done = phones.read(phones.row(ONE, TUESDAY + 500 * S, agent="205"))
    assert (done.unrecorded, done.unknown_agents) == (1, ("205",))


def test_short_rings_are_those_below_the_house_minimum_to_a_fraction(phones: Phones) -> None:
    phones.meet(ONE, TWO, THREE)
    phones.acme.clock.at(EVENING)
    done = phones.read(
        phones.row(ONE, TUESDAY, ring=14.999, talk=None),
        phones.row(TWO, TUESDAY, ring=15, talk=None),
        phones.row(THREE, TUESDAY, ring=1, talk=30),
    )
    assert (done.unrecorded, done.short_rings) == (3, 1)
    [short] = [one for one in phones.acme.all(CallFinding) if one.kind == "short_ring"]
    assert short.seconds == pytest.approx(14.999)


def test_a_call_that_the_rules_forbade_is_an_incident_by_the_audits_judgement(phones: Phones) -> None:
    phones.meet(ONE, TWO)
    phones.acme.clock.at(EVENING)
    night = TUESDAY.replace(hour=3)
    done = phones.read(phones.row(ONE, night), phones.row(TWO, TUESDAY))
    assert (done.unrecorded, done.forbidden) == (2, 1)
    [against] = [one for one in phones.acme.all(CallFinding) if one.kind == "forbidden"]
    assert phones.acme.one(Attempt, against.attempt_id).number == ONE
    assert against.rule


@pytest.mark.long
def test_a_call_found_today_blames_nobody_for_a_later_call(phones: Phones) -> None:
    """Nobody knew of it then; that the person was rung twice is told all the same."""
    phones.meet(ONE)
    phones.acme.clock.tick(hours=2)
    phones.call(ONE)
    phones.acme.clock.at(EVENING)
    phones.read(phones.row(ONE, TUESDAY), phones.row(ONE, TUESDAY + timedelta(hours=2, seconds=5)))
    with phones.acme.units(is_read_only=True) as uow:
        span = Span(phones.acme.energy, TUESDAY + timedelta(hours=1), EVENING, EVENING)
        found = audit(uow.session, span, RULEBOOK, phones.acme.deps.house_pack)
    assert [(one.name, one.broken) for one in found.checks if one.broken] == [(ONLY_RECORDS, 1)]


@pytest.mark.long
def test_the_clock_of_the_phone_system_is_found_and_corrected(phones: Phones) -> None:
    numbers = [f"+4477009006{one:02}" for one in range(6)]
    phones.meet(*numbers)
    starts = []
    for number in numbers:
        starts.append(phones.acme.clock.now)
        phones.call(number)
        phones.acme.clock.tick(minutes=9)
    phones.acme.clock.at(EVENING)
    fast = timedelta(minutes=7)
    rows = [phones.row(number, at + fast + 6 * S) for number, at in zip(numbers, starts, strict=True)]
    alone = phones.row(numbers[0], TUESDAY + timedelta(hours=3) + fast)
    done = phones.read(*rows, alone)
    assert (done.skew_seconds, done.matched, done.unrecorded, done.without_call) == (426, 6, 1, 0)
    [found] = phones.found()
    assert abs(found.opened_at - (TUESDAY + timedelta(hours=3) - 6 * S)) < timedelta(seconds=1)
    assert counts(phones.read(*rows, alone)) == (0, 0, 0, 7)


@pytest.mark.long
def test_two_files_at_once_count_each_call_once(phones: Phones) -> None:
    numbers = [f"+4477009006{one:02}" for one in range(12)]
    phones.meet(*numbers)
    phones.acme.clock.at(EVENING)
    rows = [phones.row(number, TUESDAY + 600 * S) for number in numbers]
    paths = [phones.write(*rows, name="one.csv"), phones.write(*rows[::-1], name="two.csv")]
    ready, results = Barrier(2), list[Reconciled]()

    def take(at: int) -> None:
        ready.wait()
        results.append(phones.take(paths[at]))

    both = [Thread(target=take, args=(at,)) for at in range(2)]
    run(both)
    assert sum(one.unrecorded for one in results) == 12
    assert (len(phones.found()), len(phones.calls())) == (12, 12)


def test_two_files_at_once_count_a_call_once_where_nobody_has_the_number_any_more(
    phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No contact is there to be locked. Both read before either writes, unless one waits for the other."""
    phones.acme.clock.at(EVENING)
    phones.acme.put(a_call(phones.acme.alice, ONE, TUESDAY - timedelta(days=1)))
    paths = [
        phones.write(phones.row(ONE, TUESDAY + 600 * S, call_id=name), name=f"{name}.csv") for name in ("one", "two")
    ]
    meet, write, results = Barrier(2, timeout=2), part._Writer.write, list[Reconciled]()

    def write_once_both_have_read(self: part._Writer) -> None:
        with suppress(BrokenBarrierError):
            meet.wait()
        write(self)

    monkeypatch.setattr(part._Writer, "write", write_once_both_have_read)
    run([Thread(target=lambda one=one: results.append(phones.take(one))) for one in paths])
    assert sorted(one.unrecorded for one in results) == [0, 1]
    assert (len(phones.found()), len(phones.calls())) == (1, 1)


def test_an_outcome_recorded_while_the_file_is_read_is_no_second_call(phones: Phones) -> None:
    """Alice types the outcome of a call off the list just as the file with that call is read."""
    phones.meet(ONE)
    phones.acme.clock.at(TUESDAY + 90 * S)
    path, ready = phones.write(phones.row(ONE, TUESDAY + 5 * S)), Barrier(2)
    troubles: list[BaseException] = []

    def say() -> None:
        ready.wait()
        try:
            outcomes.record_spoken(phones.acme.deps, phones.acme.alice, ONE, "no answer")
        except BaseException as error:
            troubles.append(error)

    def take() -> None:
        ready.wait()
        phones.take(path)

    both = [Thread(target=say), Thread(target=take)]
    run(both)
    assert troubles == []
    [attempt] = phones.acme.all(Attempt)
    assert attempt.outcome is Outcome.NO_ANSWER
    assert [one.attempt_id for one in phones.calls()] == [attempt.id]


def test_the_agent_can_say_what_came_of_a_found_call(phones: Phones) -> None:
    phones.meet(ONE)
    phones.acme.clock.at(EVENING)
    phones.read(phones.row(ONE, TUESDAY))
    outcomes.record_spoken(phones.acme.deps, phones.acme.alice, ONE, "conversation")
    [attempt] = phones.acme.all(Attempt)
    assert (attempt.outcome, attempt.found_at) == (Outcome.CONVERSATION, phones.acme.clock.now)


def test_nothing_of_a_stranger_is_kept(phones: Phones) -> None:
    phones.acme.clock.at(EVENING)
    done = phones.read(phones.row("+447700900888", TUESDAY), phones.row("+447700900889", TUESDAY, direction="inbound"))
    assert (done.strangers, done.unrecorded, done.calls_in) == (2, 0, 0)
    assert (phones.acme.all(Attempt), phones.acme.all(PhoneCall)) == ([], [])


@pytest.mark.long
def test_an_erased_person_stays_erased_and_is_counted_once(phones: Phones) -> None:
    phones.meet(ONE)
    phones.acme.clock.at(EVENING)
    phones.read(phones.row(ONE, TUESDAY, call_id="a"))
    admin = replace(phones.acme.erin, role=Role.ADMIN)
    erasing.erase(phones.acme.deps, admin, ONE, (), with_stop=True)
    [kept] = phones.calls()
    assert (kept.key, kept.number.startswith("erased:")) == ("", True)
    phones.acme.clock.tick(hours=1)
    after = phones.row(ONE, EVENING + 600 * S, call_id="b")
    done = phones.read(phones.row(ONE, TUESDAY, call_id="a"), after)
    assert (done.known, done.unrecorded, done.forbidden) == (1, 1, 1)
    assert all(one.number.startswith("erased:") for one in phones.calls())
    assert all(one.number.startswith("erased:") for one in phones.acme.all(Attempt))


def test_a_number_that_comes_back_brings_its_phone_calls_back(phones: Phones) -> None:
    """After an erasure without a stop, a later list may have the number again."""
    phones.meet(ONE)
    phones.acme.clock.at(EVENING)
    rows = phones.row(ONE, TUESDAY, call_id="a")
    phones.read(rows)
    hashed = erased_numbers.Hashes(bytes(32)).of_number(ONE)
    [attempt], [call] = phones.found(), phones.calls()
    phones.acme.change(Attempt, attempt.id, number=hashed)
    phones.acme.change(PhoneCall, call.id, number=hashed, key="")
    with phones.acme.units() as uow:
        erased_keys.bring_back(uow.session, phones.acme.organisation_id, hashed, ONE)
    assert counts(phones.read(rows)) == (0, 0, 0, 1)
