"""The Home of an agent and of a manager through the real app: their own day, and the last audits shown again."""

from datetime import timedelta

import pytest

from bot.services.reports import digests
from bot.slack import ids
from storage.models import Attempt, DigestRun
from tests.slack import strict
from tests.slack.scenarios.town import NUMBER, Town, form, given, reads

pytestmark = pytest.mark.usefixtures("few_charts")


@pytest.mark.long
def test_it_shows_an_agent_their_callbacks_and_figures(town: Town) -> None:
    town.acme.add_contact("Grace")
    town.alice.command("/nextcall 1")
    town.alice.press(reads(town.alice, "Grace"), "call")
    calling = reads(town.alice, NUMBER)
    town.move(minutes=2)
    town.alice.press(calling, "callback_at", selected="Another day or time…")
    asked = form(town.alice, ids.ON)
    callback = (town.acme.clock.now + timedelta(hours=3)).strftime("%H:%M")
    town.alice.submit(asked, given(on="2026-11-24", at=callback, whose="mine"))
    reads(town.alice, "Callback: *")
    town.alice.open_home()
    home = town.alice.wait_for(lambda seen: seen.home)
    assert "Your callbacks this week" in home.words
    assert "*: Grace, Energy switch" in home.words
    assert "*1* call · *1* contact" in home.words
    assert "900001" not in home.words
    town.bob.open_home()
    assert "No callbacks promised." in town.bob.wait_for(lambda seen: seen.home).words
    town.move(hours=4)
    town.alice.open_home()
    town.alice.wait_for(lambda seen: seen.home and "overdue since" in seen.home.words)


@pytest.mark.night
def test_it_shows_a_manager_the_last_digest_again_and_posts_nothing(town: Town) -> None:
    town.acme.add_contact("Grace")
    town.alice.command("/nextcall 1")
    town.alice.press(reads(town.alice, "Grace"), "call")
    calling = reads(town.alice, NUMBER)
    town.move(minutes=2)
    town.alice.press(calling, "outcome_busy")
    reads(town.alice, "*Busy* recorded")
    town.move(hours=9)
    assert digests.post_due(town.deps) == 1
    town.erin.open_home()
    home = town.erin.wait_for(lambda seen: seen.home)
    assert "*Energy*, Tue 24 Nov: Audit: every promise kept. (posted" in home.words
    town.erin.press(home, "digest_form")
    shown = town.erin.wait_for(lambda seen: seen.modal if seen.modal and "1 call, " in seen.modal.words else None)
    assert "Energy: Tuesday 24 November 2026" in shown.words
    assert strict.shows_no_number(shown.blocks)
    posts = [one for one in town.dana.messages("C0ENERGY001") if "Energy: Tuesday" in one.words]
    assert len(posts) == 1
    assert len(town.acme.all(DigestRun)) == 2
    assert len(town.acme.all(Attempt)) == 1
    assert [one.error for one in town.server.workspace.refusals] == ["not_in_channel"], (
        "Water's channel has no bot in it"
    )


@pytest.mark.long
def test_a_lead_sees_the_digest_of_their_own_team_only(town: Town) -> None:
    town.move(hours=9)
    digests.post_due(town.deps)
    town.dana.open_home()
    home = town.dana.wait_for(lambda seen: seen.home)
    assert [one.value for one in home.elements() if one.action_id == "digest_form"] == ["1:2026-11-24"]
    assert "*Water*" not in home.words
