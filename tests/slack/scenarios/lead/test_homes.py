"""The Home of an agent and of a manager through the real app: their own day, and the last audits shown again."""

from datetime import timedelta

import pytest

from bot.services.reports import digests
from bot.slack import ids
from storage.models import Attempt, DigestRun
from tests.slack import strict
from tests.slack.scenarios.town import Town, given, home, opens, page, presses, reads

pytestmark = [pytest.mark.usefixtures("few_charts"), pytest.mark.long]


def test_it_shows_an_agent_their_callbacks_and_figures(town: Town) -> None:
    calling = town.calling(minutes=2)
    asked = opens(town.alice, calling, "callback_at", ids.ON, selected="Another day or time…")
    callback = (town.acme.clock.now + timedelta(hours=3)).strftime("%H:%M")
    town.alice.submit(asked, given(on="2026-11-24", at=callback, whose="mine"))
    reads(town.alice, "Callback: *")
    shown = home(town.alice)
    assert "Your callbacks this week" in shown.words
    assert "*: Grace, Energy switch" in shown.words
    assert "*1* call · *1* contact" in shown.words
    assert "900001" not in shown.words
    town.bob.open_home()
    assert "No callbacks promised." in town.bob.wait_for(lambda seen: seen.home).words
    town.move(hours=4)
    home(town.alice, "overdue since")


@pytest.mark.night
def test_it_shows_a_manager_the_last_digest_again_and_posts_nothing(town: Town) -> None:
    calling = town.calling(minutes=2)
    presses(town.alice, calling, "outcome_busy", "*Busy* recorded")
    town.move(hours=9)
    assert digests.post_due(town.deps) == 1
    seen = home(town.erin)
    assert "*Energy*, Tue 24 Nov. Audit: every promise kept. Posted" in seen.words
    shown = page(town.erin, seen, "digest_form", "1 call, ")
    assert "Energy: Tuesday 24 November 2026" in shown.words
    assert strict.shows_no_number(shown.blocks)
    posts = [one for one in town.dana.messages("C0ENERGY001") if "Energy: Tuesday" in one.words]
    assert len(posts) == 1
    assert len(town.acme.all(DigestRun)) == 2
    assert len(town.acme.all(Attempt)) == 1
    assert [one.error for one in town.server.workspace.refusals] == ["not_in_channel"], (
        "Water's channel has no bot in it"
    )


def test_a_lead_sees_the_digest_of_their_own_team_only(town: Town) -> None:
    town.move(hours=9)
    digests.post_due(town.deps)
    shown = home(town.dana)
    assert [one.value for one in shown.elements() if one.action_id == "digest_form"] == ["1:2026-11-24"]
    assert "*Water*" not in shown.words
