"""Buttons pressed twice, late, by others, after a crash: facts are written once, stale screens repair themselves."""

from threading import Event
from time import monotonic, sleep
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.services.calls import outcomes
from bot.slack.boundary import answers
from policy.vocabulary import AttemptState, LeaseStage, Outcome
from storage.models import Attempt, Lease, OutcomeRecord
from tests.slack.scenarios.town import NUMBER, Town, presses, reads, same


def test_it_opens_no_call_from_a_message_that_others_may_read(town: Town) -> None:
    cards = town.cards("Grace")
    client = WebClient(town.server.workspace.bot_token, base_url=town.server.api_url)
    client.chat_postMessage(channel="C0ENERGY001", text="the same", blocks=list(cards.blocks))
    public = town.alice.wait_for(lambda seen: next((one for one in seen.messages if not one.is_ephemeral), None))
    presses(town.alice, public, "call", "not private", "no call was counted", "`/nextcall`", without=NUMBER)
    assert not town.acme.all(Attempt)
    assert [one.stage for one in town.acme.all(Lease)] == [LeaseStage.OFFERED]
    presses(town.alice, cards, "call", NUMBER)


def test_it_opens_one_attempt_however_often_call_is_pressed(town: Town) -> None:
    card = town.cards("Grace")
    for _ in range(3):
        town.alice.press(card, "call", stale=True)
    reads(town.alice, NUMBER)
    assert len(town.acme.all(Attempt)) == 1


@pytest.mark.long
def test_a_late_earlier_screen_does_not_replace_a_newer_one(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    card = town.cards("Grace")
    shown = presses(town.alice, card, "call", NUMBER)
    town.move(minutes=2)
    post, is_drawn, let_go = answers.post, Event(), Event()

    def late(url: str, body: dict[str, Any]) -> answers.Posted:
        if not is_drawn.is_set():
            is_drawn.set()
            let_go.wait(10)
        return post(url, body)

    monkeypatch.setattr(answers, "post", late)
    town.alice.press(card, "call", stale=True)
    assert is_drawn.wait(30)
    town.alice.press(shown, "outcome_busy")
    until = monotonic() + 30
    while not town.acme.all(OutcomeRecord) and monotonic() < until:
        sleep(0.01)
    sleep(0.2)  # in which the second screen would arrive
    let_go.set()
    town.rest()
    assert "*Busy* recorded" in town.alice.messages()[-1].words


def test_it_records_an_outcome_once_however_often_it_is_pressed(town: Town) -> None:
    shown = town.calling(minutes=2)
    presses(town.alice, shown, "outcome_busy", "*Busy* recorded")
    presses(town.alice, shown, "outcome_busy", "was already recorded", stale=True)
    assert len(town.acme.all(OutcomeRecord)) == 1


@pytest.mark.long
def test_it_takes_a_second_outcome_as_a_correction(town: Town) -> None:
    shown = town.calling(minutes=2)
    presses(town.alice, shown, "outcome_busy", "*Busy* recorded")
    town.alice.press(shown, "outcome_refused", stale=True)
    town.alice.press(reads(town.alice, "Correct it to *Not interested*?"), "correct")
    reads(town.alice, "corrected to *Not interested*")
    assert len(town.acme.all(OutcomeRecord)) == 2, "a correction supersedes, it never deletes"


def test_a_press_by_another_agent_does_nothing_and_says_so(town: Town) -> None:
    shown = town.calling()
    lease, attempt = town.acme.all(Lease)[0], town.acme.all(Attempt)[0]
    before = town.shows("bob", *shown.blocks)
    for action in ("outcome_success", "outcome_do_not_call"):
        assert not town.bob.press(before, action).failed
        reads(town.bob, "Alice has that contact. Nothing changed")
    assert same(town.bob, before.ts).words == before.words, "left as it was"
    assert town.acme.one(Attempt, attempt.id).outcome is None
    assert town.acme.one(Lease, lease.id).ended_at is None


@pytest.mark.long
def test_it_lets_a_team_lead_correct_what_their_agent_recorded(town: Town) -> None:
    shown = town.calling(minutes=2)
    presses(town.alice, shown, "outcome_busy", "*Busy* recorded")
    town.dana.press(town.shows("dana", *shown.blocks), "outcome_refused")
    presses(town.dana, reads(town.dana, "Correct it to *Not interested*?"), "correct", "corrected to *Not interested*")
    assert town.acme.all(Attempt)[0].outcome is Outcome.REFUSED


def test_it_writes_a_late_outcome_after_the_lease_has_run_out(town: Town) -> None:
    shown = town.calling(hours=2)
    town.alice.press(shown, "outcome_do_not_call")
    reads(town.alice, "*Do not call* recorded", "Will not be called again", without=NUMBER)
    assert town.acme.all(Attempt)[0].outcome is Outcome.DO_NOT_CALL


def test_it_shows_what_became_of_a_card_whose_time_ran_out(town: Town) -> None:
    card = town.cards("Grace")
    town.move(minutes=31)
    gone = presses(town.alice, card, "call", "its time ran out")
    assert "next_contacts" in [one.action_id for one in gone.buttons]
    assert not town.acme.all(Attempt)


def test_a_call_whose_lease_lapsed_still_needs_an_outcome(town: Town) -> None:
    card = town.cards("Grace")
    presses(town.alice, card, "call", NUMBER)
    town.move(hours=2)
    owed = presses(town.alice, card, "call", "needs an outcome", without=NUMBER, stale=True)
    assert town.acme.all(Attempt)[0].state is AttemptState.UNREPORTED
    town.alice.press(owed, "outcome_form")
    town.alice.wait_for(lambda seen: seen.modal and seen.modal.callback_id == "outcome")


def test_an_outcome_cannot_be_undone_after_ten_minutes(town: Town) -> None:
    done = presses(town.alice, town.calling(minutes=2), "outcome_busy", "*Busy* recorded")
    town.move(minutes=11)
    presses(town.alice, done, "undo", "You can undo for 10 minutes only")
    assert town.acme.all(Attempt)[0].outcome is Outcome.BUSY


@pytest.mark.day
def test_an_old_cards_undo_leaves_the_newer_outcome(town: Town) -> None:
    old = presses(town.alice, town.calling(minutes=2), "outcome_busy", "*Busy* recorded")
    town.move(seconds=2.3)
    outcomes.record(town.deps, town.acme.alice, 1, Outcome.CONVERSATION)
    presses(town.alice, old, "undo", "*Spoke* stands", "This is out of date")
    assert town.acme.all(Attempt)[0].outcome is Outcome.CONVERSATION


def test_it_shows_the_same_contact_again_when_the_reply_was_lost(town: Town) -> None:
    town.server.fail_next("response_url", with_="reset", times=5)
    town.acme.add_contact("Grace")
    town.alice.command("/nextcall 1")
    town.alice.command("/nextcall 1")
    for _ in range(5):
        if town.alice.messages():
            break
        town.alice.command("/nextcall 1")
    reads(town.alice, "Grace")
    assert len(town.acme.all(Lease)) == 1


@pytest.mark.night
def test_it_tells_by_message_what_was_recorded_when_the_network_loses_the_reply(town: Town) -> None:
    shown = town.calling(minutes=2)
    town.server.fail_next("response_url", with_="reset", times=1000)
    told = presses(town.alice, shown, "outcome_refused", "*Not interested* recorded")
    town.server.end_faults()
    assert not told.is_ephemeral
    assert NUMBER not in told.words
