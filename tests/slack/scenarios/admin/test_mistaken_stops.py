"""A stop by somebody who is not set up, and the road back for a stop that was a mistake."""

import pytest

from bot.sandbox import VisibleMessage
from bot.slack import ids
from policy.vocabulary import Role, Verdict
from storage.models import Agent, Contact, Organisation, Suppression
from tests.slack.scenarios.sent import redrawn
from tests.slack.scenarios.town import Town, form, given, opens, reads, types

GRACE = "+447700900123"


@pytest.fixture
def town(town: Town) -> Town:
    """Erin and Dana are admins."""
    for one in (town.acme.erin, town.acme.dana):
        town.acme.change(Agent, one.agent_id, role=Role.ADMIN)
    return town


def stopped_by_a_colleague(town: Town) -> VisibleMessage:
    town.acme.add_contact("Grace", GRACE)
    types(town.stranger, f"/dnc {GRACE} met her at the fair", "will not be called again")
    return reads(town.erin, "is not set up in Nextcall", "•••• 123", "It took effect at once")


def asked(town: Town, pressed: VisibleMessage) -> VisibleMessage:
    """Erin says why; Dana is asked."""
    shown = opens(town.erin, pressed, "withdraw_stop", ids.WORDS)
    assert "Typed by" in shown.words
    assert not town.erin.submit(shown, given(words="another Grace")).errors
    reads(town.erin, "Asked 1 other admin")
    return reads(town.dana, "Erin says that this stop is a mistake: another Grace")


def verdict(town: Town) -> Verdict:
    return town.acme.all(Contact)[0].verdict


@pytest.mark.day
def test_a_stop_of_a_colleague_stands_until_two_admins_withdraw_it(town: Town) -> None:
    told = stopped_by_a_colleague(town)
    assert verdict(town) is Verdict.SUPPRESSED
    reads(town.dana, "is not set up in Nextcall")
    question = asked(town, told)
    assert verdict(town) is Verdict.SUPPRESSED
    town.dana.press(question, "stop_agree")
    done = redrawn(town.dana, question, "Withdrawn: Dana agreed")
    assert "another Grace" in done.words, "the question stays on the screen"
    reads(town.erin, "Withdrawn: Dana agreed")
    assert verdict(town) is Verdict.CALLABLE
    assert all(one.withdrawn_at for one in town.acme.all(Suppression))


def test_a_repeated_stop_tells_the_admins_once(town: Town) -> None:
    stopped_by_a_colleague(town)
    types(town.stranger, f"/dnc {GRACE}", "You already recorded this")
    town.rest()
    assert len([one for one in town.erin.direct_messages if "is not set up" in one.words]) == 1


@pytest.mark.long
def test_callcheck_offers_an_admin_the_road_back(town: Town) -> None:
    town.acme.add_contact("Grace", GRACE)
    types(town.alice, f"/dnc {GRACE}", "will not be called again")
    town.alice.command(f"/callcheck {GRACE}")
    assert "withdraw_stop" not in str(reads(town.alice, "On do-not-call since").blocks)
    town.erin.command(f"/callcheck {GRACE}")
    question = asked(town, reads(town.erin, "stopped by mistake"))
    town.dana.press(question, "stop_disagree")
    redrawn(town.dana, question, "Kept: Dana said no")
    assert verdict(town) is Verdict.SUPPRESSED


def test_an_only_admin_is_told_of_the_machine(town: Town) -> None:
    town.acme.change(Agent, town.acme.dana.agent_id, role=Role.TEAM_LEAD)
    town.erin.press(stopped_by_a_colleague(town), "withdraw_stop")
    errors = town.erin.submit(form(town.erin, ids.WORDS), given(words="a mistake")).errors
    assert "nextcall withdraw-stop" in errors[ids.WORDS]


@pytest.mark.day
def test_a_user_of_another_workspace_records_nothing_and_reads_whom_to_tell(town: Town) -> None:
    town.acme.change(Organisation, town.acme.organisation_id, slack_team_id="T0OTHER0001")
    types(town.stranger, f"/dnc {GRACE}", "another Slack workspace than Acme Calls", "nothing was recorded", "Erin")
    assert town.acme.all(Suppression) == []
