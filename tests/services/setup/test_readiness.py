"""The checklist: what is missing before agents can work, and nothing once it is supplied."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.services.answers.people import Actor
from bot.services.deps import Deps
from bot.services.errors import RoleNeeded
from bot.services.ports import DirectoryUnread, NoDirectory
from bot.services.setup import readiness, slack_watch
from bot.services.setup.readiness import Gap, Lack
from bot.services.teams import holds
from policy.vocabulary import Outcome, Purpose, Role, Verdict
from storage.models import Agent, Campaign, CampaignTeam, Contact, Hold
from tests.fakes import SampleOrganisation

pytestmark = pytest.mark.both_engines


class Channels(NoDirectory):
    """A workspace whose channels have faults."""

    def __init__(self) -> None:
        self.faults: dict[str, str] = {}
        self.asked: list[str] = []
        self.is_away = False

    def channel_fault(self, channel: str, at: datetime) -> str:
        if self.is_away:
            raise DirectoryUnread("ratelimited", is_permanent=False)
        self.asked.append(channel)
        return self.faults.get(channel, "")


@pytest.fixture
def admin(acme: SampleOrganisation) -> Actor:
    acme.change(Agent, acme.erin.agent_id, role=Role.ADMIN)
    return replace(acme.erin, role=Role.ADMIN)


@pytest.fixture
def working(acme: SampleOrganisation) -> SampleOrganisation:
    """Both campaigns have a contact that may be called."""
    acme.add_contact("Grace")
    acme.add_contact("Ada", campaign=acme.water_campaign)
    return acme


def told(deps: Deps, admin: Actor) -> list[tuple[Lack, str]]:
    return [(one.lack, one.name) for one in readiness.gaps(deps, admin)]


def test_nothing_is_missing_where_agents_can_work(working: SampleOrganisation, admin: Actor) -> None:
    assert readiness.gaps(working.deps, admin) == ()


def test_it_is_for_admins(working: SampleOrganisation) -> None:
    for actor in (working.alice, working.dana, working.erin):
        with pytest.raises(RoleNeeded):
            readiness.gaps(working.deps, actor)


def test_it_names_teams_without_agents_and_without_a_campaign(working: SampleOrganisation, admin: Actor) -> None:
    with working.units() as uow:
        uow.session.delete(uow.session.get_one(CampaignTeam, (working.water_campaign.id, working.water.id)))
    assert told(working.deps, admin) == [(Lack.CAMPAIGN, "Water"), (Lack.TEAM, "Water meters")]
    working.change(Agent, working.charlie.agent_id, is_active=False)
    assert told(working.deps, admin) == [(Lack.TEAM, "Water meters")], "nobody there waits for a campaign"
    working.put(CampaignTeam(campaign_id=working.water_campaign.id or 0, team_id=working.water.id or 0))
    assert told(working.deps, admin) == [(Lack.AGENTS, "Water")]


def test_it_names_campaigns_without_a_list_or_rules_and_no_stopped_ones(acme: SampleOrganisation, admin: Actor) -> None:
    acme.add_contact("Grace")
    assert told(acme.deps, admin) == [(Lack.LIST, "Water meters")]
    acme.change(Campaign, acme.water_campaign.id, country="XK")
    assert told(acme.deps, admin) == [(Lack.RULES, "Water meters"), (Lack.LIST, "Water meters")]
    acme.change(Campaign, acme.water_campaign.id, is_active=False)
    assert told(acme.deps, admin) == [(Lack.CAMPAIGN, "Water")]


def test_it_names_everything_that_holds_a_whole_campaign_and_counts_its_contacts(
    working: SampleOrganisation, admin: Actor
) -> None:
    acme = working
    named = {"purpose": Purpose.MARKETING, "caller_numbers": "+442079460321"}
    marketing = acme.add_campaign("Tariffs", "Bright Energy", acme.energy, **named)
    contacts = [acme.add_contact(campaign=marketing) for _ in range(3)]
    assert {one.verdict for one in contacts} == {Verdict.HELD}
    screening, *others = readiness.gaps(acme.deps, admin)
    assert (screening.lack, screening.name, screening.register) == (Lack.SCREENING, "Tariffs", "tps")
    assert (screening.key, screening.contacts) == (marketing.id, 3)
    assert [one for one in others if one.lack is Lack.FACTS and "lawful basis" in one.detail], others
    acme.change(Contact, contacts[0].id, verdict=Verdict.LOCKED)
    assert readiness.gaps(acme.deps, admin) == (), "agents can work on one of them"


def test_it_asks_for_a_shown_number_where_a_rule_does(working: SampleOrganisation, admin: Actor) -> None:
    acme = working
    hidden = acme.add_campaign("Hidden", "Bright Energy", acme.energy, purpose=Purpose.MARKETING, is_number_shown=None)
    acme.add_contact(campaign=hidden)
    assert Gap(Lack.NUMBER_SHOWN, "Hidden", hidden.id or 0, contacts=1) in readiness.gaps(acme.deps, admin)


def test_a_finished_campaign_lacks_nothing(working: SampleOrganisation, admin: Actor) -> None:
    for one in working.all(Contact):
        working.change(Contact, one.id, finished_at=working.clock(), finished_because=Outcome.SUCCESS.value)
    assert readiness.gaps(working.deps, admin) == ()


def test_a_contact_that_a_team_lead_holds_is_not_the_admins_affair(working: SampleOrganisation, admin: Actor) -> None:
    grace = working.all(Contact)[0]
    holds.place(working.deps, working.dana, grace.id or 0, "wait")
    assert working.one(Contact, grace.id).verdict is Verdict.HELD
    assert working.all(Hold)
    assert readiness.gaps(working.deps, admin) == ()


def test_it_tells_of_channels_the_app_may_not_post_in(working: SampleOrganisation, admin: Actor) -> None:
    slack = Channels()
    slack.faults["C0WATER0001"] = "not_in_channel"
    deps = replace(working.deps, directory=slack)
    assert readiness.gaps(deps, admin) == (), "nobody has looked yet"
    assert slack_watch.look(deps) == 2
    [gap] = readiness.gaps(deps, admin)
    assert (gap.lack, gap.name, gap.detail, gap.channel) == (Lack.CHANNEL, "Water", "not_in_channel", "C0WATER0001")
    assert slack_watch.look(deps) == 0, "Slack is not asked twice within a minute"
    slack.faults.clear()
    working.clock.tick(minutes=1)
    assert slack_watch.look(deps) == 1
    assert slack.asked == ["C0ENERGY001", "C0WATER0001", "C0WATER0001"]
    assert readiness.gaps(deps, admin) == ()
    working.clock.tick(minutes=30)
    assert slack_watch.look(deps) == 2


def test_a_slack_that_does_not_answer_changes_nothing(working: SampleOrganisation, admin: Actor) -> None:
    slack = Channels()
    slack.faults["C0ENERGY001"] = "is_archived"
    deps = replace(working.deps, directory=slack)
    slack_watch.look(deps)
    slack.is_away = True
    assert slack_watch.look(deps, at_all=True) == 0
    assert told(deps, admin) == [(Lack.CHANNEL, "Energy")]
    assert slack_watch.look(replace(working.deps, directory=NoDirectory()), at_all=True) == 0


def test_it_says_which_campaigns_have_not_begun_or_are_over(working: SampleOrganisation, admin: Actor) -> None:
    today = working.clock().date()
    working.change(Campaign, working.campaign.id, starts_on=today + timedelta(days=1))
    working.change(Campaign, working.water_campaign.id, ends_on=today - timedelta(days=1))
    begins, over = readiness.gaps(working.deps, admin)
    assert (begins.lack, begins.name, begins.on) == (Lack.FIRST_DAY, "Energy switch", today + timedelta(days=1))
    assert (over.lack, over.name, over.on) == (Lack.LAST_DAY, "Water meters", today - timedelta(days=1))
    working.clock.at(datetime(2026, 11, 25, 0, 0, 0, 1, tzinfo=UTC))
    assert told(working.deps, admin) == [(Lack.LAST_DAY, "Water meters")]
    working.change(Campaign, working.water_campaign.id, ends_on=date(2026, 11, 25))
    assert readiness.gaps(working.deps, admin) == ()
