"""Compares a setup with what is stored, and changes what differs. What the setup does not name stays as it is.

The file of `nextcall apply` and the forms in Slack's Home tab both use it.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal, TypeVar

from sqlmodel import Session, SQLModel

from bot.services.answers.reports import Edition
from bot.services.deps import Deps
from bot.services.errors import SetupRefused
from bot.services.hand_out import leaving
from bot.services.setup import campaign_faults, outcome_plan
from bot.services.setup.file import CampaignSetup, PersonSetup, Setup, TeamSetup, read_setup
from policy import meant_sector
from policy.vocabulary import Role
from storage.models import Agent, Campaign, EarlierTerms, Organisation, Team
from storage.queries import agents, lists
from storage.queries import setup as setup_queries

__all__ = ["FieldChange", "Plan", "PlanLine", "apply", "enrol_admins", "plan", "read_setup"]

Row = TypeVar("Row", Team, Agent, Campaign)
_log = logging.getLogger("nextcall.setup")
_AT_ONCE = 5_000  # contacts marked in one transaction
_KEYS = {"is_active": "active", "is_number_shown": "shows_number", "is_retired": "retired"}  # as the file has them
_SETTINGS = ("forget_after_months", "open_calls", "warn_days_before", "checkpoint_channel")  # of the organisation
_OWN = ("own_buttons", "own_outcomes")
_DAYS = campaign_faults.DAYS
# Changing one of these may change the decisions on the campaign's contacts.
_DECIDES = frozenset(["purpose", "sector", "principal", "subject", "country", "house_pack"]) | frozenset(
    ["caller_role", "authorised_for", "codes", "shows_number", *_DAYS]
)
# Of these, those that no attempt keeps for itself: their past is kept for the audit.
_TERMS = (
    *("purpose", "sector", "country", "house_pack", "caller_role", "authorised_for", "codes", "is_number_shown"),
    "caller_numbers",
)


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
        standing = _Standing(uow.session)
        _refuse_faults(deps, setup, standing)
        return _plan(setup, standing)


def apply(deps: Deps, setup: Setup, by: str = "command line") -> Plan:
    """Bring the database in line with the setup, all or nothing. Returns what was done. Raises SetupRefused.

    `by` goes to the log. Contacts whose decisions this changes are due again: the sweep decides them before they are
    handed out.
    """
    at = deps.clock()
    with deps.unit_of_work() as uow:
        if setup.outcomes:
            _let_one_at_a_time(uow.session)
        standing = _Standing(uow.session)
        _refuse_faults(deps, setup, standing)
        done = _plan(setup, standing)
        _write(uow.session, setup, standing, at, by)
        changed = [standing.campaigns[name].id or 0 for name in done.redecides]
        left = {key: lists.due_again(uow.session, key, 0, _AT_ONCE, at) for key in changed}
    for campaign_id, last in left.items():
        while last is not None:
            with deps.unit_of_work() as uow:
                last = lists.due_again(uow.session, campaign_id, last, _AT_ONCE, at)
    _note(done, by)
    return done


def _let_one_at_a_time(session: Session) -> None:
    """Two people who add an outcome of one name at once: the second finds it."""
    organisation = setup_queries.organisation(session)
    if organisation is not None:
        setup_queries.let_one_at_a_time(session, organisation.id or 0)


def count_affected(deps: Deps, planned: Plan) -> int:
    """How many contacts the plan decides again."""
    if not planned.redecides:
        return 0
    with deps.unit_of_work(is_read_only=True) as uow:
        known = _Standing(uow.session).campaigns
        return lists.unfinished_count(uow.session, [known[name].id or 0 for name in planned.redecides])


def _note(done: Plan, by: str) -> None:
    """Log who changed what: people by Slack id, and of values only the field's name."""
    for line in done.lines:
        if line.change != "same":
            fields = ",".join(field.field for field in line.fields)
            named = next((one.after for one in line.fields if one.field == "slack_user_id"), "") or line.name
            _log.info(
                "event=setup_changed by=%s change=%s kind=%s name=%r fields=%s",
                by,
                line.change,
                line.kind,
                named,
                fields,
            )


def enrol_admins(deps: Deps, slack_user_ids: Sequence[str]) -> tuple[str, ...]:
    """Enrol the admins named in the environment. Returns those who were added.

    A person to whom a setup file gave another role keeps it: the file comes later.
    """
    with deps.unit_of_work() as uow:
        standing = _Standing(uow.session)
        missing = tuple(user for user in slack_user_ids if user not in standing.agents)
        if missing:
            key = (standing.organisation or _new_organisation(uow.session, "Nextcall")).id or 0
            uow.session.add_all(
                Agent(organisation_id=key, slack_user_id=user, name=user, role=Role.ADMIN, zone="UTC")
                for user in missing
            )
    return missing


class _Standing:
    """The organisation as stored, by name."""

    def __init__(self, session: Session) -> None:
        self.organisation = setup_queries.organisation(session)
        key = self.organisation.id if self.organisation and self.organisation.id else 0
        self.teams = {team.name: team for team in setup_queries.teams(session, key)}
        self.agents = {agent.slack_user_id: agent for agent in setup_queries.agents(session, key)}
        self.campaigns = {campaign.name: campaign for campaign in setup_queries.campaigns(session, key)}
        self.own = dict(outcome_plan.by_key(setup_queries.own_outcomes(session, key)))
        names = {team.id: team.name for team in self.teams.values()}
        links = setup_queries.teams_of_campaigns(session, [campaign.id or 0 for campaign in self.campaigns.values()])
        theirs = agents.teams_of(session, self.agents.values())
        self.teams_of_agent = {
            user: tuple(sorted(names[team_id] for team_id in theirs[agent.id or 0]))
            for user, agent in self.agents.items()
        }
        self.teams_of_campaign = {
            name: tuple(sorted(names[team_id] for team_id in links.get(campaign.id or 0, [])))
            for name, campaign in self.campaigns.items()
        }


def _refuse_faults(deps: Deps, setup: Setup, standing: _Standing) -> None:
    faults = list(setup.faults)
    known = {team.name for team in setup.teams} | set(standing.teams)
    packs = sorted(pack.id for pack in deps.rulebook().packs.values() if pack.kind == "house")
    words = deps.rulebook().known_words()
    teams = f"name one of {', '.join(sorted(known)) or 'your teams'}, or add it as [[team]]"
    faults += [
        f'[[person]] ({person.name}) team: there is no team "{name}"; {teams}'
        for person in setup.people
        for name in person.every_team or ()
        if name not in known
    ]
    faults += outcome_plan.faults(setup.outcomes, standing.own)
    for campaign in setup.campaigns:
        faults += [
            f'[[campaign]] ({campaign.name}) teams: there is no team "{name}"; {teams}'
            for name in campaign.teams or ()
            if name not in known
        ]
        if campaign.house_pack and campaign.house_pack not in packs:
            faults.append(
                f'[[campaign]] ({campaign.name}) house_pack: there is no house pack "{campaign.house_pack}"; '
                f"use one of {', '.join(packs) or '(none is installed)'}"
            )
        if meant := meant_sector(campaign.sector or "", tuple(deps.rulebook().packs.values())):
            faults.append(
                f'[[campaign]] ({campaign.name}) sector: no rule knows "{campaign.sector}"; did you mean {meant}?'
            )
        elif campaign.sector and campaign.sector not in words.sectors:
            faults.append(_unknown_word(campaign, "sector", campaign.sector, words.sectors))
        own = (campaign.own_buttons or (), campaign.own_outcomes or ())
        beside = outcome_plan.card_faults(*own, setup.outcomes, standing.own)
        beside += [*campaign_faults.faults(campaign, standing.campaigns.get(campaign.name))]
        faults += [f"[[campaign]] ({campaign.name}) {one}" for one in beside]
        unknown = [code for code in (campaign.codes or "").split() if code not in words.codes]
        faults += [_unknown_word(campaign, "codes", code, words.codes) for code in unknown]
    if faults:
        raise SetupRefused(tuple(faults))


def _unknown_word(campaign: CampaignSetup, field: str, word: str, known: Sequence[str]) -> str:
    """The fault of an unknown word, which would silently switch rules off."""
    said = f'[[campaign]] ({campaign.name}) {field}: no rule knows "{word}"'
    return f"{said}; leave it out, or use one of {', '.join(known)}"


def _plan(setup: Setup, standing: _Standing) -> Plan:
    lines = [_organisation_line(setup, standing)]
    lines += [_line("team", team.name, standing.teams.get(team.name), _wanted(team), {}) for team in setup.teams]
    for person in setup.people:
        agent = standing.agents.get(person.slack_user_id)
        theirs = standing.teams_of_agent.get(person.slack_user_id, ())
        others: dict[str, Any] = {"team": ", ".join(theirs), "teams": theirs}
        lines.append(_line("person", person.name, agent, _wanted(person), others))
    for outcome in setup.outcomes:
        own = outcome_plan.row_of(outcome, standing.own)
        lines.append(_line("outcome", outcome.name, own, outcome_plan.wanted(outcome), outcome_plan.standing(own)))
    for campaign in setup.campaigns:
        row = standing.campaigns.get(campaign.name)
        others = {"teams": standing.teams_of_campaign.get(campaign.name, ())}
        others |= {key: outcome_plan.names_of(getattr(row, key, ""), standing.own) for key in _OWN}
        lines.append(_line("campaign", campaign.name, row, _wanted(campaign), others))
    found = tuple(line for line in lines if line)
    redecides = tuple(
        line.name
        for line in found
        if line.kind == "campaign" and line.change == "change" and any(field.field in _DECIDES for field in line.fields)
    )
    notes = [note for one in setup.campaigns for note in campaign_faults.notes(one)]
    return Plan(found, redecides, tuple(notes))


def _organisation_line(setup: Setup, standing: _Standing) -> PlanLine | None:
    said = {"name": setup.organisation} | {name: getattr(setup, name) for name in _SETTINGS}
    wanted: dict[str, Any] = {key: value for key, value in said.items() if value is not None}
    if not wanted and standing.organisation:
        return None
    name = wanted.get("name") or (standing.organisation.name if standing.organisation else "Nextcall")
    return _line("organisation", name, standing.organisation, wanted or {"name": name}, {})


def _line(
    kind: Literal["organisation", "team", "person", "outcome", "campaign"],
    name: str,
    row: SQLModel | None,
    wanted: Mapping[str, Any],
    others: Mapping[str, Any],
) -> PlanLine:
    if row is None:
        new = tuple(FieldChange(_KEYS.get(key, key), "", _shown(value)) for key, value in wanted.items())
        return PlanLine("add", kind, name, new)
    changes = []
    for key, value in wanted.items():
        before = others[key] if key in others else getattr(row, key)
        if before != value:
            changes.append(FieldChange(_KEYS.get(key, key), _shown(before), _shown(value)))
    return PlanLine("change" if changes else "same", kind, name, tuple(changes))


def _wanted(entry: TeamSetup | PersonSetup | CampaignSetup) -> dict[str, Any]:
    """The values that the setup gives, without those it leaves open."""
    said = {field.name: getattr(entry, field.name) for field in fields(entry)}
    if said.get("teams") is not None:
        said["teams"] = tuple(sorted(said["teams"]))
    wanted = {key: value for key, value in said.items() if value is not None}
    return {key: None if key in _DAYS and value == "" else value for key, value in wanted.items()}


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value if isinstance(value, tuple) else "" if value is None else str(value).splitlines())


def _write(session: Session, setup: Setup, standing: _Standing, at: datetime, by: str) -> None:
    organisation = standing.organisation or _new_organisation(session, setup.organisation or "Nextcall")
    if setup.organisation:
        organisation.name = setup.organisation
    for name in _SETTINGS:
        if (value := getattr(setup, name)) is not None:
            setattr(organisation, name, value)
    session.add(organisation)
    session.flush()
    key = organisation.id or 0
    for team in setup.teams:
        known = standing.teams.get(team.name)
        standing.teams[team.name] = _put(session, Team, known, key, _wanted(team) | _daily_since(team, known, at))
    session.flush()
    for person in setup.people:
        _write_person(session, person, standing, key, at)
    for outcome in setup.outcomes:
        own = outcome_plan.write(session, key, outcome, standing.own, at)
        standing.own[own.key] = own
    for campaign in setup.campaigns:
        wanted = _wanted(campaign)
        teams = wanted.pop("teams", None)
        wanted |= {key: outcome_plan.stored_names(wanted[key], standing.own) for key in _OWN if key in wanted}
        before = standing.campaigns.get(campaign.name)
        if before is not None and any(
            getattr(before, name) != wanted.get(name, getattr(before, name)) for name in _TERMS
        ):
            session.add(_terms_until(before, at, by))
        row = _put(session, Campaign, before, key, wanted)
        session.flush()
        if teams is not None:
            setup_queries.set_teams_of_campaign(session, row.id or 0, [standing.teams[name].id or 0 for name in teams])


def _daily_since(wanted: TeamSetup, before: Team | None, at: datetime) -> dict[str, datetime]:
    """When daily digests begin again, if this switches them on: the days before are owed none."""
    is_on = Edition.DAY in (wanted.editions or "").split()
    return {"daily_since": at} if is_on and before is not None and Edition.DAY not in before.editions.split() else {}


def _terms_until(campaign: Campaign, at: datetime, by: str) -> EarlierTerms:
    """What the campaign says of itself before a change: an audit judges earlier calls by it."""
    said = {name: getattr(campaign, name) for name in _TERMS}
    return EarlierTerms(
        organisation_id=campaign.organisation_id, campaign_id=campaign.id or 0, until=at, changed_by=by, **said
    )


def _write_person(session: Session, person: PersonSetup, standing: _Standing, key: int, at: datetime) -> None:
    wanted = _wanted(person)
    row = standing.agents.get(person.slack_user_id)
    had_team = row is not None and row.team_id is not None
    wanted.pop("team", None), wanted.pop("teams", None)
    teams = None if person.every_team is None else [standing.teams[name] for name in person.every_team]
    if row is not None and teams is not None:  # two admins take turns, and the person may just have changed teams
        agents.let_one_at_a_time(session, row.id)
        session.refresh(row)
    if teams is not None:
        is_kept = row is not None and row.team_id in [one.id for one in teams]
        chosen = row.team_id if row is not None and is_kept else teams[0].id if teams else None
        if row is None:
            wanted["team_id"] = chosen
        else:
            agents.change_team(session, row, chosen, at)
    if row is None:
        wanted.setdefault("zone", teams[0].zone if teams else "UTC")
    agent = _put(session, Agent, row, key, wanted)
    if teams is not None:
        session.flush()
        agents.set_memberships(session, agent.id or 0, [one.id or 0 for one in teams])
    if agent.is_active:
        agent.deactivated_at = None
        if had_team and agent.team_id is None:  # without a team no contacts are handed out
            session.flush()
            leaving.hand_back(session, agent, at)
    elif agent.deactivated_at is None:
        agent.deactivated_at = at
        session.flush()
        leaving.hand_back(session, agent, at)


def _put(session: Session, kind: type[Row], row: Row | None, organisation_id: int, values: Mapping[str, Any]) -> Row:
    if row is None:
        row = kind(organisation_id=organisation_id, **values)
    for key, value in values.items():
        setattr(row, key, value)
    session.add(row)
    return row


def _new_organisation(session: Session, name: str) -> Organisation:
    organisation = Organisation(slack_team_id="", name=name)
    session.add(organisation)
    session.flush()
    return organisation
