"""The result of a press is shown on the card or in its place, and no other button moves to where it was."""

from typing import Any

import pytest

from bot.sandbox import VisibleMessage
from bot.services.blanking import BLANK
from bot.services.hand_out import releases
from bot.slack import ids
from policy.vocabulary import Outcome
from storage.models import Attempt, Contact, OutcomeRecord
from tests.slack import strict
from tests.slack.scenarios.town import NUMBER, Town, form, given, home, home_shows, presses, reads


def at(shown: VisibleMessage, words: str) -> int:
    """The index of the block that contains the text."""
    return next(place for place, block in enumerate(shown.blocks) if words in strict.words([block]))


def place_of(shown: VisibleMessage, action_id: str) -> tuple[int, int]:
    """Block, and place in its row; an accessory stands beside the words, on the right."""
    for at, block in enumerate(shown.blocks):
        for place, one in enumerate(block.get("elements", ())):
            if one.get("action_id") == action_id:
                return at, place
        if block.get("accessory", {}).get("action_id") == action_id:
            return at, 99
    raise LookupError(action_id)


def second(shown: VisibleMessage, action_id: str) -> str:
    return [one.value or "" for one in shown.buttons if one.action_id == action_id][1]


# -- refusals


def test_it_refuses_a_call_in_the_place_of_its_card(town: Town) -> None:
    shown = town.cards("Grace", "Ada", "Edith")
    (ada,) = [one for one in town.acme.all(Contact) if one.name == "Ada"]
    town.acme.change(Contact, ada.id, zones="Pacific/Auckland")
    town.alice.press(shown, "call", value=second(shown, "call"))
    refused = reads(town.alice, "*Ada* cannot be called now", "Grace", "Edith")
    assert at(refused, "*Grace*") < at(refused, "*Ada* cannot be called now") < at(refused, "*Edith*")
    assert at(refused, "You hold 2 contacts") == 0


def test_a_closed_card_is_explained_in_its_place(town: Town) -> None:
    shown = town.cards("Grace", "Ada", "Edith")
    lease = int(second(shown, "call"))
    releases.take_back(town.deps, town.acme.dana, lease)
    gone = presses(town.alice, shown, "call", "a team lead took it back", "Grace", "Edith", value=str(lease))
    assert at(gone, "*Grace*") < at(gone, "took it back") < at(gone, "*Edith*")
    (last,) = [one for one in gone.buttons if one.action_id == "give_back"][1:]
    back = presses(town.alice, gone, "give_back", "given back", "Grace", without="*Edith*   ", value=last.value)
    assert at(back, "*Grace*") < at(back, "given back")


def test_a_result_without_room_at_the_card_is_shown_at_the_top(town: Town) -> None:
    shown = town.cards(*(f"Grace {one}" for one in range(10)))
    last = [one.value for one in shown.buttons if one.action_id == "call"][-1]
    releases.take_back(town.deps, town.acme.dana, int(last or 0))
    assert "took it back" in presses(town.alice, shown, "call", "took it back", value=last).words


# -- no answer, too soon


def test_it_asks_below_the_buttons_whether_to_record_no_answer(town: Town) -> None:
    """A double press must hit the same button twice."""
    shown = town.calling("Grace", "Ada")
    town.move(seconds=6.3)
    before = place_of(shown, "outcome_no_answer")
    asked = presses(town.alice, shown, "outcome_no_answer", "Less than 15 seconds", NUMBER)
    assert place_of(asked, "outcome_no_answer") == before
    row, place = place_of(asked, "record_anyway")
    assert row > place_of(asked, "outcome_no_answer")[0]
    assert (place, row < at(asked, "*Ada*")) == (99, True)
    town.alice.press(asked, "outcome_no_answer")
    assert town.acme.all(Attempt)[0].outcome is None
    presses(town.alice, reads(town.alice, "Less than 15 seconds"), "record_anyway", "*No answer* recorded")


# -- undo, too late


@pytest.mark.long
def test_a_late_undo_shows_on_the_card_which_outcome_stands(town: Town) -> None:
    done = presses(town.alice, town.calling("Grace", "Ada"), "outcome_busy", "*Busy* recorded")
    town.move(minutes=10, seconds=1.2)
    late = presses(town.alice, done, "undo", "*Grace*: *Busy* stands.", "You can undo for 10 minutes only")
    assert at(late, "*Busy* stands") == at(done, "*Busy* recorded")
    town.alice.press(late, "outcome_form")
    town.alice.submit(form(town.alice, ids.OUTCOME), given(outcome_chosen="refused", note="she rang back"))
    reads(town.alice, "corrected to *Not interested*")


# -- a stale press


@pytest.mark.long
def test_it_asks_before_a_stale_press_corrects_an_outcome(town: Town) -> None:
    shown = town.calling("Grace")
    town.move(minutes=2, seconds=0.4)
    presses(town.alice, shown, "outcome_busy", "*Busy* recorded")
    attempt = town.acme.all(Attempt)[0]
    town.alice.press(shown, "outcome_refused", stale=True)
    asked = reads(town.alice, "*Grace*: *Busy* is recorded. Correct it to *Not interested*?")
    assert place_of(asked, "correct")[1] == 99
    town.alice.press(shown, "outcome_more", selected=f"{attempt.id}:cut_off", stale=True)
    asked = reads(town.alice, "*Grace*: *Busy* is recorded. Correct it to *Cut off*?")
    assert town.acme.all(Attempt)[0].outcome is Outcome.BUSY
    presses(town.alice, asked, "correct", "corrected to *Cut off*")
    assert [one.outcome for one in town.acme.all(OutcomeRecord)] == [Outcome.BUSY, Outcome.CUT_OFF]


def test_it_never_asks_before_a_request_to_stop(town: Town) -> None:
    shown = town.calling("Grace")
    town.move(minutes=2)
    presses(town.alice, shown, "outcome_busy", "*Busy* recorded")
    presses(town.alice, shown, "outcome_do_not_call", "corrected to *Do not call*", stale=True)


# -- forms and Home that Slack does not take


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"with_": "ratelimited", "retry_after": 7}, "Press the button again in 7 seconds"),
        ({"with_": "expired_trigger_id"}, "Slack ran out of time before the form opened"),
        ({"with_": "http_500"}, "Slack did not open that form"),
    ],
)
def test_it_says_why_a_form_did_not_open(town: Town, fault: dict[str, Any], said: str) -> None:
    shown = town.cards("Grace")
    town.server.fail_next("views.open", **fault)
    presses(town.alice, shown, "place_form", said)


def test_it_says_once_that_home_cannot_be_drawn_and_draws_it_as_soon_as_it_can(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    town.acme.add_contact("Grace")
    town.server.fail_next("views.publish", with_="http_503", times=1000)
    for _ in range(6):
        town.alice.open_home()
    reads(town.alice, "Slack cannot show your Home right now")
    for _ in range(6):
        town.alice.open_home()
    town.alice.say("are you there?")
    reads(town.alice, "not recorded")
    said = [one for one in town.alice.direct_messages if "cannot show your Home" in one.words]
    assert len(said) == 1
    assert caplog.text.count("home_not_published") == 1
    assert "incident=" not in caplog.text
    town.server.end_faults()
    home_shows(town.alice, "You hold no contacts.")


@pytest.mark.night
def test_it_says_by_message_what_a_press_on_home_did_while_home_cannot_be_drawn(town: Town) -> None:
    town.calling("Grace")
    town.move(hours=1, minutes=1)
    shown = home(town.alice, "Grace")
    town.server.fail_next("views.publish", with_="ratelimited", retry_after=4, times=1)
    town.alice.press(shown, "outcome_form")
    town.alice.submit(form(town.alice, ids.OUTCOME), given(outcome_chosen="busy", note="engaged"))
    reads(town.alice, "*Busy* recorded")
    home_shows(town.alice, "*Busy* recorded")


def test_a_card_number_in_a_note_is_left_out_and_said(town: Town) -> None:
    town.alice.command("/outcome 07700 900900 spoke pays by 4111 1111 1111 1111")
    reads(town.alice, "We left out a card number: do not write such numbers in notes.", without="4111")
    assert [one.note for one in town.acme.all(OutcomeRecord)] == [f"pays by {BLANK}"]
