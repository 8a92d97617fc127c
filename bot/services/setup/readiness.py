"""What is missing before agents can work, each with the team or campaign that lacks it. Nothing is stored.

And the first start: what an admin sets up before contacts can be handed out, and how far that has come.

Contacts count as missing something only where a whole campaign waits for it: all its unfinished contacts are on hold.
Fewer are the business of the team's status.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlmodel import Session, col

from bot.services.agents import require
from bot.services.answers.people import Actor
from bot.services.deciding import decisions
from bot.services.deciding.decisions import decide_facts
from bot.services.deciding.facts import COUNT_NO_OFFERS, call_facts
from bot.services.deps import Deps
from bot.services.do_not_call import registers
from bot.services.setup import campaign_packs, slack_watch
from bot.services.setup.file import Standing
from bot.services.teams.holds import LIFTED_BY_A_LEAD
from policy import ContactFacts, Facts, Prepared, is_lack_of_rules
from policy.calendar import local_time
from policy.vocabulary import Role, Verdict
from storage.database.rows import count_of, is_any
from storage.models import Campaign, Contact, ContactList
from storage.queries import setup as setup_queries

_MOST_REASONS = 5  # looked at, of one campaign
_NUMBER_SHOWN: Final = "a caller's number that is displayed"  # as packs call it


class Lack(StrEnum):
    """What is missing."""

    CHANNEL = "channel"  # the app may not post in the team's channel
    AGENTS = "agents"  # the team has a campaign and nobody to call
    CAMPAIGN = "campaign"  # the team has no campaign
    TEAM = "team"  # no team works the campaign
    RULES = "rules"  # no pack covers such calls in the campaign's country
    LIST = "list"  # the campaign has no contacts
    FIRST_DAY = "first_day"  # the campaign has not begun
    LAST_DAY = "last_day"  # the campaign is over
    SCREENING = "screening"  # against a register
    NUMBER_SHOWN = "number_shown"  # people must see the caller's number
    CALLER_NUMBERS = "caller_numbers"  # the rules require that people see a number, and nobody has said which
    FACTS = "facts"  # the list lacks another fact, such as a lawful basis


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing. `name` and `key`: of its team, for the first three kinds, or of its campaign.

    `detail`: the error code of a channel, the country without rules, the register's name, or the missing fact in the
    rule's words; `on`: the campaign's first or last day. `register` is its key. `contacts`: how many wait for it.
    """

    lack: Lack
    name: str
    key: int
    detail: str = ""
    channel: str = ""
    register: str = ""
    contacts: int = 0
    on: date | None = None


def gaps(deps: Deps, actor: Actor) -> tuple[Gap, ...]:
    """What is missing, teams first. Raises RoleNeeded for all but admins."""
    require(actor, Role.ADMIN)
    return tuple(every_gap(deps))


def every_gap(deps: Deps) -> Iterator[Gap]:
    """What the organisation lacks, for whoever may run commands on the server."""
    with deps.unit_of_work(is_read_only=True) as uow:
        here = Standing(uow.session)
        campaigns = [one for one in here.campaigns.values() if one.is_active]
        people = [one for one in here.agents.values() if one.is_active]
        for team in here.teams.values():
            key = team.id or 0
            is_working = any(key in here.worked_by.get(one.id or 0, ()) for one in campaigns)
            has_callers = any(key in here.teams_of[one.id or 0] for one in people)
            if fault := slack_watch.fault_of(deps, team.channel):
                yield Gap(Lack.CHANNEL, team.name, key, fault, channel=team.channel)
            if is_working and not has_callers:
                yield Gap(Lack.AGENTS, team.name, key)
            if has_callers and not is_working:
                yield Gap(Lack.CAMPAIGN, team.name, key)
        for campaign in campaigns:
            yield from _of_campaign(deps, uow.session, campaign, here)


def _of_campaign(deps: Deps, session: Session, campaign: Campaign, here: Standing) -> Iterator[Gap]:
    key = campaign.id or 0
    if not here.worked_by.get(key):
        yield Gap(Lack.TEAM, campaign.name, key)
    if not campaign_packs.answers_for(deps, campaign.purpose, campaign.country):
        yield Gap(Lack.RULES, campaign.name, key, campaign.country)
    if not is_any(session, Contact, Contact.campaign_id == key):
        yield Gap(Lack.LIST, campaign.name, key)
    first_team = min(here.worked_by.get(key, ()), default=0)
    zone = next((team.zone for team in here.teams.values() if team.id == first_team), "UTC")
    today = local_time.date_in(zone, deps.clock())
    if campaign.ends_on is not None and campaign.ends_on < today:  # that is why its contacts are on hold
        yield Gap(Lack.LAST_DAY, campaign.name, key, on=campaign.ends_on)
        return
    if campaign.starts_on is not None and campaign.starts_on > today:
        yield Gap(Lack.FIRST_DAY, campaign.name, key, on=campaign.starts_on)
    is_unfinished = Contact.finished_because == "", col(Contact.finished_at).is_(None)
    may_be_called = col(Contact.verdict).in_((Verdict.CALLABLE, Verdict.LOCKED))
    if not is_any(session, Contact, Contact.campaign_id == key, may_be_called, *is_unfinished):
        yield from _of_contacts(deps, session, campaign, deps.clock())
    if campaign.is_number_shown and not campaign.caller_numbers and _must_show(deps, campaign):
        yield Gap(Lack.CALLER_NUMBERS, campaign.name, key)


def _must_show(deps: Deps, campaign: Campaign) -> bool:
    """Whether the rules of its country hold such a call as long as no number is shown."""
    call = replace(call_facts(campaign), is_number_shown=None, starts_on=None, ends_on=None)
    someone = ContactFacts("somebody", "+0", places=(campaign.country,))
    facts = Prepared(Facts(call, someone))
    return _NUMBER_SHOWN in decide_facts(deps, facts, deps.clock(), deps.house_pack_of(campaign)).missing


def _of_contacts(deps: Deps, session: Session, campaign: Campaign, at: datetime) -> Iterator[Gap]:
    kinds = {rule.id: rule.kind for rule in deps.rulebook().rules()}
    held = setup_queries.held_kinds(session, campaign.id or 0, _MOST_REASONS)
    groups = [(count, contact_id) for rule, count, contact_id in held if kinds.get(rule) not in LIFTED_BY_A_LEAD]
    samples = [session.get_one(Contact, contact_id) for _, contact_id in groups]
    waits: Counter[str] = Counter()
    for (count, _), decided in zip(
        groups, decisions.decide_contacts(deps, session, samples, at, COUNT_NO_OFFERS), strict=True
    ):
        for one in decided.decision.missing:
            waits[one] += count
    known = registers.known_registers(deps.rulebook())
    found: Counter[tuple[Lack, str, str]] = Counter()  # what lacks, its detail, its register
    for what, contacts in waits.items():
        if is_lack_of_rules(what):  # told of the campaign itself
            continue
        register = registers.register_wanted(known, what)
        if register is not None:
            found[Lack.SCREENING, register.name, register.key] += contacts
        else:
            found[(Lack.NUMBER_SHOWN, "", "") if what == _NUMBER_SHOWN else (Lack.FACTS, what, "")] += contacts
    for (lack, detail, key), contacts in found.most_common():
        yield Gap(lack, campaign.name, campaign.id or 0, detail, register=key, contacts=contacts)


UNNAMED = "Nextcall"  # an organisation's name until it is given one


class Step(StrEnum):
    ORGANISATION = "organisation"
    TEAM = "team"
    PEOPLE = "people"
    CAMPAIGN = "campaign"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Progress:
    """What exists for each step, by name; for lists, how many."""

    organisation: str = ""
    teams: tuple[str, ...] = ()
    callers: tuple[str, ...] = ()  # people in a team
    campaigns: tuple[str, ...] = ()  # worked by a team, active or not
    lists: int = 0
    admins: tuple[str, ...] = ()  # their names

    def is_done(self, step: Step) -> bool:
        return bool(
            {
                Step.ORGANISATION: self.organisation and (self.organisation != UNNAMED or self.teams),
                Step.TEAM: self.teams,
                Step.PEOPLE: self.callers,
                Step.CAMPAIGN: self.campaigns,
                Step.LIST: self.lists,
            }[step]
        )

    @property
    def next_step(self) -> Step | None:
        """The first step not done; None: contacts can be handed out."""
        return next((step for step in Step if not self.is_done(step)), None)

    @property
    def is_empty(self) -> bool:
        """Whether contacts could not be handed out even with a list: commands are then answered with these steps."""
        return self.next_step in (Step.ORGANISATION, Step.TEAM, Step.PEOPLE, Step.CAMPAIGN)


def progress(deps: Deps) -> Progress:
    """How far the set-up has come."""
    with deps.unit_of_work(is_read_only=True) as uow:
        here = Standing(uow.session)
        return Progress(
            organisation="" if here.organisation is None else here.organisation.name,
            teams=tuple(here.teams),
            callers=tuple(one.name for one in here.agents.values() if one.is_active and one.team_id is not None),
            campaigns=tuple(one.name for one in here.campaigns.values() if here.worked_by.get(one.id or 0)),
            lists=count_of(uow.session, ContactList, ContactList.organisation_id == here.key),
            admins=tuple(one.name for one in here.admins),
        )
