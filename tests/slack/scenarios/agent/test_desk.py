"""An agent works on Home: the cards with their buttons, the number until its call ends, the next contacts by
themselves."""

from collections.abc import Callable

import pytest

from bot.sandbox import VisibleView
from bot.services.calls import outcomes
from bot.services.hand_out import hand
from bot.slack import ids
from bot.slack.delivery import second_tries
from policy.vocabulary import Outcome
from storage.models import Agent, Attempt, Lease, ShownNumber
from tests.slack import strict
from tests.slack.scenarios.town import NUMBER, Town, home, home_shows, presses, types

pytestmark = [pytest.mark.both_engines, pytest.mark.long]


def desk(town: Town, *words: str, without: str = "\x00") -> VisibleView:
    """Alice's Home once it says these."""
    return home_shows(town.alice, *words, without=without)


def at_home(town: Town, *names: str) -> VisibleView:
    for name in names:
        town.acme.add_contact(name)
    return home(town.alice, "Next contacts")


def calling(town: Town, *names: str) -> VisibleView:
    """Alice calls the first of them from Home."""
    town.alice.press(at_home(town, *names), "next_contacts")
    town.alice.press(desk(town, names[0], "yours until"), "call")
    shown = desk(town, NUMBER)
    town.move(minutes=2)
    return shown


def test_call_is_made_and_recorded_on_home(town: Town) -> None:
    shown = calling(town, "Grace", "Ada")
    strict.home({"type": "home", "blocks": list(shown.blocks)})
    attempt = town.acme.all(Attempt)[0].id or 0
    town.alice.fill(shown, {ids.note_on(attempt): {ids.INPUT: "Wants the price"}})
    town.alice.press(shown, "outcome_conversation")
    done = desk(town, "*Grace*: *Spoke* recorded", "Ada", without=NUMBER)
    assert outcomes.standing_outcome(town.deps, town.acme.alice, attempt) == ("Grace", Outcome.CONVERSATION, "")
    town.alice.press(done, "undo")
    desk(town, "*Spoke* undone", NUMBER)


def test_home_brings_the_next_contacts_when_the_last_card_is_done(town: Town) -> None:
    shown = calling(town, "Grace")
    town.acme.add_contact("Ada")
    town.alice.press(shown, "outcome_busy")
    desk(town, "*Grace*: *Busy* recorded", "*Ada*", "yours until")
    assert len(town.acme.all(Lease)) == 2


def test_home_says_why_when_there_is_no_next_contact(town: Town) -> None:
    town.alice.press(calling(town, "Grace"), "outcome_busy")
    desk(town, "*Grace*: *Busy* recorded", "No contact is callable now.", "Next contact opens")


def test_a_lead_who_records_for_an_agent_is_brought_nothing(town: Town) -> None:
    town.alice.press(calling(town, "Grace"), "outcome_busy")
    desk(town, "*Busy* recorded")
    town.acme.add_contact("Ada")
    outcomes.record(town.deps, town.acme.dana, town.acme.all(Attempt)[0].id or 0, Outcome.CONVERSATION)
    home(town.dana)
    assert len(town.acme.all(Lease)) == 1


def typed(town: Town) -> None:
    types(town.alice, "/outcome busy", "*Busy* recorded")


def stopped(town: Town) -> None:
    types(town.bob, f"/dnc {town.acme.all(Attempt)[0].number}", "•••")


def given_by_a_lead(town: Town) -> None:
    outcomes.record(town.deps, town.acme.dana, town.acme.all(Attempt)[0].id or 0, Outcome.BUSY)


def lapsed(town: Town) -> None:
    town.move(minutes=58, seconds=0.3)
    assert hand.lapse_due(town.deps) >= 1


@pytest.mark.day
@pytest.mark.parametrize("ends", [typed, stopped, given_by_a_lead, lapsed])
def test_number_goes_from_home_however_its_call_ended(town: Town, ends: Callable[[Town], None]) -> None:
    calling(town, "Grace", "Ada")
    ends(town)
    assert NUMBER in desk(town).words
    town.move(seconds=3.4)
    assert town.hide() == 1
    assert "07700 900001" not in desk(town, "Grace", without=NUMBER).words
    assert town.acme.all(ShownNumber) == []
    assert town.hide() == 0


def test_home_drawn_by_its_own_press_is_not_drawn_again(town: Town) -> None:
    town.alice.press(calling(town, "Grace", "Ada"), "outcome_busy")
    desk(town, "*Busy* recorded", without=NUMBER)
    town.rest()
    town.move(seconds=3.4)
    assert town.hide() == 0
    assert town.acme.all(ShownNumber) == []


def test_number_goes_a_little_later_where_slack_is_busy(town: Town) -> None:
    calling(town, "Grace")
    outcomes.record(town.deps, town.acme.alice, town.acme.all(Attempt)[0].id or 0, Outcome.BUSY)
    town.move(seconds=3.4)
    town.server.fail_next("views.publish", with_="http_503", times=1)
    assert town.hide() == 0
    town.move(seconds=5.1)
    assert town.hide() == 1
    desk(town, without=NUMBER)


@pytest.mark.day
def test_number_of_somebody_who_was_deactivated_goes_too(town: Town) -> None:
    calling(town, "Grace")
    town.acme.change(Agent, town.acme.alice.agent_id, is_active=False)
    outcomes.record(town.deps, town.acme.dana, town.acme.all(Attempt)[0].id or 0, Outcome.BUSY)
    town.move(seconds=3.4)
    assert town.hide() == 1
    assert "07700 900001" not in desk(town, without=NUMBER).words


@pytest.mark.day
def test_presses_come_before_redraws_that_nobody_waits_for(town: Town) -> None:
    """So many Homes were drawn in this minute that the rest is kept for presses."""
    shown = calling(town, "Grace", "Ada")
    outcomes.record(town.deps, town.acme.alice, town.acme.all(Attempt)[0].id or 0, Outcome.BUSY)
    while not town.tries.homes.take(is_pressed=False):
        pass
    town.move(seconds=3.4)
    assert town.hide() == 0, "it waits"
    assert NUMBER in desk(town).words
    town.alice.press(shown, "call")
    desk(town, NUMBER, "Ada", without="07700 900001")


@pytest.mark.night
def test_redraws_that_wait_become_one(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Home is late by some seconds; what the presses did is told by message, and then one redraw shows all of it."""
    shown = calling(town, "Grace", "Ada", "Joan")
    monkeypatch.setattr(second_tries, "_MINUTE_S", 8.0)
    while not town.tries.homes.take(is_pressed=True):
        pass
    before = published(town)
    presses(town.alice, shown, "outcome_busy", "*Grace*: *Busy* recorded")
    skipped = next(one.value for one in shown.buttons if one.action_id == "call")
    presses(town.alice, shown, "give_back", "*Ada* given back", value=skipped)
    desk(town, "Joan", without=NUMBER)
    assert published(town) == before + 1
    assert town.tries.finish(10) == 0, "nothing is left to be drawn"


@pytest.mark.night
def test_redraw_that_waits_for_a_moment_is_told_by_no_message(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = calling(town, "Grace", "Ada")
    monkeypatch.setattr(second_tries, "_MINUTE_S", 2.0)
    while not town.tries.homes.take(is_pressed=True):
        pass
    town.alice.press(shown, "outcome_busy")
    desk(town, "*Grace*: *Busy* recorded", without=NUMBER)
    assert not [one for one in town.alice.direct_messages if "recorded" in one.words]
    assert town.tries.finish(10) == 0


def test_break_begins_and_ends_on_home(town: Town) -> None:
    town.alice.press(at_home(town, "Grace"), "next_contacts")
    town.alice.press(desk(town, "Grace", "yours until"), "pause_me", selected="lunch")
    paused = desk(town, "1 contact went back to the list.", "On a break", "Lunch", without="*Grace*")
    types(town.alice, "/nextcall", "You are on a break since", "Back to work")
    types(town.dana, "/teamstatus", "*Alice*: on a break since")
    town.move(minutes=20)
    town.alice.press(paused, "back_to_work")
    back = desk(town, "You are back.", "20 minutes of breaks", without="On a break")
    town.alice.press(back, "next_contacts")
    desk(town, "Grace", "yours until")  # a break does not bar them from who took it


def published(town: Town) -> int:
    return sum(one.method == "views.publish" for one in town.server.workspace.calls)
