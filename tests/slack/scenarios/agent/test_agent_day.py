"""An agent's whole day over the socket, from the first look at Home to the reminder of the next morning."""

from datetime import UTC, datetime

import pytest

from bot.sandbox import VisibleMessage
from bot.services.hand_out import hand
from bot.services.reminders import reminders
from bot.slack import ids
from policy.vocabulary import AttemptState, Outcome
from storage.models import Attempt, Callback, Lease, OutcomeRecord
from tests.fakes import SampleOrganisation
from tests.slack import strict
from tests.slack.scenarios.sent import judged, presses_made, redrawn
from tests.slack.scenarios.town import NUMBER, Town, form, given, home, home_shows, opens, owed, presses, reads, types

MODE = "socket"
MORNING = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # a Tuesday; half past four at night in New York


@pytest.fixture
def acme(acme: SampleOrganisation) -> SampleOrganisation:
    acme.clock.at(MORNING)
    return acme


def rings(town: Town, card: VisibleMessage) -> VisibleMessage:
    """Alice presses Call on the first card, and talks for two minutes."""
    town.alice.press(card, "call")
    shown = redrawn(town.alice, card, NUMBER)
    town.move(minutes=2)
    return shown


@pytest.mark.day
@pytest.mark.long
def test_it_walks_an_agents_whole_day(town: Town) -> None:
    _sets_the_day(town)
    _calls_in_three_presses_each(town)
    _works_by_keyboard(town)
    _notes_skips_and_keeps(town)
    _meets_a_card_that_is_gone(town)
    _owes_an_outcome(town)
    _agrees_a_callback(town)
    _runs_out_and_reads_why(town)
    _reads_the_own_day(town)
    _is_reminded_the_next_morning(town)
    assert judged(town) > 45
    assert all(one.state is not AttemptState.OPEN for one in town.acme.all(Attempt))


def _sets_the_day(town: Town) -> None:
    """No contact is held yet; the agent sets reminders and hours."""
    seen = home(town.alice, "You hold no contacts.", "No callbacks promised.", "08:00 to 20:00")
    town.alice.press(seen, "my_day_form")
    filled = {ids.REMINDERS: {"input": "shift"}, "from": {"input": "09:00"}, "until": {"input": "17:30"}}
    town.alice.submit(form(town.alice, ids.REMINDERS), filled)
    home_shows(town.alice, "09:00 to 17:30")


def _calls_in_three_presses_each(town: Town) -> None:
    """Next contacts, Call, outcome, then the same again."""
    for name in ("Ada", "Grace", "Joan"):
        town.acme.add_contact(name)
    before = presses_made(town)
    offered = types(town.alice, "/nextcall 1", "yours until", "not called yet, 1 left today")
    assert [one.action_id for one in offered.buttons] == ["call", "give_back", "keep", "place_form", "history"]
    done = presses(town.alice, rings(town, offered), "outcome_no_answer", "*No answer* recorded", without=NUMBER)
    assert presses_made(town) - before == 3, "get, call, outcome"
    town.alice.press(done, "next_contacts")  # the last card is done: the next are one press away
    offered = reads(town.alice, "You hold 2 contacts")
    done = presses(town.alice, rings(town, offered), "outcome_voicemail_heard", "*Voicemail* recorded", without=NUMBER)
    assert presses_made(town) - before == 6
    done = presses(town.alice, rings(town, done), "outcome_refused", "*Not interested* recorded", without=NUMBER)
    assert presses_made(town) - before == 8, "the next card lies there already"
    assert done.buttons[-1].label == "Next contacts"
    assert [one.outcome for one in town.acme.all(Attempt)] == [
        Outcome.NO_ANSWER,
        Outcome.VOICEMAIL_HEARD,
        Outcome.REFUSED,
    ]


def _works_by_keyboard(town: Town) -> None:
    """The agent types the outcome of the open call and a call off the list, and undoes one with a press."""
    rings(town, town.cards("Dorothy"))
    done = types(town.alice, "/outcome busy rang twice", "*Dorothy*: *Busy* recorded", without=NUMBER)
    assert town.acme.all(OutcomeRecord)[-1].note == "rang twice"
    presses(town.alice, done, "undo", "*Busy* undone", NUMBER)
    types(town.alice, "/outcome not now", "*Dorothy*: *Not now* recorded")
    town.alice.command("/outcome 020 7946 0999 no answer")
    said = reads(town.alice, "•••• 999", "*No answer* recorded", "Did they ring us?")
    town.alice.press(said, "they_rang")
    reads(town.alice, "*•••• 999*: they rang us. It counts against no limit", without="Did they ring us?")
    assert town.acme.all(Attempt)[-1].outcome is Outcome.NOT_DIALLED


def _notes_skips_and_keeps(town: Town) -> None:
    """A note by form, a skip with its reason, a card kept for longer with its minutes counted."""
    for name in ("Edith", "Flora"):
        town.acme.add_contact(name)
    cards = types(town.alice, "/nextcall 2", "You hold 2 contacts")
    town.move(minutes=25)
    cards = presses(town.alice, cards, "keep", "stays yours until")
    town.alice.press(presses(town.alice, cards, "give_back", "given back"), "release_form")
    assert town.alice.submit(form(town.alice, ids.REASON)).errors, "a skip says why"
    town.alice.submit(form(town.alice, ids.REASON), given(reason="not_my_language"))
    left = reads(town.alice, "Your reason is kept")
    rings(town, left)
    town.alice.press(owed(town.alice), "outcome_form")
    town.alice.submit(form(town.alice, ids.NOTE), given(outcome_chosen="third_party", note="Her son answered"))
    reads(town.alice, "*Someone else answered* recorded", without=NUMBER)


def _meets_a_card_that_is_gone(town: Town) -> None:
    """Another agent stops the contact meanwhile: the next press says so and corrects the screen."""
    contact = town.acme.add_contact("Hedy")
    card = types(town.alice, "/nextcall 1 energy", "*Hedy*")
    town.bob.command(f"/dnc {contact.number} rang in")
    reads(town.alice, "Hedy", "is no longer on your cards")
    town.alice.press(card, "call")
    repaired = reads(town.alice, "*Hedy* is no longer with you: they must not be called", without=NUMBER)
    assert "call" not in [one.action_id for one in repaired.buttons]


def _owes_an_outcome(town: Town) -> None:
    """A message asks for the outcome of an unreported call, and takes the answer."""
    town.acme.add_contact("Ida")
    town.alice.command("/nextcall 1")
    rings(town, reads(town.alice, "*Ida*"))
    town.move(minutes=75)
    hand.lapse_due(town.deps)
    assert reminders.chase_unreported(town.deps) == 1
    asked = reads(town.alice, "Ida", "•••• ", without="yours until")
    assert strict.shows_no_number(asked.blocks)
    assert NUMBER not in home(town.alice, "Calls that need an outcome", "Ida (•••• ").words
    town.alice.submit(opens(town.alice, asked, "outcome_form", ids.NOTE), given(outcome_chosen="no_answer"))
    reads(town.alice, "*Ida*: *No answer* recorded", "All your calls have an outcome.")


def _agrees_a_callback(town: Town) -> None:
    """The agent agrees a callback on the contact's clock, and sees it on Home."""
    town.acme.add_contact("Katherine", places="GB-ENG", zones="Europe/London")
    town.alice.command("/nextcall 1")
    town.alice.press(rings(town, reads(town.alice, "*Katherine*")), "callback_at", selected="Another day or time…")
    asked = form(town.alice, ids.ON)
    assert "there now (London)" in asked.words
    assert town.alice.submit(asked, given(on="2026-11-24", at="09:00", whose="mine")).errors, "that hour is over"
    town.alice.submit(asked, given(on="2026-11-25", at="11:00", whose="mine", note="wants the price"))
    reads(town.alice, "*Katherine*: *Call back* recorded", "Callback: *")
    assert len(town.acme.all(Callback)) == 1
    home(town.alice, "Your callbacks this week", ": Katherine, Energy switch")


def _runs_out_and_reads_why(town: Town) -> None:
    """Nothing is callable: the reasons with counts, when the next contact opens, and whether it is the agent's."""
    said = types(town.alice, "/nextcall 2", "No contact is callable now.")
    assert "• *1* callable now, but not by you: you gave them back" in said.words
    assert "Next contact opens: *<!date^" in said.words
    assert "It is yours." in said.words
    assert "locked for now: 72 hours after an attempt nobody answered" in said.words
    assert "do not call: " in said.words
    assert said.buttons[-1].action_id == "next_contacts"


def _reads_the_own_day(town: Town) -> None:
    calls = [one for one in town.acme.all(Attempt) if one.state is not AttemptState.NOT_DIALLED]
    assert NUMBER not in home(town.alice, "Your day so far", f"*{len(calls)}* calls · ", "You hold no contacts.").words


def _is_reminded_the_next_morning(town: Town) -> None:
    """One message, within the shift, with a button that hands out exactly those contacts."""
    assert reminders.send_due(town.deps) == 0
    town.acme.clock.at(datetime(2026, 11, 25, 11, 1, tzinfo=UTC))
    town.server.workspace.clock.set(town.acme.clock.now)
    assert reminders.send_due(town.deps) == 1
    told = reads(town.alice, ":bell: You can call", "*Katherine*", "promised for")
    assert strict.shows_no_number(told.blocks)
    card = presses(town.alice, told, "take_these", "Callback due", "wants the price", "yours until")
    town.alice.press(rings(town, card), "outcome_success")
    reads(town.alice, "*Katherine*: *Success* recorded", "Finished in this campaign")
    assert all(one.closed_at for one in town.acme.all(Callback))
    assert not [one for one in town.acme.all(Lease) if one.ended_at is None]
