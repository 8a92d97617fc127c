"""Reads the setup file, organisation, teams, people and campaigns as TOML, and writes it. Faults name their key."""

import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlmodel import Session

from bot.services.answers.reports import Edition
from bot.services.errors import FileRefused
from bot.services.hand_out import releases
from bot.services.quoting import quoted
from bot.services.setup import checks, outcome_plan
from bot.services.setup.fields import Table, Values, finished, read_entry, tables_of
from bot.services.setup.objects import (
    WITHOUT_TEAM,
    CampaignView,
    OrganisationView,
    PersonView,
    Setup,
    TeamView,
    every_team,
)
from bot.services.setup.outcome_plan import ON_CARDS, OutcomeSetup
from policy.vocabulary import Role
from storage.models import Agent, Campaign, EarlierTerms, Organisation, Team
from storage.queries import agents
from storage.queries import setup as setup_queries


class Standing:
    """The organisation as stored: people by Slack user id, everything else by name."""

    def __init__(self, session: Session) -> None:
        self.organisation = setup_queries.organisation(session)
        self.key = 0 if self.organisation is None else self.organisation.id or 0
        self.teams = {team.name: team for team in setup_queries.teams(session, self.key)}
        self.agents = {agent.slack_user_id: agent for agent in setup_queries.agents(session, self.key)}
        self.campaigns = {campaign.name: campaign for campaign in setup_queries.campaigns(session, self.key)}
        self.own = dict(outcome_plan.by_key(setup_queries.own_outcomes(session, self.key)))
        self.admins = [one for one in self.agents.values() if one.is_active and one.role is Role.ADMIN]
        self.teams_of = agents.teams_of(session, self.agents.values())  # ids, by the person's id
        campaigns = [campaign.id or 0 for campaign in self.campaigns.values()]
        self.worked_by = setup_queries.teams_of_campaigns(session, campaigns)  # ids of teams, by campaign id
        self.team_names = {team.id or 0: team.name for team in self.teams.values()}

    def named(self, team_ids: Iterable[int]) -> tuple[str, ...]:
        return tuple(sorted(self.team_names[one] for one in team_ids))


_SECTIONS = ("organisation", "team", "person", "outcome", "campaign")
_MOST_BYTES = 1 << 20


def read_setup(path: Path) -> Setup:
    """Read a setup file. Raises FileRefused if it is missing or not TOML; other faults are in the result."""
    content = _load(path)
    faults: list[str] = [
        f"{key}: {checks.unknown_word(key, _SECTIONS)}" for key in map(quoted, content) if key not in _SECTIONS
    ]
    organisation = finished(OrganisationView, Table("[organisation]", content.get("organisation", {}), faults))
    teams, people, outcomes, campaigns = (
        tuple(read(table) for table in tables_of(content, key, "name", faults))
        for key, read in (
            ("team", partial(finished, TeamView)),
            ("person", _person),
            ("outcome", partial(finished, OutcomeSetup, first=("name", "counts_as", "was", "is_retired"))),
            ("campaign", partial(finished, CampaignView)),
        )
    )
    _refuse_twins(faults, "[[team]]", "name", teams)
    _refuse_twins(faults, "[[person]]", "slack_user_id", people)
    _refuse_twins(faults, "[[campaign]]", "name", campaigns)
    # one that names no outcome of the closed list counts as none: it has its fault
    own = tuple(OutcomeSetup(**{"name": "", **said}) for said in outcomes if "counts_as" in said)
    return Setup(organisation, teams, people, campaigns, own, tuple(faults))


def _load(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            read = file.read(_MOST_BYTES + 1)
        if len(read) > _MOST_BYTES:
            raise FileRefused(f"{path.name} is larger than 1 MiB, which no setup file is: check what file it is.")
        content = tomllib.loads(read.decode("utf-8-sig"))
    except FileNotFoundError as error:
        raise FileRefused(f"There is no file {path}: check the name.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise FileRefused(f"{path.name} cannot be read as UTF-8 text: check what file it is.") from error
    except tomllib.TOMLDecodeError as error:
        hint = " Times need seconds and no quotation marks: 18:00:00."
        raise FileRefused(f"{path.name} is not valid TOML: {quoted(error)}.{hint}") from error
    except RecursionError as error:
        raise FileRefused(f"{path.name} is nested too deeply: write sections and plain values only.") from error
    except ValueError as error:  # of these, only digits beyond what Python reads
        most = sys.get_int_max_str_digits()
        raise FileRefused(f"{path.name} has a whole number of more than {most:,} digits: correct it.") from error
    if not content:
        raise FileRefused(f"{path.name} is empty: write [[team]], [[person]] and [[campaign]] sections into it.")
    return content


def _person(section: Table) -> Values:
    person = read_entry(PersonView, section, first=("role", "teams"))
    if "teams" in person and "team" in person:
        section.fault("teams", "write team or teams, not both")
    if person.get("teams") == () and person.get("role") not in WITHOUT_TEAM:
        section.fault("teams", "name at least one: agents and team leads need a team")
    begins, ends = person.get("shift_from"), person.get("shift_until")
    if begins and ends and begins >= ends:
        section.fault("shift_until", "must be later than shift_from")
    section.finish()
    return person


def _refuse_twins(faults: list[str], where: str, key: str, entries: Sequence[Values]) -> None:
    seen: set[str] = set()
    for name in (one.get(key, "") for one in entries):
        if name and name.casefold() in seen:
            faults.append(f'{where} {key}: "{name}" stands there twice; keep one')
        seen.add(name.casefold())


Row = TypeVar("Row", Team, Agent, Campaign)
# What a campaign says of itself that no attempt keeps: its past is kept for the audit.
_TERMS = tuple((EarlierTerms.model_fields.keys() & Campaign.model_fields.keys()) - {"id", "organisation_id"})


def write(session: Session, setup: Setup, standing: Standing, at: datetime, by: str) -> None:
    """Write everything that the setup names. `by` is kept with the terms that a campaign had before.

    Cards that their agents may not call any more go with it, and they are told.
    """
    organisation = standing.organisation or new_organisation(session, setup.organisation.get("name") or "Nextcall")
    for name, value in setup.organisation.items():
        if value != "":
            setattr(organisation, name, value)
    session.add(organisation)
    session.flush()
    key = organisation.id or 0
    for team in setup.teams:
        known, wanted = standing.teams.get(team["name"]), dict(team)
        is_daily = Edition.DAY in team.get("editions", "").split()
        if is_daily and known is not None and Edition.DAY not in known.editions.split():
            wanted["daily_since"] = at  # the days before are owed no digest
        standing.teams[team["name"]] = _put(session, Team, known, key, wanted)
    session.flush()
    for person in setup.people:
        _write_person(session, person, standing, key, at)
    for outcome in setup.outcomes:
        own = outcome_plan.write(session, key, outcome, standing.own, at)
        standing.own[own.key] = own
    other_client = _write_campaigns(session, setup, standing, key, at, by)
    releases.take_away(session, key, at, other_client)


def _write_campaigns(session: Session, setup: Setup, standing: Standing, key: int, at: datetime, by: str) -> list[int]:
    """Write the campaigns. Returns those whose client changed: whom their cards were offered for is no longer so."""
    other_client = []
    for campaign in setup.campaigns:
        wanted = dict(campaign)
        teams = wanted.pop("teams", None)
        wanted |= {one: outcome_plan.stored_names(wanted[one], standing.own) for one in ON_CARDS if one in wanted}
        before = standing.campaigns.get(campaign["name"])
        if before is not None and any(
            getattr(before, name) != wanted.get(name, getattr(before, name)) for name in _TERMS
        ):
            # What the campaign says of itself before the change: an audit judges earlier calls by it.
            said = {name: getattr(before, name) for name in _TERMS}
            campaign_id = before.id or 0
            session.add(EarlierTerms(organisation_id=key, campaign_id=campaign_id, until=at, changed_by=by, **said))
        if before is not None and before.principal != campaign["principal"]:
            other_client.append(before.id or 0)
        row = _put(session, Campaign, before, key, wanted)
        session.flush()
        if teams is not None:
            keys = [standing.teams[name].id or 0 for name in sorted(teams)]
            setup_queries.set_teams_of_campaign(session, row.id or 0, keys)
    return other_client


def new_organisation(session: Session, name: str) -> Organisation:
    organisation = Organisation(slack_team_id="", name=name)
    session.add(organisation)
    session.flush()
    return organisation


def _write_person(session: Session, person: Values, standing: Standing, key: int, at: datetime) -> None:
    wanted, every = dict(person), every_team(person)
    row = standing.agents.get(person["slack_user_id"])
    had_team = row is not None and row.team_id is not None
    wanted.pop("team", None), wanted.pop("teams", None)
    was_admin = row is not None and row.role is Role.ADMIN and row.is_active
    if person["role"] is Role.ADMIN and person.get("is_active") is not False and not was_admin:
        # the admins of the first set-up have been that since the beginning
        wanted["admin_since"] = at if standing.admins else None
    teams = None if every is None else [standing.teams[name] for name in every]
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
            releases.let_anyone_call_back(session, agent.id or 0)
    elif agent.deactivated_at is None:
        agent.deactivated_at = at
        session.flush()
        releases.hand_back(session, agent, at)


def _put(session: Session, kind: type[Row], row: Row | None, organisation_id: int, values: Mapping[str, Any]) -> Row:
    if row is None:
        row = kind(organisation_id=organisation_id, **values)
    for key, value in values.items():
        setattr(row, key, value)
    session.add(row)
    return row
