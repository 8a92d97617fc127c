"""Team members follow Slack: who joins, who leaves, whose account is off, and what a fault must never do."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.services.deps import Deps
from bot.services.hand_out import next_call
from bot.services.ports import DirectoryUnread, Member
from bot.services.setup import plan, slack_watch
from bot.services.setup.fields import entry
from bot.services.setup.objects import PersonView, Setup
from policy.vocabulary import LeaseEnd, Role
from storage.models import Agent, Lease, Team
from storage.queries import agents as rows
from tests.fakes import SampleOrganisation

AGENTS, LEADS = "S0AGENTS", "S0LEADS"


class Slack:
    """A workspace with given answers."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[str, ...]] = {}
        self.people: dict[str, Member] = {}
        self.fails: DirectoryUnread | None = None
        self.asked: list[str] = []

    def member(self, slack_user_id: str) -> Member:
        self.asked.append(slack_user_id)
        if self.fails:
            raise self.fails
        return self.people.get(slack_user_id, Member(slack_user_id.title(), "Europe/Paris", True, False))

    def groups(self) -> dict[str, tuple[str, ...]]:
        if self.fails:
            raise self.fails
        return self.found

    def channel_fault(self, channel: str, at: datetime) -> str:
        return ""


@pytest.fixture
def slack() -> Slack:
    return Slack()


@pytest.fixture
def deps(acme: SampleOrganisation, slack: Slack) -> Deps:
    acme.change(Team, acme.energy.id, agents_group=AGENTS, leads_group=LEADS)
    acme.change(Agent, acme.erin.agent_id, role=Role.ADMIN)
    slack.found = {AGENTS: ("U0ALICE", "U0BOB"), LEADS: ("U0DANA",)}
    return replace(acme.deps, directory=slack)


def person(acme: SampleOrganisation, user: str) -> Agent:
    return next(one for one in acme.all(Agent) if one.slack_user_id == user)


def an_hour(acme: SampleOrganisation, deps: Deps) -> int:
    """How many agents left within an hour of ticks."""
    left = 0
    for _ in range(60):
        acme.clock.tick(minutes=1)
        left += slack_watch.look_for_leavers(deps)
    return left


def test_it_changes_nothing_that_is_already_right(acme: SampleOrganisation, deps: Deps) -> None:
    before = acme.all(Agent)
    assert slack_watch.follow(deps) == 0
    assert acme.all(Agent) == before


def test_a_new_member_joins_the_team_with_their_name_and_zone_in_slack(
    acme: SampleOrganisation, deps: Deps, slack: Slack
) -> None:
    slack.found[AGENTS] += ("U0NINA", "U0ROBOT")
    slack.people["U0ROBOT"] = Member("Robot", "", False, False)
    slack.people["U0NINA"] = Member("Nina", "Europe/Lisbon", True, False)
    assert slack_watch.follow(deps) == 1
    nina = person(acme, "U0NINA")
    assert (nina.name, nina.role, nina.team_id, nina.zone) == ("Nina", Role.AGENT, acme.energy.id, "Europe/Lisbon")
    assert "U0ROBOT" not in {one.slack_user_id for one in acme.all(Agent)}
    assert slack_watch.follow(deps) == 0


def test_a_member_who_leaves_gives_back_their_contacts(acme: SampleOrganisation, deps: Deps, slack: Slack) -> None:
    acme.add_contact("Grace")
    next_call.hand_out(deps, acme.bob, 1)
    slack.found[AGENTS] = ("U0ALICE",)
    assert slack_watch.follow(deps) == 1
    bob = person(acme, "U0BOB")
    assert (bob.team_id, bob.is_active) == (None, True)
    assert acme.all(Lease)[0].ended_because == LeaseEnd.RELEASED
    slack.found[AGENTS] = ("U0ALICE", "U0BOB")
    slack_watch.follow(deps)
    assert person(acme, "U0BOB").team_id == acme.energy.id


def test_it_changes_agents_to_leads_and_leads_to_agents(acme: SampleOrganisation, deps: Deps, slack: Slack) -> None:
    slack.found = {AGENTS: ("U0ALICE", "U0BOB", "U0DANA"), LEADS: ("U0BOB",)}
    assert slack_watch.follow(deps) == 2
    assert (person(acme, "U0BOB").role, person(acme, "U0DANA").role) == (Role.TEAM_LEAD, Role.AGENT)


def test_it_does_not_change_roles_set_by_hand(acme: SampleOrganisation, deps: Deps, slack: Slack) -> None:
    acme.change(Team, acme.energy.id, leads_group="")
    slack.found = {AGENTS: ("U0ALICE", "U0BOB", "U0DANA", "U0ERIN")}
    slack_watch.follow(deps)
    assert person(acme, "U0DANA").role is Role.TEAM_LEAD, "a lead by hand may be in the group of the agents"
    erin = person(acme, "U0ERIN")
    assert (erin.role, erin.team_id) == (Role.ADMIN, acme.energy.id)
    slack.found = {AGENTS: ("U0ALICE",)}
    slack_watch.follow(deps)
    assert person(acme, "U0DANA").team_id == acme.energy.id
    assert person(acme, "U0ERIN").team_id == acme.energy.id


def test_a_deactivated_agent_stays_deactivated(acme: SampleOrganisation, deps: Deps) -> None:
    acme.change(Agent, acme.bob.agent_id, is_active=False, team_id=None)
    assert slack_watch.follow(deps) == 0
    bob = person(acme, "U0BOB")
    assert (bob.is_active, bob.team_id) == (False, None)


def test_only_one_of_two_bots_changes_and_tells(acme: SampleOrganisation) -> None:
    with acme.units() as uow:
        assert [rows.set_group_fault(uow.session, acme.energy.id or 0, "gone") for _ in range(2)] == [True, False]
        assert [rows.switch_off(uow.session, acme.bob.agent_id, acme.clock()) for _ in range(2)] == [True, False]


def teams(acme: SampleOrganisation, user: str) -> set[int]:
    one = person(acme, user)
    with acme.units(is_read_only=True) as uow:
        return set(rows.teams_of(uow.session, [one])[one.id or 0])


def test_a_member_of_two_groups_may_work_for_both_teams_and_stays_where_they_are(
    acme: SampleOrganisation, deps: Deps, slack: Slack
) -> None:
    energy, water = acme.energy.id or 0, acme.water.id or 0
    acme.change(Team, water, agents_group="S0WATER")
    slack.found["S0WATER"] = ("U0CHARLIE", "U0BOB", "U0NEW")
    slack.found[AGENTS] += ("U0CHARLIE", "U0NEW")
    assert slack_watch.follow(deps) == 3
    assert [person(acme, user).team_id for user in ("U0BOB", "U0CHARLIE", "U0NEW")] == [energy, water, energy]
    assert [teams(acme, user) for user in ("U0BOB", "U0CHARLIE", "U0NEW")] == [{energy, water}] * 3
    assert slack_watch.follow(deps) == 0

    slack.found["S0WATER"] = ("U0CHARLIE",)
    assert slack_watch.follow(deps) == 2
    assert (person(acme, "U0BOB").team_id, teams(acme, "U0BOB")) == (energy, {energy})
    slack.found[AGENTS] = ("U0ALICE", "U0BOB")
    slack.found["S0WATER"] = ("U0ALICE",)
    assert slack_watch.follow(deps) == 3
    assert (person(acme, "U0CHARLIE").team_id, teams(acme, "U0NEW")) == (None, set())
    assert teams(acme, "U0ALICE") == {energy, water}


def test_a_team_given_by_hand_stays_when_a_group_is_left(acme: SampleOrganisation, deps: Deps, slack: Slack) -> None:
    water = acme.water.id or 0
    plan.apply(
        deps,
        Setup(
            people=(entry(PersonView, slack_user_id="U0BOB", name="Bob", role=Role.AGENT, teams=("Energy", "Water")),)
        ),
    )
    assert slack_watch.follow(deps) == 0, "Water follows no group"
    slack.found[AGENTS] = ("U0ALICE",)
    assert slack_watch.follow(deps) == 1
    assert (person(acme, "U0BOB").team_id, teams(acme, "U0BOB")) == (water, {water})


def unfollowed(acme: SampleOrganisation) -> list[tuple[object, ...]]:
    """Who was told that a team follows no group any more, and why."""
    return acme.notifier.told_of("group_not_followed", "team", "reason")


@pytest.mark.parametrize(
    ("found", "said"), [({}, slack_watch.GONE), ({AGENTS: (), LEADS: ("U0DANA",)}, slack_watch.EMPTY_GROUP)]
)
def test_a_missing_group_empties_no_team(
    acme: SampleOrganisation, deps: Deps, slack: Slack, found: dict[str, tuple[str, ...]], said: str
) -> None:
    slack.found = found
    for _ in range(3):
        assert slack_watch.follow(deps) == 0
    assert person(acme, "U0ALICE").team_id == acme.energy.id
    assert unfollowed(acme) == [("U0ERIN", "Energy", said)], "told once"
    slack.found = {AGENTS: ("U0ALICE", "U0BOB"), LEADS: ("U0DANA",)}
    slack_watch.follow(deps)
    assert acme.one(Team, acme.energy.id).group_fault == ""


def test_it_tells_admins_of_a_plan_without_groups_and_only_logs_temporary_failures(
    acme: SampleOrganisation, deps: Deps, slack: Slack, caplog: pytest.LogCaptureFixture
) -> None:
    slack.fails = DirectoryUnread("ratelimited", is_permanent=False)
    assert slack_watch.follow(deps) == 0
    assert unfollowed(acme) == []
    assert "reason=ratelimited" in caplog.text
    slack.fails = DirectoryUnread("plan_upgrade_required", is_permanent=True)
    slack_watch.follow(deps)
    assert unfollowed(acme) == [("U0ERIN", "Energy", "plan_upgrade_required")]
    acme.change(Team, acme.energy.id, agents_group="", leads_group="")
    slack_watch.follow(deps)
    assert acme.one(Team, acme.energy.id).group_fault == ""


def test_it_asks_slack_nothing_when_no_team_follows_a_group(acme: SampleOrganisation, deps: Deps, slack: Slack) -> None:
    acme.change(Team, acme.energy.id, agents_group="", leads_group="")
    slack.fails = DirectoryUnread("missing_scope", is_permanent=True)
    assert slack_watch.follow(deps) == 0
    assert unfollowed(acme) == []


def test_an_agent_whose_account_is_off_is_deactivated_within_the_hour(
    acme: SampleOrganisation, deps: Deps, slack: Slack
) -> None:
    acme.add_contact("Grace")
    next_call.hand_out(deps, acme.bob, 1)
    slack.people = {"U0BOB": Member("Bob", "", False, True), "U0ALICE": Member("", "", False, False)}
    assert an_hour(acme, deps) == 1
    bob = person(acme, "U0BOB")
    assert (bob.is_active, bob.deactivated_at is not None) == (False, True)
    assert acme.notifier.told_of("person_left", "agent", "contacts") == [("U0ERIN", "Bob", 1)]
    assert person(acme, "U0ALICE").is_active, "somebody Slack does not know proves nothing"
    assert len(slack.asked) == 4, "each once; the last admin is left alone"
    assert acme.all(Lease)[0].ended_at is not None


def test_no_agent_is_deactivated_when_slack_does_not_answer(acme: SampleOrganisation, deps: Deps, slack: Slack) -> None:
    slack.fails = DirectoryUnread("missing_scope", is_permanent=True)
    assert an_hour(acme, deps) == 0
    assert all(one.is_active for one in acme.all(Agent))


def test_an_agent_removed_from_their_team_gives_back_their_contacts(acme: SampleOrganisation, deps: Deps) -> None:
    acme.add_contact("Grace")
    next_call.hand_out(deps, acme.bob, 1)
    admin = replace(acme.erin, role=Role.ADMIN)
    out = entry(PersonView, slack_user_id="U0BOB", name="Bob", role=Role.MANAGER, team="")
    plan.save(deps, admin, Setup(people=(out,)))
    assert acme.all(Lease)[0].ended_because == LeaseEnd.RELEASED
