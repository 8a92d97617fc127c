"""The organisation as an admin sees it: teams, people, campaigns, lists and registers as they stand."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from bot.services import own_outcomes
from bot.services.agents import require
from bot.services.answers.lists import ListResults
from bot.services.answers.own_outcomes import OwnOutcomeView
from bot.services.answers.people import Actor
from bot.services.calls import off_list
from bot.services.deps import Deps
from bot.services.do_not_call import registers
from bot.services.errors import AlreadyGone
from bot.services.hand_out import cards
from bot.services.lists.in_use import list_results
from bot.services.lists.in_use.list_terms import BY_LIST
from bot.services.setup.fields import view_of
from bot.services.setup.file import Standing
from bot.services.setup.objects import CampaignView, OrganisationView, PersonView, TeamView
from policy.vocabulary import ContactState, Role
from storage.queries import contacts, lists, reminders
from storage.queries import setup as setup_queries

MOST_LISTS = 30
_NEWEST = 300  # contacts whose headings are offered
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class ListView(ListResults):
    """A list, and what came of it. `counts`: by state, summing to the list. `withdrawn`: how many were withdrawn,
    paused or expired with it."""

    counts: tuple[tuple[ContactState, int], ...] = ()
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class RegisterView:
    """A register. `max_age_days`: how long the newest screening is valid, by the strictest pack; None: no pack says."""

    key: str
    name: str
    numbers: int
    newest_at: datetime | None
    max_age_days: int | None


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything except lists and registers, which are slower to count."""

    organisation: OrganisationView
    teams: tuple[TeamView, ...]
    people: tuple[PersonView, ...]
    campaigns: tuple[CampaignView, ...]
    unsent: int = 0  # reminders that did not arrive
    own_outcomes: tuple[OwnOutcomeView, ...] = ()  # oldest first, retired ones too

    def team(self, team_id: int) -> TeamView:
        """The team with this id. Raises AlreadyGone."""
        return _only([one for one in self.teams if one.team_id == team_id])

    def campaign(self, campaign_id: int) -> CampaignView:
        """The campaign with this id. Raises AlreadyGone."""
        return _only([one for one in self.campaigns if one.campaign_id == campaign_id])

    def person(self, slack_user_id: str) -> PersonView | None:
        return next((one for one in self.people if one.slack_user_id == slack_user_id), None)


def organisation_overview(deps: Deps, actor: Actor) -> Overview:
    """The organisation as it stands. Raises RoleNeeded for all but admins."""
    require(actor, Role.ADMIN)
    with deps.unit_of_work(is_read_only=True) as uow:
        now = Standing(uow.session)
        people = [one for one in now.agents.values() if not off_list.is_stand_in(one)]
        names, theirs = now.team_names, now.teams_of
        active = Counter(team for one in people if one.is_active for team in set(theirs[one.id or 0]))
        all_of = {one.id: tuple(names[key] for key in theirs[one.id or 0]) for one in people}
        teams = ((one, one.id or 0) for one in now.teams.values())
        campaigns = ((one, one.id or 0) for one in now.campaigns.values())
        ours = now.organisation
        return Overview(
            organisation=OrganisationView() if ours is None else view_of(OrganisationView, ours),
            teams=tuple(view_of(TeamView, one, team_id=key, people=active[key]) for one, key in teams),
            people=tuple(
                view_of(PersonView, one, team=names.get(one.team_id or 0, ""), teams=all_of[one.id]) for one in people
            ),
            campaigns=tuple(
                view_of(CampaignView, one, campaign_id=key, teams=now.named(now.worked_by.get(key, ())))
                for one, key in campaigns
            ),
            own_outcomes=tuple(map(own_outcomes.as_view, now.own.values())),
            unsent=reminders.undelivered(uow.session, now.key, deps.clock()),
        )


def headings_now(deps: Deps, one: CampaignView) -> tuple[str, ...]:
    """What its cards may show: headings chosen already, and those that its newest contacts came under."""
    chosen = cards.wanted_headings(one.card_details)
    with deps.unit_of_work(is_read_only=True) as uow:
        return tuple(dict.fromkeys([*chosen, *contacts.headings_of(uow.session, one.campaign_id, _NEWEST)]))


def lists_now(deps: Deps, actor: Actor) -> tuple[ListView, ...]:
    """The newest lists with their counts. Raises RoleNeeded for all but admins."""
    require(actor, Role.ADMIN)
    results = {one.list_id: one for one in list_results.of_lists(deps, actor, MOST_LISTS)}
    with deps.unit_of_work(is_read_only=True) as uow:
        at = deps.clock()
        every = lists.of_organisation(uow.session, actor.organisation_id, MOST_LISTS)
        found = [(listed, campaign) for listed, campaign in every if listed.id in results]
        list_ids = {listed.id or 0 for listed, _ in found}
        rows = lists.by_state(uow.session, list_ids, {campaign.id or 0 for _, campaign in found}, at, BY_LIST)
        made = []
        for listed, _ in found:
            mine = [(state, gone, count) for list_id, state, gone, count in rows if list_id == listed.id]
            counts = tuple((state, sum(n for word, _, n in mine if word is state)) for state in ContactState)
            gone = sum(count for state, is_gone, count in mine if is_gone and state is ContactState.FINISHED)
            made.append(view_of(ListView, results[listed.id or 0], counts=counts, withdrawn=gone))
        return tuple(made)


def registers_now(deps: Deps, actor: Actor) -> tuple[RegisterView, ...]:
    """Registers with screenings, and those that rules of the campaigns' countries require. Raises RoleNeeded."""
    require(actor, Role.ADMIN)
    known = registers.known_registers(deps.rulebook())
    with deps.unit_of_work(is_read_only=True) as uow:
        done = lists.screened_numbers(uow.session, actor.organisation_id)
        countries = {
            one.country for one in setup_queries.campaigns(uow.session, actor.organisation_id) if one.is_active
        }
    asked = {key for key, one in known.items() if any(registers.is_of(one, country) for country in countries)}
    made = []
    for key in sorted(asked | set(done)):
        register, (numbers, newest_at) = known.get(key), done.get(key, (0, None))
        name, days = register.name if register else key, _valid_days(register, newest_at)
        made.append(RegisterView(key, name, numbers, newest_at, days))
    return tuple(made)


def _valid_days(register: registers.Register | None, newest_at: datetime | None) -> int | None:
    if register is None or newest_at is None:
        return register.max_age_days if register else None
    last = register.last_good_day(newest_at.date())
    return None if last is None else (last - newest_at.date()).days


def _only(found: list[Found]) -> Found:
    if not found:
        raise AlreadyGone
    return found[0]
