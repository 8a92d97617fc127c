"""/outcome in all its forms: a word, a label or a prefix; with a number or without; on the list or off it."""

from datetime import time, timedelta

import pytest

from bot.services.agents import as_actor
from bot.services.answers.calls import CallOpened, OfferCard
from bot.services.calls import calling, outcomes
from bot.services.errors import AmbiguousAttempt, BadNumber, NoTeam, NothingOnLease, UnknownOutcome
from bot.services.hand_out import hand, next_call
from bot.services.own_outcomes import may_be_stop, parse_outcome
from policy.vocabulary import AttemptState, ContactState, Outcome, Verdict
from storage.models import Agent, Attempt, Contact, Lease, OutcomeRecord, Suppression, Team
from tests.fakes import SampleOrganisation


def dialled(acme: SampleOrganisation, minutes: float = 1) -> int:
    cards = next_call.hand_out(acme.deps, acme.alice, len(acme.all(Lease)) + 1).cards
    card = cards[-1]
    assert isinstance(card, OfferCard)
    opened = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    acme.clock.tick(minutes=minutes)
    return opened.attempt_id


@pytest.mark.parametrize("outcome", list(Outcome))
def test_it_accepts_every_outcome_by_its_word_and_by_its_label(outcome: Outcome) -> None:
    label = outcome.meaning.label
    for said in (outcome.value, outcome.value.replace("_", " ").upper(), label, label.lower(), f"  {label} "):
        assert parse_outcome(said) is outcome


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
    assert parse_outcome(said) is outcome


def test_it_names_the_candidates_for_an_ambiguous_prefix() -> None:
    with pytest.raises(UnknownOutcome) as refused:
        parse_outcome("voicem")
    assert refused.value.candidates == ("voicemail_heard", "voicemail_left")
    for nonsense in ("", "   ", "elephant", "🎉"):
        with pytest.raises(UnknownOutcome) as refused:
            parse_outcome(nonsense)
        assert refused.value.candidates == ()


def test_it_takes_the_one_open_attempt_when_no_number_is_given(acme: SampleOrganisation) -> None:
    acme.add_contact()
    attempt_id = dialled(acme)
    done = outcomes.record_spoken(acme.deps, acme.alice, outcome_text="busy", note="engaged twice")
    assert (done.attempt_id, done.outcome) == (attempt_id, Outcome.BUSY)
    assert acme.all(OutcomeRecord)[0].note == "engaged twice"


def test_the_next_call_may_end_alike_within_the_minute(acme: SampleOrganisation) -> None:
    acme.add_contacts(2)
    first = dialled(acme)
    assert outcomes.record_spoken(acme.deps, acme.alice, outcome_text="busy").attempt_id == first
    acme.clock.tick(milliseconds=1_300)
    second = dialled(acme, minutes=0.33)
    done = outcomes.record_spoken(acme.deps, acme.alice, outcome_text="busy")
    assert (done.attempt_id, done.is_repeat) == (second, False)


def test_it_has_nothing_to_record_without_a_call(acme: SampleOrganisation) -> None:
    acme.add_contact()
    next_call.hand_out(acme.deps, acme.alice, 1)
    with pytest.raises(NothingOnLease):
        outcomes.record_spoken(acme.deps, acme.alice, outcome_text="busy")


def test_it_asks_which_when_two_calls_are_open(acme: SampleOrganisation) -> None:
    acme.allow_open_calls(2)
    contacts = acme.add_contacts(2)
    dialled(acme)
    dialled(acme)
    with pytest.raises(AmbiguousAttempt) as refused:
        outcomes.record_spoken(acme.deps, acme.alice, outcome_text="busy")
    assert refused.value.names == (contacts[0].name, contacts[1].name)
    done = outcomes.record_spoken(acme.deps, acme.alice, contacts[1].number or "", "busy")
    assert done.name == contacts[1].name


def test_it_prefers_the_call_under_way_to_an_unreported_one(acme: SampleOrganisation) -> None:
    acme.add_contacts(2)
    old = dialled(acme)
    acme.clock.tick(hours=2)
    hand.lapse_due(acme.deps)
    new = dialled(acme)
    assert outcomes.record_spoken(acme.deps, acme.alice, outcome_text="busy").attempt_id == new
    assert outcomes.record_spoken(acme.deps, acme.alice, outcome_text="no answer").attempt_id == old


@pytest.mark.long
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
def test_it_reads_numbers_as_people_and_slack_write_them(acme: SampleOrganisation, said: str) -> None:
    acme.add_contact("Grace Hopper", "+447700900123")
    attempt_id = dialled(acme)
    assert outcomes.record_spoken(acme.deps, acme.alice, said, "busy").attempt_id == attempt_id


def test_it_refuses_an_invalid_number(acme: SampleOrganisation) -> None:
    for said in ("hello", "123", "<tel:|>", "07700 900123 07700 900124"):
        with pytest.raises(BadNumber):
            outcomes.record_spoken(acme.deps, acme.alice, said, "busy")
    assert acme.all(Attempt) == []


def test_it_counts_a_call_made_off_the_list(acme: SampleOrganisation) -> None:
    """It has no lease and no card, and locks the contact like any other."""
    contact = acme.add_contact("Grace Hopper", "+447700900123")
    done = outcomes.record_spoken(acme.deps, acme.alice, "07700 900123", "no answer")
    [attempt] = acme.all(Attempt)
    assert (attempt.contact_id, attempt.person_id, attempt.lease_id) == (contact.id, contact.person_id, None)
    assert (attempt.principal, attempt.state) == ("Bright Energy", AttemptState.REPORTED)
    assert (done.name, done.state) == ("Grace Hopper", ContactState.LOCKED)
    assert next_call.hand_out(acme.deps, acme.bob, 1).cards == ()


def test_of_several_contacts_at_a_number_it_is_the_one_whose_campaign_comes_first(acme: SampleOrganisation) -> None:
    gas = acme.add_campaign("Gas checks", "Bright Energy", acme.energy, priority=2)
    later = acme.add_contact("Grace", "+447700900123", campaign=gas)
    first = acme.add_contact("Grace", "+447700900123")
    assert (later.id or 0) < (first.id or 0)
    outcomes.record_spoken(acme.deps, acme.alice, "07700 900123", "busy")
    assert [one.contact_id for one in acme.all(Attempt)] == [first.id]


def test_a_contact_that_is_called_at_the_number_comes_before_one_who_only_has_it(acme: SampleOrganisation) -> None:
    gas = acme.add_campaign("Gas checks", "Bright Energy", acme.energy, priority=2)
    ann = acme.add_person("Ann", "+447700900122", "+447700900123")
    acme.add_contact(person=ann, number="+447700900122")
    ben = acme.add_contact("Ben", "+447700900123", campaign=gas)
    outcomes.record_spoken(acme.deps, acme.alice, "07700 900123", "busy")
    assert [one.contact_id for one in acme.all(Attempt)] == [ben.id]


def test_an_agent_whose_team_has_no_campaign_is_told_so(acme: SampleOrganisation) -> None:
    team = acme.put(
        Team(
            organisation_id=acme.organisation_id,
            name="Gas",
            channel="C0GAS000001",
            zone="Europe/London",
            digest_at=time(18),
        )
    )
    acme.change(Agent, acme.alice.agent_id, team_id=team.id)
    alice = as_actor(acme.one(Agent, acme.alice.agent_id))
    with pytest.raises(NoTeam):
        outcomes.record_spoken(acme.deps, alice, "+44 7700 900123", "busy")
    assert acme.all(Attempt) == []


def test_it_counts_a_call_to_a_number_on_no_list(acme: SampleOrganisation) -> None:
    done = outcomes.record_spoken(acme.deps, acme.alice, "07700 900999", "do not call")
    [attempt] = acme.all(Attempt)
    assert (attempt.contact_id, attempt.person_id, attempt.principal) == (None, None, "Bright Energy")
    assert (done.name, done.state, done.masked_number) == ("", ContactState.SUPPRESSED, "•••• 999")
    assert [one.number for one in acme.all(Suppression)] == ["+447700900999"]
    late = acme.add_contact("Ann", "+447700900999")
    assert acme.one(Contact, late.id).verdict is Verdict.SUPPRESSED


def test_a_call_for_an_unknown_principal_counts_against_every_principal(acme: SampleOrganisation) -> None:
    acme.add_campaign("Gas checks", "Other Energy", acme.energy)
    outcomes.record_spoken(acme.deps, acme.alice, "07700 900123", "busy")
    assert acme.all(Attempt)[0].principal == ""
    locked = acme.add_contact("Ann", "+447700900123")
    assert acme.one(Contact, locked.id).verdict is Verdict.LOCKED


@pytest.mark.both_engines
def test_a_redial_is_a_second_call_though_the_same_outcome_was_just_pressed(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace Hopper", "+447700900123")
    outcomes.record(acme.deps, acme.alice, dialled(acme), Outcome.NO_ANSWER)
    acme.clock.tick(seconds=45, microseconds=300_001)
    assert not outcomes.record_spoken(acme.deps, acme.alice, "07700 900123", "no answer").is_repeat
    assert len(acme.all(Attempt)) == 2


def test_it_withdraws_a_card_whose_number_was_called_off_the_list(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    next_call.hand_out(acme.deps, acme.alice, 1)
    done = outcomes.record_spoken(acme.deps, acme.bob, contact.number or "", "no answer")
    assert done.withdrawn_from == (acme.alice.slack_user_id,)
    assert next_call.hand_out(acme.deps, acme.alice, 1).cards == ()


def test_it_can_undo_a_call_made_off_the_list(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace Hopper", "+447700900123")
    done = outcomes.record_spoken(acme.deps, acme.alice, "07700 900123", "do not call")
    undone = outcomes.undo(acme.deps, acme.alice, done.attempt_id)
    assert not undone.has_card
    assert acme.all(Attempt)[0].state is AttemptState.UNREPORTED
    assert acme.all(Contact)[0].verdict is Verdict.LOCKED
    assert done.undo_until == acme.clock() + timedelta(minutes=10)


@pytest.mark.parametrize(
    "note",
    [
        "STOP CALLING me",
        "told me: don't call again",
        "Do not ring this number",
        "please remove me",
        "take my name off",
        "leave us alone",
        "Ne plus m’appeler, merci",
        "a dit : n’appelez plus",
        "retirez mon numéro de votre liste",
        "veut qu'on cesse, plus d'appels",
    ],
)
def test_it_recognises_notes_that_read_like_an_opt_out(note: str) -> None:
    assert may_be_stop(note)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "call back after six",
        "bus stop nearby",
        "will call us",
        "asked to remove the dog first",
        "take care",
        "rappeler lundi",
        "a appelé le service client",
        "plus disponible avant midi",
    ],
)
def test_it_accepts_ordinary_notes(note: str) -> None:
    assert not may_be_stop(note)
