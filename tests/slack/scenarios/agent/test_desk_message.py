"""An agent works in direct messages: one message with the cards and buttons of Home, drawn anew after each press."""

from collections.abc import Callable

import pytest

from bot.sandbox import VisibleMessage
from bot.services.calls import outcomes
from bot.services.hand_out import hand
from bot.services.setup import preferences
from bot.slack import ids
from bot.slack.blocks.kit.kit import Reply
from bot.slack.boundary.desk_drawing import DeskMessage
from bot.slack.delivery import second_tries
from policy.vocabulary import Outcome
from storage.models import Agent, Attempt, Lease, ShownNumber
from tests.slack import strict
from tests.slack.scenarios.town import NUMBER, Town, form, given, home, presses, reads, types

MODE = "socket"
pytestmark = pytest.mark.both_engines


def chosen(town: Town, where: str = "messages") -> None:
    town.alice.press(home(town.alice, "My settings"), "my_desk", selected=where)


def at_desk(town: Town, *names: str) -> VisibleMessage:
    """Alice chooses to work in messages, and has her desk there."""
    for name in names:
        town.acme.add_contact(name)
    chosen(town)
    return reads(town.alice, "Your day so far")


def desk(town: Town, *words: str, without: str = "\x00") -> VisibleMessage:
    """The desk message, once it says these; there is only one."""
    found = reads(town.alice, *words, without=without)
    assert f"{found.channel_id}:{found.ts}" == town.acme.one(Agent, town.acme.alice.agent_id).desk_message
    return found


def calling(town: Town, *names: str) -> VisibleMessage:
    town.alice.press(at_desk(town, *names), "next_contacts")
    card = desk(town, names[0], "yours until")
    assert "07700" not in card.words
    town.alice.press(card, "call")
    shown = desk(town, NUMBER, "Not dialled")
    town.move(minutes=2, seconds=0.3)
    return shown


@pytest.mark.long
def test_call_is_made_and_recorded_in_one_message(town: Town) -> None:
    shown = calling(town, "Grace", "Ada")
    strict.message(list(shown.blocks), shown.text)
    attempt = town.acme.all(Attempt)[0].id or 0
    town.alice.fill(shown, {ids.note_on(attempt): {ids.INPUT: "Wants the price"}})
    town.alice.press(shown, "outcome_conversation")
    done = desk(town, "*Grace*: *Spoke* recorded", "Ada", without=NUMBER)
    assert done.ts == shown.ts
    assert outcomes.standing_outcome(town.deps, town.acme.alice, attempt) == ("Grace", Outcome.CONVERSATION, "")
    assert town.acme.all(Attempt)[0].outcome is Outcome.CONVERSATION
    town.alice.press(done, "undo")
    assert desk(town, "*Spoke* undone", NUMBER).ts == shown.ts
    assert town.acme.all(ShownNumber)[0].message == "desk"
    assert len(town.alice.direct_messages) == 1


@pytest.mark.long
def test_it_brings_the_next_contacts_when_the_last_card_is_done(town: Town) -> None:
    shown = calling(town, "Grace")
    town.acme.add_contact("Ada")
    town.alice.press(shown, "outcome_busy")
    desk(town, "*Grace*: *Busy* recorded", "*Ada*", "yours until", without=NUMBER)
    assert len(town.acme.all(Lease)) == 2


def typed(town: Town) -> None:
    types(town.alice, "/outcome busy", "*Busy* recorded", channel="C0ENERGY001")


def stopped(town: Town) -> None:
    types(town.bob, f"/dnc {town.acme.all(Attempt)[0].number}", "•••")


def given_by_a_lead(town: Town) -> None:
    outcomes.record(town.deps, town.acme.dana, town.acme.all(Attempt)[0].id or 0, Outcome.BUSY)


def lapsed(town: Town) -> None:
    town.move(minutes=58, seconds=0.3)
    assert hand.lapse_due(town.deps) >= 1


@pytest.mark.day
@pytest.mark.long
@pytest.mark.parametrize("ends", [typed, stopped, given_by_a_lead, lapsed])
def test_number_goes_however_its_call_ended(town: Town, ends: Callable[[Town], None]) -> None:
    shown = calling(town, "Grace", "Ada")
    ends(town)
    town.move(seconds=3.4)
    assert town.hide() == 1
    now = next(one for one in town.alice.direct_messages if one.ts == shown.ts)
    assert "07700 900001" not in now.words
    assert "Grace" in now.words
    assert town.acme.all(ShownNumber) == []
    assert town.hide() == 0


@pytest.mark.day
@pytest.mark.long
def test_a_form_opened_there_is_answered_there(town: Town) -> None:
    shown = calling(town, "Grace", "Ada")
    attempt = town.acme.all(Attempt)[0].id
    town.alice.press(shown, "outcome_more", selected=f"{attempt}:vulnerable")
    desk(town, "*Vulnerable* recorded", without=NUMBER)
    back = desk(town, "Ada")
    town.alice.press(back, "give_back")
    town.alice.press(desk(town, "given back"), "release_form")
    town.alice.submit(form(town.alice, ids.REASON), given(reason="not_my_language"))
    desk(town, "reason is kept")


def test_a_break_begins_and_ends_there(town: Town) -> None:
    town.alice.press(at_desk(town, "Grace"), "pause_me", selected="lunch")
    town.alice.press(desk(town, "On a break", without="Next contacts"), "back_to_work")
    desk(town, "You are back.", without="On a break")


@pytest.mark.day
@pytest.mark.long
def test_a_message_written_brings_it_down_and_leaves_no_other(town: Town) -> None:
    shown = calling(town, "Grace")
    town.alice.say("hello?")
    moved = reads(town.alice, NUMBER, "Not dialled", without="\x00")
    moved = town.alice.wait_for(
        lambda seen: next((one for one in seen.messages if one.ts != shown.ts and NUMBER in one.words), None)
    )
    assert shown.ts not in {one.ts for one in town.alice.direct_messages}
    assert town.alice.direct_messages[-1].ts == moved.ts
    town.alice.press(moved, "outcome_busy")
    desk(town, "*Busy* recorded", without=NUMBER)


@pytest.mark.day
@pytest.mark.long
def test_back_on_home_the_message_is_gone_with_its_number(town: Town) -> None:
    calling(town, "Grace")
    chosen(town, "home")
    town.alice.wait_for(lambda seen: not any(NUMBER in one.words for one in seen.messages))
    town.rest()
    assert town.acme.one(Agent, town.acme.alice.agent_id).desk_message == ""
    assert NUMBER in str(town.alice.seen.home), "Home still has the open call"
    given_by_a_lead(town)
    town.move(seconds=3.4)
    town.hide()
    assert NUMBER not in str(town.alice.seen.home)
    assert town.alice.direct_messages == (), "no desk comes back"


@pytest.mark.day
def test_two_processes_that_post_a_desk_leave_one(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process posts the first desk after this one has read that there is none."""
    actor, said = town.acme.alice, Reply("cards", ({"type": "divider"},))
    read = preferences.desk_message

    def other_is_first(*_: object) -> str:
        monkeypatch.setattr(preferences, "desk_message", read)
        DeskMessage(town.deps, town.client, actor).put(said)
        return ""

    monkeypatch.setattr(preferences, "desk_message", other_is_first)
    DeskMessage(town.deps, town.client, actor).put(said)
    [left] = town.alice.direct_messages
    assert f"{left.channel_id}:{left.ts}" == read(town.deps, actor)
    assert left.text == "cards"


def test_message_that_someone_else_could_read_shows_nothing(town: Town) -> None:
    """A press on another message that stays, such as a copy of an earlier desk, opens no call."""
    shown = at_desk(town, "Grace")
    town.alice.press(shown, "next_contacts")
    card = desk(town, "Grace", "yours until")
    town.acme.change(Agent, town.acme.alice.agent_id, desk_message="D0OTHER:1.2")
    presses(town.alice, card, "call", "private")
    assert town.acme.all(Attempt) == []


def test_it_is_posted_again_where_slack_lost_it(town: Town) -> None:
    shown = at_desk(town, "Grace")
    town.acme.change(Agent, town.acme.alice.agent_id, desk_message=f"{shown.channel_id}:1700000000.000001")
    town.alice.open_direct_messages()
    again = town.alice.wait_for(
        lambda seen: next((one for one in seen.messages if one.ts > shown.ts and "Your day so far" in one.words), None)
    )
    town.alice.press(again, "next_contacts")
    desk(town, "Grace", "yours until")


@pytest.mark.night
def test_redraws_wait_their_turn_and_the_newest_is_drawn(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = at_desk(town, "Grace", "Ada")
    monkeypatch.setattr(second_tries, "_MINUTE_S", 4.0)
    monkeypatch.setattr(town.tries.desks, "_most", 1)
    town.alice.press(shown, "next_contacts")
    town.alice.press(desk(town, "Grace", "yours until"), "call")
    desk(town, NUMBER)
    updates = [one for one in town.server.workspace.calls if one.method == "chat.update"]
    assert len(updates) <= 4, "nothing was drawn twice"
