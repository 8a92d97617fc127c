"""A lead on duty answers what is pushed to them: a team that runs dry, a call open for long, an overdue callback."""

from collections.abc import Iterator
from datetime import date, time

import pytest

from bot.sandbox import VisibleMessage
from bot.scheduler.ticks import tick_once
from bot.services.calls import callbacks
from bot.slack import ids
from policy.vocabulary import AttemptState
from storage.models import Attempt, Callback, Contact
from tests.fakes import SampleOrganisation
from tests.slack.scenarios.lead.test_lead_work import called
from tests.slack.scenarios.list_desk import LEADS, SHOWN, imported, worked_on
from tests.slack.scenarios.sent import redrawn
from tests.slack.scenarios.town import NUMBER, Town, form, given, opens, page, presses, reads
from tests.slack.scenarios.town import town as opened


@pytest.fixture
def town(acme: SampleOrganisation) -> Iterator[Town]:
    """The bot is in every team's channel, so that Slack has nothing to refuse."""
    with opened(acme, "socket") as made:
        made.server.workspace.channels["C0WATER0001"].bot_is_member = True
        yield made


@pytest.mark.night
def test_the_lead_answers_three_pushed_alerts(town: Town) -> None:
    _two_calls_with_a_callback_that_is_then_forgotten(town)
    _is_told_that_the_team_runs_dry_and_brings_a_list(town)
    _is_told_of_an_overdue_callback_and_gives_it_to_bob(town)
    _is_told_of_a_long_call_and_asks_for_its_outcome(town)
    _is_not_told_twice(town)
    assert town.server.workspace.refusals == ()


def _two_calls_with_a_callback_that_is_then_forgotten(town: Town) -> None:
    """One contact is left: at two calls an hour it lasts for half an hour."""
    acme = town.acme
    acme.add_contacts(3)
    callbacks.agree(acme.deps, acme.alice, called(acme), date(2026, 11, 24), time(11, 30), True)
    calling = _opens_a_call(town)
    town.move(minutes=2)
    town.alice.press(calling, "outcome_no_answer")
    redrawn(town.alice, calling, "*No answer* recorded")


def _opens_a_call(town: Town) -> VisibleMessage:
    before = {one.ts for one in town.alice.messages()}
    town.alice.command("/nextcall 1")
    card = town.alice.wait_for(lambda now: next((one for one in now.messages if one.ts not in before), None))
    town.alice.press(card, "call")
    return redrawn(town.alice, card, NUMBER)


def _is_told_that_the_team_runs_dry_and_brings_a_list(town: Town) -> None:
    tick_once(town.deps)
    told = reads(town.dana, "Team Energy has no contacts left from about")
    assert [one.label for one in told.buttons] == ["What opens when", "Import a list…"]
    town.dana.close(page(town.dana, told, "status_ahead", "At 2 calls an hour, no contacts are left from about"))
    town.dana.submit(opens(town.dana, told, "list_bring", ids.FILE), given(file=[town.dana.attach("leads.csv", LEADS)]))
    worked_on(town, "Reading *leads.csv*")
    imported(town, reads(town.dana, SHOWN))
    assert len(town.acme.all(Contact)) == 5


def _is_told_of_an_overdue_callback_and_gives_it_to_bob(town: Town) -> None:
    town.move(hours=1, minutes=45)
    tick_once(town.deps)
    told = reads(town.dana, "Alice’s callback to *Contact 1* is overdue")
    town.dana.submit(opens(town.dana, told, "reassign_form", ids.WHO), given(who=str(town.acme.bob.agent_id)))
    reads(town.dana, "The callback to *Contact 1* is now Bob’s.")
    assert [one.agent_id for one in town.acme.all(Callback)] == [town.acme.bob.agent_id]
    reads(town.bob, "Dana gave you the callback to *Contact 1*")


def _is_told_of_a_long_call_and_asks_for_its_outcome(town: Town) -> None:
    _opens_a_call(town)
    town.move(minutes=31)
    tick_once(town.deps)
    told = reads(town.dana, "*Alice*: call open since")
    presses(town.dana, told, "ask_for_outcome", "We asked *Alice* for the outcome.")
    town.alice.press(reads(town.alice, "1 call needs an outcome"), "outcome_form")
    town.alice.submit(form(town.alice, ids.NOTE), given(outcome_chosen="conversation"))
    reads(town.alice, "*Spoke* recorded")
    assert town.acme.all(Attempt)[-1].state is AttemptState.REPORTED


def _is_not_told_twice(town: Town) -> None:
    before = len(town.dana.direct_messages)
    town.move(minutes=2)
    tick_once(town.deps)
    assert [one.words for one in town.dana.direct_messages[before:]] == []
