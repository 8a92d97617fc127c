"""A team lead's whole day over the socket: what waits, who holds what, what runs dry; and every press that sets it
right."""

import re
from datetime import UTC, date, datetime, time

import pytest

from bot.sandbox import VisibleMessage
from bot.services.calls import callbacks
from bot.services.hand_out import hand
from bot.services.reports import digests
from bot.slack import ids
from policy.vocabulary import Purpose
from storage.models import Agent, Attempt, Callback, Hold, Lease, Override, Team
from tests.fakes import SampleOrganisation
from tests.slack import strict
from tests.slack.scenarios.sent import judged, redrawn
from tests.slack.scenarios.town import NUMBER, Town, form, given, home, opens, page, page_reads, presses, reads, types

MODE = "socket"
AFTERNOON = datetime(2026, 11, 24, 14, tzinfo=UTC)  # nine o'clock in New York
SUM = re.compile(r"• \*([\d,]+)\* ")


@pytest.fixture
def acme(acme: SampleOrganisation) -> SampleOrganisation:
    acme.clock.at(AFTERNOON)
    acme.change(Team, acme.water.id, editions="")  # no bot in its channel
    return acme


def status(town: Town, *words: str) -> VisibleMessage:
    """Dana asks how the team stands, and reads the newest answer."""
    before = {one.ts for one in town.dana.messages()}
    town.dana.command("/teamstatus")
    seen = town.dana.wait_for(lambda now: next((one for one in now.messages if one.ts not in before), None))
    assert isinstance(seen, VisibleMessage)
    for one in words:
        assert one in seen.words, seen.words
    return seen


@pytest.mark.long
def test_it_walks_a_leads_whole_day(town: Town) -> None:
    _reads_the_stock(town)
    _sees_who_holds_what_and_frees_it(town)
    _pauses_and_ends_the_pause(town)
    _is_told_of_a_complaint_and_lifts_the_hold(town)
    _chases_what_nobody_reported(town)
    _reassigns_a_callback(town)
    _overrides_a_rule(town)
    _reads_the_rates_and_when_the_team_runs_dry(town)
    _reads_it_all_in_the_digest(town)
    assert judged(town) > 40


def _reads_the_stock(town: Town) -> None:
    """Six states add up to the list, and the reasons to all contacts that cannot be called; on Home too."""
    for number in range(12):
        town.acme.add_contact(f"Contact {number}")
    town.acme.add_contact("Nowhere", "+35312345678", places="", zones="")
    short = status(town, "*12* callable now", "Needs you")
    seen = page(town.dana, short, "status_why", "= *13 contacts* in all", "*Why the other one cannot be called*")
    states, reasons = (
        seen.words.split("Why the other")[0],
        seen.words.split("Why the other")[1].split("Waiting for a decision")[0],
    )
    assert sum(int(one) for one in SUM.findall(states)) == 13
    assert sum(int(one) for one in SUM.findall(reasons)) == 1
    assert strict.shows_no_number(seen.blocks)
    town.dana.close(seen)
    shown = home(town.dana, "*12* callable now")
    town.dana.close(page(town.dana, shown, "status_ahead", "Each hour today (team time)"))


def _sees_who_holds_what_and_frees_it(town: Town) -> None:
    """One contact goes back to the list, another to Bob; a call in progress is not affected."""
    cards = types(town.alice, "/nextcall 3", "You hold 3 contacts")
    short = status(town, "*Alice*: looking since", "*3* with an agent")
    held = page(town.dana, short, "status_held", "*Alice*: Contact", "looking since", "until <!date^")
    presses(town.alice, cards, "call", NUMBER)
    after = page(town.dana, held, "take_back", "is being called now. Nothing changed.", "calling since")
    after = page(town.dana, after, "take_back", "is back on the list.")
    reads(town.alice, "is no longer on your cards: a team lead took it back")
    town.dana.submit(opens(town.dana, after, "move_form", ids.WHO), given(who=str(town.acme.bob.agent_id)))
    town.dana.close(page_reads(town.dana, "is now with Bob.", "*Bob*: "))
    reads(town.bob, "Dana gave you")
    live = [one.agent_id for one in town.acme.all(Lease) if one.ended_at is None]
    assert sorted(live) == sorted([town.acme.alice.agent_id, town.acme.bob.agent_id])
    town.move(minutes=2)
    presses(town.alice, reads(town.alice, NUMBER), "outcome_no_answer", "*No answer* recorded", without=NUMBER)


def _pauses_and_ends_the_pause(town: Town) -> None:
    town.dana.press(page(town.dana, status(town), "status_held", "Agents today"), "pause_form")
    town.dana.submit(form(town.dana, ids.WHO), given(who=str(town.acme.bob.agent_id), words="training"))
    seen = page_reads(town.dana, "*Bob* is paused and gets no new contacts", "): training")
    types(town.bob, "/nextcall 3", "Dana paused you (", "training.", "Finish the contacts you hold", "yours until")
    town.dana.close(page(town.dana, seen, "end_pause", "*Bob* gets contacts again."))
    assert town.acme.one(Agent, town.acme.bob.agent_id).paused_at is None


def _is_told_of_a_complaint_and_lifts_the_hold(town: Town) -> None:
    calling = presses(town.bob, types(town.bob, "/nextcall 1", "You hold 1 contact"), "call", NUMBER)
    town.move(minutes=2)
    town.bob.press(calling, "outcome_more", selected=f"{town.acme.all(Attempt)[-1].id}:complaint")
    reads(town.bob, "*Complaint* recorded", "Your team lead is told.")
    told = reads(town.dana, "Bob", "omplaint", without="where the contacts stand")
    assert strict.shows_no_number(told.blocks)
    town.dana.press(status(town, "Needs you", "on hold since <!date^"), "lift_form")
    assert town.dana.submit(form(town.dana, ids.WORDS), given(words=" ")).errors, "a reason is not optional"
    town.dana.submit(form(town.dana, ids.WORDS), given(words="settled with her"))
    reads(town.dana, "hold lifted.")
    assert [one.lifted_because for one in town.acme.all(Hold)] == ["settled with her"]


def _chases_what_nobody_reported(town: Town) -> None:
    presses(town.alice, types(town.alice, "/nextcall 1", "You hold 1 contact"), "call", NUMBER)
    town.move(minutes=61)
    hand.lapse_due(town.deps)
    short = status(town, "*Alice*: call of", "has no outcome", "*Alice*: free since")
    seen = page(town.dana, short, "status_held", "Calls without an outcome", "by Alice", "*1 without an outcome (50%)*")
    assert strict.shows_no_number(seen.blocks)
    town.dana.close(seen)


def _reassigns_a_callback(town: Town) -> None:
    callbacks.agree(town.deps, town.acme.bob, called_by_bob(town), date(2026, 11, 24), time(16), True)
    town.move(hours=1, minutes=30)
    town.dana.press(status(town, "callback overdue since"), "reassign_form")
    town.dana.submit(form(town.dana, ids.WHO), given(who=str(town.acme.alice.agent_id)))
    reads(town.dana, "is now Alice’s. They get a reminder.")
    assert [one.agent_id for one in town.acme.all(Callback)] == [town.acme.alice.agent_id]


def called_by_bob(town: Town) -> int:
    card = types(town.bob, "/nextcall 1", "You hold 1 contact")
    town.bob.press(card, "call")
    redrawn(town.bob, card, NUMBER)
    town.move(minutes=2)
    return town.acme.all(Attempt)[-1].id or 0


def _overrides_a_rule(town: Town) -> None:
    """The contact was reached about the debt an hour ago; the lead overrides the rule because a court requires the
    call."""
    acme = town.acme
    debts = acme.add_campaign(
        "Debts", "First Bank", acme.energy, priority=0, purpose=Purpose.DEBT, caller_role="third_party"
    )
    acme.add_contact("Grace", "+12125550123", debts, places="US-OH", zones="America/New_York")
    calling = presses(town.alice, types(town.alice, "/nextcall 1 debts", "*Grace*"), "call", "<tel:+12125550123|")
    town.move(minutes=2)
    presses(town.alice, calling, "outcome_conversation", "*Grace*: *Spoke* recorded")
    town.dana.command("/callcheck +12125550123")
    town.dana.press(reads(town.dana, "You may override a rule here, with a reason."), "override_form")
    assert town.dana.submit(form(town.dana, ids.WORDS), given(reason="litigation", words=" ")).errors
    town.dana.submit(form(town.dana, ids.WORDS), given(reason="litigation", words="the court wants it"))
    reads(town.dana, "*Grace*: approved for one call.")
    assert [one.words for one in acme.all(Override)] == ["the court wants it"]


def _reads_the_rates_and_when_the_team_runs_dry(town: Town) -> None:
    """The shares not dialled and given back, and the hour when the contacts run out."""
    cards = types(town.alice, "/nextcall 2 energy", "You hold 2 contacts")
    town.alice.press(cards, "call")
    town.alice.press(redrawn(town.alice, cards, NUMBER), "outcome_not_dialled")
    town.alice.press(redrawn(town.alice, cards, "*Not dialled* recorded", "yours until"), "give_back")
    town.alice.press(redrawn(town.alice, cards, "given back"), "release_form")
    town.alice.submit(form(town.alice, ids.REASON), given(reason="break"))
    redrawn(town.alice, cards, "Your reason is kept")
    short = status(town)
    held = page(town.dana, short, "status_held", "1 not dialled (25%)", "gave back 1 of 7 (14%): 1 break")
    town.dana.close(held)
    seen = page(town.dana, short, "status_ahead", "What becomes callable")
    assert "At 1 call an hour, no contacts are left from about" in seen.words
    assert " ← dry" in seen.words
    town.dana.close(seen)


def _reads_it_all_in_the_digest(town: Town) -> None:
    """The day ends; the digest says what was overridden and why, and is shown again from Home."""
    town.move(hours=6)
    assert digests.post_due(town.deps) >= 1
    reads(town.dana, "Energy: Tuesday 24 November 2026", "the court wants it")
    page(town.dana, home(town.dana, "*Energy*, Tue 24 Nov"), "digest_form", "the court wants it")
