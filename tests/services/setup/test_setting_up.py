"""Setup step by step: how far it has come, what a change will do, and that it is done."""

from dataclasses import replace
from datetime import time
from threading import Barrier, Thread

import pytest

from bot.services.answers.calls import CallingCard
from bot.services.answers.people import Actor
from bot.services.deps import Deps
from bot.services.errors import AlreadyGone, LastAdmin, RoleNeeded, SetupRefused
from bot.services.hand_out import next_call
from bot.services.hand_out.cards import ALWAYS, offered_outcomes, stored_choice
from bot.services.hand_out.hand import held_cards
from bot.services.setup import overview, plan, readiness
from bot.services.setup.fields import Values, entry
from bot.services.setup.objects import CampaignView, PersonView, Setup, TeamView
from bot.services.setup.outcome_plan import OutcomeSetup
from bot.services.setup.readiness import Step
from policy.vocabulary import Outcome, Purpose, Role, Verdict
from storage.database.unit_of_work import UnitsOfWork
from storage.models import Agent, Campaign, Contact, Team
from tests.fakes import FakeClock, FakeNotifier, SampleOrganisation

TEAM = entry(TeamView, name="Energy", channel="C0ENERGY001", zone="Europe/London", digest_at=time(18))


def campaign(name: str = "Energy switch", **values: object) -> Values:
    plain: dict[str, object] = {"is_number_shown": True, "teams": ("Energy",)}
    said = entry(CampaignView, name=name, purpose=Purpose.SERVICE, principal="Bright Energy", country="GB")
    return {**said, **plain, **values}


@pytest.fixture
def admin(acme: SampleOrganisation) -> Actor:
    row = Agent(organisation_id=acme.organisation_id, slack_user_id="U0ADMIN", name="Ada", role=Role.ADMIN, zone="UTC")
    acme.put(row)
    return replace(acme.erin, agent_id=row.id or 0, slack_user_id="U0ADMIN", name="Ada", role=Role.ADMIN)


def test_setup_leads_from_nothing_to_a_first_contact(engine: object, rulebook: object, clock: FakeClock) -> None:
    deps = Deps(clock, UnitsOfWork(engine), lambda: rulebook, FakeNotifier())  # type: ignore[arg-type, return-value]
    assert readiness.progress(deps).next_step is Step.ORGANISATION
    plan.enrol_admins(deps, ["U0ADMIN"])
    found = readiness.progress(deps)
    assert (found.next_step, found.admins) == (Step.ORGANISATION, ("U0ADMIN",))
    actor = Actor(1, 1, "U0ADMIN", "U0ADMIN", Role.ADMIN, None, "UTC")
    plan.introduce(deps, actor, "Ada", "Europe/Paris")
    me = overview.organisation_overview(deps, actor).people[0]
    assert (me.name, me.zone, me.role) == ("Ada", "Europe/Paris", Role.ADMIN)
    for wanted, then in (
        (Setup(organisation={"name": "Acme Calls"}), Step.TEAM),
        (Setup(teams=(TEAM,)), Step.PEOPLE),
        (
            Setup(people=(entry(PersonView, slack_user_id="U0BOB", name="Bob", role=Role.AGENT, team="Energy"),)),
            Step.CAMPAIGN,
        ),
        (Setup(campaigns=(campaign(),)), Step.LIST),
    ):
        plan.save(deps, actor, wanted)
        assert readiness.progress(deps).next_step is then
    assert not readiness.progress(deps).is_empty


def test_an_organisation_at_work_is_set_up(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace")
    found = readiness.progress(acme.deps)
    assert found.next_step is None
    assert found.organisation == "Acme Calls"


def test_an_organisation_whose_campaigns_are_not_active_stays_set_up(acme: SampleOrganisation) -> None:
    """Else an admin's Home would go back to the first steps, and offer no way to make one active again."""
    for campaign in acme.all(Campaign):
        acme.change(Campaign, campaign.id or 0, is_active=False)
    assert readiness.progress(acme.deps).next_step is None


def test_it_says_how_many_are_decided_again_and_decides_them(acme: SampleOrganisation, admin: Actor) -> None:
    grace = acme.add_contact("Grace")
    acme.add_contact("Ada", campaign=acme.water_campaign)
    assert grace.verdict is Verdict.CALLABLE
    wanted = Setup(campaigns=(campaign(purpose=Purpose.MARKETING),))
    assert plan.count_affected(acme.deps, admin, wanted) == 1
    assert acme.one(Campaign, 1).purpose is Purpose.SERVICE
    plan.save(acme.deps, admin, wanted)
    assert next_call.hand_out(acme.deps, acme.alice, 1).cards == (), "not before it has been decided again"
    acme.clock.tick(seconds=1)
    plan.decide_again(acme.deps)
    assert acme.one(Contact, grace.id).verdict is Verdict.HELD
    assert acme.one(Contact, grace.id).decided_at >= grace.decided_at  # type: ignore[operator]
    assert plan.decide_again(acme.deps) == 0


def test_a_change_that_no_rule_reads_decides_no_contact_again(acme: SampleOrganisation, admin: Actor) -> None:
    acme.add_contact("Grace")
    assert plan.count_affected(acme.deps, admin, Setup(campaigns=(campaign(script="Hello"),))) == 0


def test_it_keeps_the_last_admin(acme: SampleOrganisation, admin: Actor) -> None:
    demoted = Setup(people=(entry(PersonView, slack_user_id="U0ADMIN", name="Ada", role=Role.MANAGER),))
    gone = entry(PersonView, slack_user_id="U0ADMIN", name="Ada", role=Role.ADMIN, is_active=False)
    for wanted in (demoted, Setup(people=(gone,))):
        with pytest.raises(LastAdmin):
            plan.save(acme.deps, admin, wanted)
    plan.save(
        acme.deps, admin, Setup(people=(entry(PersonView, slack_user_id="U0ERIN", name="Erin", role=Role.ADMIN),))
    )
    plan.save(acme.deps, admin, demoted)


def test_it_obeys_only_admins(acme: SampleOrganisation) -> None:
    for actor in (acme.alice, acme.dana, acme.erin):
        with pytest.raises(RoleNeeded):
            plan.count_affected(acme.deps, actor, Setup(organisation={"name": "Mine"}))
        with pytest.raises(RoleNeeded):
            overview.organisation_overview(acme.deps, actor)


def test_it_changes_editions_and_groups_only_where_the_change_names_them(
    acme: SampleOrganisation, admin: Actor
) -> None:
    wanted = {**TEAM, "editions": "day week", "agents_group": "S0AGENTS", "leads_group": ""}
    plan.save(acme.deps, admin, Setup(teams=(wanted,)))
    plan.save(acme.deps, admin, Setup(teams=({**TEAM, "digest_at": time(19)},)))
    team = acme.one(Team, acme.energy.id)
    assert (team.editions, team.agents_group, team.digest_at) == ("day week", "S0AGENTS", time(19))
    now = overview.organisation_overview(acme.deps, admin)
    assert now.team(team.id or 0).people == 3
    with pytest.raises(AlreadyGone):
        now.team(99)


def test_it_logs_who_changed_what(acme: SampleOrganisation, admin: Actor, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "nextcall.setup"):
        plan.save(acme.deps, admin, Setup(campaigns=(campaign(script="Hello", priority=3),)))
    assert "event=setup_changed by=U0ADMIN change=change kind=campaign name='Energy switch'" in caplog.text
    assert "Hello" not in caplog.text


def test_mandatory_outcomes_are_always_offered(acme: SampleOrganisation) -> None:
    assert offered_outcomes("") == tuple(Outcome)
    assert set(offered_outcomes("success no_answer")) == {Outcome.SUCCESS, Outcome.NO_ANSWER, *ALWAYS}
    assert stored_choice(Outcome) == ""
    assert set(stored_choice([Outcome.SUCCESS]).split()) == {"success", *(one.value for one in ALWAYS)}


def test_the_card_has_the_script_and_the_chosen_outcomes(acme: SampleOrganisation, admin: Actor) -> None:
    from bot.services.calls import calling

    acme.add_contact("Grace")
    choice = stored_choice([Outcome.SUCCESS])
    plan.save(acme.deps, admin, Setup(campaigns=(campaign(script="Hello", outcomes=choice),)))
    card = next_call.hand_out(acme.deps, acme.alice, 1).cards[0]
    calling.call(acme.deps, acme.alice, card.lease_id)  # type: ignore[union-attr]
    [opened] = held_cards(acme.deps, acme.alice).cards
    assert isinstance(opened, CallingCard)
    assert opened.script == "Hello"
    assert Outcome.SUCCESS in opened.outcomes
    assert Outcome.BUSY not in opened.outcomes


@pytest.mark.both_engines
def test_of_two_admins_who_add_an_outcome_of_one_name_at_once_one_is_refused(
    acme: SampleOrganisation, admin: Actor
) -> None:
    both, came = Barrier(2), list[str]()

    def add(name: str) -> None:
        wanted = OutcomeSetup(name, Outcome.CONVERSATION, is_new=True)
        both.wait()
        try:
            plan.save(acme.deps, admin, Setup(outcomes=(wanted,)))
            came.append("added")
        except SetupRefused as refusal:
            came.append(refusal.faults[0])

    threads = [Thread(target=add, args=[name]) for name in ("Wants a brochure", "wants a Brochure")]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert len(came) == 2
    assert "added" in came
    assert any("there is already an outcome" in one for one in came)
    [own] = overview.organisation_overview(acme.deps, admin).own_outcomes
    assert own.counts_as is Outcome.CONVERSATION
