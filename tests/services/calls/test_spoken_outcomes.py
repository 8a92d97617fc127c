"""/outcome in all its forms: a word, a label or a prefix; with a number or without; on the list or off it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta
from threading import Barrier

import pytest

from bot.services.agents import as_actor
from bot.services.answers.calls import CallOpened, OfferCard
from bot.services.calls import calling, outcomes
from bot.services.calls.outcome_words import may_be_stop
from bot.services.errors import AmbiguousAttempt, BadNumber, NoTeam, NothingOnLease, UnknownOutcome
from bot.services.hand_out import next_call, releases
from policy.vocabulary import OUTCOMES, AttemptState, ContactState, Outcome, Verdict
from storage.models import Agent, Attempt, Contact, Lease, OutcomeRecord, Suppression, Team
from tests.fakes import House


def dialled(house: House) -> int:
    cards = next_call.hand_out(house.deps, house.alice, len(house.all(Lease)) + 1).cards
    card = cards[-1]
    assert isinstance(card, OfferCard)
    opened = calling.call(house.deps, house.alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    house.clock.tick(minutes=1)
    return opened.attempt_id


@pytest.mark.parametrize("outcome", list(Outcome))
def test_it_accepts_every_outcome_by_its_word_and_by_its_label(outcome: Outcome) -> None:
    label = OUTCOMES[outcome].label
    for said in (outcome.value, outcome.value.replace("_", " ").upper(), label, label.lower(), f"  {label} "):
        assert outcomes.parse_outcome(said) is outcome


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("no a", Outcome.NO_ANSWER),
        ("dead", Outcome.NOT_IN_SERVICE),
        ("call back", Outcome.CALLBACK_AGREED),
        ("callback", Outcome.CALLBACK_AGREED),
        ("voicemail_l", Outcome.VOICEMAIL_LEFT),
        ("DO NOT", Outcome.DO_NOT_CALL),
        ("compl", Outcome.COMPLAINT),
    ],
)
def test_it_accepts_an_unambiguous_prefix_of_an_outcome(said: str, outcome: Outcome) -> None:
    assert outcomes.parse_outcome(said) is outcome


def test_it_names_the_candidates_for_an_ambiguous_prefix() -> None:
    with pytest.raises(UnknownOutcome) as refused:
        outcomes.parse_outcome("voicemail")
    assert refused.value.candidates == ("voicemail_heard", "voicemail_left")
    for nonsense in ("", "   ", "elephant", "🎉"):
        with pytest.raises(UnknownOutcome) as refused:
            outcomes.parse_outcome(nonsense)
        assert refused.value.candidates == ()


def test_it_takes_the_one_open_attempt_when_no_number_is_given(house: House) -> None:
    house.add_contact()
    attempt_id = dialled(house)
    done = outcomes.record_spoken(house.deps, house.alice, outcome_text="busy", note="engaged twice")
    assert (done.attempt_id, done.outcome) == (attempt_id, Outcome.BUSY)
    assert house.all(OutcomeRecord)[0].note == "engaged twice"


@pytest.mark.parametrize("outcome", [Outcome.BUSY, Outcome.WRONG_NUMBER, Outcome.DO_NOT_CALL])
def test_a_command_that_slack_sends_twice_is_one_call(house: House, outcome: Outcome) -> None:
    contact = house.add_contact()
    attempt_id = dialled(house)
    for _ in range(2):
        done = outcomes.record_spoken(house.deps, house.alice, contact.number or "", outcome.value)
        assert done.attempt_id == attempt_id
        house.clock.tick(milliseconds=700)
    assert len(house.all(Attempt)) == len(house.all(OutcomeRecord)) == 1
    house.clock.tick(minutes=1)
    later = outcomes.record_spoken(house.deps, house.alice, contact.number or "", outcome.value)
    assert later.attempt_id != attempt_id


def test_it_has_nothing_to_record_without_a_call(house: House) -> None:
    house.add_contact()
    next_call.hand_out(house.deps, house.alice, 1)
    with pytest.raises(NothingOnLease):
        outcomes.record_spoken(house.deps, house.alice, outcome_text="busy")


def test_it_asks_which_when_two_calls_are_open(house: House) -> None:
    contacts = house.add_contacts(2)
    dialled(house)
    dialled(house)
    with pytest.raises(AmbiguousAttempt) as refused:
        outcomes.record_spoken(house.deps, house.alice, outcome_text="busy")
    assert refused.value.names == (contacts[0].name, contacts[1].name)
    done = outcomes.record_spoken(house.deps, house.alice, contacts[1].number or "", "busy")
    assert done.name == contacts[1].name


def test_it_prefers_the_call_under_way_to_an_unreported_one(house: House) -> None:
    house.add_contacts(2)
    old = dialled(house)
    house.clock.tick(hours=2)
    releases.lapse_due(house.deps)
    new = dialled(house)
    assert outcomes.record_spoken(house.deps, house.alice, outcome_text="busy").attempt_id == new
    assert outcomes.record_spoken(house.deps, house.alice, outcome_text="no answer").attempt_id == old


@pytest.mark.parametrize(
    "said",
    [
        "07700900123",
        "07700 900 123",
        "+44 7700 900123",
        "0044 7700 900123",
        "<tel:+447700900123|07700 900123>",
        "<tel:07700900123>",
    ],
)
def test_it_reads_numbers_as_people_and_slack_write_them(house: House, said: str) -> None:
    house.add_contact("Grace Hopper", "+447700900123")
    attempt_id = dialled(house)
    assert outcomes.record_spoken(house.deps, house.alice, said, "busy").attempt_id == attempt_id


def test_it_refuses_an_invalid_number(house: House) -> None:
    for said in ("hello", "123", "<tel:|>", "07700 900123 07700 900124"):
        with pytest.raises(BadNumber):
            outcomes.record_spoken(house.deps, house.alice, said, "busy")
    assert house.all(Attempt) == []


def test_it_counts_a_call_made_off_the_list(house: House) -> None:
    """It has no lease and no card, and locks the contact like any other."""
    contact = house.add_contact("Grace Hopper", "+447700900123")
    done = outcomes.record_spoken(house.deps, house.alice, "07700 900123", "no answer")
    [attempt] = house.all(Attempt)
    assert (attempt.contact_id, attempt.person_id, attempt.lease_id) == (contact.id, contact.person_id, None)
    assert (attempt.principal, attempt.state) == ("Bright Energy", AttemptState.REPORTED)
    assert (done.name, done.state) == ("Grace Hopper", ContactState.LOCKED)
    assert next_call.hand_out(house.deps, house.bob, 1).cards == ()


def test_of_several_contacts_at_a_number_it_is_the_one_whose_campaign_comes_first(house: House) -> None:
    gas = house.add_campaign("Gas checks", "Bright Energy", house.energy, priority=2)
    later = house.add_contact("Grace", "+447700900123", campaign=gas)
    first = house.add_contact("Grace", "+447700900123")
    assert (later.id or 0) < (first.id or 0)
    outcomes.record_spoken(house.deps, house.alice, "07700 900123", "busy")
    assert [one.contact_id for one in house.all(Attempt)] == [first.id]


def test_a_contact_that_is_called_at_the_number_comes_before_one_who_only_has_it(house: House) -> None:
    gas = house.add_campaign("Gas checks", "Bright Energy", house.energy, priority=2)
    ann = house.add_person("Ann", "+447700900122", "+447700900123")
    house.add_contact(person=ann, number="+447700900122")
    ben = house.add_contact("Ben", "+447700900123", campaign=gas)
    outcomes.record_spoken(house.deps, house.alice, "07700 900123", "busy")
    assert [one.contact_id for one in house.all(Attempt)] == [ben.id]


def test_an_agent_whose_team_has_no_campaign_is_told_so(house: House) -> None:
    team = house.put(
        Team(
            organisation_id=house.organisation_id,
            name="Gas",
            channel="C0GAS000001",
            zone="Europe/London",
            digest_at=time(18),
        )
    )
    house.change(Agent, house.alice.agent_id, team_id=team.id)
    alice = as_actor(house.one(Agent, house.alice.agent_id))
    with pytest.raises(NoTeam):
        outcomes.record_spoken(house.deps, alice, "+44 7700 900123", "busy")
    assert house.all(Attempt) == []


def test_it_counts_a_call_to_a_number_on_no_list(house: House) -> None:
    done = outcomes.record_spoken(house.deps, house.alice, "07700 900999", "do not call")
    [attempt] = house.all(Attempt)
    assert (attempt.contact_id, attempt.person_id, attempt.principal) == (None, None, "Bright Energy")
    assert (done.name, done.state, done.masked_number) == ("", ContactState.SUPPRESSED, "•••• 999")
    assert [one.number for one in house.all(Suppression)] == ["+447700900999"]
    late = house.add_contact("Ann", "+447700900999")
    assert house.one(Contact, late.id).verdict is Verdict.SUPPRESSED


def test_a_call_for_an_unknown_principal_counts_against_every_principal(house: House) -> None:
    house.add_campaign("Gas checks", "Other Energy", house.energy)
    outcomes.record_spoken(house.deps, house.alice, "07700 900123", "busy")
    assert house.all(Attempt)[0].principal == ""
    locked = house.add_contact("Ann", "+447700900123")
    assert house.one(Contact, locked.id).verdict is Verdict.LOCKED


@pytest.mark.both_engines
def test_a_redial_is_a_second_call_though_the_same_outcome_was_just_pressed(house: House) -> None:
    house.add_contact("Grace Hopper", "+447700900123")
    outcomes.record(house.deps, house.alice, dialled(house), Outcome.NO_ANSWER)
    house.clock.tick(seconds=45, microseconds=300_001)
    for is_repeat in (False, True):
        again = outcomes.record_spoken(house.deps, house.alice, "07700 900123", "no answer")
        assert again.is_repeat is is_repeat
        house.clock.tick(seconds=1, microseconds=300_001)
    assert len(house.all(Attempt)) == 2


@pytest.mark.both_engines
def test_the_same_words_delivered_twice_at_once_are_one_call(house: House) -> None:
    told = [f"07700 9005{one:02}" for one in range(10)]
    start = Barrier(2)

    def tell() -> None:
        for number in told:
            start.wait(30)
            outcomes.record_spoken(house.deps, house.bob, number, "no answer")

    with ThreadPoolExecutor(2) as both:
        for one in [both.submit(tell) for _ in range(2)]:
            one.result(60)
    assert len(house.all(Attempt)) == len(told)


def test_a_repeated_delivery_is_one_call_and_a_later_command_another(house: House) -> None:
    outcomes.record_spoken(house.deps, house.alice, "07700 900123", "busy")
    house.clock.tick(seconds=5)
    again = outcomes.record_spoken(house.deps, house.alice, "07700 900123", "busy")
    assert again.is_repeat
    assert len(house.all(Attempt)) == 1
    house.clock.tick(minutes=5)
    assert not outcomes.record_spoken(house.deps, house.alice, "07700 900123", "busy").is_repeat
    assert len(house.all(Attempt)) == 2


def test_it_withdraws_a_card_whose_number_was_called_off_the_list(house: House) -> None:
    contact = house.add_contact()
    next_call.hand_out(house.deps, house.alice, 1)
    done = outcomes.record_spoken(house.deps, house.bob, contact.number or "", "no answer")
    assert done.withdrawn_from == (house.alice.slack_user_id,)
    assert next_call.hand_out(house.deps, house.alice, 1).cards == ()


def test_it_can_undo_a_call_made_off_the_list(house: House) -> None:
    house.add_contact("Grace Hopper", "+447700900123")
    done = outcomes.record_spoken(house.deps, house.alice, "07700 900123", "do not call")
    undone = outcomes.undo(house.deps, house.alice, done.attempt_id)
    assert not undone.has_card
    assert house.all(Attempt)[0].state is AttemptState.UNREPORTED
    assert house.all(Contact)[0].verdict is Verdict.LOCKED
    assert done.undo_until == house.clock() + timedelta(minutes=10)


@pytest.mark.parametrize(
    "note",
    [
        "STOP CALLING me",
        "told me: don't call again",
        "Do not ring this number",
        "please remove me",
        "take my name off",
        "leave us alone",
    ],
)
def test_it_recognises_notes_that_read_like_an_opt_out(note: str) -> None:
    assert may_be_stop(note)


@pytest.mark.parametrize(
    "note", ["", "call back after six", "bus stop nearby", "will call us", "asked to remove the dog first", "take care"]
)
def test_it_accepts_ordinary_notes(note: str) -> None:
    assert not may_be_stop(note)
