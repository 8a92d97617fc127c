"""The app's Messages tab is off: work goes on, the admins see that reminders do not arrive, and those go out later."""

from dataclasses import replace
from datetime import timedelta

import pytest

from policy.vocabulary import Role
from storage.models import Agent
from tests.rows import a_reminder
from tests.slack.scenarios.town import Town, home, reads, types
from tests.slack.scenarios.trouble.test_rate_limits import tick


@pytest.mark.night
def test_it_tells_the_admins_that_reminders_do_not_arrive(town: Town) -> None:
    acme = town.acme
    acme.change(Agent, acme.erin.agent_id, role=Role.ADMIN)
    grace = acme.add_contact("Grace")
    acme.put(a_reminder(acme.alice, grace, acme.clock() + timedelta(minutes=1)))
    workspace = town.server.workspace
    on, off = workspace.manifest, replace(workspace.manifest, messages_tab=False)
    workspace.manifest = off
    town.move(minutes=2)
    tick(town)
    assert "did not arrive" not in home(town.erin, "Set-up").words, "it may pass"
    tick(town, seconds=3_601)
    home(town.erin, "1 reminder did not arrive", "Messages tab", "nextcall doctor")
    types(town.bob, "/nextcall 1", "Grace", channel="C0ENERGY001")

    workspace.manifest = on
    town.bob.press(reads(town.bob, "Grace"), "give_back")
    tick(town, seconds=60)
    reads(town.alice, "Grace", ":bell: You can call")
    assert home(town.erin, without="did not arrive")
