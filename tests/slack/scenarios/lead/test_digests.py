"""Any day's digest shown again on request, and a channel that does not accept one."""

import pytest

from bot.services.reports import digests
from policy.vocabulary import Outcome, Role
from storage.models import Agent, DigestRun, Team
from tests.rows import a_call
from tests.services.stage import DAY
from tests.slack import strict
from tests.slack.scenarios.town import Town, reads, types

pytestmark = pytest.mark.usefixtures("few_charts")


@pytest.fixture(autouse=True)
def one_team(town: Town) -> None:
    town.acme.change(Team, town.acme.water.id, editions="")


def test_any_day_is_shown_again_only_to_the_person_who_asks(town: Town) -> None:
    town.move(days=3)
    town.dana.command("/teamstatus on 2026-11-24")
    shown = reads(town.dana, "Energy: Tuesday 24 November 2026", "No calls, no opt-outs", "visible only to you")
    assert shown.is_ephemeral
    assert strict.shows_no_number(shown.blocks)
    types(town.erin, "/teamstatus energy yesterday", "Energy: Thursday 26 November 2026", "No calls, no opt-outs")
    assert not town.acme.all(DigestRun)
    assert not town.dana.messages("C0ENERGY001")


def test_an_invalid_day_gets_a_hint_what_to_type(town: Town) -> None:
    types(town.dana, "/teamstatus on Tuesday", "“Tuesday” is not a day. Type `/teamstatus on 2026-11-20`")
    for far in ("0001-01-01", "1970-12-31", "9999-12-31"):
        types(town.dana, f"/teamstatus on {far}", f"“{far}” is not a day.")
    types(town.dana, "/teamstatus Energy on 2099-01-01", "That day has not begun")
    types(town.erin, "/teamstatus Gas on 2026-11-24", "“Energy”")
    types(town.alice, "/teamstatus on 2026-11-24", "Only a team lead may do that")


def test_a_team_with_the_name_of_a_day_is_found(town: Town) -> None:
    town.acme.change(Team, town.acme.energy.id, name="Hands on Deck")
    types(town.dana, "/teamstatus hands on deck", "Hands on Deck: where the contacts stand")


@pytest.mark.night
def test_it_tells_the_admins_of_an_archived_channel_and_posts_once_it_is_back(town: Town) -> None:
    town.acme.change(Agent, town.acme.erin.agent_id, role=Role.ADMIN)
    channel = town.server.workspace.channels["C0ENERGY001"]
    channel.is_archived = True
    town.move(hours=9)
    assert digests.post_due(town.deps) == 0
    told = reads(town.erin, "The digest of Energy for Tue 24 Nov could not be posted. The channel is archived.")
    assert not told.is_ephemeral
    assert not town.dana.messages("C0ENERGY001")
    town.move(hours=1)
    assert digests.post_due(town.deps) == 0
    assert len([one for one in town.erin.messages(told.channel_id) if "could not be posted" in one.words]) == 1
    channel.is_archived = False
    town.move(hours=1)
    assert digests.post_due(town.deps) == 1
    reads(town.dana, "Energy: Tuesday 24 November 2026", "every promise kept")


def test_it_goes_on_while_the_token_is_refused(town: Town) -> None:
    town.acme.change(Agent, town.acme.erin.agent_id, role=Role.ADMIN)
    town.move(hours=9)
    town.server.fail_next("chat.postMessage", with_="token_revoked", times=2)
    assert digests.post_due(town.deps) == 0
    town.move(hours=1)
    assert digests.post_due(town.deps) == 1


def test_slack_draws_its_charts_and_where_it_refuses_them_the_rest_is_posted(town: Town) -> None:
    contact = town.acme.add_contact()
    for times in range(2):
        town.acme.put(
            a_call(
                town.acme.alice, contact, town.acme.clock() + times * DAY, number="+447700900801", outcome=Outcome.BUSY
            )
        )
    town.move(hours=9)
    assert digests.post_due(town.deps) == 1
    first = reads(town.dana, "Energy: Tuesday 24 November 2026", "1 call,")
    assert [one["title"] for one in first.blocks if one["type"] == "data_visualization"] == ["Calls by hour"]
    town.move(days=1)
    town.server.fail_next("chat.postMessage", with_="invalid_blocks")
    assert digests.post_due(town.deps) == 1
    second = reads(town.dana, "Energy: Wednesday 25 November 2026", "1 call (", "Chart and evidence are in the thread")
    assert not [one for one in second.blocks if one["type"] == "data_visualization"]


def test_it_posts_the_sums_where_slack_takes_no_more(town: Town) -> None:
    town.move(hours=9)
    town.server.fail_next("chat.postMessage", with_="msg_blocks_too_long")
    assert digests.post_due(town.deps) == 1
    reads(town.dana, "Energy: Tuesday 24 November 2026", "every promise kept", "0 calls, ", "has everything")
