"""What a lead does with people and their work, and what agents set for themselves, through the real app."""

import json
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest

from bot.sandbox import VisibleView
from bot.services.answers.calls import CallOpened, OfferCard
from bot.services.calls import callbacks, calling, outcomes
from bot.services.hand_out import next_call
from bot.slack import ids
from policy.vocabulary import Outcome, Purpose
from storage.models import Agent, Callback, Contact, Lease, Override
from tests.fakes import TUESDAY, SampleOrganisation
from tests.slack import strict
from tests.slack.scenarios.town import (
    NUMBER,
    Town,
    form,
    given,
    home,
    home_shows,
    opens,
    page,
    page_reads,
    presses,
    reads,
    types,
)
from tests.slack.scenarios.town import town as opened


def called(acme: SampleOrganisation) -> int:
    """Alice rings the next contact; the attempt."""
    (card,) = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    call = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(call, CallOpened)
    acme.clock.tick(minutes=2)
    return call.attempt_id


@pytest.mark.long
def test_it_pauses_an_agent_who_may_finish_and_ends_the_pause(acme: SampleOrganisation) -> None:
    acme.add_contacts(2)
    with opened(acme, "socket") as town:
        card = types(town.alice, "/nextcall 1", "yours until")
        town.dana.command("/teamstatus")
        held = page(town.dana, reads(town.dana, "*Alice*: looking"), "status_held", "Agents today")
        town.dana.press(held, "pause_form")
        town.dana.submit(form(town.dana, ids.WHO), given(who=str(acme.alice.agent_id), words="training"))
        held = page_reads(
            town.dana, "*Alice* is paused and gets no new contacts", "*Alice*: paused by Dana (", "): training"
        )
        town.alice.command("/nextcall 2")
        reads(town.alice, "Dana paused you (", "training.", "Finish the contacts you hold", "yours until")
        home(town.alice, "*Dana paused you* (")
        town.alice.press(presses(town.alice, card, "call", NUMBER), "outcome_busy")
        presses(town.alice, reads(town.alice, "*Busy* recorded"), "next_contacts", "Dana paused you (")
        resumed = page(town.dana, held, "end_pause", "*Alice* gets contacts again.")
        assert "paused by Dana (" not in resumed.words
        types(town.alice, "/nextcall 1", "You hold 1 contact")
        assert town.server.workspace.refusals == ()


@pytest.mark.long
def test_it_gives_a_contact_to_another_agent(town: Town) -> None:
    card = town.cards("Grace")
    town.dana.command("/teamstatus")
    held = page(town.dana, reads(town.dana, "*Alice*: looking"), "status_held", "*Alice*: Grace")
    view = opens(town.dana, held, "move_form", ids.WHO)
    assert "We check *Grace* again first" in strict.words(view.blocks)
    town.dana.submit(view, given(who=str(town.acme.bob.agent_id)))
    page_reads(town.dana, "*Grace* is now with Bob.", "*Bob*: Grace")
    reads(town.alice, "is no longer on your cards: a team lead gave it to another agent")
    told = reads(town.bob, "Dana gave you *Grace*")
    town.bob.press(told, "see_cards")
    assert reads(town.bob, "*Grace*", "yours until").is_ephemeral
    presses(town.alice, card, "call", "no longer with you: a team lead gave it to another agent")
    presses(town.bob, types(town.bob, "/nextcall 1", "Grace", "yours until"), "call", NUMBER)
    assert [one.ended_at is None for one in town.acme.all(Lease)] == [False, True]


@pytest.mark.long
def test_it_reassigns_an_overdue_callback(town: Town) -> None:
    acme = town.acme
    acme.add_contact("Grace")
    callbacks.agree(acme.deps, acme.alice, called(acme), date(2026, 11, 24), time(12), True)
    town.move(hours=3)
    status = types(town.dana, "/teamstatus", "*Grace*: callback overdue since")
    town.dana.submit(opens(town.dana, status, "reassign_form", ids.WHO), given(who=str(acme.bob.agent_id)))
    again = reads(town.dana, "The callback to *Grace* is now Bob’s")
    town.dana.submit(opens(town.dana, again, "reassign_form", ids.WHO), given(who=ids.ANYONE))
    reads(town.dana, "Anyone in the team can now make the callback to *Grace*")
    assert [one.agent_id for one in acme.all(Callback)] == [None]


@pytest.mark.long
def test_it_moves_any_contact_of_many(town: Town) -> None:
    town.acme.add_contacts(8)
    types(town.alice, "/nextcall 8", "You hold 8 contacts")
    town.dana.command("/teamstatus")
    status = page(town.dana, reads(town.dana, "*Alice*: looking"), "status_held", "Agents today")
    assert len([one for one in status.buttons if one.action_id == "move_form"]) == 4
    last = town.acme.all(Lease)[-1]
    view = opens(town.dana, status, "any_contact_form", ids.WHAT)
    town.dana.submit(view, given(what=str(last.id), who=str(town.acme.bob.agent_id)))
    again = page_reads(town.dana, "is now with Bob.", "*Bob*: ")
    town.dana.press(again, "any_contact_form")
    first = town.acme.all(Lease)[0]
    town.dana.submit(form(town.dana, ids.WHAT), given(what=str(first.id), who=ids.BACK))
    page_reads(town.dana, "is back on the list.")
    assert {one.agent_id for one in town.acme.all(Lease) if one.ended_at is None} == {
        town.acme.alice.agent_id,
        town.acme.bob.agent_id,
    }
    assert [one.release_reason for one in town.acme.all(Lease) if one.ended_at] == ["taken_back", "moved"]


@pytest.mark.night
def test_it_reassigns_any_overdue_callback_of_many(town: Town) -> None:
    acme = town.acme
    for number in range(6):
        acme.add_contact(f"Grace {number}")
        callbacks.agree(acme.deps, acme.alice, called(acme), date(2026, 11, 24), time(12, number), True)
    town.move(hours=3)
    short = types(town.dana, "/teamstatus", "*Grace 4*", "…and 1 more.", without="Grace 5")
    status = page(town.dana, short, "status_held", "Overdue callbacks", "*Grace 3*", "by Alice", "…and 2 more.")
    assert "Grace 4" not in status.words
    view = opens(town.dana, status, "any_callback_form", ids.WHAT)
    assert "Grace 5 · Alice" in view.words
    town.dana.submit(view, given(what=str(acme.all(Callback)[-1].id), who=str(acme.bob.agent_id)))
    page_reads(town.dana, "The callback to *Grace 5* is now Bob’s")
    assert [one.agent_id for one in acme.all(Callback)] == [acme.alice.agent_id] * 5 + [acme.bob.agent_id]


def _held(town: Town) -> VisibleView:
    return page(town.dana, reads(town.dana, "where the contacts stand"), "status_held", "Agents today")


def _pause_form(town: Town) -> tuple[VisibleView, dict[str, Any]]:
    town.dana.command("/teamstatus")
    town.dana.press(_held(town), "pause_form")
    return form(town.dana, ids.WHO), given(who=str(town.acme.bob.agent_id), words="training")


def _contact_form(town: Town) -> tuple[VisibleView, dict[str, Any]]:
    town.acme.add_contacts(5)
    types(town.alice, "/nextcall 5", "You hold 5 contacts")
    town.dana.command("/teamstatus")
    town.dana.press(_held(town), "any_contact_form")
    lease_id = town.acme.all(Lease)[0].id
    return form(town.dana, ids.WHAT), given(what=str(lease_id), who=str(town.acme.bob.agent_id))


def _callback_form(town: Town) -> tuple[VisibleView, dict[str, Any]]:
    acme = town.acme
    for number in range(5):
        acme.add_contact(f"Grace {number}")
        callbacks.agree(acme.deps, acme.alice, called(acme), date(2026, 11, 24), time(12, number), True)
    town.move(hours=3)
    town.dana.command("/teamstatus")
    town.dana.press(_held(town), "any_callback_form")
    return form(town.dana, ids.WHAT), given(what=str(acme.all(Callback)[0].id), who=str(acme.bob.agent_id))


@pytest.mark.day
@pytest.mark.long
@pytest.mark.parametrize("open_form", [_pause_form, _contact_form, _callback_form])
def test_a_form_with_a_forged_team_is_refused_before_it_changes_anything(
    town: Town, open_form: Callable[[Town], tuple[VisibleView, dict[str, Any]]]
) -> None:
    view, answers = open_form(town)
    opened_as = town.server.workspace.views.every[view.view_id].body
    kept = json.loads(opened_as["private_metadata"])
    before = [town.acme.all(kind) for kind in (Agent, Lease, Callback)]
    for forged in (f"1:{town.acme.water.id}", "1:999", "1:-1", "1", "x:y", ""):
        opened_as["private_metadata"] = json.dumps(kept | {"id": forged})
        assert town.dana.submit(view, answers).errors, f"{forged!r}: the form stays open and says why"
        assert [town.acme.all(kind) for kind in (Agent, Lease, Callback)] == before, forged
    opened_as["private_metadata"] = json.dumps(kept)
    assert not town.dana.submit(view, answers).errors
    assert [town.acme.all(kind) for kind in (Agent, Lease, Callback)] != before


@pytest.fixture
def owed(acme: SampleOrganisation) -> Contact:
    """Somebody in New York, spoken to about a debt three days ago."""
    debts = acme.add_campaign(
        "Debts", "First Bank", acme.energy, priority=0, purpose=Purpose.DEBT, caller_role="third_party"
    )
    acme.clock.at(TUESDAY + timedelta(hours=4))
    contact = acme.add_contact("Grace", "+12125550123", debts, places="US-OH", zones="America/New_York")
    outcomes.record(acme.deps, acme.alice, called(acme), Outcome.CONVERSATION)
    acme.clock.tick(days=3)
    return contact


def test_it_overrides_a_rule_from_the_check_of_a_number(acme: SampleOrganisation, owed: Contact) -> None:
    with opened(acme, "http") as town:
        town.alice.command("/callcheck +12125550123")
        assert not list(reads(town.alice, "*Grace*, Debts: *locked*").elements())
        town.dana.command("/callcheck +12125550123")
        town.dana.press(reads(town.dana, "You may override a rule here, with a reason."), "override_form")
        view = form(town.dana, ids.WORDS)
        assert "Spoke about this debt within the last seven days" in strict.words(view.blocks)
        town.dana.submit(view, given(reason="litigation", words=" "))
        assert form(town.dana, ids.WORDS).errors
        town.dana.submit(form(town.dana, ids.WORDS), given(reason="litigation", words="the court wants it"))
        reads(town.dana, "*Grace*: approved for one call. Now: callable now.")
        assert [one.words for one in acme.all(Override)] == ["the court wants it"]
        types(town.alice, "/nextcall 1", "*Grace*", "Debts")
        assert acme.one(Contact, owed.id).owner_id == acme.alice.agent_id


def test_the_same_override_delivered_after_its_call_permits_no_second_one(
    acme: SampleOrganisation, owed: Contact
) -> None:
    with opened(acme, "http") as town:
        town.dana.command("/callcheck +12125550123")
        town.dana.press(reads(town.dana, "You may override a rule here, with a reason."), "override_form")
        town.dana.submit(form(town.dana, ids.WORDS), given(reason="litigation", words="the court wants it"))
        reads(town.dana, "*Grace*: approved for one call. Now: callable now.")
        sent = next(
            one.envelope for one in reversed(town.server.delivered) if "litigation" in str(one.envelope.payload)
        )
        outcomes.record(acme.deps, acme.alice, called(acme), Outcome.NO_ANSWER)
        town.move(seconds=0.3)
        answer = town.server.deliver(sent)
        assert answer.is_acked
        assert "delivered this twice" in str(answer.payload)
    assert len(acme.all(Override)) == 1


@pytest.mark.day
def test_it_lets_an_agent_set_their_working_day_on_home(town: Town) -> None:
    shown = home(town.alice, "Your working day")
    assert "08:00 to 20:00, as your contacts open" in shown.words
    town.alice.press(shown, "my_day_form")
    filled = {ids.REMINDERS: {"input": "quiet"}, "from": {"input": "09:30"}, "until": {"input": "17:00"}}
    town.alice.submit(form(town.alice, ids.REMINDERS), filled)
    home_shows(town.alice, "Working day saved.", "09:30 to 17:00.")
    alice = town.acme.one(Agent, town.acme.alice.agent_id)
    assert (alice.reminders, alice.shift_from, alice.shift_until) == ("quiet", time(9, 30), time(17))


@pytest.mark.day
def test_it_keeps_a_card_for_longer_and_once(town: Town) -> None:
    town.acme.add_contact("Grace")
    card = types(town.alice, "/nextcall 1", "Grace", "yours until")
    town.move(minutes=20)
    kept = presses(town.alice, card, "keep", "*Grace* stays yours until")
    assert "keep" not in [one.action_id for one in kept.elements()]
