"""A lead's people and their work, and an agent's own day: said and pressed."""

from dataclasses import replace
from datetime import time, timedelta

from bot.services.answers.calls import CallRefused, Refusal
from bot.services.answers.leads import Kept, LeadDecided, Moved, Pause, PauseChanged, Reassigned
from bot.services.answers.people import Reminding
from bot.services.answers.teams import AgentLine, OpenCallback
from bot.services.setup.preferences import Preferences
from bot.slack.blocks.agent import cards, happened
from bot.slack.blocks.agent.happened import recorded
from bot.slack.blocks.kit.kit import Block
from bot.slack.blocks.lead import lead_presses
from bot.slack.wording.labels import Reader
from policy.vocabulary import NOT_SAID, ContactState, Outcome, Verdict
from tests.slack import strict
from tests.slack.blocks.test_reports import STATUS, pages
from tests.slack.cast import LONDON, NOW, done, finding, offer

READER = Reader(LONDON, NOW)
TEA = Pause("Dana", NOW - timedelta(minutes=5), "tea", agent_id=7, name="Alice")
ALICE = AgentLine("Alice", 8, 3, 2, 2, 1, 7, 12, (("break", 2), (NOT_SAID, 1), ("other", 1)), True)
LATE = OpenCallback(9, "Grace", "Energy switch", NOW - timedelta(hours=1), LONDON, "Alice")
LED = replace(STATUS, team_id=5, leads=True, agents=(ALICE,), paused=(TEA,), overdue=(LATE,))


def test_it_says_what_each_agent_did_with_shares_and_reasons() -> None:
    said = strict.words(pages(LED))
    assert (
        "• *Alice*: 8 calls · 3 contacts, contact rate 38% · 2 not dialled (20%) · *2 without an outcome (25%)* · "
        "gave back 4 of 12 (33%): 2 break, 1 no reason given, 1 something else · holds 1 · paused"
    ) in said
    assert "*Alice*: paused by Dana (" in said
    assert "): tea" in said
    assert ":alarm_clock: *Grace*, Energy switch: promised for *" in said


def test_it_shows_first_whom_to_ask_where_a_team_is_larger_than_the_screen() -> None:
    agents = tuple(replace(ALICE, name=f"Agent {at:03}", unreported=int(at == 99)) for at in range(100))
    said = strict.words(pages(replace(LED, agents=agents, paused=())))
    assert said.index("*Agent 099*") < said.index("*Agent 000*")
    assert "*Agent 024*" not in said
    assert "…and 75 more." in said


def test_it_shows_a_leads_buttons_to_the_lead_only() -> None:
    blocks = pages(LED)
    strict.message(blocks)
    pressed = {one["action_id"]: one["value"] for one in strict.elements(blocks)}
    assert pressed == {"reassign_form": "9:5", "any_callback_form": "5:5", "end_pause": "7:5", "pause_form": "5:5"}
    assert not list(strict.elements(pages(replace(LED, leads=False, overdue=()))))


def test_it_says_the_result_of_each_press() -> None:
    def said(blocks: list[Block]) -> str:
        return strict.words(blocks)

    assert "gets no new contacts" in said(lead_presses.paused(PauseChanged("Bob", True, False)))
    assert "gets contacts again" in said(lead_presses.paused(PauseChanged("Bob", False, False)))
    assert "*Grace* is now with Bob." in said(lead_presses.moved(Moved("Grace", "Bob", False), READER))
    locked = Refusal(Verdict.LOCKED, (finding(),), (), NOW + timedelta(hours=72), LONDON)
    assert "No agent has the contact.\n• No call within 72 hours" in said(
        lead_presses.moved(CallRefused("Grace", locked), READER)
    )
    given = Reassigned("Grace", "Bob", NOW, False, LONDON, NOW)
    later = replace(given, reminded_at=NOW + timedelta(hours=20))
    assert "is now Bob’s. They get a reminder." in said(lead_presses.reassigned(given, READER))
    assert "have been told. Reminder: *<!date" in said(lead_presses.reassigned(later, READER))
    in_shift = said(lead_presses.reassigned(replace(later, waits_for_shift=True), READER))
    assert "The reminder comes once their shift has begun: not before *<!date" in in_shift
    assert "is now Bob’s. They have been told." in said(
        lead_presses.reassigned(replace(given, reminded_at=None), READER)
    )
    assert said(lead_presses.reassigned(replace(given, is_own=True), READER)).endswith("is now Bob’s.")
    assert "Anyone in the team can now make" in said(lead_presses.reassigned(replace(given, to=""), READER))
    once = LeadDecided("Grace", False, ContactState.CALLABLE, NOW)
    assert "approved for one call. Now: callable now." in said(lead_presses.overridden(once, READER))
    assert "for every call until <!date" in said(lead_presses.overridden(replace(once, until=NOW), READER))


def test_a_card_can_be_kept_while_allowed() -> None:
    def presses(minutes: int, *, may: bool = True) -> list[str]:
        card = replace(offer(), leased_until=NOW + timedelta(minutes=minutes), may_be_kept=may)
        return [one["action_id"] for one in strict.elements(cards.offer_card(card, READER))]

    offered = ["call", "give_back", "keep", "place_form", "history"]
    assert presses(30) == presses(5) == offered, "it does not redraw itself near its end"
    assert "keep" not in presses(5, may=False)
    assert "stays yours until" in strict.words(cards.kept(Kept("Grace", NOW, True), READER))
    assert "You cannot keep *Grace* longer." in strict.words(cards.kept(Kept("Grace", NOW, False), READER))


def test_it_says_that_a_redial_is_free_after_a_call_that_was_cut_off() -> None:
    cut_off = replace(done(Outcome.CUT_OFF, ContactState.CALLABLE), redial_until=NOW + timedelta(minutes=8))
    assert "You may redial once, until *<!date" in strict.words(recorded(cut_off, READER))
    assert "redial" not in strict.words(recorded(replace(cut_off, redial_until=None), READER))


def test_an_agent_sees_their_working_day_and_their_pause() -> None:
    mine = Preferences(Reminding.QUIET, time(9, 30), time(17), TEA)
    assert (
        "One reminder a shift, as soon as a contact opens, and one before each callback. Your shift: 09:30 to 17:00."
        in strict.words(happened.working_day(mine))
    )
    assert "*Dana paused you* (" in strict.words(happened.paused(mine, READER))
    for own, said in (("lunch", "Lunch"), ("", "Something else"), ("two <interviews>", "two &lt;interviews&gt;")):
        pause = replace(TEA, reason=own, is_own=True)
        assert f": {said}." in strict.words(happened.paused(replace(mine, pause=pause), READER))
        assert f"({said})" in strict.words(lead_presses.resting([pause], 5, READER))
    strict.message(happened.paused(replace(mine, pause=replace(TEA, reason="<!here> " * 500, by="<b>")), READER))
    assert not happened.paused(replace(mine, pause=None), READER)
    form = happened.my_day_form(mine, "{}")
    strict.modal(form)
    assert form["blocks"][0]["element"]["initial_option"]["value"] == "quiet"


def test_a_form_says_so_if_there_is_nobody_to_choose() -> None:
    for form in (lead_presses.pause((), "{}"), lead_presses.move("Grace", (), "{}")):
        strict.modal(form)
        assert "submit" not in form
