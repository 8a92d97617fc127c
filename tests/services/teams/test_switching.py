"""People in several teams: how they come to be, which one they work for, and what a lead of several may do."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.services import agents
from bot.services.agents import led_agent, led_contact
from bot.services.answers.calls import OfferCard
from bot.services.answers.people import Actor
from bot.services.calls import calling, outcomes
from bot.services.errors import AlreadyGone, RoleNeeded, SetupRefused
from bot.services.hand_out import next_call
from bot.services.intake import shared
from bot.services.reminders import lead_alerts
from bot.services.reports import activity, digests
from bot.services.setup import overview, plan
from bot.services.setup.fields import entry
from bot.services.setup.objects import PersonView, Setup
from bot.services.teams import own_day, team_status
from policy.vocabulary import Outcome, Role
from storage.models import Agent, Callback, Lease, ListFile, Membership
from tests.fakes import WORKSPACE, SampleOrganisation

pytestmark = pytest.mark.both_engines
BOTH = ("Energy", "Water")


def put(acme: SampleOrganisation, actor: Actor, *teams: str) -> None:
    person = entry(PersonView, slack_user_id=actor.slack_user_id, name=actor.name, role=actor.role, teams=teams)
    plan.apply(acme.deps, Setup(people=(person,)))


def now(acme: SampleOrganisation, actor: Actor) -> Actor:
    return agents.identify(acme.deps, WORKSPACE, actor.slack_user_id)


@pytest.fixture
def bob(acme: SampleOrganisation) -> Actor:
    """An agent of both teams, who works for Energy."""
    put(acme, acme.bob, *BOTH)
    return acme.bob


@pytest.fixture
def dana(acme: SampleOrganisation) -> Actor:
    """A lead of both teams, who works for Energy."""
    put(acme, acme.dana, *BOTH)
    return now(acme, acme.dana)


def names(acme: SampleOrganisation, actor: Actor) -> set[str]:
    handed = next_call.hand_out(acme.deps, now(acme, actor), 5)
    return {card.name for card in handed.cards if isinstance(card, OfferCard)}


def test_who_is_in_one_team_has_nothing_to_choose(acme: SampleOrganisation) -> None:
    assert own_day.teams_of(acme.deps, acme.alice) == ((acme.energy.id, "Energy"),)
    assert own_day.teams_of(acme.deps, acme.erin) == ()
    with pytest.raises(AlreadyGone):
        own_day.work_for(acme.deps, acme.alice, acme.water.id or 0)


def test_an_agent_gets_the_contacts_of_the_team_they_work_for(acme: SampleOrganisation, bob: Actor) -> None:
    acme.add_contact("Grace")
    acme.add_contact("Ada", campaign=acme.water_campaign)
    assert names(acme, bob) == {"Grace"}
    done = own_day.work_for(acme.deps, bob, acme.water.id or 0)
    assert (done.team, done.returned, done.is_repeat) == ("Water", 1, False)
    assert names(acme, bob) == {"Ada"}
    assert names(acme, acme.alice) == {"Grace"}, "what was only offered is free again"
    assert own_day.work_for(acme.deps, bob, acme.water.id or 0).is_repeat
    assert [name for _, name in own_day.teams_of(acme.deps, bob)] == ["Water", "Energy"]


def test_an_open_call_is_finished_first(acme: SampleOrganisation, bob: Actor) -> None:
    acme.add_contact("Grace")
    [card] = next_call.hand_out(acme.deps, bob, 1).cards
    assert isinstance(card, OfferCard)
    calling.call(acme.deps, bob, card.lease_id)
    done = own_day.work_for(acme.deps, bob, acme.water.id or 0)
    assert (done.calling, done.team_id) == ("Grace", acme.energy.id)
    assert now(acme, bob).team_id == acme.energy.id
    acme.clock.tick(seconds=40)
    [attempt] = outcomes.open_attempts(acme.deps, bob)
    outcomes.record(acme.deps, bob, attempt.attempt_id, Outcome.BUSY)
    assert not own_day.work_for(acme.deps, bob, acme.water.id or 0).calling
    assert now(acme, bob).team_id == acme.water.id


def test_their_callbacks_stay_theirs(acme: SampleOrganisation, bob: Actor) -> None:
    grace = acme.add_contact("Grace")
    promised = acme.add_callback(grace, bob.agent_id, acme.clock() + timedelta(hours=2))
    own_day.work_for(acme.deps, bob, acme.water.id or 0)
    assert acme.one(Callback, promised.id).agent_id == bob.agent_id


def test_two_presses_at_once_change_teams_once(acme: SampleOrganisation, bob: Actor) -> None:
    acme.add_contact("Grace")
    next_call.hand_out(acme.deps, bob, 1)
    with ThreadPoolExecutor(2) as pool:
        presses = [pool.submit(own_day.work_for, acme.deps, bob, acme.water.id or 0) for _ in range(2)]
        done = [press.result() for press in presses]
    assert sorted(one.is_repeat for one in done) == [False, True]
    assert sum(one.returned for one in done) == 1
    assert [lease.ended_at is not None for lease in acme.all(Lease)] == [True]


def test_a_setup_names_one_team_or_several(acme: SampleOrganisation) -> None:
    put(acme, acme.bob, *BOTH)
    assert len(acme.all(Membership)) == 2
    own_day.work_for(acme.deps, acme.bob, acme.water.id or 0)
    put(acme, acme.bob, *BOTH)
    assert now(acme, acme.bob).team_id == acme.water.id, "who chose a team keeps it"
    put(acme, acme.bob, "Energy")
    assert (now(acme, acme.bob).team_id, acme.all(Membership)) == (acme.energy.id, [])
    again = plan.plan(
        acme.deps, Setup(people=(entry(PersonView, slack_user_id="U0BOB", name="Bob", role=Role.AGENT, team="Energy"),))
    )
    assert again.is_empty
    with pytest.raises(SetupRefused, match="Wter"):
        put(acme, acme.bob, "Energy", "Wter")


def test_the_plan_says_which_teams_come_and_go(acme: SampleOrganisation, bob: Actor) -> None:
    said = plan.plan(
        acme.deps, Setup(people=(entry(PersonView, slack_user_id="U0BOB", name="Bob", role=Role.AGENT, team="Water"),))
    ).lines
    changed = [(one.field, one.before, one.after) for line in said for one in line.fields]
    assert changed == [("team", "Energy, Water", "Water")]
    view = overview.organisation_overview(acme.deps, replace(acme.erin, role=Role.ADMIN))
    person = view.person("U0BOB")
    assert person is not None
    assert (person.team, set(person.teams)) == ("Energy", set(BOTH))
    assert [(team.name, team.people) for team in view.teams] == [("Energy", 3), ("Water", 2)]


def test_two_admins_at_once_leave_one_set_of_teams(acme: SampleOrganisation) -> None:
    wanted: list[Callable[[], None]] = [lambda: put(acme, acme.bob, *BOTH), lambda: put(acme, acme.bob, "Water")]
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(one) for one in wanted * 4]:
            done.result()
    found = {one.team_id for one in acme.all(Membership)}
    present = acme.one(Agent, acme.bob.agent_id).team_id
    assert (found, present) in [(set(), acme.water.id)] + [
        ({acme.energy.id, acme.water.id}, one.id) for one in (acme.energy, acme.water)
    ]


FILE = """
[[person]]
slack_user_id = "U0BOB"
name = "Bob"
role = "agent"
"""


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('teams = ["Energy", "Water"]', ""),
        ('team = "Energy"', ""),
        ('team = "Energy"\nteams = ["Water"]', "write team or teams, not both"),
        ("teams = []", "name at least one"),
        ("", "team: is missing"),
    ],
)
def test_the_file_takes_team_or_teams(tmp_path: Path, line: str, fault: str) -> None:
    path = tmp_path / "setup.toml"
    path.write_text(FILE + line)
    read = plan.read_setup(path)
    assert bool(read.faults) == bool(fault)
    assert all(fault in one for one in read.faults)


def test_a_lead_of_several_teams_acts_for_each(acme: SampleOrganisation, dana: Actor) -> None:
    assert team_status.team_status(acme.deps, dana).team == "Energy"
    assert team_status.team_status(acme.deps, dana, "Water").leads
    led = [acme.add_contact("Ada", campaign=one) for one in (acme.campaign, acme.water_campaign)]
    with acme.units() as uow:
        assert all(led_contact(uow.session, dana, one.id or 0) for one in led)
        assert led_agent(uow.session, dana, acme.charlie.agent_id).name == "Charlie"
    own_day.work_for(acme.deps, dana, acme.water.id or 0)
    assert team_status.team_status(acme.deps, now(acme, dana)).team == "Water"
    put(acme, dana, "Water")
    with pytest.raises(RoleNeeded):
        team_status.team_status(acme.deps, now(acme, dana), "Energy")


def test_an_agent_of_several_teams_leads_none(acme: SampleOrganisation, bob: Actor) -> None:
    assert now(acme, bob).also_leads == ()
    assert not agents.leads(now(acme, bob), acme.water.id)
    with pytest.raises(RoleNeeded):
        team_status.team_status(acme.deps, now(acme, bob), "Water")


def test_a_lead_of_several_teams_hears_of_each_once(acme: SampleOrganisation, dana: Actor) -> None:
    acme.add_contact("Ada", campaign=acme.water_campaign)
    [card] = next_call.hand_out(acme.deps, acme.charlie, 1).cards
    assert isinstance(card, OfferCard)
    calling.call(acme.deps, acme.charlie, card.lease_id)
    acme.clock.tick(minutes=31)
    lead_alerts.tell_due(acme.deps)
    told = [one.team for user, alerts in acme.notifier.alerts_told for one in alerts if user == dana.slack_user_id]
    assert told.count("Water") >= 1
    before = len(acme.notifier.alerts_told)
    lead_alerts.tell_due(acme.deps)
    assert len(acme.notifier.alerts_told) == before


def test_a_lead_of_several_teams_brings_lists_and_reads_digests_and_reports_for_each(
    acme: SampleOrganisation, dana: Actor
) -> None:
    assert {name for _, name in shared.campaigns_for(acme.deps, dana)} == {"Energy switch", "Water meters"}
    assert {name for _, name in activity.choices(acme.deps, dana).teams} == set(BOTH)
    assert activity.choices(acme.deps, replace(dana, also_leads=())).teams == ()
    assert {one.team for one in digests.last_digests(acme.deps, dana)} <= set(BOTH)
    wanted = acme.water_campaign.id
    turn = shared.receive(acme.deps, dana, "F1", "C1:1.0:F1", "leads.csv", wanted)
    assert turn is not None
    own_day.work_for(acme.deps, dana, acme.water.id or 0)
    put(acme, dana, "Energy", "Water")
    with acme.units() as uow:
        file = uow.session.get_one(ListFile, turn.view.file_id)
        assert shared.as_view(acme.deps, uow.session, file).campaign == "Water meters"
    own_day.work_for(acme.deps, dana, acme.energy.id or 0)
    with acme.units() as uow:
        file = uow.session.get_one(ListFile, turn.view.file_id)
        assert shared.as_view(acme.deps, uow.session, file).campaign == "Water meters", "a list on its way stays"
