"""Compares a setup with what is stored, and changes what differs. What the setup does not name stays as it is.

The file of `nextcall apply` and the forms in Slack's Home tab both use it: what an admin changes in Slack is shown
before it is saved, and written once.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from sqlmodel import SQLModel, col

from bot.services.agents import require
from bot.services.answers.people import Actor
from bot.services.deciding import refresh
from bot.services.deps import Deps
from bot.services.errors import LastAdmin, SetupRefused
from bot.services.setup import campaign_packs, outcome_plan
from bot.services.setup.fields import Values, entry, fields_of
from bot.services.setup.file import Standing, new_organisation, read_setup, write
from bot.services.setup.objects import CampaignView, OrganisationView, PersonView, Setup, TeamView, every_team
from bot.services.setup.outcome_plan import OutcomeSetup
from policy.vocabulary import Role
from storage.database.rows import count_of, every
from storage.models import Agent, Campaign, Contact
from storage.queries import lists
from storage.queries import setup as setup_queries

__all__ = ["FieldChange", "Plan", "PlanLine", "apply", "enrol_admins", "plan", "read_setup"]

_log = logging.getLogger("nextcall.setup")
_AT_ONCE = 5_000  # contacts marked in one transaction


@dataclass(frozen=True, slots=True)
class FieldChange:
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PlanLine:
    """What happens to one of the kinds named. `fields`: what differs, or all of a new one."""

    change: Literal["add", "change", "same"]
    kind: Literal["organisation", "team", "person", "outcome", "campaign"]
    name: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything the setup names, in its order. `redecides`: campaigns whose contacts must be decided again."""

    lines: tuple[PlanLine, ...]
    redecides: tuple[str, ...]
    notes: tuple[str, ...] = ()  # what to look at again, though nothing is wrong

    @property
    def is_empty(self) -> bool:
        return all(line.change == "same" for line in self.lines)


def plan(deps: Deps, setup: Setup) -> Plan:
    """What `apply` would do; changes nothing. Raises SetupRefused with every fault."""
    with deps.unit_of_work(is_read_only=True) as uow:
        standing = Standing(uow.session)
        _refuse_faults(deps, setup, standing)
        return _plan(setup, standing)


def apply(deps: Deps, setup: Setup, by: str = "command line") -> Plan:
    """Bring the database in line with the setup, all or nothing. Returns what was done. Raises SetupRefused.

    `by` goes to the log. Contacts whose decisions this changes are due again: the sweep decides them before hand-outs.
    """
    with deps.unit_of_work() as uow:
        organisation = setup_queries.organisation(uow.session) if setup.outcomes else None
        if organisation is not None:  # of two people who add an outcome of one name at once, the second finds it
            setup_queries.let_one_at_a_time(uow.session, organisation.id or 0)
        at = deps.clock()
        standing = Standing(uow.session)
        _refuse_faults(deps, setup, standing)
        done = _plan(setup, standing)
        write(uow.session, setup, standing, at, by)
        for name in done.redecides:
            lists.close_windows(uow.session, standing.campaigns[name].id or 0, _AT_ONCE, at, is_anew=True)
    close_windows(deps)
    # Log who changed what: people by Slack id, and of values only the field's name.
    for line in done.lines:
        if line.change != "same":
            fields = ",".join(field.field for field in line.fields)
            named = next((one.after for one in line.fields if one.field == "slack_user_id"), "") or line.name
            told = by, line.change, line.kind, named, fields
            _log.info("event=setup_changed by=%s change=%s kind=%s name=%r fields=%s", *told)
    return done


def close_windows(deps: Deps) -> int:
    """Close what windows changed campaigns have left, also where a process was stopped. Returns in how many parts."""
    with deps.unit_of_work(is_read_only=True) as uow:
        left = every(uow.session, Campaign, col(Campaign.closed_upto).is_not(None))
    parts = 0
    for campaign in left:
        is_left = True
        while is_left:
            with deps.unit_of_work() as uow:
                is_left = lists.close_windows(uow.session, campaign.id or 0, _AT_ONCE, deps.clock())
            parts += 1
    return parts


def enrol_admins(deps: Deps, slack_user_ids: Sequence[str]) -> tuple[str, ...]:
    """Enrol the admins named in the environment. Returns those who were added.

    A person to whom a setup file gave another role keeps it: the file comes later.
    """
    at = deps.clock()
    with deps.unit_of_work() as uow:
        standing = Standing(uow.session)
        since = at if standing.admins else None
        missing = tuple(user for user in slack_user_ids if user not in standing.agents)
        if missing:
            key = (standing.organisation or new_organisation(uow.session, "Nextcall")).id or 0
            uow.session.add_all(
                Agent(
                    organisation_id=key, slack_user_id=user, name=user, role=Role.ADMIN, zone="UTC", admin_since=since
                )
                for user in missing
            )
    return missing


def _refuse_faults(deps: Deps, setup: Setup, standing: Standing) -> None:
    faults = list(setup.faults)
    for person in setup.people:
        said = campaign_packs.team_faults("team", every_team(person) or (), setup, standing)
        faults += [f"[[person]] ({person.get('name', '')}) {one}" for one in said]
    faults += outcome_plan.faults(setup.outcomes, standing.own)
    for campaign in setup.campaigns:
        said = campaign_packs.faults(campaign, setup, standing, deps.rulebook())
        faults += [f"[[campaign]] ({campaign.get('name', '')}) {one}" for one in said]
    if faults:
        raise SetupRefused(tuple(faults))


def _plan(setup: Setup, standing: Standing) -> Plan:
    lines = []
    wanted, organisation = setup.organisation, standing.organisation
    if wanted or organisation is None:
        name = wanted.get("name") or (organisation.name if organisation else "Nextcall")
        lines.append(_line("organisation", name, OrganisationView, wanted or {"name": name}, organisation))
    lines += [_line("team", one["name"], TeamView, one, standing.teams.get(one["name"])) for one in setup.teams]
    for person in setup.people:
        known = standing.agents.get(person["slack_user_id"])
        theirs = standing.named(() if known is None else standing.teams_of[known.id or 0])
        others = {"team": ", ".join(theirs), "teams": theirs}
        lines.append(_line("person", person["name"], PersonView, person, known, others))
    for outcome in setup.outcomes:
        own, wanted = outcome_plan.row_of(outcome, standing.own), outcome_plan.wanted(outcome)
        lines.append(_line("outcome", outcome.name, OutcomeSetup, wanted, own, outcome_plan.standing(own)))
    campaigns = []
    for campaign in setup.campaigns:
        name = campaign["name"]
        row = standing.campaigns.get(name)
        others = {key: outcome_plan.names_of(getattr(row, key, ""), standing.own) for key in outcome_plan.ON_CARDS}
        others["teams"] = standing.named(() if row is None else standing.worked_by.get(row.id or 0, ()))
        campaigns.append(_line("campaign", name, CampaignView, campaign, row, others))
    deciding = {one.named for one in fields_of(CampaignView) if one.decides}
    redecides = tuple(
        line.name for line in campaigns if line.change == "change" and any(one.field in deciding for one in line.fields)
    )
    notes = [note for one in setup.campaigns for note in campaign_packs.notes(one)]
    return Plan((*lines, *campaigns), redecides, tuple(notes))


def _line(
    kind: Literal["organisation", "team", "person", "outcome", "campaign"],
    name: str,
    table: type,
    wanted: Values,
    row: SQLModel | None,
    others: Values = MappingProxyType({}),
) -> PlanLine:
    """`others`: what stands and is no column."""
    changes = []
    for one in fields_of(table):
        if one.key not in wanted:
            continue
        value = tuple(sorted(wanted[one.key])) if one.key == "teams" else wanted[one.key]
        before = None if row is None else others[one.key] if one.key in others else getattr(row, one.key)
        if row is None or before != value:
            changes.append(FieldChange(one.named, _shown(before), _shown(value)))
    how: Literal["add", "change", "same"] = "add" if row is None else "change" if changes else "same"
    return PlanLine(how, kind, name, tuple(changes))


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value if isinstance(value, tuple) else "" if value is None else str(value).splitlines())


_SAVED_AT_ONCE = 1_000


def count_affected(deps: Deps, actor: Actor, wanted: Setup) -> int:
    """How many contacts saving would decide again; changes nothing. Raises RoleNeeded, LastAdmin, SetupRefused."""
    _refuse(deps, actor, wanted)
    with deps.unit_of_work(is_read_only=True) as uow:
        standing = Standing(uow.session)
        _refuse_faults(deps, wanted, standing)
        changed = [standing.campaigns[name].id or 0 for name in _plan(wanted, standing).redecides]
        are_theirs = col(Contact.campaign_id).in_(changed), col(Contact.finished_at).is_(None)
        return count_of(uow.session, Contact, *are_theirs) if changed else 0


def save(deps: Deps, actor: Actor, wanted: Setup) -> Plan:
    """Apply the setup; its contacts are due again (`decide_again`). Raises RoleNeeded, LastAdmin, SetupRefused."""
    _refuse(deps, actor, wanted)
    return apply(deps, wanted, actor.slack_user_id)


def decide_again(deps: Deps) -> int:
    """Decide what is due, in small transactions, until nothing is. If interrupted, the ticks continue it."""
    done = 0
    while count := refresh.redecide_stale(deps, _SAVED_AT_ONCE):
        done += count
    return done


def introduce(deps: Deps, actor: Actor, name: str, zone: str) -> None:
    """Give an admin known only from the environment the name and zone of their Slack profile."""
    if actor.name != actor.slack_user_id or not name:
        return
    person = entry(PersonView, slack_user_id=actor.slack_user_id, name=name, role=actor.role, zone=zone or None)
    apply(deps, Setup(people=(person,)), actor.slack_user_id)


def _refuse(deps: Deps, actor: Actor, wanted: Setup) -> None:
    """Raise RoleNeeded for all but admins, LastAdmin if no admin would be left: that cannot be undone in Slack."""
    require(actor, Role.ADMIN)
    leaves = {
        one["slack_user_id"] for one in wanted.people if one["role"] is not Role.ADMIN or one.get("is_active") is False
    }
    with deps.unit_of_work(is_read_only=True) as uow:
        admins = [one.slack_user_id for one in Standing(uow.session).admins]
    if len(admins) == 1 and admins[0] in leaves:
        raise LastAdmin
