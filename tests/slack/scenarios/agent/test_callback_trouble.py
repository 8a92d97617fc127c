"""A callback that cannot be made: agent and lead are told at once, with the rule and a button that moves it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time

import pytest

from bot.sandbox import VisibleMessage
from bot.scheduler.ticks import tick_once
from bot.services.answers.calls import CallOpened, OfferCard
from bot.services.calls import callbacks, calling, outcomes
from bot.services.hand_out import next_call
from bot.services.lists.in_use import list_terms
from bot.slack import ids
from policy.vocabulary import Outcome, Role
from storage.models import Agent, Callback, Contact
from tests.slack import strict
from tests.slack.scenarios.town import NUMBER, Town, given, opens, presses, reads, types

GRACE = "+447700900111"


@pytest.fixture
def town(town: Town) -> Town:
    """Alice has a callback to Grace at noon. The bot is in every team's channel, so that Slack has nothing to
    refuse."""
    town.server.workspace.channels["C0WATER0001"].bot_is_member = True
    acme = town.acme
    acme.add_contact("Grace", GRACE)
    (card,) = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    call = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(call, CallOpened)
    town.move(minutes=2, seconds=0.4)
    callbacks.agree(acme.deps, acme.alice, call.attempt_id, date(2026, 11, 24), time(12), True)
    return town


def dropped(town: Town) -> None:
    """Bob's call to the same number is dropped: 72 hours, whatever callback was agreed."""
    outcomes.record_spoken(town.deps, town.acme.bob, GRACE, Outcome.ABANDONED)
    town.move(seconds=0.3)
    tick_once(town.deps)


def until_open(town: Town) -> None:
    """Moves the clock just past the moment when Grace may be called again."""
    opens_at = town.acme.all(Contact)[0].callable_from
    assert opens_at is not None
    town.move(seconds=(opens_at - town.acme.clock.now).total_seconds() + 0.2)
    tick_once(town.deps)


@pytest.mark.night
def test_it_says_at_once_which_rule_shuts_a_callback_and_a_press_moves_it(town: Town) -> None:
    dropped(town)
    lead = reads(town.dana, "Alice’s callback to *Grace* is not allowed at the promised time", "Next lawful time")
    agent = reads(
        town.alice, "Your callback to *Grace* is not allowed at the promised time", "72 hours", "Next lawful time"
    )
    assert [one.label for one in agent.buttons] == ["Move to Fri 27 Nov, 10:02"]
    assert [one.label for one in lead.buttons] == ["Move to Fri 27 Nov, 10:02", "Reassign…"]
    assert strict.shows_no_number([*agent.blocks, *lead.blocks])
    presses(town.alice, agent, "move_callback", "The callback to *Grace* has a new time", without="is not allowed at")
    presses(town.dana, lead, "move_callback", "The callback to *Grace* has a new time", without="is not allowed at")
    assert [one.closed_because for one in town.acme.all(Callback)] == ["superseded", ""]
    until_open(town)
    town.alice.press(reads(town.alice, ":bell: You can call", "promised for"), "take_these")
    presses(town.alice, reads(town.alice, "Callback due"), "call", NUMBER)
    assert [one.closed_because for one in town.acme.all(Callback)] == ["superseded", "kept"]
    assert town.server.workspace.refusals == ()


@pytest.mark.long
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("cannot be made: the list *Energy switch list* is paused.", "ask an admin to end the pause")),
        ("de", ("ist nicht möglich: Die Liste *Energy switch list* ist pausiert.", "bitten Sie einen Admin")),
        ("fr", ("est impossible\xa0: la liste *Energy switch list* est en pause.", "mettre fin à la pause")),
    ],
)
def test_agent_and_lead_hear_that_its_list_is_paused_and_the_reminder_comes_once_it_is_restored(
    town: Town, language: str, words: tuple[str, ...]
) -> None:
    town.acme.change(Agent, town.acme.alice.agent_id, language=language)
    [contact] = town.acme.all(Contact)
    admin = replace(town.acme.dana, role=Role.ADMIN)
    list_terms.pause(town.deps, admin, contact.list_id)
    town.move(seconds=5.3)
    tick_once(town.deps)
    agent, lead = reads(town.alice, *words), reads(town.dana, "Alice’s callback to *Grace* (*", "is paused")
    assert (agent.buttons, lead.buttons) == ((), ())
    assert strict.shows_no_number([*agent.blocks, *lead.blocks])
    list_terms.take_up(town.deps, admin, contact.list_id)
    due = town.acme.all(Callback)[0].due_at
    town.move(seconds=(due - town.acme.clock.now).total_seconds() + 0.3)
    tick_once(town.deps)
    reads(town.alice, ":bell:", "*Grace*")
    assert town.server.workspace.refusals == ()


@pytest.mark.long
@pytest.mark.parametrize(
    ("language", "words"), [("en", "Your callback to *Grace* is due"), ("de", "Ihr Rückruf bei *Grace* ist fällig")]
)
def test_the_agent_is_reminded_before_it_is_due_and_at_its_time(town: Town, language: str, words: str) -> None:
    town.acme.change(Agent, town.acme.alice.agent_id, language=language)
    due = town.acme.all(Callback)[0].due_at
    town.move(seconds=(due - town.acme.clock.now).total_seconds() - 299.7)
    tick_once(town.deps)
    soon = reads(town.alice, f":bell: {words}: *")
    assert (len(soon.buttons), strict.shows_no_number(soon.blocks)) == (0, True)
    town.move(seconds=300)
    tick_once(town.deps)
    town.alice.press(town.alice.wait_for(lambda seen: _with_press(seen.messages)), "take_these")
    town.alice.wait_for(lambda seen: any("call" in str(one.blocks) for one in seen.messages))
    assert town.server.workspace.refusals == ()


def _with_press(messages: Sequence[VisibleMessage]) -> VisibleMessage | None:
    return next((one for one in messages if "take_these" in str(one.blocks)), None)


@pytest.mark.night
def test_it_tells_a_lead_in_her_language_and_the_agent_of_her_move(town: Town) -> None:
    town.acme.change(Agent, town.acme.dana.agent_id, language="de")
    dropped(town)
    lead = reads(town.dana, "Der Rückruf von Alice bei *Grace* ist zur zugesagten Zeit nicht erlaubt")
    assert lead.buttons[0].label == "Verlegen auf Fr., 27. November, 10:02"
    presses(town.dana, lead, "move_callback", "Der Rückruf bei *Grace* hat eine neue Zeit")
    reads(town.alice, "Dana gave your callback to *Grace* a new time")


@pytest.mark.night
def test_it_tells_whom_a_callback_is_given_to_and_that_it_cannot_be_made_yet(town: Town) -> None:
    dropped(town)
    town.move(hours=3)
    tick_once(town.deps)
    late = reads(town.dana, "Alice’s callback to *Grace* is overdue", "not allowed now")
    town.dana.submit(opens(town.dana, late, "reassign_form", ids.WHO), given(who=str(town.acme.bob.agent_id)))
    said = reads(town.dana, "The callback to *Grace* is now Bob’s. They have been told. Reminder: *<!date")
    assert "Bob’s callback to *Grace* is overdue" in said.words
    assert "They get a reminder." not in said.words
    told = reads(town.bob, "Dana gave you the callback to *Grace*", "not allowed now", "72 hours")
    presses(town.bob, told, "move_callback", "has a new time")
    until_open(town)
    reads(town.bob, ":bell: You can call", "promised for")
    assert not [one for one in town.alice.direct_messages if ":bell: You can call" in one.words]


@pytest.mark.night
def test_it_says_why_a_callback_can_no_longer_move_to_the_offered_time(town: Town) -> None:
    dropped(town)
    agent = reads(town.alice, "is not allowed at the promised time")
    town.acme.change(Contact, town.acme.all(Contact)[0].id, zones="America/New_York")
    again = presses(town.alice, agent, "move_callback", "cannot be moved to that time", "09:00 to 20:00")
    presses(town.alice, again, "move_callback", "has a new time")


@pytest.mark.long
def test_it_tells_the_agent_that_a_stop_has_ended_the_callback(town: Town) -> None:
    types(town.bob, f"/dnc {GRACE} asked by letter", "will not be called again")
    tick_once(town.deps)
    reads(town.alice, "Your callback to *Grace*", "is cancelled: they must not be called.")
    assert not reads(town.dana, "Alice’s callback to *Grace*", "is cancelled").buttons


def test_an_overdue_callback_is_offered_to_the_agent_who_agreed_it(town: Town) -> None:
    town.move(hours=2, minutes=40, seconds=0.5)
    tick_once(town.deps)
    late = reads(town.alice, "Your callback to *Grace* is overdue", "and allowed now.")
    presses(town.alice, late, "take_these", "Callback due", "yours until")
