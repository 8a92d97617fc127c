"""What an agent does on the card of a call: dials in their own way, writes a note, says at one press what came of
it."""

from datetime import UTC, datetime

import pytest

from bot.sandbox import VisibleMessage
from bot.slack import ids
from policy.vocabulary import AttemptState, Outcome, Purpose
from storage.models import Agent, Attempt, Callback, Campaign, OutcomeRecord
from tests.slack.scenarios.town import NUMBER, Town, given, home, home_shows, opens, page_reads, presses, reads, types

pytestmark = pytest.mark.both_engines


def test_number_is_a_link_of_the_agents_own(town: Town) -> None:
    town.acme.add_contact("Grace")
    asked = opens(town.alice, home(town.alice), "my_day_form", ids.DIAL_WITH)
    assert "sip:{number}@pbx.example" in asked.words
    refused = town.alice.submit(asked, given(dial_with="javascript:{number}"))
    assert "https://, tel:, sip: or callto:" in refused.errors[ids.DIAL_WITH]
    town.alice.submit(asked, given(dial_with="https://phone.example/?to={number}"))
    home_shows(town.alice, "Working day saved")
    town.alice.press(types(town.alice, "/nextcall 1", "Grace"), "call")
    reads(town.alice, "<https://phone.example/?to=%2B447700900001|07700 900001>")
    assert town.acme.one(Agent, town.acme.alice.agent_id).dial_with == "https://phone.example/?to={number}"


@pytest.mark.long
@pytest.mark.parametrize("pressed", ["outcome_busy", "outcome_not_dialled", "outcome_more"])
def test_note_on_the_card_goes_with_the_outcome(town: Town, pressed: str) -> None:
    shown, attempt = called(town)
    town.alice.fill(shown, {ids.note_on(attempt): {ids.INPUT: "Her son answered"}})
    selected = f"{attempt}:third_party" if pressed == "outcome_more" else None
    presses(town.alice, shown, pressed, "recorded", without=NUMBER, selected=selected)
    [said] = town.acme.all(OutcomeRecord)
    assert said.note == "Her son answered"
    assert town.acme.all(Attempt)[0].state is not AttemptState.OPEN


def test_note_stays_on_the_card_while_a_question_is_answered(town: Town) -> None:
    """A ring of less than 15 seconds is asked about; the second press records it with its note."""
    shown, attempt = called(town, seconds=5)
    town.alice.fill(shown, {ids.note_on(attempt): {ids.INPUT: "The line is dead quiet"}})
    asked = presses(town.alice, shown, "outcome_no_answer", "Less than 15 seconds", NUMBER)
    presses(town.alice, asked, "record_anyway", "*No answer* recorded", without=NUMBER)
    assert [(one.outcome, one.note) for one in town.acme.all(OutcomeRecord)] == [
        (Outcome.NO_ANSWER, "The line is dead quiet")
    ]


def test_note_on_the_card_is_in_the_form_of_a_callback(town: Town) -> None:
    shown, attempt = called(town)
    town.alice.fill(shown, {ids.note_on(attempt): {ids.INPUT: "After lunch"}})
    asked = opens(town.alice, shown, "callback_at", ids.ON, selected="Another day or time…")
    assert asked.values[ids.NOTE][ids.INPUT]["value"] == "After lunch"


@pytest.mark.long
@pytest.mark.parametrize("when", ["offered", "calling"])
def test_history_is_one_press_away(town: Town, when: str) -> None:
    shown, _ = called(town)
    if when == "offered":
        presses(town.alice, shown, "outcome_busy", "*Busy* recorded")
        town.move(days=3)
        shown = types(town.alice, "/nextcall 1", "Grace", "yours until")
    town.alice.press(shown, "history")
    words = ("*Busy*", "Allowed until") if when == "offered" else ("no outcome", "Callable again from")
    read = page_reads(town.alice, words[0])
    assert all(one in read.words for one in ("*Grace*   •••• 001", "Alice: ", *words))
    assert "07700 900001" not in read.words


def called(town: Town, seconds: float = 60) -> tuple[VisibleMessage, int]:
    shown = town.calling(seconds=seconds)
    return shown, town.acme.all(Attempt)[0].id or 0


def test_a_time_of_the_menu_agrees_a_callback_at_once_with_the_note(town: Town) -> None:
    shown, attempt = called(town)
    town.alice.fill(shown, {ids.note_on(attempt): {ids.INPUT: "After lunch"}})
    presses(town.alice, shown, "callback_at", "*Call back* recorded", "15:00", without=NUMBER, selected="15:00")
    [callback] = town.acme.all(Callback)
    assert (callback.due_at, callback.agent_id) == (datetime(2026, 11, 24, 15, tzinfo=UTC), town.acme.alice.agent_id)
    assert [one.note for one in town.acme.all(OutcomeRecord)] == ["After lunch"]


def test_a_time_of_the_menu_that_has_passed_or_is_forbidden_is_refused_on_the_card(town: Town) -> None:
    shown, attempt = called(town)
    town.alice.fill(shown, {ids.note_on(attempt): {ids.INPUT: "After lunch"}})
    town.move(minutes=29, seconds=30)
    again = presses(town.alice, shown, "callback_at", "That time has passed", NUMBER, selected="10:30")
    town.acme.change(Campaign, town.acme.campaign.id, purpose="marketing")
    town.alice.press(again, "callback_at", selected="15:00")
    said = ":no_entry: *Not recorded:* the callback to *Grace* is not allowed at that time (*"
    told = reads(town.alice, said, "TPS", "Choose another time or another outcome.", NUMBER).words
    assert told.index(said) < told.index("TPS") < told.index("Choose another time")
    assert town.acme.all(Callback) == []
    assert town.acme.all(Attempt)[0].outcome is None


def test_a_refused_time_of_the_menu_says_first_that_nothing_is_recorded_and_last_the_next_lawful_time(
    town: Town,
) -> None:
    acme = town.acme
    collects = acme.add_campaign(
        "Arrears", "Bright Bank", acme.energy, purpose=Purpose.DEBT, country="US", caller_role="creditor"
    )
    town.move(hours=6)  # 11:00 in New York
    acme.add_contact("Grace", "+12125550143", collects, places="US-OH", zones="America/New_York")
    town.alice.press(types(town.alice, "/nextcall 1 Arrears", "Grace", "11:00 in New York"), "call")
    town.move(seconds=60.3)
    card = reads(town.alice, "<tel:+12125550143|")
    acme.change(Campaign, collects.id, caller_role="third_party")  # after the card was drawn
    again = presses(town.alice, card, "callback_at", "Not recorded", "<tel:+12125550143|", selected="15:00")
    assert "T15:00" not in str(again.element("callback_at").json), "the card offers only what is lawful"
    told = again.words
    marks = (
        ":no_entry: *Not recorded:*",
        "Regulation F",
        "Next lawful time: *",
        "(Tue 1 Dec, 09:00 there)",
        "Choose another",
    )
    assert [told.index(one) for one in marks] == sorted(told.index(one) for one in marks)
    assert acme.all(Callback) == []
