"""A deactivated agent, or one who left the team, may finish what they hold; any colleague may record a request to
stop."""

from collections.abc import Callable

import pytest

from bot.sandbox import VisibleMessage
from bot.services.calls import outcomes
from bot.services.setup import plan
from bot.services.setup.fields import entry
from bot.services.setup.objects import PersonView, Setup
from bot.slack import ids
from policy.vocabulary import LeaseEnd, LeaseStage, Outcome, Role, Verdict
from storage.models import Agent, Attempt, Contact, Lease, OutcomeRecord, Suppression
from tests.slack.scenarios.sent import redrawn
from tests.slack.scenarios.town import NUMBER, Town, form, given, owed, presses, reads, types

pytestmark = pytest.mark.both_engines
GRACE = "+447700900123"


def switch_off(town: Town) -> None:
    person = entry(PersonView, slack_user_id="U0ALICE", name="Alice", role=Role.AGENT, team="Energy")
    plan.apply(town.acme.deps, Setup(people=({**person, "is_active": False},)))


def move_to(team: str) -> Callable[[Town], None]:
    def move(town: Town) -> None:
        person = entry(PersonView, slack_user_id="U0ALICE", name="Alice", role=Role.AGENT, team=team)
        plan.apply(town.acme.deps, Setup(people=(person,)))

    return move


leaving = pytest.mark.parametrize(
    "leave", [switch_off, move_to("Water"), move_to("")], ids=["switched off", "moved", "on no team"]
)


def calling(town: Town) -> VisibleMessage:
    """Alice is in a call with Grace and holds Ada's card."""
    town.acme.add_contact("Grace", GRACE)
    town.acme.add_contact("Ada")
    card = types(town.alice, "/nextcall 2", "Grace", "Ada")
    town.alice.press(card, "call")
    shown = redrawn(town.alice, card, NUMBER)
    town.move(minutes=2, seconds=0.3)
    return shown


@pytest.mark.long
@leaving
def test_an_agent_who_leaves_during_a_call_may_finish_it(town: Town, leave: Callable[[Town], None]) -> None:
    shown = calling(town)
    leave(town)
    [call, look] = town.acme.all(Lease)
    assert (call.stage, call.ended_at) == (LeaseStage.CALLING, None), (
        "nobody else may be given whom they are talking to"
    )
    assert look.ended_because == LeaseEnd.RELEASED, "nobody keeps what they look at and may not call any more"
    done = presses(town.alice, shown, "outcome_busy", "*Busy* recorded")
    assert town.acme.all(Attempt)[0].outcome is Outcome.BUSY
    town.move(minutes=9, seconds=0.3)
    presses(town.alice, done, "undo", "*Busy* undone")
    assert town.acme.all(Attempt)[0].outcome is None
    types(town.alice, "/outcome refused said so politely", "*Not interested* recorded")
    assert [one.outcome for one in town.acme.all(OutcomeRecord)] == [Outcome.BUSY, None, Outcome.REFUSED]


def test_a_deactivated_agent_may_correct_an_outcome_on_an_old_screen(town: Town) -> None:
    shown = calling(town)
    [attempt] = town.acme.all(Attempt)
    outcomes.record(town.deps, town.acme.alice, attempt.id or 0, Outcome.BUSY)
    switch_off(town)
    town.alice.press(shown, "outcome_conversation")
    asked = redrawn(town.alice, shown, "Correct it to")
    presses(town.alice, asked, "correct", "corrected to *Spoke*")
    assert town.acme.all(Attempt)[0].outcome is Outcome.CONVERSATION


@pytest.mark.long
@leaving
@pytest.mark.parametrize("road", ["press", "form", "typed", "typed by number", "/dnc"])
def test_a_stop_said_in_the_call_is_recorded(town: Town, leave: Callable[[Town], None], road: str) -> None:
    shown = calling(town)
    leave(town)
    if road == "press":
        town.alice.press(shown, "outcome_do_not_call")
    elif road == "form":
        town.alice.press(owed(town.alice), "outcome_form")
        town.alice.submit(form(town.alice, ids.OUTCOME), given(**{ids.OUTCOME: "do_not_call"}))
    else:
        command = {"typed": "/outcome", "typed by number": f"/outcome {GRACE}", "/dnc": f"/dnc {GRACE}"}[road]
        town.alice.command(f"{command} do not call" if road != "/dnc" else command)
    reads(town.alice, "will not be called again" if road == "/dnc" else "*Do not call* recorded")
    grace = next(one for one in town.acme.all(Contact) if one.number == GRACE)
    assert grace.verdict is Verdict.SUPPRESSED, "for the client in whose name the call was made"
    assert {one.recorded_by for one in town.acme.all(Suppression)} == {town.acme.alice.agent_id}


def test_a_deactivated_agent_may_give_back_held_contacts(town: Town) -> None:
    """A state that an older version, or a change by hand in the database, may leave."""
    town.acme.add_contact("Grace", GRACE)
    card = types(town.alice, "/nextcall 1", "Grace")
    town.acme.change(Agent, town.acme.alice.agent_id, is_active=False)
    presses(town.alice, card, "call", "switched off", "/outcome")
    town.alice.press(presses(town.alice, card, "give_back", "given back"), "release_form")
    town.alice.submit(form(town.alice, ids.REASON), given(**{ids.REASON: "end_of_shift"}))
    reads(town.alice, "*Grace* given back. Your reason is kept.")
    assert town.acme.all(Attempt) == []
    assert town.acme.all(Lease)[0].release_reason == "end_of_shift"


def test_a_deactivated_agent_starts_no_call_and_records_for_no_other(town: Town) -> None:
    town.acme.add_contact("Grace", GRACE)
    town.acme.change(Agent, town.acme.dana.agent_id, is_active=False)
    shown = presses(town.alice, types(town.alice, "/nextcall 1", "Grace"), "call", NUMBER)
    presses(town.dana, town.shows("dana", *shown.blocks), "outcome_refused", "Alice has that contact")
    every = ("/nextcall", "/teamstatus", f"/callcheck {GRACE}", "/outcome 07700 900777 busy")
    for times, typed in enumerate(every, 1):
        town.dana.command(typed)
        refused(town, times)
    assert town.acme.all(OutcomeRecord) == []
    assert len(town.acme.all(Attempt)) == 1


def refused(town: Town, times: int) -> None:
    """How many refusals there have been so far."""
    town.dana.wait_for(lambda seen: sum("switched off" in one.words for one in seen.messages) >= times)


@pytest.mark.parametrize("typed", [f"/dnc {GRACE} rang the shop", f"/outcome {GRACE} do not call"])
def test_a_colleague_who_is_not_enrolled_may_record_a_stop(town: Town, typed: str) -> None:
    town.acme.add_contact("Grace", GRACE)
    for _ in range(2):
        town.stranger.command(typed)
        town.move(seconds=0.3)
    reads(town.stranger, "will not be called again for anyone here")
    reads(town.stranger, "You already recorded this; nothing changed")
    assert town.acme.all(Contact)[0].verdict is Verdict.SUPPRESSED
    said = {(one.recorded_by, one.told_by, one.principal) for one in town.acme.all(Suppression)}
    assert said == {(None, "U0STRANGER", "")}
    types(town.bob, f"/callcheck {GRACE}", "On do-not-call since")


@pytest.mark.parametrize(
    "typed", ["/nextcall", f"/callcheck {GRACE}", f"/outcome {GRACE} busy", "/outcome", "/teamstatus"]
)
def test_a_stranger_may_record_nothing_else(town: Town, typed: str) -> None:
    types(town.stranger, typed, "does not know you yet")
    assert town.acme.all(Attempt) == []
