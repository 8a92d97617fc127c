"""Teams that follow a Slack user group, and accounts that are switched off: the real directory asks the real
workspace."""

from dataclasses import replace

import pytest

from bot.sandbox import UserGroup
from bot.services.deps import Deps
from bot.services.setup import slack_watch
from bot.slack.api.client import background_client
from bot.slack.api.directory import SlackDirectory
from policy.vocabulary import Role
from storage.models import Agent, Lease, Team
from tests.slack.scenarios.admin.test_admin import page
from tests.slack.scenarios.town import Town, form, given, home, page_reads, reads, types

GROUP = "S0ENERGY01"


@pytest.fixture
def deps(town: Town) -> Deps:
    workspace = town.server.workspace
    workspace.groups[GROUP] = UserGroup(GROUP, "energy", "Energy", ("U0ALICE", "U0STRANGER"))
    return replace(town.deps, directory=SlackDirectory(background_client(workspace.bot_token, town.server.api_url)))


def agents(town: Town) -> dict[str, Agent]:
    return {one.slack_user_id: one for one in town.acme.all(Agent)}


@pytest.mark.day
@pytest.mark.long
def test_it_follows_the_group_that_an_admin_chooses(town: Town, deps: Deps, erin: object) -> None:
    town.acme.add_contact("Grace")
    types(town.bob, "/nextcall 1", "Grace")
    town.erin.press(page(town.erin, "admin_teams", "*Energy*"), "admin_team", value=str(town.acme.energy.id))
    town.erin.submit(form(town.erin, "agents_group"), given(agents_group=GROUP))
    page_reads(town.erin, "follows a Slack user group")
    assert slack_watch.follow(deps) == 2, "the stranger comes, Bob goes"
    people = agents(town)
    assert (people["U0STRANGER"].name, people["U0STRANGER"].role) == ("Stranger", Role.AGENT)
    assert (people["U0STRANGER"].team_id, people["U0BOB"].team_id) == (town.acme.energy.id, None)
    assert people["U0DANA"].team_id == town.acme.energy.id, "team leads are by hand"
    types(town.stranger, "/nextcall 1", "Grace")


@pytest.mark.night
@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("plan_upgrade_required", "This workspace’s plan no longer has user groups"),
        ("missing_scope", "Update the app from manifest.yml (usergroups:read)"),
    ],
)
def test_it_tells_the_admins_why_a_group_cannot_be_followed(
    town: Town, deps: Deps, erin: object, code: str, said: str
) -> None:
    town.acme.change(Team, town.acme.energy.id, agents_group=GROUP)
    workspace = town.server.workspace
    if code == "missing_scope":
        workspace.manifest = replace(workspace.manifest, scopes=workspace.manifest.scopes - {"usergroups:read"})
    else:
        workspace.has_user_groups = False
    for _ in range(2):
        assert slack_watch.follow(deps) == 0
    told = reads(town.erin, "Team Energy cannot follow its Slack user group and stays as it is.", said)
    assert len([one for one in town.erin.messages(told.channel_id) if "cannot follow" in one.words]) == 1
    assert agents(town)["U0BOB"].team_id == town.acme.energy.id
    page(town.erin, "admin_teams", said)


@pytest.mark.night
def test_it_switches_off_whose_slack_account_was_and_tells_the_admins(town: Town, deps: Deps, erin: object) -> None:
    town.acme.add_contact("Grace")
    types(town.bob, "/nextcall 1", "Grace")
    town.server.workspace.change_person("U0BOB", is_deleted=True)
    for _ in range(60):
        town.move(minutes=1)
        slack_watch.look_for_leavers(deps)
    reads(town.erin, "Bob’s Slack account was switched off", "1 contact of theirs is back on the list.")
    assert not agents(town)["U0BOB"].is_active
    assert town.acme.all(Lease)[0].ended_at is not None
    types(town.alice, "/nextcall 1", "Grace")
    home(town.erin, "Set-up")
