"""A number disappears from every private message as soon as its call is over, however the call ended."""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import Engine

from bot.sandbox import VisibleMessage
from bot.services.calls import outcomes
from bot.services.hand_out import hand, releases
from bot.slack import ids
from policy.vocabulary import Outcome
from storage.database import backup
from storage.database.backup import write_copy
from storage.models import Attempt, ShownNumber
from tests.slack.scenarios.town import NUMBER, Town, given, home, home_shows, opens, presses, reads, same, types

pytestmark = pytest.mark.both_engines
CHANNEL = "C0ENERGY001"


def calling(town: Town) -> VisibleMessage:
    """The message with the number that Alice calls, and another card."""
    town.acme.add_contact("Grace", priority=0)
    town.acme.add_contact("Ada")
    cards = types(town.alice, "/nextcall 2", "Grace", "Ada", channel=CHANNEL)
    town.alice.press(cards, "call", value=next(one.value for one in cards.buttons if one.action_id == "call"))
    shown = reads(town.alice, NUMBER, "Grace")
    town.move(minutes=2, seconds=0.3)
    return shown


def typed(town: Town) -> None:
    types(town.alice, "/outcome busy", "*Busy* recorded", channel=CHANNEL)


def given_on_home(town: Town) -> None:
    town.alice.press(home(town.alice, "Grace"), "outcome_busy")
    home_shows(town.alice, "*Busy* recorded")


def stopped_by_another(town: Town) -> None:
    types(town.bob, f"/dnc {town.acme.all(Attempt)[0].number}", "•••", channel=CHANNEL)


def given_by_a_lead(town: Town) -> None:
    outcomes.record(town.deps, town.acme.dana, town.acme.all(Attempt)[0].id or 0, Outcome.BUSY)


def now(town: Town, shown: VisibleMessage) -> VisibleMessage:
    """The same message as it is on screen."""
    return same(town.alice, shown.ts)


@pytest.mark.long
@pytest.mark.parametrize("ends", [typed, given_on_home, stopped_by_another, given_by_a_lead])
def test_the_number_disappears_when_the_call_ends_elsewhere(town: Town, ends: Callable[[Town], None]) -> None:
    shown = calling(town)
    ends(town)
    assert NUMBER in now(town, shown).words
    town.move(seconds=3.4)
    assert town.hide() == 1
    hidden = now(town, shown)
    assert NUMBER not in hidden.words
    assert "Grace" in hidden.words, "it says whose card this was"
    assert "Ada" in hidden.words, "what is held still stays on screen"
    assert town.acme.all(ShownNumber) == []
    assert town.hide() == 0


def test_the_number_disappears_after_an_hour_if_the_message_was_pressed_meanwhile(town: Town) -> None:
    shown = calling(town)
    town.move(minutes=38)
    other = next(one.value for one in shown.buttons if one.action_id == "call")
    town.alice.press(shown, "call", value=other, stale=True)  # Ada's time had run out: the message says so
    town.alice.wait_for(lambda _seen: "its time ran out" in now(town, shown).words)
    assert NUMBER in now(town, shown).words
    town.move(minutes=20, seconds=0.3)
    assert hand.lapse_due(town.deps) == 1
    town.move(seconds=3.4)
    assert town.hide() == 1
    hidden = now(town, shown)
    assert NUMBER not in hidden.words
    assert "needs an outcome" in hidden.words


@pytest.mark.long
def test_message_that_cannot_be_drawn_anew_has_a_button_in_the_numbers_place(town: Town) -> None:
    """Slack cannot redraw an answer to a command; a press on it brings a URL that can."""
    calling(town)
    again = types(town.alice, "/nextcall", "Show the number", without=NUMBER, channel=CHANNEL)
    town.alice.press(again, label="Show the number")
    town.alice.wait_for(lambda _seen: NUMBER in now(town, again).words)
    assert len(town.acme.all(Attempt)) == 1
    typed(town)
    town.move(seconds=3.4)
    assert town.hide() == 2
    assert NUMBER not in "".join(one.words for one in town.alice.messages())


@pytest.mark.long
def test_another_calls_number_on_the_same_message_disappears_too(town: Town) -> None:
    shown = calling(town)
    typed(town)
    other = types(town.alice, "/nextcall 1", "Ada", without="Grace", channel=CHANNEL)
    town.alice.press(other, "call")
    town.alice.wait_for(lambda _seen: NUMBER in now(town, other).words)
    town.move(seconds=3.4)
    assert town.hide() == 1
    hidden = now(town, shown)
    assert "Ada" in hidden.words
    assert NUMBER in hidden.words, "Alice is on that call"
    town.move(minutes=2)
    outcomes.record_spoken(town.deps, town.acme.alice, "", "busy")
    town.move(seconds=3.4)
    assert town.hide() == 2
    assert NUMBER not in now(town, shown).words + now(town, other).words


def test_message_without_its_number_speaks_the_language_of_its_reader(town: Town) -> None:
    town.server.workspace.change_person("U0ALICE", locale="de-DE")
    shown = calling(town)
    outcomes.record_spoken(town.deps, town.acme.alice, "", "busy")
    town.move(seconds=3.4)
    assert town.hide() == 1
    assert "*Besetzt* wurde eingetragen" in now(town, shown).words


def test_message_that_was_pressed_itself_keeps_what_its_press_said(town: Town) -> None:
    shown = calling(town)
    presses(town.alice, shown, "outcome_busy", "*Busy* recorded", without=NUMBER)
    town.rest()  # it is noted a moment after it is shown
    town.move(seconds=3.4)
    assert town.hide() == 0
    assert "undo" in [one.action_id for one in now(town, shown).buttons]


@pytest.mark.long
def test_a_number_shown_again_by_undo_disappears_again(town: Town) -> None:
    shown = calling(town)
    done = presses(town.alice, shown, "outcome_busy", "*Busy* recorded", without=NUMBER)
    town.alice.press(done, "undo")
    town.alice.wait_for(lambda _seen: NUMBER in now(town, shown).words)
    typed(town)
    town.move(seconds=3.4)
    assert town.hide() == 1
    assert NUMBER not in now(town, shown).words


def test_an_answer_in_flight_is_not_overwritten(town: Town) -> None:
    """The answer with Undo for the agent who ended the call may be about to arrive on the same message."""
    shown = calling(town)
    outcomes.record_spoken(town.deps, town.acme.alice, "", "busy")
    town.move(seconds=1.6)
    assert town.hide() == 0
    assert NUMBER in now(town, shown).words


@pytest.mark.day
@pytest.mark.long
@pytest.mark.parametrize("hiccup", ["ratelimited", "http_503", "reset"])
def test_the_number_disappears_later_after_a_temporary_fault_of_slack(town: Town, hiccup: str) -> None:
    shown = calling(town)
    outcomes.record_spoken(town.deps, town.acme.alice, "", "busy")
    town.move(seconds=3.4)
    town.server.fail_next("response_url", with_=hiccup, times=2)  # a lost connection is tried once more at once
    assert [town.hide(), town.hide()] == [0, 0], "and not at once again"
    for _ in range(3):
        town.move(seconds=5.1)
        town.hide()
    assert NUMBER not in now(town, shown).words
    assert town.acme.all(ShownNumber) == []


def test_the_row_of_a_killed_process_is_taken_over_after_a_minute(town: Town) -> None:
    shown = calling(town)
    outcomes.record_spoken(town.deps, town.acme.alice, "", "busy")
    town.move(seconds=3.4)
    assert len(releases.take_ended(town.deps)) == 1
    town.move(seconds=59.5)
    assert town.hide() == 0
    town.move(seconds=0.6)
    assert town.hide() == 1
    assert NUMBER not in now(town, shown).words


def test_url_is_forgotten_after_its_half_hour_and_never_logged(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    calling(town)
    [row] = town.acme.all(ShownNumber)
    assert row.response_url.startswith("http")
    town.move(minutes=27, seconds=59.5)
    town.hide()
    assert town.acme.all(ShownNumber) == [row]
    town.move(seconds=0.6)
    assert town.hide() == 0
    assert town.acme.all(ShownNumber) == []
    path = row.response_url.partition("/actions/")[2]
    assert path
    assert path not in caplog.text


@pytest.mark.long
def test_half_hour_of_a_form_counts_from_the_press_that_opened_it(town: Town) -> None:
    """The form is answered through the URL of that press, which is as old."""
    shown = calling(town)
    other = next(one.value for one in shown.buttons if one.action_id == "place_form")
    asked = opens(town.alice, shown, "place_form", ids.COUNTRY, value=other)
    town.move(minutes=10)
    town.alice.submit(asked, given(country="US"))
    town.alice.wait_for(lambda _seen: "place noted" in now(town, shown).words)
    [row] = town.acme.all(ShownNumber)
    assert row.expires_at - town.acme.clock() == timedelta(minutes=20)


def test_backup_leaves_the_urls_out(town: Town, engine: Engine, tmp_path: Path) -> None:
    calling(town)
    [row] = town.acme.all(ShownNumber)
    file = tmp_path / "copy"
    if engine.dialect.name == "sqlite":
        write_copy(engine, file)
        copy = file.read_bytes()
    else:
        backup.write_archive(engine, file, lambda _: {}, lambda *_: None)
        with ZipFile(file) as parts:
            copy = b"".join(parts.read(name) for name in parts.namelist())
    assert b"Grace" in copy
    assert row.response_url.encode() not in copy
    assert town.acme.all(ShownNumber) == [row]
